"""Logs to events, decoded by hand: some 10 microseconds a log, 2 a packed record."""

from collections.abc import Callable
from typing import Final

from eth_hash.auto import keccak

from ledger.chain.batch_words import unpack
from ledger.chain.errors import LogUnknown
from ledger.chain.protocol import Log
from ledger.domain import events
from ledger.domain.errors import Reason, Verb

_PART_MASK = (1 << 36) - 1


def decode(log: Log) -> events.Event:
    """The event in a log of the ledger; raises `LogUnknown` for a topic that is none of its."""
    decoder = _DECODERS.get(log.topics[0])
    if decoder is None:
        raise LogUnknown(log.topics[0], log.transaction_hash)
    return decoder(log)


def roll(rolling: bytes, log: Log) -> bytes:
    """The next link of the chain of seals, as `Seals.log` makes it."""
    return keccak(rolling + log.topics[0] + log.topics[1] + keccak(log.data))


def _indexed(log: Log) -> int:
    return int.from_bytes(log.topics[1], "big")


def _word(log: Log, index: int) -> int:
    return int.from_bytes(log.data[32 * index : 32 * index + 32], "big")


def _address(log: Log, index: int) -> bytes:
    return log.data[32 * index + 12 : 32 * index + 32]


def _bytes(log: Log, index: int) -> bytes:
    """The dynamic argument whose offset stands in word `index`."""
    start = _word(log, index)
    length = int.from_bytes(log.data[start : start + 32], "big")
    return log.data[start + 32 : start + 32 + length]


def _merchants_registered(log: Log) -> events.Event:
    packed = _bytes(log, 0)
    found = tuple((packed[at : at + 20], packed[at + 20]) for at in range(0, len(packed), 21))
    return events.MerchantsRegistered(_indexed(log), found)


def _consumers_registered(log: Log) -> events.Event:
    packed = _bytes(log, 3)
    wallets = tuple(packed[at : at + 20] for at in range(0, len(packed), 20))
    return events.ConsumersRegistered(_indexed(log), _word(log, 0), _word(log, 1), _word(log, 2), wallets)


def _appointed(log: Log) -> events.Event:
    agent, until, allowance, kind, nonce = (_word(log, index) for index in (0, 2, 3, 4, 5))
    return events.Appointed(_indexed(log), agent, _address(log, 1), until, allowance, kind, nonce)


def _group_changed(log: Log) -> events.Event:
    start = _word(log, 1) // 32
    merchants = tuple(_word(log, start + 1 + index) for index in range(_word(log, start)))
    return events.GroupChanged(_indexed(log), bool(_word(log, 0)), merchants)


def _minted(log: Log) -> events.Event:
    batch = unpack(_word(log, 0), _word(log, 1), _word(log, 2), log.data[96:128])
    return events.Minted(_indexed(log), batch.terms, batch.reserve, batch.paused_at_mint)


def _allocated(log: Log) -> events.Event:
    from_lot, lot, merchant, count, reserved, nonce = (_word(log, index) for index in range(6))
    return events.Allocated(_indexed(log), from_lot, lot, merchant, count, reserved, nonce)


def _recalled(log: Log) -> events.Event:
    from_lot, lot, count, released, nonce = (_word(log, index) for index in range(5))
    return events.Recalled(_indexed(log), from_lot, lot, count, released, nonce)


def _issued(log: Log) -> events.Event:
    packed = _bytes(log, 4)
    consumers = tuple((int.from_bytes(packed[at : at + 4], "big"), packed[at + 4]) for at in range(0, len(packed), 5))
    lot, first, nonce, agent = (_word(log, index) for index in range(4))
    return events.Issued(_indexed(log), lot, first, nonce, agent, consumers)


def _redeemed(log: Log) -> events.Event:
    packed = _bytes(log, 1)
    items = tuple(_redeemed_item(packed[at : at + 64]) for at in range(0, len(packed), 64))
    return events.Redeemed(_indexed(log), _word(log, 0), items)


def _redeemed_item(record: bytes) -> events.RedeemedItem:
    word, parts = int.from_bytes(record[:32], "big"), int.from_bytes(record[32:], "big")
    return events.RedeemedItem(
        coupon=word >> 184,
        version=(word >> 172) & 0xFFF,
        order=(word >> 120) & (1 << 48) - 1,
        reward=(word >> 80) & (1 << 40) - 1,
        contribution=(word >> 40) & (1 << 40) - 1,
        discount=word & (1 << 40) - 1,
        parts=(
            parts & _PART_MASK,
            (parts >> 36) & _PART_MASK,
            (parts >> 72) & _PART_MASK,
            (parts >> 108) & _PART_MASK,
            (parts >> 144) & _PART_MASK,
            (parts >> 180) & _PART_MASK,
            (parts >> 216) & _PART_MASK,
        ),
    )


