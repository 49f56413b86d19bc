"""Gathers accepted operations into calls that fit a transaction."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row

from ledger.chain.contract import Contract
from ledger.chain.errors import ArgumentsInvalid
from ledger.chain.transactions import TRANSACTION_GAS_LIMIT
from ledger.domain.errors import LedgerError
from ledger.domain.intents import Recruit, Redeem
from ledger.relay.routes import ROUTES, Route, Shape

TRANSACTION_GAS = 15_500_000
"""What a transaction is filled up to: below the 16,777,216 a chain takes (EIP-7825), with room for the estimate."""

SignForMerchant = Callable[[int, Redeem | Recruit], bytes]
"""The signature of a merchant (its id) of an intent over gathered records."""


@dataclass(frozen=True, slots=True)
class Item:
    """An operation at its place in a call, as the contract names refused items."""

    operation: int
    group: int
    item: int


@dataclass(frozen=True, slots=True)
class Call:
    """One transaction to be: its route, its calldata, a bound on its gas, and the operations in it."""

    route: Route
    data: bytes
    gas: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Unfit:
    """An operation of which no call can be made, with the name of the error and what it says."""

    operation: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Encodes operations; `items_limit` bounds the operations of one transaction."""

    contracts: Mapping[str, Contract]
    sign_for: SignForMerchant
    fresh_nonce: Callable[[], int]
    deadline: Callable[[], int]
    items_limit: int

    def calls(self, operations: Sequence[Row[Any]]) -> tuple[list[Call], list[Unfit]]:
        """The calls for some operations, and those of which none can be made.

        Verbs come in the order of `ROUTES`, each verb's operations in the order of acceptance.
        """
        by_verb: dict[str, list[Row[Any]]] = {}
        for operation in operations:
            by_verb.setdefault(operation.verb, []).append(operation)
        calls: list[Call] = []
        unfit: list[Unfit] = []
        for verb, route in ROUTES.items():
            for chunk in self._chunks(route, by_verb.get(verb, [])):
                calls.extend(self._fitting(route, chunk, unfit))
        return calls, unfit

    def _fitting(self, route: Route, chunk: list[Row[Any]], unfit: list[Unfit]) -> Iterator[Call]:
        """The chunk's call; where none can be made, those of its halves, down to the operation that is at fault."""
        try:
            yield self._call(route, chunk)
        except (ArgumentsInvalid, LedgerError) as error:
            half = len(chunk) // 2
            if half == 0:
                unfit.append(Unfit(chunk[0].id, type(error).__name__, str(error)))
                return
            yield from self._fitting(route, chunk[:half], unfit)
            yield from self._fitting(route, chunk[half:], unfit)

    def _chunks(self, route: Route, operations: list[Row[Any]]) -> Iterator[list[Row[Any]]]:
        """Runs that fit a transaction. An operation that was in one that failed whole comes in ever smaller ones."""
        if route.shape is Shape.BY_MERCHANT:
            operations = sorted(operations, key=lambda each: (_payload(each)["merchant"], each.batch or 0, each.id))
        if route.shape is Shape.BY_CAUSE:
            by_cause = groupby(sorted(operations, key=_cause), key=_cause)
            for _, same in by_cause:
                yield from self._runs(route, list(same))
            return
        yield from self._runs(route, operations)

    def _runs(self, route: Route, operations: list[Row[Any]]) -> Iterator[list[Row[Any]]]:
        chunk: list[Row[Any]] = []
        gas = route.fixed_gas
        for operation in operations:
            limit = 1 if route.shape is Shape.ALONE else max(1, self.items_limit >> (2 * operation.attempts))
            if chunk and (len(chunk) >= limit or gas + _gas_of(route, operation, chunk[-1]) > TRANSACTION_GAS):
                yield chunk
                chunk, gas = [], route.fixed_gas
            gas += _gas_of(route, operation, chunk[-1] if chunk else None)
            chunk.append(operation)
        if chunk:
            yield chunk

    def _call(self, route: Route, chunk: list[Row[Any]]) -> Call:
        neighbours = zip(chunk, [None, *chunk], strict=False)
        gas = min(route.fixed_gas + sum(_gas_of(route, *pair) for pair in neighbours), TRANSACTION_GAS_LIMIT)
        if len(chunk) == 1 and chunk[0].attempts:
            # It failed once within its bound: alone it may have everything.
            gas = TRANSACTION_GAS_LIMIT
        if route.shape is Shape.BY_MERCHANT:
            groups = [
                (merchant, list(operations))
                for merchant, operations in groupby(chunk, key=lambda each: _payload(each)["merchant"])
            ]
            arguments: Sequence[Any] = ([self._group(route, merchant, each) for merchant, each in groups],)
            places = [
                Item(operation.id, group, item)
                for group, (_, operations) in enumerate(groups)
                for item, operation in enumerate(operations)
            ]
        elif route.shape is Shape.PACKED:
            arguments = (b"".join(map(_record, chunk)),)
            places = [Item(operation.id, 0, item) for item, operation in enumerate(chunk)]
        else:
            payloads = [_revive(_payload(operation)["arguments"]) for operation in chunk]
            arguments = payloads[0] if route.shape is Shape.ALONE else (payloads,)
            if route.shape is Shape.BY_CAUSE:
                arguments = (payloads, _cause(chunk[0]))
            places = [Item(operation.id, 0, item) for item, operation in enumerate(chunk)]
        data = self.contracts[route.target].encode(route.function, *arguments)
        return Call(route, data, gas, tuple(places))

    def _group(self, route: Route, merchant: int, operations: Iterable[Row[Any]]) -> tuple[Any, ...]:
        records = b"".join(map(_record, operations))
        deadline = self.deadline()
        if route.function == "redeem":
            return (merchant, 0, deadline, records, self.sign_for(merchant, Redeem(merchant, records, deadline)))
        nonce = self.fresh_nonce()
        signature = self.sign_for(merchant, Recruit(merchant, records, nonce, deadline))
        return (merchant, 0, nonce, deadline, records, signature)


def _gas_of(route: Route, operation: Row[Any], before: Row[Any] | None) -> int:
    """A bound on what an operation adds behind the one before it; a merchant's first opens a group, which is a part."""
    payload = _payload(operation)
    parts = payload.get("parts", 0)
    if route.shape is Shape.BY_MERCHANT:
        parts = int(before is None or _payload(before)["merchant"] != payload["merchant"])
    return int(route.item_gas + route.part_gas * parts)


def _record(operation: Row[Any]) -> bytes:
    return bytes.fromhex(_payload(operation)["record"][2:])


def _cause(operation: Row[Any]) -> int:
    return int(_payload(operation)["cause"])


def _payload(operation: Row[Any]) -> dict[str, Any]:
    return dict(json.loads(operation.payload))


def _revive(value: Any) -> Any:
    """JSON back to what the ABI takes: hex strings are bytes, lists are tuples."""
    if isinstance(value, list):
        return tuple(_revive(each) for each in value)
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    return value
