"""A sync goes on until all is sent and pulled, survives servers that forget or lie, and claims no more than it did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from mobile_app.ports.outbox import Enrolment
from mobile_app.sync_client import comparing, runner
from mobile_app.sync_client.runner import OutboxSynchroniser
from shared.case.entry import CaseId, DeviceId, Entry, EntryId, EntryKind
from shared.crypto.signing import verify
from shared.errors import ChainMismatch, IdentityConflictAnswered, ServerUnreachable
from shared.sync.batch import GENESIS, batch_hash, entry_hash
from shared.sync.compare import LAST, CompareRequest, CompareResponse
from shared.sync.holding import Holding
from shared.sync.messages import ChainHead, SyncResponse
from tests.tablet_world import a_tablet


@dataclass
class ChainKeeper:
    """A small honest server for one device: it checks each batch against its own chain, as the protocol says."""

    public_key: bytes
    epoch: str = "epoch-1"
    heads: list[ChainHead] = field(default_factory=lambda: [ChainHead(0, GENESIS)])
    stored: dict[int, Entry] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    page: int = 100
    fail_at: set[int] = field(default_factory=set)
    forget_answer_at: set[int] = field(default_factory=set)
    asked: int = 0

    def exchange(self, request):
        self.asked += 1
        if self.asked in self.fail_at:
            raise ServerUnreachable
        head = self.heads[-1]
        for batch in request.batches:
            if batch.last_seq <= head.seq:
                others = [entry.id.seq for entry in batch.entries if self.stored.get(entry.id.seq) != entry]
                if others:
                    refused = [(seq, "It differs.") for seq in others]
                    raise IdentityConflictAnswered(head.seq, head.hash, self.epoch, refused)
                continue
            digest = batch_hash(request.device, batch.first_seq, head.hash, map(entry_hash, batch.entries))
            if batch.first_seq != head.seq + 1 or not verify(self.public_key, digest, batch.signature):
                raise ChainMismatch(head.seq, head.hash, self.epoch)
            head = ChainHead(batch.last_seq, digest)
            self.heads.append(head)
            self.stored |= {entry.id.seq: entry for entry in batch.entries}
        cursor = request.cursor if request.epoch == self.epoch else 0
        page = self.log[cursor : cursor + self.page]
        if self.asked in self.forget_answer_at:
            raise ServerUnreachable
        return SyncResponse(
            self.epoch, f"nonce-{self.asked}", head, (), tuple(page), (), cursor + len(page),
            cursor + len(page) < len(self.log),
        )  # fmt: skip

    def restore(self, heads, epoch):
        """Become the server that an older backup makes."""
        del self.heads[heads:]
        self.stored = {seq: entry for seq, entry in self.stored.items() if seq <= self.heads[-1].seq}
        self.epoch = epoch


@pytest.fixture
def store(tmp_path):
    with a_tablet(tmp_path) as tablet:
        store = tablet.set_up()
        store.outbox.save_enrolment(Enrolment("https://server.example", "1", "Clinic A", "epoch-1", "nonce-0"))
        yield store
        store.close()


@pytest.fixture
def server(store):
    return ChainKeeper(store.outbox.public_key())


def synchroniser(store, server):
    @contextmanager
    def connect(enrolment, outbox, traffic):
        yield server

    return OutboxSynchroniser(store.outbox, app_version="0.1", knowledge_version="1.0", connect=connect)


def record(store, count=1):
    for _ in range(count):
        store.record(store.new_case_id(), EntryKind.ASSESSMENT, {"fever_ge_38": True})


def elsewhere(count):
    device = DeviceId("b" * 16)
    return [
        Entry(EntryId(device, n), CaseId(f"{n:032x}"), EntryKind.ASSESSMENT, {"warmth": True})
        for n in range(1, count + 1)
    ]


def test_one_sync_pushes_all_and_pulls_all(store, server):
    record(store, 3)
    server.log += elsewhere(250)

    report = synchroniser(store, server).sync()

    assert (report.pushed, report.pulled, report.failure) == (3, 250, "")
    assert sorted(server.stored) == [1, 2, 3]
    assert store.count_cases() == 253
    overview = store.sync_overview()
    assert (overview.waiting, overview.failure, overview.is_running) == (0, "", False)
    assert overview.last_success is not None


def test_a_sync_with_nothing_new_is_one_exchange(store, server):
    synchroniser(store, server).sync()
    server.asked = 0

    synchroniser(store, server).sync()

    assert server.asked == 1


@pytest.fixture
def one_batch_a_request(monkeypatch):
    monkeypatch.setattr(runner, "FIRST_REQUEST_BYTES", 1)
    monkeypatch.setattr(runner, "MAX_REQUEST_BYTES", 1)


def four_batches(store):
    for _ in range(4):
        record(store, 3)
        store.outbox.next_request(max_bytes=1, app_version="0.1", knowledge_version="1.0")


@pytest.mark.usefixtures("one_batch_a_request")
def test_a_large_backlog_goes_in_several_exchanges(store, server):
    four_batches(store)

    report = synchroniser(store, server).sync()

    assert (report.pushed, report.failure) == (12, "")
    assert server.asked == 4
    assert len(server.stored) == 12


@pytest.mark.usefixtures("one_batch_a_request")
@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_sync_that_stops_anywhere_is_taken_up_by_the_next_one(store, server, cut):
    four_batches(store)
    server.fail_at = {cut}
    stopped = synchroniser(store, server).sync()
    assert stopped.failure
    assert stopped.pushed == 3 * (cut - 1)
    assert store.sync_overview().waiting == 12 - stopped.pushed

    report = synchroniser(store, server).sync()

    assert (stopped.pushed + report.pushed, report.failure) == (12, "")
    assert len(server.stored) == 12


def test_a_lost_answer_doubles_nothing(store, server):
    record(store, 2)
    server.forget_answer_at = {1}
    assert synchroniser(store, server).sync().failure
    record(store, 1)

    report = synchroniser(store, server).sync()

    assert report.failure == ""
    assert sorted(server.stored) == [1, 2, 3]


@pytest.mark.parametrize("epoch", ["epoch-1", "epoch-2"])
@pytest.mark.parametrize("kept", [1, 2])
@pytest.mark.parametrize("new", [0, 2])
def test_a_server_restored_from_an_older_backup_gets_back_all_that_it_lacks(store, server, epoch, kept, new):
    for _ in range(3):
        record(store, 2)
        synchroniser(store, server).sync()
    server.log += elsewhere(3)
    synchroniser(store, server).sync()
    record(store, new)
    server.restore(kept, epoch)

    report = synchroniser(store, server).sync()

    assert report.failure == ""
    assert len(server.stored) == 6 + new
    assert store.sync_overview().waiting == 0


def test_a_server_with_a_chain_of_its_own_is_a_sentence_and_loses_nothing(store, server):
    record(store, 2)
    server.heads.append(ChainHead(1, b"x" * 32))

    report = synchroniser(store, server).sync()

    assert "ask the coordinator" in report.failure
    assert report.pushed == 0
    assert store.sync_overview().waiting == 2


@pytest.mark.parametrize("lie", ["always more", "to and fro"])
def test_a_faulty_server_does_not_keep_the_tablet_busy_for_ever(store, server, lie):
    record(store, 1)
    synchroniser(store, server).sync()
    record(store, 1)
    honest = server.exchange

    def exchange(request):
        response = honest(request)
        asked = server.asked
        assert asked < 20
        if lie == "always more":
            return SyncResponse(response.epoch, "n", response.acknowledged, (), (), (), 0, True)
        return SyncResponse(f"epoch-{asked % 2}", "n", ChainHead(0, GENESIS), (), (), (), 0, False)

    server.exchange = exchange

    assert synchroniser(store, server).sync().failure


def test_a_fault_that_nobody_foresaw_is_a_sentence_too_and_its_words_are_not_logged(store, server, caplog):
    """Whoever started the sync waits for its report, and an error's text could quote an answer."""
    record(store, 1)

    def fail(_):
        raise ZeroDivisionError("Amina Testname")

    server.exchange = fail

    report = synchroniser(store, server).sync()

    assert report.failure == "The sync stopped. Every case is kept and will be sent later."
    assert store.sync_overview().failure == report.failure
    assert not store.sync_overview().is_running
    assert "ZeroDivisionError" in caplog.text
    assert "Amina" not in caplog.text


