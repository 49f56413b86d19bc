"""That a purchase line stands in a statement: shown to whoever has the line, checked against the chain alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, select

from ledger.chain import slots
from ledger.chain.merkle import SALT_BYTES, PurchaseLine, climb, leaf_of, path_of
from ledger.domain.errors import LedgerError, NotFound
from ledger.rebates.lines import is_open, stated_lines
from ledger.store.purchases import PURCHASES

_PATH_LIMIT = 64
_TEXT_LIMIT = 20_000
_BRACKETS_LIMIT = 500
_FIELDS = {"merchant": 32, "period": 32, "recruiter": 32, "occurred_at": 40}


class ProofUnreadable(LedgerError):
    """A proof is the document that `coupon statement prove` prints."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this is no proof of a purchase line: {why}")


class NotStated(LedgerError):
    """A purchase has a proof once it stands in a statement."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"purchase {reference!r} stands in no statement yet")


class ProofBroken(LedgerError):
    """The line and its path lead to another root than the one on the chain."""

    def __init__(self, found: bytes, on_chain: bytes) -> None:
        self.found, self.on_chain = found, on_chain
        known = f"the chain has 0x{on_chain.hex()}" if any(on_chain) else "the chain has no statement there"
        super().__init__(f"the line leads to 0x{found.hex()}; {known}")


class RootSource(Protocol):
    """Reads the ledger's storage."""

    def slots(self, keys: Sequence[int], *, block: int) -> list[int]:
        """The words in these slots as they were after a block."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A line of the statement that a merchant made of the period that began on day `period`, and its path."""

    merchant: int
    period: int
    line: PurchaseLine
    path: tuple[bytes, ...]

    def root(self) -> bytes:
        """Where they lead."""
        return climb(leaf_of(self.line), self.path)

    def check(self, source: RootSource, *, block: int) -> None:
        """Raise ProofBroken unless the chain has this root."""
        (word,) = source.slots([slots.statement(self.merchant, self.period)], block=block)
        on_chain, found = word.to_bytes(32, "big"), self.root()
        if found != on_chain:
            raise ProofBroken(found, on_chain)

    def document(self) -> dict[str, Any]:
        """The proof for JSON."""
        return {
            "merchant": self.merchant,
            "period": self.period,
            "line": {
                "reference": self.line.reference,
                "recruiter": self.line.recruiter,
                "amount_minor": self.line.amount,
                "occurred_at": self.line.occurred_at,
                "salt": f"0x{self.line.salt.hex()}",
            },
            "path": [f"0x{each.hex()}" for each in self.path],
        }


def prove(connection: Connection, merchant: int, reference: str) -> Proof:
    """The proof of a merchant's purchase; raises NotFound, NotStated."""
    mine = (PURCHASES.c.merchant == merchant) & (PURCHASES.c.reference == reference)
    row = connection.execute(select(PURCHASES.c.operation_id, PURCHASES.c.period).where(mine)).first()
    if row is None:
        raise NotFound("purchase", reference)
    if connection.scalar(select(PURCHASES.c.id).where(mine, is_open())) is not None:
        raise NotStated(reference)
    lines = stated_lines(connection, row.operation_id)
    line = next(each for each in lines if each.reference == reference)
    return Proof(merchant, row.period, line, path_of([leaf_of(each) for each in lines], leaf_of(line)))


def read_proof(text: str) -> Proof:
    """The proof in a document of `Proof.document`; raises ProofUnreadable."""
    # What nests deeper than any proof would bring the parser down with the whole process.
    if len(text) > _TEXT_LIMIT or text.count("[") + text.count("{") > _BRACKETS_LIMIT:
        raise ProofUnreadable("it is too long")
    try:
        found = json.loads(text)
        line = found["line"]
        proof = Proof(
            merchant=int(found["merchant"]),
            period=int(found["period"]),
            line=PurchaseLine(
                salt=_bytes(line["salt"], "salt"),
                recruiter=int(line["recruiter"]),
                amount=int(line["amount_minor"]),
                occurred_at=int(line["occurred_at"]),
                reference=str(line["reference"]),
            ),
            path=tuple(_bytes(each, "path") for each in found["path"]),
        )
        proof.line.reference.encode()
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ProofUnreadable(f"{type(error).__name__}: {error}") from error
    _check(proof)
    return proof


def _check(proof: Proof) -> None:
    values = {"merchant": proof.merchant, "period": proof.period, "recruiter": proof.line.recruiter}
    for field, value in {**values, "occurred_at": proof.line.occurred_at}.items():
        if not 0 <= value < 1 << _FIELDS[field]:
            raise ProofUnreadable(f"{field} is {value}")
    if not -(2**63) <= proof.line.amount < 2**63 or len(proof.path) > _PATH_LIMIT:
        raise ProofUnreadable("its amount or its path is too long")


def _bytes(text: str, field: str) -> bytes:
    value = bytes.fromhex(text.removeprefix("0x"))
    if len(value) != SALT_BYTES:
        raise ProofUnreadable(f"{field} is {len(value)} bytes, not {SALT_BYTES}")
    return value
