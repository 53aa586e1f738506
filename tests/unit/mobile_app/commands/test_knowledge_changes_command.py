"""`handwise knowledge changes`: what another version of the knowledge makes of a file of cases."""

from __future__ import annotations

import json

import pytest

from mobile_app.__main__ import main

LUMP = {
    "age_days": 400,
    "setting": "hospital_paediatric_ed",
    "region": ["hand"],
    "findings": {
        "prior_iv_calcium_same_limb_3m": True,
        "swelling_consistency": "rock_hard_nodular",
        "xray_ge_10d": "soft_tissue_calcification",
        "fever_ge_38": False,
    },
    "measurements": {"crp": {"value": 0.4, "unit": "mg/L"}},
}
ILL = {"age_days": 400, "findings": {"toxic_appearance": True}}


@pytest.fixture
def changes(tmp_path, capsys):
    def run(body, *options):
        path = tmp_path / "cases.json"
        path.write_text(body if isinstance(body, str) else json.dumps(body))
        status = main(["knowledge", "changes", str(path), *options])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_every_case_is_compared_from_the_version_before_to_the_current_one(changes):
    status, out, err = changes([LUMP, ILL])

    assert (status, err) == (0, "")
    assert out.splitlines()[0].startswith(("0 of 2", "1 of 2", "2 of 2"))
    assert "assessments would change from 1.0 to 1.1" in out


def test_the_machine_form_has_each_pair_as_was_and_is_now(changes):
    _, out, _ = changes([LUMP, ILL], "--from", "1.0", "--to", "1.1", "--json")

    lump, ill = json.loads(out)
    assert lump["case"] == 1
    assert lump["leading"] == ["calcinosis_cutis_iatrogenic"] * 2
    assert ill["disposition"] == ["emergency", "emergency"]
    assert set(lump) == {
        "case", "is_different", "disposition", "leading", "word", "words", "new_red_flags", "gone_red_flags", "fits",
        "sentence",
    }  # fmt: skip


def test_a_version_compared_with_itself_changes_nothing(changes):
    _, out, _ = changes([LUMP, ILL], "--from", "1.0", "--to", "1.0")

    assert out == "0 of 2 assessments would change from 1.0 to 1.0: 0 more urgent, 0 less urgent.\n"


def test_what_the_older_version_does_not_know_is_said_in_the_case_s_own_place(changes):
    followed = {"age_days": 400, "measurements": {"lump_size": {"value": 20, "unit": "mm"}}}
    status, out, _ = changes([LUMP, followed])

    assert status == 0
    assert "of 1 assessments" in out
    assert "case 2: not assessed. measurements: has a name that is not known here" in out
    assert "(knowledge 1.0)" in out


def test_what_became_more_urgent_comes_first(changes):
    """The same cases the other way round: each pair is turned about, and so is the order."""
    _, there, _ = changes([LUMP, ILL], "--json")
    _, back, _ = changes([LUMP, ILL], "--from", "1.1", "--to", "1.0", "--json")

    for one, other in zip(json.loads(there), json.loads(back), strict=True):
        assert one["disposition"] == other["disposition"][::-1]
        assert one["new_red_flags"] == other["gone_red_flags"]


@pytest.mark.parametrize(
    ("body", "options", "sentence"),
    [
        ([LUMP], ("--to", "9.9"), "knowledge: 9.9 is not one of the versions here: 1.0, 1.1"),
        ([LUMP], ("--from", "Anna Sample"), "knowledge: is not one of the versions here: 1.0, 1.1"),
        ("{", (), "CASES.json"),
        ([LUMP] * 10_001, (), "CASES.json: has more than 10000 cases"),
    ],
)
def test_what_cannot_be_compared_gives_one_line_and_status_2(changes, body, options, sentence):
    status, out, err = changes(body, *options)

    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "Anna" not in err
    assert sentence in err or (body == "{" and "JSON" in err)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--to", "1.0"), "--to: 1.0 is the oldest version here; say with --from what to compare it with"),
        (("--from", "1.1"), "--from: 1.1 is the current version; say with --to what to compare it with"),
    ],
)
def test_a_version_is_never_compared_with_itself_unasked(changes, options, sentence):
    status, out, err = changes([LUMP], *options)

    assert (status, out) == (2, "")
    assert sentence in err


def test_a_fault_of_the_file_is_named_by_the_argument_of_this_command(changes, tmp_path, capsys):
    assert "CASES.json: is not valid JSON" in changes("{")[2]

    main(["knowledge", "changes", str(tmp_path / "nowhere.json")])
    assert "CASES.json: cannot be read" in capsys.readouterr().err


def test_a_file_that_begins_with_a_byte_order_mark_is_read(changes):
    assert changes("\ufeff" + json.dumps([LUMP]))[0] == 0
