"""The tablets of the district, in words: which have been heard of, what waits on them, whether their chain holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.crypto import signing
from shared.sentence import Sentence, counted, sentence
from sync_server.database import Database
from sync_server.repositories import devices, sites
from sync_server.repositories.devices import ListedDevice
from sync_server.repositories.users import Role, User
from sync_server.services import audit
from sync_server.services.enrolment import EnrolmentService
from sync_server.services.rights import RIGHTS, Right
from sync_server.services.wording import day_words

SILENT_AFTER_DAYS = 7
"""A tablet that has not been heard of for longer is marked: whoever looks after it should be asked."""
HOLDS, BROKEN, NOTHING_YET = "holds", "broken", "nothing_yet"


@dataclass(frozen=True, slots=True)
class TabletView:
    """One tablet. `chain` is a code for shape and colour, as are the flags; the words stand beside them."""

    site_no: int
    site: str
    tablet_no: int
    last_seen: Sentence
    last_seen_on: str
    is_silent: bool
    is_revoked: bool
    waiting: int
    app_version: str
    knowledge_version: str
    chain: str
    chain_words: Sentence


@dataclass(frozen=True, slots=True)
class TabletsView:
    """The whole page. `sites` are the names for which a code can be made; none for who may not make one."""

    tablets: tuple[TabletView, ...]
    silent: int
    can_manage: bool
    sites: tuple[str, ...]
    newest_knowledge: str


@dataclass(frozen=True, slots=True)
class TabletService:
    """Reads the page, and does what its forms ask for."""

    database: Database
    enrolment: EnrolmentService
    knowledge_version: str
    today: Callable[[], str]

    def view(self, user: User) -> TabletsView:
        seen, today = _sites(user), date.fromisoformat(self.today())
        with self.database.writing() as session:
            found = devices.listed(session, seen)
            names = sites.names(session)
            audit.record(session, audit.user(user.user_no), audit.SAW_SETTINGS, f"tablets {len(found)}")
        tablets = tuple(_view(one, today) for one in found)
        can_manage = Right.MANAGE_TABLETS in RIGHTS[user.role]
        return TabletsView(
            tablets=tablets,
            silent=sum(one.is_silent for one in tablets),
            can_manage=can_manage,
            sites=tuple(names.values()) if can_manage else (),
            newest_knowledge=self.knowledge_version,
        )

    def make_code(self, site: str, user: User) -> str:
        """Return a code for one tablet, which is shown once.

        Raises:
            InvalidInput: the site's name is none.
        """
        return self.enrolment.make_code(site, audit.user(user.user_no))

    def revoke(self, site_no: int, tablet_no: int, user: User) -> None:
        """Take a tablet's right to sync away, from its next request on.

        Raises:
            NoSuchTablet: there is no such tablet.
        """
        self.enrolment.revoke_at(site_no, tablet_no, audit.user(user.user_no))


def _sites(user: User) -> frozenset[int] | None:
    # An administrator sees no case, and every tablet: that is what he looks after.
    return None if user.role is Role.ADMINISTRATOR else user.sites


def _view(one: ListedDevice, today: date) -> TabletView:
    device = one.device
    days = (today - date.fromisoformat(one.last_seen_on)).days if one.last_seen_on else None
    chain = _chain(one)
    return TabletView(
        site_no=device.site_no,
        site=one.site,
        tablet_no=device.tablet_no,
        last_seen=_last_seen(one.last_seen_on, days),
        last_seen_on=one.last_seen_on,
        is_silent=not device.is_revoked and days is not None and days > SILENT_AFTER_DAYS,
        is_revoked=device.is_revoked,
        waiting=one.waiting,
        app_version=one.app_version,
        knowledge_version=one.knowledge_version,
        chain=chain,
        chain_words=_chain_words(chain, device.head.seq),
    )


def _last_seen(day: str, days: int | None) -> Sentence:
    if days is None:
        return sentence("Never synced")
    if days <= 0:
        return sentence("Today")
    if days == 1:
        return sentence("Yesterday")
    return counted(days, "{count} day ago, {day}", "{count} days ago, {day}", day=day_words(day))


def _chain(one: ListedDevice) -> str:
    if not one.device.head.seq:
        return NOTHING_YET
    holds = one.signature is not None and signing.verify(one.device.public_key, one.device.head.hash, one.signature)
    return HOLDS if holds else BROKEN


def _chain_words(chain: str, entries: int) -> Sentence:
    if chain == NOTHING_YET:
        return sentence("No entry yet")
    if chain == HOLDS:
        return counted(entries, "{count} entry, signature holds", "{count} entries, signature holds")
    return sentence("The signature does not hold: ask who runs the server")
