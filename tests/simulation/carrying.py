"""What goes without a network: parcels given to other tablets, handed in by their syncs, and receipts brought back.

Parcels and receipts lie about: each may be taken in by any tablet, by several, twice, late, damaged, or never.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING

from mobile_app.ports.parcels import ReadReceipts
from mobile_app.storage import parcels as storage_parcels
from shared.crypto.signing import SigningKey
from shared.errors import ChainMismatch, ParcelRefused
from shared.sync.messages import ChainHead
from shared.sync.receipt import Receipt, write_receipt
from tests.simulation import checks
from tests.simulation.tablet import KNOWLEDGE_VERSION

if TYPE_CHECKING:
    from tests.simulation.tablet import SimulatedTablet
    from tests.simulation.world import World

_HEADS = (
    "SELECT device || epoch, acknowledged_seq FROM device"
    " UNION ALL SELECT device || epoch, acknowledged_seq FROM former_device"
)
_HAS_WAITING = "SELECT 1 FROM device WHERE last_seq > acknowledged_seq"


class Carrying:
    """The parcels and receipts of one history, and what tablets do with them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance
        self._parcels: list[bytes] = []
        self._receipts: list[bytes] = []

    def acts(self) -> dict[str, Callable[[], None]]:
        return {"carry": self._carry}

    def _carry(self) -> None:
        if self._chance.random() < 0.4:
            self.carry_all_the_way(self._world.one())
        else:
            self._carry_some_of_the_way()

    def carry_all_the_way(self, writer: SimulatedTablet) -> None:
        """Give, take in, hand in, fetch, read, one after the other, as far as nothing comes between."""
        carrier = self._chance.choice([one for one in self._world.tablets if one is not writer] or [writer])
        self._give(writer)
        for _ in range(self._chance.choice((1, 1, 2))):
            self._take_in(carrier)
        self._world.sync(carrier)
        self._fetch(carrier)
        for _ in range(self._chance.choice((1, 2, 3))):
            self._read(self._world.one())

    def _carry_some_of_the_way(self) -> None:
        """Do some steps of what can be done now, rather those that come late on the way."""
        for _ in range(self._chance.randint(2, 5)):
            tablet = self._world.one()
            steps: list[tuple[Callable[[SimulatedTablet], object], float]] = [(self._give, 2), (self._forge, 0.3)]
            if self._parcels:
                steps.append((self._take_in, 4))
            if carriers := [one for one in self._world.tablets if self._waits(one)]:
                steps.append((lambda _: self._world.sync(self._chance.choice(carriers)), 4))
            if bearers := [one for one in self._world.tablets if self._has_receipts(one)]:
                steps.append((lambda _: self._fetch(self._chance.choice(bearers)), 5))
            if self._receipts:
                steps.append((self._read, 5))
            ((step, _),) = self._chance.choices(steps, [weight for _, weight in steps])
            step(tablet)

    def _waits(self, tablet: SimulatedTablet) -> bool:
        return bool(tablet.rows("SELECT 1 FROM carried WHERE parcel <> x'' LIMIT 1"))

    def _has_receipts(self, tablet: SimulatedTablet) -> bool:
        return bool(tablet.rows("SELECT 1 FROM carried WHERE receipt <> x'' LIMIT 1"))

    def _give(self, tablet: SimulatedTablet) -> None:
        if not tablet.rows(_HAS_WAITING):
            self._world.people.record(tablet)

        def give() -> None:
            sealed = tablet.store.parcels.seal(app_version="0.1.0", knowledge_version=KNOWLEDGE_VERSION)
            self._parcels.append(sealed.data)
            self._world.reach("a parcel is given")
            tablet.effect("a parcel is given")
            tablet.store.parcels.note_given(sealed)

        try:
            self._world.attempt(tablet, "gives a parcel", give)
        except ParcelRefused as refusal:
            self._world.tell(f"{tablet.name}: gives no parcel: {refusal}")

    def _take_in(self, tablet: SimulatedTablet) -> None:
        if not self._parcels:
            return
        parcel = self._parcels[-1] if self._chance.random() < 0.6 else self._chance.choice(self._parcels)
        is_damaged = self._chance.random() < 0.2
        if is_damaged:
            place = self._chance.randrange(len(parcel))
            is_cut = self._chance.random() < 0.5
            parcel = parcel[:place] + (b"" if is_cut else bytes([parcel[place] ^ 1]) + parcel[place + 1 :])

        def take_in() -> None:
            taken = tablet.store.parcels.take_in(parcel)
            self._world.reach("a damaged parcel is taken in" if is_damaged else "a parcel is taken in")
            if taken.known:
                self._world.reach("a parcel is taken in that is here already")

        try:
            self._world.attempt(tablet, "takes a parcel in", take_in)
        except (ParcelRefused, ValueError) as refusal:
            checks.expect(is_damaged, f"{tablet.name} does not take a good parcel in: {refusal}")
            self._world.reach("a damaged parcel is refused")
            self._world.tell(f"{tablet.name}: takes no parcel in: {refusal}")

    def _fetch(self, tablet: SimulatedTablet) -> None:
        before = len(self._receipts)

        def fetch() -> None:
            self._receipts.append(tablet.store.parcels.receipts())
            self._world.reach("receipts are fetched")

        try:
            if self._world.attempt(tablet, "shows its receipts", fetch) and self._chance.random() < 0.5:
                self._world.attempt(tablet, "forgets its receipts", tablet.store.parcels.forget_finished)
        except ParcelRefused:
            checks.expect(len(self._receipts) == before, "receipts were given and refused")

    def _read(self, tablet: SimulatedTablet) -> None:
        if not self._receipts:
            return
        raw = self._receipts[-1] if self._chance.random() < 0.6 else self._chance.choice(self._receipts)
        read = ReadReceipts(0, 0, 0, 0)

        def act() -> None:
            nonlocal read
            read = tablet.store.parcels.read_receipts(raw)

        before = dict(tablet.rows(_HEADS))
        self._world.attempt(tablet, "reads receipts", act)
        for of_epoch, head in tablet.rows(_HEADS):
            checks.expect(head >= before.get(of_epoch, 0), f"{tablet.name}: an old receipt has taken its head back")
        for what, count in (
            ("a receipt is read", read.new),
            ("an old receipt changes nothing", read.known),
            ("a receipt is for another tablet", read.of_others),
        ):
            if count:
                self._world.reach(what)
                self._world.tell(f"{tablet.name}: {what}")
        self._world.note_acknowledged(tablet)

    def _forge(self, tablet: SimulatedTablet) -> None:
        """Somebody who got hold of a parcel's secret says that all is stored, without the server's key."""
        rows = tablet.rows("SELECT device, epoch, signing_key FROM device WHERE server_url <> ''")
        ends = tablet.rows("SELECT last_seq, hash FROM batch ORDER BY last_seq DESC LIMIT 1")
        if not rows or not ends:
            return
        (device, epoch, key), (last, digest) = rows[0], ends[0]
        secret = storage_parcels._secret(SimpleNamespace(signing_key=key))  # type: ignore[arg-type]
        receipt = Receipt(device, epoch, epoch, ChainHead(last, digest), 1, last)
        raw = write_receipt(receipt, bytes(8), secret, SigningKey.generate())
        try:
            self._world.attempt(tablet, "reads a forged receipt", lambda: tablet.store.parcels.read_receipts(raw))
        except (ParcelRefused, ChainMismatch) as refusal:
            self._world.reach("a forged receipt is refused")
            self._world.tell(f"{tablet.name}: {refusal}")
        self._world.note_acknowledged(tablet)
