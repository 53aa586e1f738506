"""What has a disk: it can stop at any effect, and comes back with what the disk had at that moment.

effect   a statement that writes, a commit (just before, just after), a message (before it leaves, when it is there)
crash    the disk as it is in that moment is set aside, then everything of the running program is thrown away
power    the same, without what was never forced to the disk: in SQLite's log all that was written since the last
         checkpoint, unless the file is open with synchronous=FULL
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

FULL = 2


class _Statements(dict[Any, Any]):
    """Compiled statements, shared by all engines of one driver: each engine would compile the same ones again."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_without_engine(key), compiled)


def _without_engine(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), dialect.dbapi, *rest)


_STATEMENTS = _Statements()


def share_statements(engine: Engine) -> None:
    """Let an engine use what others have compiled. It is a fifth of the time of a history."""
    engine._compiled_cache = _STATEMENTS  # type: ignore[assignment]


class Crash(BaseException):
    """The program stops here. Not an Exception, so that nothing in it goes on."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.name)
        self.node = node


class Node:
    """A program with one database file. `incarnation` counts how often it was started."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.path = folder
        self._home = folder.parent
        self.incarnation = 0
        self.crashes_in: int | None = None
        self.loses_power = False
        self.is_dead = False
        self.synchronous = FULL
        self._left_behind: Path | None = None

    @property
    def file(self) -> Path:
        return self.path / "handwise.db"

    def effect(self, what: str) -> None:
        """Something is about to be done that others can see, or that outlasts the program."""
        if self.is_dead:
            raise Crash(self)
        if self.crashes_in is None:
            return
        self.crashes_in -= 1
        if self.crashes_in < 0:
            self.crash(what)

    def crash(self, what: str) -> None:
        """Stop here."""
        self.crashes_in, self.is_dead = None, True
        self._left_behind = self.copy_of_disk(without_what_was_not_forced=self.loses_power)
        self.told(f"{self.name} {'loses power' if self.loses_power else 'crashes'} ({what})")
        raise Crash(self)

    def told(self, line: str) -> None:
        """Is replaced by whoever keeps the history."""

    def copy_of_disk(self, *, without_what_was_not_forced: bool = False) -> Path:
        """Return a folder with what the disk has now."""
        self.incarnation += 1
        into = self._home / f"{self.name}-{self.incarnation}"
        into.mkdir()
        for suffix in ("", "-wal"):
            source = self.file.with_name(self.file.name + suffix)
            is_lost = suffix and without_what_was_not_forced and self.synchronous < FULL
            if source.exists() and not is_lost:
                shutil.copyfile(source, into / source.name)
        return into

    def come_back(self) -> None:
        """Start the program again on what the crash left."""
        assert self._left_behind is not None
        left, self._left_behind = self._left_behind, None
        self.start_again_on(left)

    def start_again_on(self, folder: Path) -> None:
        """Throw the running program away and start it on other files."""
        self.crashes_in, self.is_dead = None, True
        self.stop()
        shutil.rmtree(self.path)
        self.path, self.is_dead = folder, False
        self.start()

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def watch(self, engine: Engine) -> None:
        """Make every statement that writes and every commit of a database an effect."""
        share_statements(engine)
        with engine.connect() as connection:
            self.synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self.effect("before a commit")
            commit(connection)
            self.effect("after a commit")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

        @event.listens_for(engine, "before_cursor_execute")
        def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith(("SELECT", "PRAGMA", "BEGIN")):
                self.effect("within a transaction")
