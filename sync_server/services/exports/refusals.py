"""Why an export is refused: one sentence for whoever asked, never a word of what was asked."""

from __future__ import annotations

from shared.sentence import sentence
from sync_server.services.refusals import Refusal


class NoSuchExport(Refusal):
    """There is no such export, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__(sentence("There is no such export. Exports are kept for a week; make a new one."))


class ExportRefused(Refusal):
    """Something else must be chosen."""


class NothingToExport(ExportRefused):
    """No case is like that."""

    def __init__(self) -> None:
        super().__init__(sentence("No case is like that, so there is nothing to export. Take a filter away."))


class TooManyForBundle(ExportRefused):
    """One bundle would be too large for whoever reads it."""

    def __init__(self, at_most: int) -> None:
        super().__init__(
            sentence("A bundle holds at most {most} cases. Take the FHIR bulk files, or fewer cases.", most=at_most)
        )


class TooFewToCount(ExportRefused):
    """Every count would be a small one."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "There are too few cases: any number could be recognised as some child. Nothing can be exported yet."
            )
        )


class WouldIdentify(ExportRefused):
    """A filter on guarded counts: two files with different filters would show by their difference what is hidden."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Counts cannot be filtered: the difference of two files could identify a child. Take the whole table."
            )
        )


class NoOrgUnits(ExportRefused):
    """No site has a name in DHIS2."""

    def __init__(self) -> None:
        super().__init__(
            sentence("No site has a DHIS2 organisation unit yet. An administrator enters them on the exports page.")
        )