def test_a_tablet_that_is_locked_during_a_sync_says_so_and_loses_nothing(store, server):
    record(store, 1)
    honest = server.exchange

    def lock_then_answer(request):
        store.close()
        return honest(request)

    server.exchange = lock_then_answer

    assert "locked" in synchroniser(store, server).sync().failure


def test_a_tablet_that_is_not_enrolled_says_so(tmp_path):
    with a_tablet(tmp_path / "new") as tablet:
        store = tablet.set_up()

        assert "not connected" in synchroniser(store, None).sync().failure
        store.close()


def test_a_second_sync_beside_a_running_one_does_nothing(store, server):
    honest = server.exchange
    inner = []

    def sync_again(request):
        inner.append(running.sync())
        assert store.sync_overview().is_running
        return honest(request)

    server.exchange = sync_again
    running = synchroniser(store, server)

    assert running.sync().failure == ""
    assert inner[0].failure == "A sync is running already."


# Comparing


@dataclass
class LyingServer(ChainKeeper):
    """Says that it holds something else, and answers each comparison as `lie` does."""

    lie: Callable[[CompareRequest], CompareResponse] | None = None
    compared: int = 0

    def exchange(self, request):
        return replace(super().exchange(request), holds=Holding(9, b"x" * 16))

    def compare(self, request):
        self.compared += 1
        return self.lie(request)