def _refused(log: Log) -> events.Event:
    packed = _bytes(log, 0)
    items = tuple(_refused_item(packed[at : at + 32]) for at in range(0, len(packed), 32))
    return events.Refusals(Verb(_indexed(log)), items)


def _refused_item(record: bytes) -> events.RefusedItem:
    return events.RefusedItem(
        verb=Verb(record[0]),
        reason=Reason(record[1]),
        group=int.from_bytes(record[2:4], "big"),
        item=int.from_bytes(record[4:6], "big"),
        party=int.from_bytes(record[8:12], "big"),
        subject=int.from_bytes(record[12:], "big"),
    )


def _topic(signature: str) -> bytes:
    return keccak(signature.encode())


_DECODERS: Final[dict[bytes, Callable[[Log], events.Event]]] = {
    _topic("MerchantsRegistered(uint32,bytes)"): _merchants_registered,
    _topic("ConsumersRegistered(uint32,uint32,uint32,uint64,bytes)"): _consumers_registered,
    _topic("MerchantSuspended(uint32,bool)"): lambda log: events.MerchantSuspended(_indexed(log), bool(_word(log, 0))),
    _topic("ConsumerSuspended(uint32,bool)"): lambda log: events.ConsumerSuspended(_indexed(log), bool(_word(log, 0))),
    _topic("Appointed(uint32,uint32,address,uint40,uint40,uint8,uint64)"): _appointed,
    _topic("GroupChanged(uint32,bool,uint32[])"): _group_changed,
    _topic("Deposited(bool,uint32,uint64,address)"): lambda log: events.Deposited(
        bool(_indexed(log)), _word(log, 0), _word(log, 1), _address(log, 2)
    ),
    _topic("WithdrawalRequested(uint32,uint64,address,uint32,uint64)"): lambda log: events.WithdrawalRequested(
        _indexed(log), _word(log, 0), _address(log, 1), _word(log, 2), _word(log, 3)
    ),
    _topic("Withdrawn(bool,uint32,uint64,address,uint64)"): lambda log: events.Withdrawn(
        bool(_indexed(log)), _word(log, 0), _word(log, 1), _address(log, 2), _word(log, 3)
    ),
    _topic("Minted(uint32,uint256,uint256,uint256,bytes32)"): _minted,
    _topic("Allocated(uint32,uint32,uint32,uint32,uint32,uint64,uint64)"): _allocated,
    _topic("Recalled(uint32,uint32,uint32,uint32,uint64,uint64)"): _recalled,
    _topic("Issued(uint32,uint32,uint32,uint64,uint32,bytes)"): _issued,
    _topic("Redeemed(uint32,uint32,bytes)"): _redeemed,
    _topic("Closed(uint32,uint64)"): lambda log: events.Closed(_indexed(log), _word(log, 0)),
    _topic("LotClosed(uint32,uint32,uint32,uint64)"): lambda log: events.LotClosed(
        _indexed(log), _word(log, 0), _word(log, 1), _word(log, 2)
    ),
    _topic("LimitsChanged(uint64,uint64,uint32)"): lambda log: events.LimitsChanged(
        _indexed(log), _word(log, 0), _word(log, 1)
    ),
    _topic("RewardCapChanged(uint32,uint64)"): lambda log: events.RewardCapChanged(_indexed(log), _word(log, 0)),
    _topic("Paused(address,uint40)"): lambda log: events.Paused(log.topics[1][12:], _word(log, 0)),
    _topic("Unpaused(address,uint32)"): lambda log: events.Unpaused(log.topics[1][12:], _word(log, 0)),
    _topic("Refused(uint8,bytes)"): _refused,
    _topic("Sealed(uint64,uint32,uint192)"): lambda log: events.Sealed(_indexed(log), _word(log, 0), log.data[40:64]),
    _topic("RoleGranted(bytes32,address,address)"): lambda log: events.RoleGranted(
        log.topics[1], log.topics[2][12:], log.topics[3][12:]
    ),
    _topic("RoleRevoked(bytes32,address,address)"): lambda log: events.RoleRevoked(
        log.topics[1], log.topics[2][12:], log.topics[3][12:]
    ),
}
