"""A whole ledger in a folder with some parties in it, and short ways to stock, to coupons and to outcomes."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from ledger.chain.clock import ReplayClock
from ledger.charter import Charter
from ledger.custody import keystore
from ledger.domain.errors import LedgerError
from ledger.intake import cash, issue, mint, redeem, register, stock
from ledger.intake.desk import Accepted, KeyReused
from ledger.ledger import Ledger, create_ledger, open_ledger
from ledger.nouns.operations import Operation
from ledger.store.outbox import ACCOUNTS, OPERATIONS, SETTINGS, TRANSACTIONS
from scripts.world import CHAIN_ID, NOW, some_terms

OPERATOR, BAKERY, BOOKSHOP, CINEMA, BANK = 1, 2, 3, 4, 5
ANN, CID, BOB = 1, 2, 3
MERCHANTS: Final = {BAKERY: "bakery", BOOKSHOP: "bookshop", CINEMA: "cinema"}
CONSUMERS: Final = {ANN: ("ann", BAKERY), CID: ("cid", BAKERY), BOB: ("bob", BOOKSHOP)}
FUNDS: Final = 1_000_000
"""What the operator and each merchant start with, minor units."""

PASSWORD: Final = "correct horse"
WORK_FACTOR: Final = 2
"""The keystores of tests are weak, so that opening one is no work."""

DAY: Final = 86_400


def charter(**changes: Any) -> Charter:
    """A ledger on the replay clock, in cents."""
    values: dict[str, Any] = {
        "name": "house",
        "currency": "EUR",
        "decimals": 2,
        "zone": "Europe/Vienna",
        "clock": "replay",
        "chain_id": CHAIN_ID,
        "reward_cap_daily": 100_000,
        "reserve_cap_daily": 1_000_000_000,
        "withdrawal_cap_daily": 1_000_000_000,
        "withdrawal_delay": 3_600,
        "admin_delay": 0,
    }
    return Charter(**{**values, **changes})


def create(path: Path, *, start: int = NOW, **changes: Any) -> Ledger:
    """A new ledger whose keystore opens fast."""
    path.mkdir(parents=True)
    keystore.create(path / "keystore.json", PASSWORD, work_factor=WORK_FACTOR)
    return create_ledger(path, charter(**changes), password=PASSWORD, start=start)


@dataclass(slots=True)
class House:
    """An open ledger. Keys of requests are made up where a test names none."""

    ledger: Ledger

    @property
    def now(self) -> int:
        """The ledger's time."""
        return self.ledger.clock.now()

    def pass_time(self, seconds: int) -> None:
        """Let the clock go on."""
        assert isinstance(self.ledger.clock, ReplayClock)
        self.ledger.clock.set(self.now + seconds)

    def key(self) -> str:
        """An idempotency key that nobody used."""
        return secrets.token_hex(8)

    def settled(self, *accepted: Accepted) -> Operation:
        """What became of operations that end alike; of the last of them."""
        self.ledger.settle()
        found = [self.ledger.operations.get(each.id) for each in accepted]
        assert len({(each.state, each.reason) for each in found}) == 1
        return found[-1]

    def included(self, *accepted: Accepted) -> Operation:
        """The last of operations that must all have been done."""
        operation = self.settled(*accepted)
        assert operation.state == "included", operation
        return operation

    def refused(self, accepted: Accepted) -> str:
        """Why the chain refused an operation."""
        operation = self.settled(accepted)
        assert operation.state == "refused", operation
        return operation.reason or ""

    def register_merchants(self, names: Iterator[str] | list[str]) -> list[int]:
        """Register merchants; their ids."""
        names = list(names)
        members = self.ledger.members
        self.included(*(members.register_merchant(register.RegisterMerchant(name), key=self.key()) for name in names))
        return [members.find("merchant", name).id for name in names]

    def register_consumers(self, recruiters: Mapping[str, int]) -> list[int]:
        """Register consumers of recruiters; their ids."""
        members = self.ledger.members
        accepted = [
            members.register_consumer(register.RegisterConsumer(name, recruiter), key=self.key())
            for name, recruiter in recruiters.items()
        ]
        self.included(*accepted)
        return [members.find("consumer", name).id for name in recruiters]

    def fund(self, *merchants: int, amount: int = FUNDS) -> None:
        """Deposit for merchants."""
        deposits = [cash.DepositCash(merchant, amount) for merchant in merchants]
        self.included(*(self.ledger.cash.deposit(each, key=self.key()) for each in deposits))

    def mint(self, **changes: Any) -> int:
        """Mint a batch of `some_terms` with changes; its id."""
        self.included(self.ledger.batches.mint(mint.Mint(some_terms(**changes)), key=self.key()))
        return self.ledger.batches.newest()

    def allocate(self, batch: int, *, merchant: int = BAKERY, count: int = 100, from_lot: int = 0) -> Accepted:
        """Allocate stock."""
        return self.ledger.batches.allocate(stock.Allocate(batch, merchant, count, from_lot), key=self.key())

    def stock(self, *, merchant: int = BAKERY, count: int = 100, **changes: Any) -> int:
        """Mint a batch and allocate some of it to a merchant as lot 1; the batch."""
        batch = self.mint(**changes)
        self.included(self.allocate(batch, merchant=merchant, count=count))
        return batch

    def issue(self, batch: int, *, lot: int = 1, issuer: int = BAKERY, holder: int = ANN, count: int = 1) -> Accepted:
        """Issue coupons from a lot to a consumer."""
        request = issue.IssueCoupons(issuer, batch, lot, ((holder, count),))
        return self.ledger.coupons.issue(request, key=self.key())

    def held(self, *, issuer: int = BAKERY, holder: int = ANN, count: int = 1, **changes: Any) -> list["Held"]:
        """Mint, allocate and issue; the coupons."""
        batch = self.stock(merchant=issuer, **changes)
        self.included(self.issue(batch, issuer=issuer, holder=holder, count=count))
        return [
            Held(self, each.batch, each.serial) for each in self.ledger.coupons.held_by(holder) if each.batch == batch
        ]

    def merchant_cash(self, merchant: int) -> int:
        """A merchant's cash, minor units."""
        return self.ledger.members.find("merchant", f"#{merchant}").cash

    def consumer_cash(self, consumer: int) -> int:
        """A consumer's cash, minor units."""
        return self.ledger.members.find("consumer", f"#{consumer}").cash

    def rows(self) -> tuple[int, ...]:
        """How many rows there are of what requests write."""
        with self.ledger.store.read() as connection:
            tables = (OPERATIONS, ACCOUNTS, TRANSACTIONS, SETTINGS)
            return tuple(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon that a consumer holds."""

    house: House
    batch: int
    serial: int

    def request(self, *, at: int = BOOKSHOP, order: int = 1_000, reference: str = "") -> redeem.RedeemCoupon:
        """A request to redeem it."""
        return redeem.RedeemCoupon(self.batch, self.serial, at, order, reference)

    def redeem(self, *, at: int = BOOKSHOP, order: int = 1_000, key: str | None = None) -> Accepted:
        """Redeem it."""
        return self.house.ledger.coupons.redeem(self.request(at=at, order=order), key=key or self.house.key())

    @property
    def state(self) -> str:
        """Its state in the projections."""
        return self.house.ledger.coupons.get(self.batch, self.serial).state


def furnish(ledger: Ledger) -> None:
    """Register the parties and fund the operator and the merchants."""
    house = House(ledger)
    assert house.register_merchants(list(MERCHANTS.values())) == list(MERCHANTS)
    bank = register.RegisterMerchant("bank", kind="institution")
    house.included(ledger.members.register_merchant(bank, key="bank"))
    assert house.register_consumers(dict(CONSUMERS.values())) == list(CONSUMERS)
    house.fund(OPERATOR, *MERCHANTS)


def opened_copy(template: Path, to: Path) -> Ledger:
    """A ledger on a copy of a closed one's folder."""
    shutil.copytree(template, to)
    return open_ledger(to, password=PASSWORD)


@contextmanager
def refusing(house: House, error: type[Exception], **fields: Any) -> Iterator[None]:
    """What is done inside raises the error with these fields and leaves no row behind."""
    before = house.rows()
    with pytest.raises(error) as caught:
        yield
    assert {name: getattr(caught.value, name) for name in fields} == fields
    assert str(caught.value)
    assert house.rows() == before


def check_idempotent(house: House, take: Callable[[str], Accepted], other: Callable[[str], Accepted]) -> None:
    """The same key and body gives the same operation, before and after it is settled; another body an error."""
    first = take("once")
    assert not first.repeated
    before = house.rows()
    assert take("once") == Accepted(first.id, repeated=True)
    with refusing(house, KeyReused, key="once"):
        other("once")
    house.included(first)
    assert take("once") == Accepted(first.id, repeated=True)
    with refusing(house, KeyReused, key="once"):
        other("once")
    assert house.rows()[:2] == before[:2]


def check_key_stays_free(house: House, bad: Callable[[str], Accepted], good: Callable[[str], Accepted]) -> None:
    """What is refused at the desk leaves its key to another request."""
    before = house.rows()
    with pytest.raises(LedgerError):
        bad("free")
    assert house.rows() == before
    accepted = good("free")
    assert not accepted.repeated
    house.included(accepted)
