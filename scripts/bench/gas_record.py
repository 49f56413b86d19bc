"""Measured transactions, what their events say was done, and the figures that follow from their receipts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_hash.auto import keccak

from ledger.chain.events import decode
from ledger.chain.protocol import Receipt
from ledger.domain import events
from scripts.world import World, key
from scripts.world.opening import ACCOUNTS

ITEMS = 100
"""Items of a large transaction; a marginal figure is (gas of 100 items - gas of 1 item) / 99."""


class OutcomeUnexpected(Exception):
    """A measured transaction did something else than its name says; no figure may come of it."""

    def __init__(self, name: str, found: object, expected: object) -> None:
        self.name, self.found, self.expected = name, found, expected
        super().__init__(f"{name}: found {found}, expected {expected}")


@dataclass(frozen=True, slots=True)
class Measured:
    """One transaction as it was sent, with its receipt."""

    raw: bytes
    receipt: Receipt

    @property
    def gas(self) -> int:
        """Gas used, by the receipt."""
        return self.receipt.gas_used


@dataclass(slots=True)
class Record:
    """Measured transactions by name, and the chains they are on by name."""

    transactions: dict[str, Measured] = field(default_factory=dict)
    worlds: dict[str, World] = field(default_factory=dict)

    def add(self, name: str, world: World, receipt: Receipt, *, done: int = 1, refused: int = 0) -> None:
        """Keep a transaction of the world; raises `OutcomeUnexpected` unless its events tell of that outcome."""
        if name in self.transactions:
            raise OutcomeUnexpected(name, "a second transaction of that name", "one")
        outcome = outcome_of(receipt)
        if outcome != (done, refused):
            raise OutcomeUnexpected(name, outcome, (done, refused))
        raw = next(raw for raw in reversed(world.raw) if keccak(raw) == receipt.transaction_hash)
        self.transactions[name] = Measured(raw, receipt)

    def gas(self, name: str) -> int:
        """Gas of one transaction."""
        return self.transactions[name].gas

    def marginal_up(self, name: str) -> int:
        """Gas of one item more, rounded up, by the transactions `name`_1 and `name`_100."""
        return -(-(self.gas(f"{name}_{ITEMS}") - self.gas(f"{name}_1")) // (ITEMS - 1))

    def fixed(self, name: str) -> int:
        """Gas that a transaction costs before its first item."""
        return self.gas(f"{name}_1") - self.marginal_up(name)


def outcome_of(receipt: Receipt) -> tuple[int, int]:
    """Items done and items refused, counted in the events; coupons where coupons move."""
    told = [decode(log) for log in receipt.logs if log.address == receipt.to]
    refused = sum(len(event.items) for event in told if isinstance(event, events.Refusals))
    return sum(_done(event) for event in told), refused


def _done(event: events.Event) -> int:
    match event:
        case events.Redeemed(items=items) | events.Pooled(items=items) | events.Distributed(items=items):
            return len({item.coupon for item in items})
        case events.Transferred(items=items):
            return len({item.coupon for item in items})
        case events.Copied(items=items):
            return len({(item.coupon, item.index) for item in items})
        case events.Revoked(serials=serials):
            return len(set(serials))
        case events.IssuedToBearers(keys=keys):
            return len(set(keys))
        case events.Granted(grants=pairs) | events.Expired(expiries=pairs):
            return len({consumer for consumer, _ in pairs})
        case events.Issued(consumers=consumers, nonce=nonce):
            # Nonce 0: issued for points, which `Spent` counts.
            if nonce == 0:
                return 0
            return sum(count for _, count in consumers)
        case events.ConsumersRegistered(wallets=wallets):
            return len(set(wallets))
        case events.MerchantsRegistered(merchants=merchants):
            return len(set(merchants))
        case events.Sealed() | events.Refusals():
            return 0
        case _:
            return 1


def keep(directory: Path, record: Record, *, figures: Mapping[str, Any], made_of: Mapping[str, Sequence[str]]) -> None:
    """Write each measured transaction, an index of what each figure is made of, and the chains to execute again."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, measured in record.transactions.items():
        _write(
            directory / f"{name}.json", {"name": name, "raw": _hex(measured.raw), "receipt": _plain(measured.receipt)}
        )
    for name, world in record.worlds.items():
        _write(directory / f"chain_{name}.json", _chain(world))
    _write(
        directory / "index.json",
        {
            "figures": {
                name: {"gas": figures[name], "transactions": [f"{each}.json" for each in names]}
                for name, names in made_of.items()
            },
            "chains": {name: f"chain_{name}.json" for name in record.worlds},
        },
    )


def _chain(world: World) -> dict[str, Any]:
    """All it takes to execute everything again on another client: balances at the start, then block by block."""
    chain, accounts = world.chain, [key(name).address for name in ACCOUNTS]
    blocks = []
    for number in range(1, chain.head().number + 1):
        block = chain.stored_block(number)
        raws = [_hex(each.encode()) for each in block.transactions]
        blocks.append({"number": number, "timestamp": block.header.timestamp, "transactions": raws})
    balances = {_hex(account): chain.balance(account, block=0) for account in accounts}
    return {"chain_id": chain.chain_id, "balances_wei": balances, "blocks": blocks}


def _plain(receipt: Receipt) -> dict[str, Any]:
    return {
        "transaction_hash": _hex(receipt.transaction_hash),
        "block_number": receipt.block_number,
        "block_hash": _hex(receipt.block_hash),
        "from": _hex(receipt.sender),
        "to": _hex(receipt.to or b""),
        "succeeded": receipt.succeeded,
        "gas_used": receipt.gas_used,
        "logs": [
            {"address": _hex(log.address), "topics": [_hex(each) for each in log.topics], "data": _hex(log.data)}
            for log in receipt.logs
        ],
    }


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
