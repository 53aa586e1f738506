"""One run tells all that can be known of a faulty folder, and each cause once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared.errors import KnowledgeError
from shared.knowledge.loader import FILES, inspect_knowledge, load_knowledge
from shared.knowledge.shelf import Shelf
from tests.book import KNOWLEDGE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KNOWLEDGE, tmp_path / "book"))


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text, f"{name} has no {old}"
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


CAUSES = [
    ("conditions/flexor_tenosynovitis.yaml", "like: septic_arthritis", "like: septic_artritis", 1),
    ("conditions/flexor_tenosynovitis.yaml", "like: septic_arthritis", "lik: septic_arthritis", 1),
    ("conditions/tumour.yaml", "type: extended_ranked", "type: resdual", 1),
    ("findings/site.yaml", "  region:", "  regoin:", 1),
    ("findings/site.yaml", "  knee:", "  kne:", 2),
    ("findings/esr_band.yaml", "  gt_40:", "  gt_41:", 4),
    ("findings/warmth.yaml", "{p: 0.85", "{p: high", 1),
    ("sources.yaml", "  expert:", "  exprt:", 1),
]


@pytest.mark.parametrize(("name", "old", "new", "lines"), CAUSES, ids=[f"{row[0]} {row[2]}" for row in CAUSES])
def test_one_slip_does_not_fill_the_screen(folder, name, old, new, lines):
    _edit(folder, name, old, new)

    assert 1 <= len(inspect_knowledge(folder).problems) <= lines


@pytest.mark.parametrize("name", [*FILES, "findings/warmth.yaml", "conditions/cellulitis.yaml", "follow_up.yaml"])
def test_an_empty_file_is_one_problem(folder, name):
    (folder / name).write_text("")
    found = inspect_knowledge(folder)

    assert [(p.file, p.place) for p in found.problems] == [(name, "the file")]
    assert not found.is_whole


def test_a_file_that_cannot_be_read_does_not_hide_the_faults_between_the_others(folder):
    (folder / "sources.yaml").write_text("sources: [\n")
    _edit(folder, "reasoning.yaml", "cellulitis: within_days", "cellulitis: within_day")
    _edit(folder, "conditions/cellulitis.yaml", "{p: 0.301, low", "{p: 0.311, low")
    _edit(folder, "red_flags.yaml", "{f: pain_out_of_proportion}", "{f: pain_out_of_proporton}")
    told = {problem.file for problem in inspect_knowledge(folder).problems}

    assert told == {"sources.yaml", "reasoning.yaml", "conditions", "red_flags.yaml"}


def test_a_sum_over_a_number_that_cannot_be_read_is_not_told(folder):
    _edit(folder, "conditions/cellulitis.yaml", "{p: 0.301, low", "{p: much, low")

    (problem,) = inspect_knowledge(folder).problems
    assert problem.place == "prior.rural_primary_care.p"


def test_a_version_in_a_folder_of_another_name_is_refused(tmp_path):
    shutil.copytree(KNOWLEDGE, tmp_path / "1.2")

    with pytest.raises(KnowledgeError, match="version: must be 1.2, the name of its folder"):
        Shelf(tmp_path, "1.2").knowledge("1.2")


def test_a_folder_that_is_named_like_no_version_may_hold_any(folder):
    assert load_knowledge(folder).version == KNOWLEDGE.name
