"""What must hold after every transaction whatever it did, checked on each one that a test sends."""

from collections.abc import Sequence
from typing import Final

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_hash.auto import keccak

from ledger.chain.compile import compile_contracts
from ledger.chain.events import decode, roll
from ledger.chain.protocol import Log, Receipt
from ledger.domain import events
from scripts.world import World

DATA_TYPES: Final[dict[bytes, tuple[str, tuple[str, ...], int]]] = {
    keccak(f"{entry['name']}({','.join(each['type'] for each in entry['inputs'])})".encode()): (
        entry["name"],
        tuple(each["type"] for each in entry["inputs"] if not each["indexed"]),
        1 + sum(each["indexed"] for each in entry["inputs"]),
    )
    for entry in compile_contracts()["CouponLedger"].abi
    if entry["type"] == "event"
}
"""Name, types in the data and number of topics of each event that the ledger's ABI declares, by signature."""

_ITEMS: Final = {
    events.MerchantsRegistered: "merchants",
    events.ConsumersRegistered: "wallets",
    events.Redeemed: "items",
    events.Refusals: "items",
    events.Granted: "grants",
    events.Expired: "expiries",
    events.Transferred: "items",
    events.Copied: "items",
    events.Pooled: "items",
    events.Distributed: "items",
    events.Revoked: "serials",
}
"""Events of many items, with the field that holds them; any other is one item."""


def all_logs(world: World) -> list[Log]:
    """The ledger's logs that its seals chain, from its first block on."""
    logs = world.chain.logs(0, world.chain.head().number, address=world.ledger.address)
    return [log for log in logs if len(log.topics) == 2]


class Watch:
    """Follows all logs of a ledger: each is as its ABI says; each transaction's seal counts, continues and chains."""

    def __init__(self, world: World) -> None:
        self._address = world.ledger.address
        self.sequence, self.rolling = 0, bytes(24)
        self.seen: set[str] = set()
        by_transaction: dict[bytes, list[Log]] = {}
        for log in world.chain.logs(0, world.chain.head().number, address=self._address):
            by_transaction.setdefault(log.transaction_hash, []).append(log)
        for logs in by_transaction.values():
            self.check(logs)

    def __call__(self, receipt: Receipt) -> None:
        self.check([log for log in receipt.logs if log.address == self._address])

    def check(self, logs: Sequence[Log]) -> None:
        """All logs of the ledger in one transaction."""
        for log in logs:
            self._check_form(log)
        chained = [log for log in logs if len(log.topics) == 2]
        if not chained:
            return
        *inner, last = chained
        seal = decode(last)
        assert isinstance(seal, events.Sealed), "the last log of a transaction is its seal"
        rolling = self.rolling + bytes(8)
        items = 0
        for log in inner:
            rolling = roll(rolling, log)
            event = decode(log)
            assert not isinstance(event, events.Sealed), "one seal a transaction"
            if isinstance(event, events.Spent):
                continue  # the coupons that the points were spent on came before, as an `Issued` of their own
            items += len(getattr(event, _ITEMS[type(event)])) if type(event) in _ITEMS else 1
        assert seal == events.Sealed(self.sequence + 1, items, rolling[:24])
        self.sequence, self.rolling = seal.sequence, seal.rolling

    def _check_form(self, log: Log) -> None:
        name, types, topics = DATA_TYPES[log.topics[0]]
        assert len(log.topics) == topics
        assert abi_encode(types, abi_decode(types, log.data)) == log.data, f"{name} is not encoded as declared"
        self.seen.add(name)
