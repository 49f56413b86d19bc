"""Logs of statements, points, wallets and the ledger's end, decoded by hand."""

from collections.abc import Callable
from typing import Final

from ledger.chain.log_words import address, indexed, packed, records, topic, word
from ledger.chain.protocol import Log
from ledger.domain import events


def _stated(log: Log) -> events.Event:
    agent, period, period_days, policy = (word(log, index) for index in range(4))
    totals = tuple(_total(record) for record in records(packed(log, 5), 28))
    return events.Stated(indexed(log), agent, period, period_days, policy, log.data[128:160], totals)


def _total(record: bytes) -> events.StatedTotal:
    amount, commission, rebate = (int.from_bytes(record[at : at + 8], "big") for at in (4, 12, 20))
    return events.StatedTotal(int.from_bytes(record[:4], "big"), amount, commission, rebate)


def _points(data: bytes) -> tuple[tuple[int, int], ...]:
    return tuple((int.from_bytes(each[:4], "big"), int.from_bytes(each[4:], "big")) for each in records(data, 12))


def _policy_changed(log: Log) -> events.Event:
    starts_at, commission_bps, rebate_bps, equal_codes = (word(log, index) for index in range(4))
    return events.PolicyChanged(indexed(log), starts_at, commission_bps, rebate_bps, equal_codes)


def _spent(log: Log) -> events.Event:
    consumer, batch, first, count, points, nonce = (word(log, index) for index in range(6))
    return events.Spent(indexed(log), consumer, batch, first, count, points, nonce)


DECODERS: Final[dict[bytes, Callable[[Log], events.Event]]] = {
    topic("Stated(uint32,uint32,uint32,uint16,uint32,bytes32,bytes)"): _stated,
    topic("PolicyChanged(uint32,uint40,uint16,uint16,uint8)"): _policy_changed,
    topic("Granted(uint64,bytes)"): lambda log: events.Granted(indexed(log), _points(packed(log, 0))),
    topic("Spent(uint32,uint32,uint32,uint32,uint8,uint64,uint64)"): _spent,
    topic("CashedOut(uint32,uint64)"): lambda log: events.CashedOut(indexed(log), word(log, 0)),
    topic("Expired(uint64,bytes)"): lambda log: events.Expired(indexed(log), _points(packed(log, 0))),
    topic("WalletChanged(bool,uint32,address,uint64)"): lambda log: events.WalletChanged(
        bool(indexed(log)), word(log, 0), address(log, 1), word(log, 2)
    ),
    topic("RecoveryStarted(bool,uint32,address,uint40)"): lambda log: events.RecoveryStarted(
        bool(indexed(log)), word(log, 0), address(log, 1), word(log, 2)
    ),
    topic("RecoveryVetoed(bool,uint32,address)"): lambda log: events.RecoveryVetoed(
        bool(indexed(log)), word(log, 0), address(log, 1)
    ),
    topic("Retiring(uint40)"): lambda log: events.Retiring(indexed(log)),
}
