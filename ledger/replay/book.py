"""What a replay knows of the ledger: ids by the source's keys, read back from the database, so that it can go on."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from sqlalchemy import Connection, delete, insert, select

from ledger.domain.errors import Reason, Refused
from ledger.domain.ids import OPERATOR
from ledger.replay.facts import BatchFact, CopyFact, Fact, IssueFact
from ledger.replay.steps import Step
from ledger.store.outbox import ACCOUNTS, OPERATIONS, SETTINGS, TRANSACTIONS, OperationState
from ledger.store.projections import (
    BATCHES,
    CONSUMERS,
    COUPONS,
    EFFECTS,
    GROUP_MEMBERS,
    LOTS,
    MERCHANTS,
    OCCURRENCES,
)


@dataclass(slots=True)
class Standing:
    """How far a replay has come: steps behind it, what was done by kind, and what was refused by kind and reason."""

    position: int = 0
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    """Steps that were handed in, some of which may not be behind the replay yet."""

    not_taken: dict[str, str] = field(default_factory=dict)
    """Of those, what the desk refused, by the step's number: it is not asked again, it might think otherwise now."""

    def count(self, kind: str, number: int = 1) -> None:
        """Note what was done."""
        self.done[kind] = self.done.get(kind, 0) + number

    def refuse(self, kind: str, reason: str, number: int = 1) -> None:
        """Note what was refused."""
        name = f"{kind}: {reason}"
        self.refused[name] = self.refused.get(name, 0) + number


def load(connection: Connection, name: str) -> Standing:
    """The standing of a replay, a new one where there is none."""
    text = connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == name))
    return Standing() if text is None else Standing(**json.loads(text))


def save(connection: Connection, name: str, standing: Standing) -> None:
    """Keep the standing."""
    connection.execute(delete(SETTINGS).where(SETTINGS.c.name == name))
    connection.execute(insert(SETTINGS).values(name=name, value=json.dumps(asdict(standing))))


