"""A clinic answers a coordinator in phrases from a list: nothing typed travels, and the case stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind, Link, entry_from_json, entry_to_json
from shared.case.fold import fold
from shared.case.log import CaseLog
from shared.case.reply import PHRASES, REPLY, REPLY_TO, answers_review, can_be_said, said_in
from shared.privacy.policy import Keep
from shared.privacy.projection import Timing, project
from shared.privacy.sent_form import NoSentForm, SentForms, fault_of
from tests.tablet_world import the_policy

CASE = CaseId("5" * 32)
ONE, OTHER = DeviceId("1" * 16), DeviceId("2" * 16)
VISIT = Entry(EntryId(ONE, 1), CASE, EntryKind.ASSESSMENT, {"fever_ge_38": False})


def reply(device=ONE, seq=2, said=("seen_again",), **more):
    answers = {REPLY: said, REPLY_TO: 57, **more}
    return Entry(EntryId(device, seq), CASE, EntryKind.REPLY, answers, (VISIT.id,))


def sent(entry):
    return project(entry, Timing(), the_policy())


def test_the_policy_lets_exactly_the_phrases_of_the_list_through():
    rule = the_policy().codes[REPLY].rule

    assert isinstance(rule, Keep)
    assert rule.values == PHRASES.keys()
    assert not rule.groups


def test_a_reply_is_its_own_sent_form_and_is_read_back_from_a_message():
    whole = reply(said=("seen_again", "xray_repeated"))

    assert sent(whole) == whole
    assert fault_of(whole, the_policy()) is None
    assert entry_from_json(entry_to_json(whole)) == whole
    assert (said_in(whole), answers_review(whole)) == (("seen_again", "xray_repeated"), 57)


@pytest.mark.parametrize("said", ["Amina Testname was here", ("Amina",), True, 4])
def test_what_is_no_phrase_of_the_list_is_left_out(said):
    assert sent(reply(said=said)).answers == {REPLY_TO: 57}


def test_a_reply_carries_no_finding_no_time_no_conclusion_and_no_link():
    full = replace(reply(fever_ge_38=True, patient_name="Amina"), link=Link("a" * 32))

    left = project(full, Timing(visit_day=12), the_policy())

    assert (left.answers, left.conclusion, left.link) == ({REPLY: ("seen_again",), REPLY_TO: 57}, None, None)


def test_what_a_reply_may_say_is_refused_in_a_visit_and_the_other_way_round():
    forms = SentForms(the_policy())
    visit = replace(VISIT, answers={REPLY: ("seen_again",), "fever_ge_38": True})

    assert forms.fault_of(VISIT) is None
    assert forms.fault_of(reply()) is None
    assert forms.fault_of(visit) is NoSentForm.BAD_ANSWERS
    assert forms.fault_of(reply(fever_ge_38=False)) is NoSentForm.BAD_ANSWERS


def test_replies_of_two_tablets_are_no_disagreement_and_no_answer_of_the_case():
    log = CaseLog.of(CASE, [VISIT, reply(), reply(OTHER, 1, ("not_reached",))])

    state = fold(log)

    assert state.disagreements == ()
    assert state.agreed == {"fever_ge_38": False}
    assert state.heads == (EntryId(ONE, 2), EntryId(OTHER, 1))


@pytest.mark.parametrize(
    ("codes", "has_diagnosis", "is_fine"),
    [
        (["seen_again", "xray_repeated"], False, True),
        (["agreed", "will_be_done"], True, True),
        (["agreed"], False, False),
        (["agreed", "not_agreed"], True, False),
        (["something else"], True, False),
        ([], True, False),
    ],
)
def test_agreeing_needs_a_diagnosis_and_nobody_agrees_and_disagrees_at_once(codes, has_diagnosis, is_fine):
    assert can_be_said(codes, has_diagnosis=has_diagnosis) is is_fine


def test_a_phrase_of_a_newer_version_is_kept_and_stands_last():
    assert said_in(reply(said=("aaa_new", "agreed", "call_us"))) == ("agreed", "call_us", "aaa_new")
    assert answers_review(VISIT) is None
