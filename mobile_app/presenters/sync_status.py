"""Where the sync stands, in words, and the one way to start it. Nothing is called sent before the server said so."""

from __future__ import annotations

from collections.abc import Callable

from mobile_app.ports import CaseStore, Clock, SyncFault, Synchroniser, SyncOverview, SyncReport
from mobile_app.presenters.background import InBackground
from mobile_app.presenters.frame import SyncBarView, SyncChipView, SyncSign
from mobile_app.presenters.wording import capitalised, count_of, moment_in_words, say

_SIGNS = {
    SyncFault.NO_CONNECTION: SyncSign.NO_CONNECTION,
    SyncFault.REVOKED: SyncSign.REVOKED,
    SyncFault.OTHER: SyncSign.FAILED,
}


class SyncStatus:
    """One sync at a time. `changed` is called when there is something new to show."""

    def __init__(
        self,
        store: CaseStore,
        synchroniser: Synchroniser,
        clock: Clock,
        in_background: InBackground,
        changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._synchroniser = synchroniser
        self._clock = clock
        self._in_background = in_background
        self._changed = changed
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
        return SyncBarView(sign, headline, sentence, last_complete, button, self._is_running, share)

    def tick(self) -> bool:
        """Called once a second. Return whether more has gone through since it was last shown."""
        return self._is_running and self._store.sync_overview().waiting != self._shown_waiting

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
                return waiting, say("No connection. Everything is kept and will be sent later."), say("Try again")
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
        if overview.last_success is None:
            return say("Connected."), say("Nothing to send yet."), say("Sync now")
        when = capitalised(moment_in_words(overview.last_success, self._clock.now()))
        return say("All sent. {when}", when=when), "", say("Sync now")

    def _finish(self, report: SyncReport) -> None:
        self._is_running = False
        self.last_report = report
        self._changed()
