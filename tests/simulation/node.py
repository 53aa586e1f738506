"""What has a disk: it can stop at any effect, and comes back with what the disk had at that moment.

effect   a statement that writes, a commit (just before, just after), a message (before it leaves, when it is there)
crash    the disk as it is in that moment is set aside, then everything of the running program is thrown away
power    the same, without what was never forced to the disk: in SQLite's log all that was written since the last
         checkpoint, unless the file is open with synchronous=FULL. PostgreSQL is asked not to start without fsync, so
         there a power cut is a crash
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from tests.simulation.disk import Disk

FULL = 2
_READS = ("SELECT", "PRAGMA", "BEGIN", "SHOW", "SET")


class Crash(BaseException):
    """The program stops here. Not an Exception, so that nothing in it goes on."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.name)
        self.node = node


class Node:
    """A program with one database. `doing` is what it is busy with, for the count of what was reached."""

    kind = "node"

    def __init__(self, name: str, disk: Disk) -> None:
        self.name = name
        self.disk = disk
        self.crashes_in: int | None = None
        self.loses_power = False
        self.is_dead = False
        self.synchronous = FULL
        self.doing = ""
        self._left_behind: Disk | None = None

    def told(self, line: str) -> None:
        """Is replaced by whoever keeps the history."""

    def reach(self, what: str) -> None:
        """Is replaced by whoever counts what the histories reach."""

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
        self._left_behind = self._after_a_crash()
        self.told(f"{self.name} {'loses power' if self.loses_power else 'crashes'} ({what})")
        self.reach(f"crash: {self.kind}, {what}")
        self.reach(f"crash: {self.kind}, {self.doing}")
        self.reach(f"crash: {self.kind} {'loses power' if self.loses_power else 'stops'}")
        raise Crash(self)

    def copy_of_disk(self) -> Disk:
        """Return a new disk with what this one has now."""
        return self.disk.copy()

    def come_back(self) -> None:
        """Start the program again on what the crash left."""
        assert self._left_behind is not None
        left, self._left_behind = self._left_behind, None
        self.start_again_on(left)

    def start_again_on(self, disk: Disk) -> None:
        """Throw the running program away and start it on another disk."""
        self.crashes_in, self.is_dead = None, True
        self.stop()
        if disk != self.disk:
            self.disk.drop()
        self.disk, self.is_dead = disk, False
        self.start()

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def watch(self, engine: Engine) -> None:
        """Make every statement that writes and every commit of a database an effect of this node."""
        share_dialect(engine)
        engine.pool.node = self  # type: ignore[attr-defined]

    def _after_a_crash(self) -> Disk:
        return self.disk.copy(only_forced=self.loses_power and self.synchronous < FULL)


# All engines of one driver have one dialect, and so the statements that it has compiled: each would compile the same
# ones again, a fifth of the time of a history.

_DIALECTS: dict[Any, Any] = {}
_COMPILED: dict[Any, dict[Any, Any]] = {}


def share_dialect(engine: Engine) -> None:
    """Let an engine use what others have compiled."""
    kind = (type(engine.dialect), engine.dialect.dbapi)
    if kind not in _DIALECTS:
        with engine.connect():
            # It finds out what its database can do when it first connects.
            _DIALECTS[kind], _COMPILED[kind] = engine.dialect, {}
        _make_effects(engine.dialect)
    engine.dialect = _DIALECTS[kind]
    engine._compiled_cache = _COMPILED[kind]


def _make_effects(dialect: Any) -> None:
    """Make what goes through a dialect an effect of the node whose pool it goes through."""
    commit, execute, execute_many = dialect.do_commit, dialect.do_execute, dialect.do_executemany

    def do_commit(connection: Any) -> None:
        node = getattr(connection._pool, "node", None)
        if node is not None:
            node.effect("before a commit")
        commit(connection)
        if node is not None:
            node.effect("after a commit")

    def before(statement: str, context: Any) -> None:
        node = getattr(context.engine.pool, "node", None)
        if node is not None and node.crashes_in is not None and not statement.startswith(_READS):
            node.effect("within a transaction")

    def do_execute(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        before(statement, context)
        execute(cursor, statement, parameters, context)

    def do_executemany(cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        before(statement, context)
        execute_many(cursor, statement, parameters, context)

    dialect.do_commit, dialect.do_execute, dialect.do_executemany = do_commit, do_execute, do_executemany
