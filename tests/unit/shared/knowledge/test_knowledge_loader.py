"""Loading: one report with every fault, an unchangeable result, a hash that covers every byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.errors import KnowledgeError, Problem
from shared.knowledge.loader import load_knowledge
from tests.book import KNOWLEDGE, the_book

Edit = tuple[str, str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the book that a test may break."""
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))


@pytest.fixture
def problems_after(folder: Path) -> Callable[..., list[Problem]]:
    def edit_and_load(*edits: Edit) -> list[Problem]:
        for name, old, new in edits:
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text, f"{name} has no {old}"
            (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(KnowledgeError) as caught:
            load_knowledge(folder)
        return list(caught.value.problems)

    return edit_and_load


def _told(problems: list[Problem], file: str, place: str, advice: str) -> bool:
    return any(p.file == file and place in p.place and advice in p.advice for p in problems)


# Each fault: what is changed, and what the report must say: file, place, words.
IN_ONE_FILE = [
    (("findings/erythema.yaml", "kind: exam", "kind: exm"), "kind", "did you mean exam?"),
    (("findings/erythema.yaml", "why:", "wy:"), "wy", "did you mean why?"),
    (("findings/warmth.yaml", "{p: 0.85", "{p: high"), "likelihoods", "must be a number"),
    (("findings/tenderness.yaml", "verified: false", "verified: perhaps"), "likelihoods", "must be true or false"),
    (("findings/fluctuance.yaml", "quality: ", "quality: E"), "likelihoods", "must be one of A, B, C, D"),
    (("findings/onset.yaml", "    hours: {p: 0.15, low: 0.067, high: 0.303}\n", ""), "cellulitis.hours", "is missing"),
    (("findings/interval_since_iv_calcium.yaml", "== yes", "is yes"), "ask_if", "must read like"),
    (("conditions/cellulitis.yaml", "is_dangerous: false", "is_dangerous: 0"), "is_dangerous", "true or false"),
    (
        ("conditions/abscess.yaml", "after_days: 1,", "after_days: soon,"),
        "plan.follow_up[1].after_days",
        "whole number",
    ),
    (("red_flags.yaml", "- any:\n", "- anny:\n"), "condition", "did you mean any?"),
    (("red_flags.yaml", "op: '<', v: 60", "op: '=<', v: 60"), "op", "must be one of"),
    (("red_flags.yaml", "n: 2\n", "n: 9\n"), "at_least.n", "from 1 to the length"),
    (("danger_signs.yaml", "hint: over the last feeds", "hnit: over the last feeds"), "hnit", "did you mean hint?"),
    (("measurements.yaml", "possible: [25, 45]", "possible: [25]"), "possible", "two numbers"),
    (("sources.yaml", "verified: true", "verifed: true"), "verifed", "did you mean verified?"),
    (("knowledge.yaml", "max_age_days: 6574", "max_age_days: '6574'"), "max_age_days", "whole number"),
    (("reasoning.yaml", "surprise: 2.0", "suprise: 2.0"), "suprise", "did you mean surprise?"),
    (("groups.yaml", "first: 1.0", "first: full"), "exponents.first", "must be a number"),
    (("calcification.yaml", "from_day: 4", "from_day: 4.5"), "by_day[2].from_day", "whole number"),
    (("consider.yaml", "clues: ", "cluse: "), "cluse", "did you mean clues?"),
]

BETWEEN_FILES = [
    (("findings/erythema.yaml", "[hue2023, taha2023]", "[hue2023, tahaa2023]"), "likelihoods", "taha2023?"),
    (("findings/erythema.yaml", "low: 0.845", "low: 0.98"), "likelihoods.cellulitis", "low <= p <= high"),
    (("findings/onset.yaml", "days:  {p: 0.78", "days:  {p: 0.68"), "likelihoods.cellulitis", "sum to 0.9"),
    (("findings/warmth.yaml", "group: local_inflammation", "group: local_inflamation"), "group", "local_inflammation?"),
    (("findings/onset.yaml", "  abscess:\n", "  abcess:\n"), "likelihoods", "abscess?"),
    (
        ("findings/fever_ge_38.yaml", "  neonate_lt_28d:", "  neonates:"),
        "age_override",
        "neonates is not an age band",
    ),
    (("groups.yaml", "[erythema, warmth", "[erythma, warmth"), "local_inflammation.members", "erythema?"),
    (("conditions/cellulitis.yaml", "{p: 0.301, low", "{p: 0.311, low"), "prior.rural_primary_care", "sums to 1.01"),
    (("conditions/calcinosis_cutis_iatrogenic.yaml", "after_days: 28", "after_days: 3"), "plan.follow_up", "ascending"),
    (
        ("conditions/abscess.yaml", "resource: ultrasound", "resource: ultrasond"),
        "plan.tests[1].resource",
        "ultrasound?",
    ),
    (
        ("red_flags.yaml", "{f: pain_out_of_proportion}", "{f: pain_out_of_proporton}"),
        "RF01",
        "pain_out_of_proportion?",
    ),
    (("red_flags.yaml", "eq: gt_40", "eq: gt_41"), "RF04", "gt_40?"),
    (("red_flags.yaml", "{i: tense_limb}", "{i: tens_limb}"), "RF06", "tense_limb?"),
    (("red_flags.yaml", "{n: spo2", "{n: sp02"), "RF02", "spo2?"),
    (("red_flags.yaml", "priority: 1", "priority: 7"), "priority", "must be 1, 2, 3 or 4"),
    (("danger_signs.yaml", "yes: [fever_ge_38]", "yes: [feverge_38]"), "fever.yes", "fever_ge_38?"),
    (("danger_signs.yaml", "from_days: 0, to_days: 27", "from_days: 0, to_days: 99"), "danger_signs", "at most 12 fit"),
    (("measurements.yaml", "probable: [33, 42]", "probable: [33, 50]"), "temperature.probable", "inside possible"),
    (("measurements.yaml", "state: gt_40", "state: gt_50"), "derives.esr_band.states", "gt_40?"),
    (
        ("knowledge.yaml", "  28_89_d: {label: 28 to 89 days, from_days: 28", "  28_89_d: {label: x, from_days: 30"),
        "28_89_d",
        "day after",
    ),
    (("reasoning.yaml", "cellulitis: within_days", "cellulitis: within_day"), "usual.cellulitis", "within_days?"),
    (
        ("consider.yaml", "rule: RF19_calciphylaxis", "rule: RF19_calciphilaxis"),
        "calciphylaxis.condition",
        "RF19_calciphylaxis?",
    ),
]


@pytest.mark.parametrize(("edit", "place", "advice"), [*IN_ONE_FILE, *BETWEEN_FILES], ids=lambda value: str(value)[:60])
def test_a_fault_is_named_with_its_file_and_place(
    problems_after: Callable[..., list[Problem]], edit: Edit, place: str, advice: str
) -> None:
    problems = problems_after(edit)

    files = {problem.file for problem in problems}
    assert any(place in p.place and advice in p.advice for p in problems), problems
    assert edit[0] in files or "conditions" in files


@pytest.mark.parametrize("faults", [IN_ONE_FILE, BETWEEN_FILES], ids=["in one file each", "between files"])
def test_all_faults_are_reported_at_once(problems_after: Callable[..., list[Problem]], faults: list) -> None:
    """Twenty faults in twenty places need one run, not twenty."""
    # Two faults in the same spot would hide each other; each of these stands alone.
    together = [fault for fault in faults if "neonates" not in fault[0][2] and "state: gt_50" not in fault[0][2]]

    problems = problems_after(*(edit for edit, _, _ in together))

    for edit, place, advice in together:
        assert any(place in p.place and advice in p.advice for p in problems), (edit, problems)


def test_missing_strange_and_unreadable_files_are_named_together(folder: Path) -> None:
    (folder / "groups.yaml").unlink()
    (folder / "red_flag.yaml").write_text("rules: {}\n")
    (folder / "sources.yaml").write_text("sources:\n  a: [\n")
    (folder / "findings" / "warmth.yaml").write_bytes(b"label: \xff\xfe\n")
    (folder / "findings" / "erythema.yaml").write_text("- a list\n")

    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)

    problems = list(caught.value.problems)
    assert _told(problems, "groups.yaml", "the file", "is missing")
    assert _told(problems, "red_flag.yaml", "the file", "did you mean red_flags.yaml?")
    assert _told(problems, "sources.yaml", "the file", "is not valid YAML")
    assert _told(problems, "findings/warmth.yaml", "the file", "not valid YAML in UTF-8")
    assert _told(problems, "findings/erythema.yaml", "the file", "must be a block of keys and values")


