"""`handwise knowledge behaviour`: writes BEHAVIOUR.md from the clinical situations and says which do not hold."""

from __future__ import annotations

import argparse
from typing import Any

from mobile_app.config import read_config
from shared.errors import InvalidInput
from shared.evaluation.behaviour import Vocabulary, check_situation, document, read_behaviour
from shared.knowledge.loader import load_knowledge
from shared.triage.assess import Assessor

DONE, UNMET = 0, 1


def add_action(actions: Any) -> None:
    """Add this action to the `knowledge` command."""
    action = actions.add_parser(
        "behaviour",
        help="write BEHAVIOUR.md from the clinical situations; exit status 1 if one of them does not hold",
    )
    action.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Write the page, check every situation, and return the exit status."""
    config = read_config()
    knowledge = load_knowledge(config.knowledge)
    folder = config.knowledge.parent
    behaviour = read_behaviour(folder / "behaviour", knowledge.sources)
    page = folder / "BEHAVIOUR.md"
    page.write_text(document(behaviour, knowledge.sources), encoding="utf-8")
    vocabulary, assessor = Vocabulary(knowledge, behaviour.words), Assessor(knowledge)
    unmet = 0
    for situation in behaviour.situations:
        try:
            faults = [str(each) for each in check_situation(situation, assessor, vocabulary) if not each.is_met]
        except InvalidInput as fault:
            faults = [str(fault)]
        if bool(faults) is bool(situation.not_yet):
            continue
        unmet += 1
        for line in faults or ["everything holds now: take the mark `not yet` away"]:
            print(f"{situation.id}: {line}")
    count = len(behaviour.situations)
    short = sum(bool(situation.not_yet) for situation in behaviour.situations)
    print(f"{page.name} has {count} situations, {short} of them marked as not yet met; knowledge {knowledge.version}.")
    print("All are as the page says." if not unmet else f"{unmet} are not as the page says.")
    return UNMET if unmet else DONE
