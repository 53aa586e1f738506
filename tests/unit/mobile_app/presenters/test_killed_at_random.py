"""Killed at a random moment, a tablet goes on with everything it had shown (`make soak` kills hundreds of times)."""

from __future__ import annotations

import pytest

from tests.killing import LastDrawn, NotAsDrawn, check_next_start, kill_once
from tests.presenter_world import Finger
from tests.tablet_world import a_tablet


@pytest.mark.parametrize("seed", [3, 5, 8])
def test_the_next_start_offers_what_stood_on_the_screen(tmp_path, seed):
    check_next_start(tmp_path, kill_once(tmp_path, seed))


def test_the_check_notices_a_draft_that_is_gone_and_an_answer_that_is_another(tmp_path):
    """Otherwise it could not fail."""
    with a_tablet(tmp_path) as tablet:
        finger = Finger(tablet)
        finger.start()
        finger.begin_questions()
        (kept,) = finger.store.drafts()
        finger.flow.lock()
    screen, other = "question", '{"age_days":3}'

    with pytest.raises(NotAsDrawn, match="not offered"):
        check_next_start(tmp_path, LastDrawn(screen=screen, case="0" * 32))
    with pytest.raises(NotAsDrawn, match="differ"):
        check_next_start(tmp_path, LastDrawn(screen=screen, item="crp", case=kept.case_id, answers=other))
    with pytest.raises(NotAsDrawn, match="saved case"):
        check_next_start(tmp_path, LastDrawn(saved=("0" * 32,)))
