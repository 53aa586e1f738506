"""The drawing of a case: every entry once, parents before children, lines that do not run through other entries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given

from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.case.log import CaseLog
from sync_server.services.case_graph import CaseGraph, DrawnEntry, DrawnReview, draw
from tests.strategies import CASE, DEVICES, histories

A, B = DeviceId("a" * 16), DeviceId("b" * 16)


def entry(device: DeviceId, seq: int, *parents: EntryId) -> Entry:
    return Entry(EntryId(device, seq), CaseId("c" * 32), EntryKind.ASSESSMENT, {}, tuple(sorted(parents)))


def drawn(entries: Sequence[Entry], reviews: Sequence[DrawnReview] = ()) -> CaseGraph:
    lanes = sorted({one.id.device for one in entries})
    return draw(
        [(device, "") for device in lanes],
        [DrawnEntry(one, lanes.index(one.id.device), str(one.id.seq), "", "") for one in entries],
        reviews,
    )


@given(histories())
def test_every_entry_has_a_place_of_its_own_and_stands_after_its_parents(entries: Sequence[Entry]) -> None:
    ordered = CaseLog.of(CASE, entries).in_causal_order()

    graph = drawn(ordered)

    places = {one.id: (node.x, node.y) for one, node in zip(ordered, graph.nodes, strict=True)}
    assert len(set(places.values())) == len(ordered)
    assert all(places[parent][0] < places[one.id][0] for one in ordered for parent in one.parents)
    assert all(0 < node.x < graph.width and 0 < node.y < graph.height for node in graph.nodes)
    assert len(graph.lines) == sum(len(one.parents) for one in ordered)
    assert len(graph.lanes) == len({one.id.device for one in ordered}) <= len(DEVICES)


def test_a_fork_and_its_join_are_drawn_in_two_lanes() -> None:
    first, here = entry(A, 1), entry(A, 2, EntryId(A, 1))
    there = entry(B, 1, EntryId(A, 1))
    join = entry(A, 3, EntryId(A, 2), EntryId(B, 1))

    graph = drawn([first, here, there, join])

    columns = [node.x for node in graph.nodes]
    assert columns[1] == columns[2]
    assert columns[0] < columns[1] < columns[3]
    assert [node.y for node in graph.nodes] == [graph.nodes[0].y, graph.nodes[0].y, graph.nodes[2].y, graph.nodes[0].y]
    assert sum("C" in line.path for line in graph.lines) == 2


def test_a_line_that_would_run_through_an_entry_leaves_the_lane_first() -> None:
    chain = [entry(A, 1), entry(A, 2, EntryId(A, 1)), entry(A, 3, EntryId(A, 2))]
    far = entry(B, 1, EntryId(A, 1), EntryId(A, 3))

    graph = drawn([*chain, far])

    from_first = next(
        line.path for line in graph.lines if line.path.startswith(f"M {graph.nodes[0].x} ") and "C" in line.path
    )
    ends = [int(number) for number in re.findall(r"-?\d+", from_first)]
    assert ends[-1] == graph.nodes[3].y == ends[-3]


def test_reviews_have_a_lane_of_their_own_and_dashed_lines_from_what_they_saw() -> None:
    first, second = entry(A, 1), entry(A, 2, EntryId(A, 1))
    reviews = [DrawnReview((first.id,), "Received", ""), DrawnReview((second.id,), "Confirmed", "")]

    graph = drawn([first, second], reviews)

    assert [lane.name for lane in graph.lanes] == [A, "Coordinator"]
    assert [node.kind for node in graph.nodes] == ["entry", "entry", "review", "review"]
    assert graph.nodes[2].x < graph.nodes[3].x
    assert [line.is_review for line in graph.lines] == [False, True, True]


def test_an_answer_stands_behind_the_review_that_it_answers_and_what_waits_for_itself_is_drawn_all_the_same() -> None:
    visit = entry(A, 1)
    reply = replace(entry(A, 2, visit.id), kind=EntryKind.REPLY)
    forged = replace(entry(A, 3, reply.id), kind=EntryKind.REPLY)
    shown = [
        DrawnEntry(visit, 0, "Visit 1", "", ""),
        DrawnEntry(reply, 0, "Answer 1", "", "", 0),
        DrawnEntry(forged, 0, "Answer 2", "", "", 1),
    ]
    reviews = [DrawnReview((visit.id,), "Received", ""), DrawnReview((forged.id,), "Confirmed", "")]

    graph = draw([("Tablet 1", "")], shown, reviews)

    kinds = {node.label: node.kind for node in graph.nodes}
    across = {node.label: node.x for node in graph.nodes}
    assert kinds["Answer 1"] == "answer"
    assert across["Visit 1"] < across["Received"] < across["Answer 1"] < across["Answer 2"]
    assert len([line for line in graph.lines if line.is_review]) == 4