def test_a_key_that_stands_twice_is_refused(folder: Path) -> None:
    with (folder / "findings" / "warmth.yaml").open("a") as file:
        file.write("kind: lab\n")

    with pytest.raises(KnowledgeError, match="the key kind stands twice"):
        load_knowledge(folder)


def test_a_core_condition_without_a_plan_is_refused(folder: Path) -> None:
    path = folder / "conditions" / "cellulitis.yaml"
    path.write_text(path.read_text(encoding="utf-8").split("plan:\n")[0], encoding="utf-8")

    with pytest.raises(KnowledgeError, match="a core condition needs one"):
        load_knowledge(folder)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is not there"):
        load_knowledge(tmp_path / "2.0")


def test_words_stay_words() -> None:
    """In YAML 1.1 `yes:` would be the truth value, and the version a number."""
    book = the_book()

    assert book.findings["erythema"].states == ("yes", "no")
    assert book.version == "1.1"
    assert book.effective_from == "2026-11-21"


def test_the_book_cannot_be_changed() -> None:
    book = the_book()

    for table in (book.findings, book.findings["onset"].likelihoods, book.groups, book.rules, book.reference):
        with pytest.raises(TypeError):
            table["new"] = 1  # type: ignore[index]


def test_the_hash_covers_every_file_and_nothing_else(folder: Path) -> None:
    before = load_knowledge(folder).content_hash
    assert before == load_knowledge(folder).content_hash == the_book().content_hash

    (folder / "notes.txt").write_text("of no matter")
    assert load_knowledge(folder).content_hash == before

    for name in ("sources.yaml", "findings/erythema.yaml", "privacy.yaml"):
        original = (folder / name).read_bytes()
        (folder / name).write_bytes(original + b"# one more remark\n")
        assert load_knowledge(folder).content_hash != before
        (folder / name).write_bytes(original)
