"""Where the sync stands, in words, and the one way to start it. Nothing is called sent before the server said so.

It starts by itself (`sync_schedule.py`) once a first sync has gone through: the first is a finger's, after what will
be sent was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from mobile_app.locked_ports import Clock
from mobile_app.ports.store import CaseStore
from mobile_app.ports.sync import SyncFault, Synchroniser, SyncOverview, SyncReport
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.frame import SyncBarView, SyncChipView, SyncSign
from mobile_app.presenters.sync_schedule import SyncSchedule
from mobile_app.presenters.wording import capitalised, count_of, moment_in_words, say

_SIGNS = {
    SyncFault.NO_CONNECTION: SyncSign.NO_CONNECTION,
    SyncFault.REVOKED: SyncSign.REVOKED,
    SyncFault.OTHER: SyncSign.FAILED,
}


class SyncStatus:
    """One sync at a time. `changed` is called when there is something new to show, `arrived` when something came.

    Without a `schedule` it starts only when it is told to.
    """

    def __init__(
        self,
        store: CaseStore,
        synchroniser: Synchroniser,
        clock: Clock,
        in_background: InBackground,
        changed: Callable[[], None],
        schedule: SyncSchedule | None = None,
        arrived: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._synchroniser = synchroniser
        self._clock = clock
        self._in_background = in_background
        self._changed = changed
        self._schedule = schedule
        self._arrived = arrived
        self._shown_minutes: int | None = None
        self._is_running = False
        self._began_with = self._shown_waiting = 0
        self.last_report: SyncReport | None = None

    def start(self) -> None:
        """Begin a sync unless one runs. The clinician goes on working."""
        if self._is_running:
            return
        self._is_running = True
        self._began_with = self._shown_waiting = self._store.sync_overview().waiting
        self._changed()
        self._in_background(self._synchroniser.sync, self._finish)

    def stop(self) -> None:
        """End it: the tablet is being locked."""
        self._synchroniser.stop()

    def enrol(self, server_url: str, code: str) -> None:
        """Bind the tablet to a site.

        Raises:
            SyncFailed, InvalidInput: the tablet works on without a server.
        """
        self._synchroniser.enrol(server_url, code)

    def enrol_former(self, code: str) -> None:
        """Let the server take what a former tablet had not sent.

        Raises:
            SyncFailed, InvalidInput: it is kept here as before.
        """
        self._synchroniser.enrol_former(code)

    @property
    def is_enrolled(self) -> bool:
        return self._store.sync_overview().is_enrolled

    def chip(self) -> SyncChipView:
        """Return the pill of the app bar."""
        overview = self._store.sync_overview()
        sign = self._sign(overview)
        waiting = count_of(overview.waiting, "{count} waiting", "{count} waiting")
        words = {
            SyncSign.ALL_SENT: say("All sent"),
            SyncSign.SENDING: count_of(overview.waiting, "Sending {count}", "Sending {count}"),
            SyncSign.NO_CONNECTION: (
                say("{waiting} · no connection", waiting=waiting) if overview.waiting else say("No connection")
            ),
            SyncSign.WAITING: waiting,
            SyncSign.NOT_ACCEPTED: count_of(overview.not_accepted, "{count} not accepted", "{count} not accepted"),
            SyncSign.REVOKED: say("May no longer send"),
            SyncSign.FAILED: say("{waiting} · not sent", waiting=waiting) if overview.waiting else say("Sync failed"),
            SyncSign.NOT_CONNECTED: say("On this tablet only"),
        }[sign]
        short = waiting if overview.waiting and sign is not SyncSign.SENDING else words
        return SyncChipView(sign, words, short)

    def bar(self) -> SyncBarView:
        """Return the bar of the home screen."""
        overview = self._store.sync_overview()
        sign = self._sign(overview)
        headline, sentence, button = self._bar_words(sign, overview)
        last = overview.last_success
        last_complete = say("Last complete: {when}", when=moment_in_words(last, self._clock.now())) if last else ""
        share = None
        if sign is SyncSign.SENDING and overview.waiting:
            share = self._gone(overview) / self._of(overview)
        self._shown_minutes = self._minutes_left()
        carry = say("Without a network") if self._is_cut_off(sign, overview) else ""
        return SyncBarView(sign, headline, sentence, last_complete, button, self._is_running, share, carry)

    def tick(self) -> bool:
        """Called once a second: start when it is time. Return whether there is something new to show."""
        overview = self._store.sync_overview()
        if self._is_running:
            return overview.waiting != self._shown_waiting
        may_start = overview.last_success is not None and overview.fault is not SyncFault.REVOKED
        if self._schedule is not None and may_start and self._schedule.is_due(overview.waiting):
            self.start()
        return self._minutes_left() != self._shown_minutes

    def _is_cut_off(self, sign: SyncSign, overview: SyncOverview) -> bool:
        """Tell whether something waits and there is no way to the server."""
        if not overview.waiting or sign is SyncSign.NOT_CONNECTED or self._is_running:
            return False
        return sign is SyncSign.NO_CONNECTION or (self._schedule is not None and not self._schedule.has_way_out)

    def _minutes_left(self) -> int | None:
        """Return the minutes to the next try, for who waits for it; None where there is none, or nobody does."""
        left = self._schedule.seconds_left() if self._schedule is not None else None
        if left is None or self._store.sync_overview().fault is not SyncFault.NO_CONNECTION:
            return None
        return ceil(left / 60)

    def _of(self, overview: SyncOverview) -> int:
        """Return how many cases waited when the sync began; what is recorded meanwhile comes on top."""
        self._shown_waiting = overview.waiting
        self._began_with = max(self._began_with, overview.waiting)
        return self._began_with

    def _gone(self, overview: SyncOverview) -> int:
        return self._of(overview) - overview.waiting

    def _sign(self, overview: SyncOverview) -> SyncSign:
        if not overview.is_enrolled:
            return SyncSign.NOT_CONNECTED
        if self._is_running or overview.is_running:
            return SyncSign.SENDING
        if overview.fault is not None:
            return _SIGNS[overview.fault]
        if overview.not_accepted:
            return SyncSign.NOT_ACCEPTED
        return SyncSign.WAITING if overview.waiting else SyncSign.ALL_SENT

    def _bar_words(self, sign: SyncSign, overview: SyncOverview) -> tuple[str, str, str]:
        waiting = count_of(overview.waiting, "{count} case waiting.", "{count} cases waiting.")
        if not overview.waiting:
            waiting = say("Nothing waits to be sent.")
        match sign:
            case SyncSign.NOT_CONNECTED:
                return (
                    say("Not connected to a server."),
                    say("Cases stay on this tablet, encrypted."),
                    say("Connect"),
                )
            case SyncSign.SENDING:
                gone, of = self._gone(overview), self._of(overview)
                sending = count_of(
                    of, "Sending {number} of {count} case.", "Sending {number} of {count} cases.", number=gone + 1
                )
                return sending if overview.waiting else say("Looking for news."), say("You can go on working."), ""
            case SyncSign.NO_CONNECTION:
                return waiting, self._next_try_in_words(), say("Try again")
            case SyncSign.REVOKED | SyncSign.FAILED:
                # It was written down in English, the language of the catalogues' keys.
                return waiting, say(overview.failure), say("Try again")
            case SyncSign.NOT_ACCEPTED:
                refused = count_of(overview.not_accepted, "{count} not accepted.", "{count} not accepted.")
                return refused, say("The rest went through. Ask the coordinator."), say("Sync now")
            case SyncSign.WAITING:
                sentence = count_of(
                    overview.waiting, "It goes with the next connection.", "They go with the next connection."
                )
                return waiting, sentence, say("Send now")
        if self.last_report is not None and self.last_report.carry_failure:
            # One's own cases are sent; what is carried for others waits on.
            left = say("What is carried for others was not taken yet. {why}", why=say(self.last_report.carry_failure))
            return say("All sent."), left, say("Sync now")
        if self.last_report is not None and (self.last_report.knowledge or self.last_report.knowledge_failure):
            return say("All sent."), _knowledge_in_words(self.last_report), say("Sync now")
        if overview.differing or overview.repaired:
            when = capitalised(moment_in_words(overview.last_success or self._clock.now(), self._clock.now()))
            return say("All sent. {when}", when=when), _difference_in_words(overview), say("Sync now")
        if overview.last_success is None:
            return say("Connected."), say("Nothing to send yet."), say("Sync now")
        when = capitalised(moment_in_words(overview.last_success, self._clock.now()))
        return say("All sent. {when}", when=when), self._traffic_in_words(), say("Sync now")

    def _next_try_in_words(self) -> str:
        minutes = self._minutes_left()
        if minutes is None:
            return say("No connection. Everything is kept and will be sent later.")
        return count_of(
            max(minutes, 1),
            "No connection. Everything is kept. Next try within {count} minute.",
            "No connection. Everything is kept. Next try within {count} minutes.",
        )

    def _traffic_in_words(self) -> str:
        report = self.last_report
        if report is None or report.failure or not report.bytes_up:
            return ""
        up, down = _bytes_in_words(report.bytes_up), _bytes_in_words(report.bytes_down)
        return say("{up} sent, {down} received.", up=up, down=down)

    def _finish(self, report: SyncReport) -> None:
        self._is_running = False
        if self._schedule is not None:
            self._schedule.ended(has_failed=bool(report.failure or report.carry_failure), wait_s=report.wait_s)
        self.last_report = report
        self._changed()
        if report.pulled or report.reviews:
            self._arrived()


def _knowledge_in_words(report: SyncReport) -> str:
    if report.knowledge_failure:
        return say(report.knowledge_failure)
    return say("Knowledge {version} has arrived. It is used after the next unlocking.", version=report.knowledge)


def _difference_in_words(overview: SyncOverview) -> str:
    """Return what came of comparing with the server. What still differs goes before what was mended."""
    if overview.differing:
        return count_of(
            overview.differing,
            "The server's copy still differs in {count} entry. Ask the coordinator.",
            "The server's copy still differs in {count} entries. Ask the coordinator.",
        )
    return count_of(
        overview.repaired,
        "The server's copy differed in {count} entry; repaired.",
        "The server's copy differed in {count} entries; repaired.",
    )


def _bytes_in_words(count: int) -> str:
    """Return how much went over the line, as a telephone bill counts it: "431 B", "9.1 kB", "2.3 MB"."""
    if count < 1000:
        return say("{number} B", number=count)
    if count < 1_000_000:
        return say("{number} kB", number=f"{count / 1000:.1f}")
    return say("{number} MB", number=f"{count / 1_000_000:.1f}")