def always_differs(request):
    return CompareResponse(
        "epoch-1", "n", ((DeviceId("c" * 16), LAST),), tuple(Holding(9, bytes(16)) for _ in request.ranges), ()
    )


def too_few_ranges(request):
    return CompareResponse("epoch-1", "n", (), (), ())


def what_nobody_asked_for(request):
    wanted = tuple(one for one in elsewhere(1) if request.wanted)
    ranges = tuple(Holding(1, bytes(16)) for _ in request.ranges)
    return CompareResponse("epoch-1", "n", ((DeviceId("c" * 16), 3),), ranges, wanted)


@pytest.mark.parametrize("lie", [always_differs, too_few_ranges, what_nobody_asked_for])
def test_a_server_that_lies_about_what_it_holds_is_given_up_and_changes_nothing(store, monkeypatch, lie):
    monkeypatch.setattr(comparing, "MAX_TURNS", 30)
    record(store, 2)
    server = LyingServer(store.outbox.public_key(), lie=lie)

    report = synchroniser(store, server).sync()

    assert "did not come from a Handwise server" in report.failure
    assert server.compared <= 30
    assert (report.pushed, store.count_cases(), store.sync_overview().waiting) == (2, 2, 0)


def test_a_difference_that_cannot_be_mended_is_looked_into_once_and_stays_visible(store):
    server = LyingServer(store.outbox.public_key(), lie=lambda request: CompareResponse("epoch-1", "n", (), (), ()))
    first = synchroniser(store, server).sync()
    asked = server.compared

    second = synchroniser(store, server).sync()

    assert (first.failure, first.differing, first.repaired) == ("", 9, 0)
    assert (second.failure, server.compared) == ("", asked)
    assert store.sync_overview().differing == 9


def test_an_entry_whose_number_was_used_twice_is_not_accepted_and_the_rest_goes_on(store, server):
    record(store, 2)
    honest, said = server.exchange, []

    def exchange(request):
        response = honest(request)
        if request.batches and not said:
            said.append(response)
            head = response.acknowledged
            raise IdentityConflictAnswered(head.seq, head.hash, response.epoch, [(1, "Other content.")])
        return response

    server.exchange = exchange
    server.log += elsewhere(3)

    report = synchroniser(store, server).sync()

    assert (report.failure, report.pushed, report.pulled) == ("", 2, 3)
    assert report.quarantine_reasons == ("Other content.",)
    overview = store.sync_overview()
    assert (overview.waiting, overview.not_accepted) == (0, 1)


def test_a_conflict_with_a_chain_that_is_not_ours_is_noted_and_stops_the_sync(store, server):
    record(store, 2)

    def exchange(request):
        raise IdentityConflictAnswered(2, b"x" * 32, "epoch-1", [(1, "Other content.")])

    server.exchange = exchange

    assert "ask the coordinator" in synchroniser(store, server).sync().failure
    assert (store.sync_overview().waiting, store.sync_overview().not_accepted) == (2, 1)
