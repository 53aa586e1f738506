"""The next page is asked for while one is stored: one request after the other, and only what changes nothing."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from mobile_app.sync_client.read_ahead import ReadingAhead
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.errors import ServerUnreachable
from shared.sync.batch import GENESIS, Batch
from shared.sync.messages import ChainHead, SyncRequest, SyncResponse

FIRST = SyncRequest(DeviceId("a" * 16), "epoch-1", 0, ChainHead(0, GENESIS), 0, "0.1.0", "1.1")
ENTRY = Entry(EntryId(FIRST.device, 1), CaseId("c" * 32), EntryKind.ASSESSMENT, {})
SENDING = replace(FIRST, batches=(Batch(1, (ENTRY,), bytes(64)),))
LAST = 3


def after(request):
    return replace(request, cursor=request.cursor + 1)


class Pages:
    """A server with three pages, which is asked by one at a time."""

    def __init__(self):
        self.asked = []
        self.fails_at = None
        self.is_closed = False
        self.was_asked = threading.Condition()
        self._in_use = threading.Lock()

    def exchange(self, request):
        assert self._in_use.acquire(blocking=False)
        try:
            with self.was_asked:
                self.asked.append(request)
                self.was_asked.notify_all()
            if request.cursor == self.fails_at:
                raise ServerUnreachable
            return self.answer(request)
        finally:
            self._in_use.release()

    def answer(self, request):
        cursor = min(request.cursor + 1, LAST)
        return SyncResponse(request.epoch, f"n-{cursor}", request.stored, (), (), (), cursor, more=cursor < LAST)

    def wait_for(self, count):
        with self.was_asked:
            return self.was_asked.wait_for(lambda: len(self.asked) >= count, timeout=60)

    def close(self):
        self.is_closed = True


@pytest.fixture
def pages():
    return Pages()


def test_the_next_page_is_on_its_way_before_anybody_asks_for_it(pages):
    with ReadingAhead(pages) as endpoint:
        endpoint.exchange(FIRST)
        assert pages.wait_for(2)
        assert endpoint.exchange(after(FIRST)) == pages.answer(after(FIRST))
        assert endpoint.exchange(after(after(FIRST))).more is False

    assert pages.asked == [FIRST, after(FIRST), after(after(FIRST))]
    assert pages.is_closed


def test_a_tablet_that_asks_for_something_else_gets_the_answer_to_that(pages):
    with ReadingAhead(pages) as endpoint:
        endpoint.exchange(FIRST)
        sending = replace(SENDING, cursor=1)

        assert endpoint.exchange(sending) == pages.answer(sending)

    assert pages.asked[:3] == [FIRST, after(FIRST), sending]


def test_nothing_is_asked_ahead_of_a_request_that_sends_or_behind_the_last_page(pages):
    with ReadingAhead(pages) as endpoint:
        endpoint.exchange(SENDING)
        endpoint.exchange(replace(FIRST, waiting=3))
        endpoint.exchange(replace(FIRST, cursor=LAST - 1))

    assert [request.cursor for request in pages.asked] == [0, 0, LAST - 1]
    assert not any(thread.name == "sync reads ahead" for thread in threading.enumerate())


def test_nothing_is_asked_ahead_where_the_server_is_another_or_holds_another_chain(pages, monkeypatch):
    changes = iter(({"epoch": "epoch-2"}, {"acknowledged": ChainHead(7, b"x" * 32)}, {"cursor": 0}))
    answer = pages.answer
    monkeypatch.setattr(pages, "answer", lambda request: replace(answer(request), **next(changes)))
    with ReadingAhead(pages) as endpoint:
        for _ in range(3):
            endpoint.exchange(FIRST)

    assert pages.asked == [FIRST] * 3


def test_a_fault_on_the_way_is_that_of_whoever_asks_for_the_page_and_of_nobody_else(pages):
    pages.fails_at = 1
    with ReadingAhead(pages) as endpoint:
        endpoint.exchange(FIRST)
        with pytest.raises(ServerUnreachable):
            endpoint.exchange(after(FIRST))
        endpoint.exchange(FIRST)

        assert endpoint.exchange(replace(SENDING, cursor=2)).cursor == LAST
