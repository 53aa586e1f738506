"""Naming a view of the case list: it is a tab of the user's own from then on."""

from __future__ import annotations

from dataclasses import dataclass

from shared.sentence import Sentence, sentence
from sync_server.database import Database
from sync_server.repositories import saved_views
from sync_server.repositories.users import User

MOST = 12
LONGEST_NAME = 40
_LONGEST_QUERY = 2000
_NAME = sentence("Give the view a name of 1 to {longest} characters.", longest=LONGEST_NAME)
_THERE = sentence("You have a view of this name already. Choose another one.")
_FULL = sentence("You have {most} views already. Delete one first.", most=MOST)
_QUERY = sentence("This view cannot be saved. Open the list again and choose its filters anew.")


class ViewNotSaved(Exception):
    """The name or the view cannot be used; `advice` says what to do."""

    def __init__(self, advice: Sentence) -> None:
        super().__init__(str(advice))
        self.advice = advice


@dataclass(frozen=True, slots=True)
class SavedViewService:
    """Keeps the views of each user."""

    database: Database

    def save(self, user: User, name: str, query: str) -> None:
        """Keep a view under a name.

        Args:
            query: what stands after the ? of its address, as the list itself writes it.

        Raises:
            ViewNotSaved: with what to do.
        """
        name = _checked(name)
        if len(query) > _LONGEST_QUERY:
            raise ViewNotSaved(_QUERY)
        with self.database.writing() as session:
            known = saved_views.of_user(session, user.user_no)
            if any(one.name == name for one in known):
                raise ViewNotSaved(_THERE)
            if len(known) >= MOST:
                raise ViewNotSaved(_FULL)
            saved_views.add(session, user.user_no, name, query)

    def rename(self, user: User, view_no: int, name: str) -> None:
        """Give one of the user's views another name. Of one that is not his, nothing happens.

        Raises:
            ViewNotSaved: with what to do.
        """
        name = _checked(name)
        with self.database.writing() as session:
            if any(one.name == name and one.view_no != view_no for one in saved_views.of_user(session, user.user_no)):
                raise ViewNotSaved(_THERE)
            saved_views.rename(session, user.user_no, view_no, name)

    def forget(self, user: User, view_no: int) -> None:
        """Let one of the user's views go. Of one that is not his, nothing happens."""
        with self.database.writing() as session:
            saved_views.forget(session, user.user_no, view_no)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise ViewNotSaved(_NAME)
    return name
