"""Whether an entry may be stored: it must be a sent form, exactly as `shared/privacy` would make it.

A tablet of this version never sends anything else. What fails here was made by another version or by somebody else, and
its content is not kept: it could be a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from shared.case.entry import DeviceId, Entry
from shared.privacy.policy import PrivacyPolicy
from shared.privacy.sent_form import NoSentForm, SentForms, fault_of
from shared.privacy.sent_text import SentTexts

REASONS: Mapping[NoSentForm, str] = {
    NoSentForm.UNKNOWN_CODE: "This entry holds an answer that the server does not know. Update the server.",
    NoSentForm.DROPPED_CODE: "This entry holds something that must not leave the tablet. It was not kept here.",
    NoSentForm.BAD_ANSWERS: "This entry holds an answer that is not in the form in which it may be sent.",
    NoSentForm.BAD_CONCLUSION: "The conclusion of this entry is not one that the server's knowledge can state.",
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Says why an entry cannot be accepted."""

    policy: PrivacyPolicy
    published: Callable[[], Iterable[PrivacyPolicy]] = tuple
    """The policies of knowledge that tablets may have received since; asked for only where the first does not fit."""
    _forms: SentForms = field(init=False, repr=False, compare=False)
    _texts: SentTexts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_forms", SentForms(self.policy))
        object.__setattr__(self, "_texts", SentTexts(self.policy))

    def read(self, text: bytes, device: DeviceId, seq: int) -> Entry | None:
        """Return the entry that a text spells, if it is plainly one that may be stored; else None.

        Raises:
            InvalidInput: it spells none; not every fault is found here.
        """
        return self._texts.read(text, device, seq)

    def reason_against(self, entry: Entry) -> str | None:
        """Return one sentence, or None for an entry that may be stored."""
        fault = self._forms.fault_of(entry)
        if fault is None or any(fault_of(entry, policy) is None for policy in self.published()):
            return None
        return REASONS[fault]