class Book:
    """Ids by key: merchants, consumers, batches, groups, lots, coupons."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.merchants: dict[str, int] = {}
        self.consumers: dict[str, int] = {}
        self.batches: dict[str, int] = {}
        self.groups: dict[str, int] = {}
        self.lots: dict[tuple[int, int], int] = {}
        self.coupons: dict[str, tuple[int, int]] = {}

    def key(self, step: Step) -> str:
        """The idempotency key of a step's operation."""
        return f"{self._name}/{step.number}"

    def merchant(self, key: str) -> int:
        """A merchant's id; raises MerchantUnknown."""
        if key not in self.merchants:
            raise Refused(Reason.MERCHANT_UNKNOWN, f"{key} was not registered")
        return self.merchants[key]

    def consumer(self, key: str) -> int:
        """A consumer's id; raises ConsumerUnknown."""
        if key not in self.consumers:
            raise Refused(Reason.CONSUMER_UNKNOWN, f"{key} was not registered")
        return self.consumers[key]

    def place(self, coupon_key: str) -> tuple[int, int]:
        """A coupon's batch and serial; raises CouponNotIssued."""
        if coupon_key not in self.coupons:
            raise Refused(Reason.COUPON_NOT_ISSUED, f"{coupon_key} was not issued")
        return self.coupons[coupon_key]

    def read_parties(self, connection: Connection) -> None:
        """Learn who is there already, by whatever replay: one reference, one party."""
        self.merchants.update(self._accounts(connection, "merchant"))
        self.consumers.update(self._accounts(connection, "consumer"))

    def read(self, connection: Connection, steps: Sequence[Step]) -> None:
        """Learn the ids that these steps gave."""
        kinds = {step.kind for step in steps}
        if "merchant" in kinds:
            self.merchants.update(self._accounts(connection, "merchant"))
        if "consumer" in kinds:
            self.consumers.update(self._accounts(connection, "consumer"))
        for kind, ids in (("mint", self.batches), ("group", self.groups)):
            made = {self.key(step): step.facts[0] for step in steps if step.kind == kind}
            if made:
                self._read_made(connection, kind, made, ids)
        if "allocate" in kinds:
            lots = select(LOTS.c.batch, LOTS.c.merchant, LOTS.c.lot).order_by(LOTS.c.lot)
            self.lots.update({(row.batch, row.merchant): row.lot for row in connection.execute(lots)})
        copied = {self.key(step): step.facts[0] for step in steps if step.kind == "copy"}
        if copied:
            self._read_copies(connection, copied)
        issued = {self.key(step): step.facts for step in steps if step.kind == "issue"}
        if issued:
            self._read_coupons(connection, issued)

    def outcomes(self, connection: Connection, steps: Sequence[Step]) -> dict[str, tuple[str, str | None]]:
        """State and reason of the steps' operations, by key."""
        keys = [self.key(step) for step in steps]
        found: dict[str, tuple[str, str | None]] = {}
        for start in range(0, len(keys), 500):
            query = select(OPERATIONS.c.key, OPERATIONS.c.state, OPERATIONS.c.reason)
            rows = connection.execute(query.where(OPERATIONS.c.key.in_(keys[start : start + 500])))
            found.update({row.key: (row.state, row.reason) for row in rows})
        return found

    def many(self, connection: Connection, step: Step) -> list[tuple[str, str | None]]:
        """State and reason of each operation of a step that made many."""
        prefix = f"{self.key(step)}/"
        here = (OPERATIONS.c.key >= prefix, OPERATIONS.c.key < f"{prefix}~")
        query = select(OPERATIONS.c.state, OPERATIONS.c.reason).where(*here)
        return [(row.state, row.reason) for row in connection.execute(query)]

    def _read_copies(self, connection: Connection, copied: dict[str, Fact]) -> None:
        """The operation of a copy names the copy's own serial."""
        keys = list(copied)
        for start in range(0, len(keys), 500):
            query = select(OPERATIONS.c.key, OPERATIONS.c.batch, OPERATIONS.c.serial).where(
                OPERATIONS.c.key.in_(keys[start : start + 500]), OPERATIONS.c.state == OperationState.INCLUDED
            )
            for row in connection.execute(query):
                fact = copied[row.key]
                if isinstance(fact, CopyFact):
                    self.coupons[fact.copy_key] = (row.batch, row.serial)

    def _accounts(self, connection: Connection, kind: str) -> dict[str, int]:
        table = CONSUMERS if kind == "consumer" else MERCHANTS
        query = (
            select(ACCOUNTS.c.reference, table.c.id)
            .join(table, table.c.wallet == ACCOUNTS.c.wallet)
            .where(ACCOUNTS.c.kind == kind)
        )
        # A merchant of a source is never the operator, whatever it is called.
        return {row.reference: row.id for row in connection.execute(query) if kind == "consumer" or row.id != OPERATOR}

    def _read_made(self, connection: Connection, kind: str, made: dict[str, Fact], ids: dict[str, int]) -> None:
        """Batches and groups are found by the transaction that made them, which made nothing else."""
        table, number = (BATCHES, BATCHES.c.id) if kind == "mint" else (GROUP_MEMBERS, GROUP_MEMBERS.c.group_id)
        query = (
            select(OPERATIONS.c.key, number.label("id"))
            .join(TRANSACTIONS, TRANSACTIONS.c.id == OPERATIONS.c.transaction_id)
            .join(OCCURRENCES, OCCURRENCES.c.transaction_hash == TRANSACTIONS.c.hash)
            .join(table, table.c.occurrence_id == OCCURRENCES.c.id)
            .where(OPERATIONS.c.key.in_(made))
            .distinct()
        )
        for row in connection.execute(query):
            fact = made[row.key]
            if isinstance(fact, BatchFact):
                ids[fact.key] = row.id

    def _read_coupons(self, connection: Connection, issued: dict[str, tuple[Fact, ...]]) -> None:
        """Serials go to the facts of an issue in their order."""
        keys = list(issued)
        by_batch: dict[int, dict[int, str]] = {}
        for start in range(0, len(keys), 500):
            query = (
                select(OPERATIONS.c.key, EFFECTS.c.occurrence_id)
                .join(EFFECTS, (EFFECTS.c.effect == OPERATIONS.c.effect) & (EFFECTS.c.reason == 0))
                .where(OPERATIONS.c.key.in_(keys[start : start + 500]))
            )
            for row in connection.execute(query):
                first = issued[row.key][0]
                if isinstance(first, IssueFact):
                    by_batch.setdefault(self.batches[first.batch_key], {})[row.occurrence_id] = row.key
        for batch, key_of in by_batch.items():
            places: dict[str, list[tuple[int, int]]] = {}
            # All of the batch: nothing finds coupons by their issue faster.
            query = select(COUPONS.c.occurrence_id, COUPONS.c.serial).where(COUPONS.c.batch == batch)
            for occurrence, serial in connection.execute(query.order_by(COUPONS.c.serial)):
                if occurrence in key_of:
                    places.setdefault(key_of[occurrence], []).append((batch, serial))
            for key, serials in places.items():
                for fact, place in zip(issued[key], serials, strict=True):
                    if isinstance(fact, IssueFact):
                        self.coupons[fact.coupon_key] = place
