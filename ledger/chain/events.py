"""Logs to events, decoded by hand: some 10 microseconds a log, 2 a packed record."""

from collections.abc import Callable
from typing import Final

from eth_hash.auto import keccak

from ledger.chain import events_accounts, events_settlement, events_sharing
from ledger.chain.batch_words import unpack
from ledger.chain.errors import LogUnknown
from ledger.chain.log_words import address, indexed, packed, topic, word
from ledger.chain.protocol import Log
from ledger.domain import events
from ledger.domain.errors import Reason, Verb


def decode(log: Log) -> events.Event:
    """The event in a log of the ledger; raises `LogUnknown` for a topic that is none of its."""
    decoder = _DECODERS.get(log.topics[0])
    if decoder is None:
        raise LogUnknown(log.topics[0], log.transaction_hash)
    return decoder(log)


def roll(rolling: bytes, log: Log) -> bytes:
    """The next link of the chain of seals, as `Seals.log` makes it."""
    return keccak(rolling + log.topics[0] + log.topics[1] + keccak(log.data))


def _merchants_registered(log: Log) -> events.Event:
    data = packed(log, 0)
    found = tuple((data[at : at + 20], data[at + 20]) for at in range(0, len(data), 21))
    return events.MerchantsRegistered(indexed(log), found)


def _consumers_registered(log: Log) -> events.Event:
    data = packed(log, 3)
    wallets = tuple(data[at : at + 20] for at in range(0, len(data), 20))
    return events.ConsumersRegistered(indexed(log), word(log, 0), word(log, 1), word(log, 2), wallets)


def _appointed(log: Log) -> events.Event:
    agent, until, allowance, kind, nonce = (word(log, index) for index in (0, 2, 3, 4, 5))
    return events.Appointed(indexed(log), agent, address(log, 1), until, allowance, kind, nonce)


def _group_changed(log: Log) -> events.Event:
    start = word(log, 1) // 32
    merchants = tuple(word(log, start + 1 + index) for index in range(word(log, start)))
    return events.GroupChanged(indexed(log), bool(word(log, 0)), merchants)


def _minted(log: Log) -> events.Event:
    batch = unpack(word(log, 0), word(log, 1), word(log, 2), log.data[96:128])
    return events.Minted(indexed(log), batch.terms, batch.reserve, batch.paused_at_mint)


def _allocated(log: Log) -> events.Event:
    from_lot, lot, merchant, count, reserved, nonce = (word(log, index) for index in range(6))
    return events.Allocated(indexed(log), from_lot, lot, merchant, count, reserved, nonce)


def _recalled(log: Log) -> events.Event:
    from_lot, lot, count, released, nonce = (word(log, index) for index in range(5))
    return events.Recalled(indexed(log), from_lot, lot, count, released, nonce)


def _issued(log: Log) -> events.Event:
    data = packed(log, 4)
    consumers = tuple((int.from_bytes(data[at : at + 4], "big"), data[at + 4]) for at in range(0, len(data), 5))
    lot, first, nonce, agent = (word(log, index) for index in range(4))
    return events.Issued(indexed(log), lot, first, nonce, agent, consumers)


def _refused(log: Log) -> events.Event:
    data = packed(log, 0)
    items = tuple(_refused_item(data[at : at + 32]) for at in range(0, len(data), 32))
    return events.Refusals(Verb(indexed(log)), items)


def _refused_item(record: bytes) -> events.RefusedItem:
    return events.RefusedItem(
        verb=Verb(record[0]),
        reason=Reason(record[1]),
        group=int.from_bytes(record[2:4], "big"),
        item=int.from_bytes(record[4:6], "big"),
        party=int.from_bytes(record[8:12], "big"),
        subject=int.from_bytes(record[12:], "big"),
    )


_DECODERS: Final[dict[bytes, Callable[[Log], events.Event]]] = {
    **events_sharing.DECODERS,
    **events_settlement.DECODERS,
    **events_accounts.DECODERS,
    topic("MerchantsRegistered(uint32,bytes)"): _merchants_registered,
    topic("ConsumersRegistered(uint32,uint32,uint32,uint64,bytes)"): _consumers_registered,
    topic("MerchantSuspended(uint32,bool)"): lambda log: events.MerchantSuspended(indexed(log), bool(word(log, 0))),
    topic("ConsumerSuspended(uint32,bool)"): lambda log: events.ConsumerSuspended(indexed(log), bool(word(log, 0))),
    topic("Appointed(uint32,uint32,address,uint40,uint40,uint8,uint64)"): _appointed,
    topic("GroupChanged(uint32,bool,uint32[])"): _group_changed,
    topic("Deposited(bool,uint32,uint64,address)"): lambda log: events.Deposited(
        bool(indexed(log)), word(log, 0), word(log, 1), address(log, 2)
    ),
    topic("WithdrawalRequested(uint32,uint64,address,uint32,uint64)"): lambda log: events.WithdrawalRequested(
        indexed(log), word(log, 0), address(log, 1), word(log, 2), word(log, 3)
    ),
    topic("Withdrawn(bool,uint32,uint64,address,uint64)"): lambda log: events.Withdrawn(
        bool(indexed(log)), word(log, 0), word(log, 1), address(log, 2), word(log, 3)
    ),
    topic("Minted(uint32,uint256,uint256,uint256,bytes32)"): _minted,
    topic("Allocated(uint32,uint32,uint32,uint32,uint32,uint64,uint64)"): _allocated,
    topic("Recalled(uint32,uint32,uint32,uint32,uint64,uint64)"): _recalled,
    topic("Issued(uint32,uint32,uint32,uint64,uint32,bytes)"): _issued,
    topic("Closed(uint32,uint64)"): lambda log: events.Closed(indexed(log), word(log, 0)),
    topic("LotClosed(uint32,uint32,uint32,uint64)"): lambda log: events.LotClosed(
        indexed(log), word(log, 0), word(log, 1), word(log, 2)
    ),
    topic("LimitsChanged(uint64,uint64,uint64,uint32)"): lambda log: events.LimitsChanged(
        indexed(log), word(log, 0), word(log, 1), word(log, 2)
    ),
    topic("RewardCapChanged(uint32,uint64)"): lambda log: events.RewardCapChanged(indexed(log), word(log, 0)),
    topic("Paused(address,uint40)"): lambda log: events.Paused(log.topics[1][12:], word(log, 0)),
    topic("Unpaused(address,uint32)"): lambda log: events.Unpaused(log.topics[1][12:], word(log, 0)),
    topic("Refused(uint8,bytes)"): _refused,
    topic("Sealed(uint64,uint32,uint192)"): lambda log: events.Sealed(indexed(log), word(log, 0), log.data[40:64]),
    topic("RoleGranted(bytes32,address,address)"): lambda log: events.RoleGranted(
        log.topics[1], log.topics[2][12:], log.topics[3][12:]
    ),
    topic("RoleRevoked(bytes32,address,address)"): lambda log: events.RoleRevoked(
        log.topics[1], log.topics[2][12:], log.topics[3][12:]
    ),
}
