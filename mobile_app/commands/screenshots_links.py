"""The pictures of one child on several tablets: the clinic's key, linked cases, a record number that is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mobile_app.commands.demo_tablet import DemoTablet
from mobile_app.ports.records import LocalDetails
from shared.case.entry import CaseId, DeviceId, EntryId, EntryKind
from shared.privacy.link import pseudonym
from shared.sync.hand_over import HandedOver

_OTHER_TABLET, _OTHER_CASE = DeviceId("ab" * 8), CaseId("5a" * 16)
_NUMBER = "MRN 00-4711"


def same_child(window: Any, shown: DemoTablet, pin: str) -> Iterator[tuple[Any, str]]:
    """From home over the clinic's key to a linked case, then home again."""
    flow, store = shown.flow, shown.store
    flow.home.settings()
    flow.settings.choose_section("tablets")
    yield window, "15-clinic-key"
    flow.clinic_key.first()
    for digit in pin[:3]:
        flow.clinic_key.press(digit)
    yield window, "15-clinic-key-pin"
    for digit in pin[3:]:
        flow.clinic_key.press(digit)
    flow.clinic_key.go_on()
    yield window, "15-clinic-key-shown"
    flow.clinic_key.first()
    flow.clinic_key.second()
    yield window, "15-clinic-key-renew"
    flow.clinic_key.second()
    flow.clinic_key.back()
    flow.settings.back()

    key = store.links.clinic_key() or b""
    case = next(one for one in store.summaries() if not one.is_withdrawn and one.conclusion is not None)
    own = store.record(
        case.case_id, EntryKind.FOLLOW_UP, {"warmth": False}, case.conclusion, LocalDetails(record_number=_NUMBER)
    )
    first = store.hand_over.entries(own.case_id)[0]
    seen_otherwise = {**first.answers, "swelling_consistency": "firm_indurated", "fever_ge_38": True}
    theirs = replace(
        first,
        id=EntryId(_OTHER_TABLET, 1),
        case_id=_OTHER_CASE,
        parents=(),
        answers=seen_otherwise,
        link=pseudonym(key, _NUMBER),
    )
    store.hand_over.take(HandedOver((theirs,)))
    flow.home.open_case(own.case_id)
    yield window, "15-same-child"
    flow.case.part(_OTHER_CASE)
    yield window, "15-another-child"
    flow.case.join(_OTHER_CASE)
    flow.case.back()
    yield window, "15-home-linked"
    flow.home.new_case()
    flow.new_case.toggle_place("hand", "left")
    flow.new_case.type_local("record_number", "mrn004711")
    yield window, "15-known-number"
    draft = store.drafts()[0]
    flow.new_case.back()
    store.discard_draft(draft.draft_id)
