"""The outbox: nothing is sent that is not stored, and what is stored is sent until it is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ledger.chain.contract import Contract, Revert
from ledger.chain.errors import CallHalted, ChainError
from ledger.chain.events import decode
from ledger.chain.protocol import Chain, Receipt, Rejection, SendResult
from ledger.chain.transactions import Transaction, calldata_of, sign
from ledger.domain import events
from ledger.domain.errors import Reason
from ledger.domain.signing import Signer
from ledger.relay.gather import Call, Gatherer
from ledger.relay.routes import ROUTES
from ledger.store.engine import Store
from ledger.store.outbox import OPERATIONS, TRANSACTIONS, OperationState, TransactionState
from ledger.store.projections import EFFECTS

_DONE_BEFORE = frozenset({Rejection.ALREADY_KNOWN, Rejection.NONCE_TOO_LOW})
_ROUND_OPERATIONS = 4_000

_OF_ALL_ITEMS = frozenset({"LedgerPaused", "AccessControlUnauthorizedAccount"})
"""Errors that have nothing to do with the items: each of them would meet the same by itself."""


class SendRejected(ChainError):
    """The chain does not take a stored transaction; it stays in the outbox."""

    def __init__(self, result: SendResult) -> None:
        self.result = result
        super().__init__(f"the chain refused transaction 0x{result.hash.hex()}: {result.rejection} {result.detail}")


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the relay did."""

    sent: int
    included: int
    refused: int


class Relay:
    """Turns accepted operations into settled ones; a crash at any point loses and doubles nothing."""

    def __init__(
        self,
        store: Store,
        chain: Chain,
        *,
        gatherer: Gatherer,
        senders: Mapping[str, Signer],
        contracts: Mapping[str, Contract],
    ) -> None:
        self._store, self._chain, self._gatherer = store, chain, gatherer
        self._senders, self._contracts = senders, contracts

    def store_round(self) -> int:
        """Sign accepted operations into transactions and commit them with their nonces; how many operations.

        One of which no transaction can be made is refused with the error's name.
        """
        with self._store.write() as connection:
            accepted = connection.execute(
                select(OPERATIONS)
                .where(OPERATIONS.c.state == OperationState.ACCEPTED)
                .order_by(OPERATIONS.c.id)
                .limit(_ROUND_OPERATIONS)
            ).all()
            calls, unfit = self._gatherer.calls(accepted)
            nonces: dict[bytes, int] = {}
            for call in calls:
                self._store_call(connection, call, nonces)
            for each in unfit:
                _settle(connection, each.operation, OperationState.REFUSED, reason=each.reason, detail=each.detail)
            return len(unfit) + sum(len(call.items) for call in calls)

    def send(self) -> None:
        """Send what is stored, in the order of storing; what the chain has already counts as sent."""
        with self._store.read() as connection:
            raws = connection.scalars(
                select(TRANSACTIONS.c.raw)
                .where(TRANSACTIONS.c.state == TransactionState.STORED)
                .order_by(TRANSACTIONS.c.id)
            ).all()
        if not raws:
            return
        for result in self._chain.send_raw(list(raws)):
            if not result.accepted and result.rejection not in _DONE_BEFORE:
                raise SendRejected(result)

    def settle(self) -> Round:
        """Write down what became of the stored transactions that are in a block. The index must have come as far."""
        with self._store.write() as connection:
            stored = connection.execute(
                select(TRANSACTIONS.c.id, TRANSACTIONS.c.hash, TRANSACTIONS.c.sender, TRANSACTIONS.c.raw).where(
                    TRANSACTIONS.c.state == TransactionState.STORED
                )
            ).all()
            receipts = self._chain.receipts([each.hash for each in stored]) if stored else []
            included = refused = settled = 0
            for transaction, receipt in zip(stored, receipts, strict=True):
                if receipt is None:
                    continue
                done, not_done = self._settle_one(connection, transaction.id, receipt)
                settled, included, refused = settled + 1, included + done, refused + not_done
            return Round(settled, included, refused)

    def _store_call(self, connection: Connection, call: Call, nonces: dict[bytes, int]) -> None:
        signer = self._senders[call.route.sender]
        nonce = nonces.get(signer.address)
        if nonce is None:
            nonce = self._next_nonce(connection, signer.address)
        nonces[signer.address] = nonce + 1
        transaction = Transaction(
            chain_id=self._chain.chain_id,
            nonce=nonce,
            to=self._contracts[call.route.target].address,
            data=call.data,
            gas=call.gas,
            # Twice the base fee outlasts six full blocks; a chain without fees takes 0.
            max_fee=2 * self._chain.head().base_fee_per_gas,
        )
        signed = sign(transaction, signer)
        row = connection.execute(
            insert(TRANSACTIONS)
            .values(sender=signer.address, nonce=nonce, hash=signed.hash, raw=signed.raw)
            .returning(TRANSACTIONS.c.id)
        ).scalar_one()
        for item in call.items:
            connection.execute(
                update(OPERATIONS)
                .where(OPERATIONS.c.id == item.operation)
                .values(
                    state=OperationState.SENT,
                    transaction_id=row,
                    position_group=item.group,
                    position_item=item.item,
                )
            )

    def _next_nonce(self, connection: Connection, sender: bytes) -> int:
        stored = connection.scalar(select(func.max(TRANSACTIONS.c.nonce)).where(TRANSACTIONS.c.sender == sender))
        return self._chain.nonce(sender) if stored is None else stored + 1

    def _settle_one(self, connection: Connection, transaction_id: int, receipt: Receipt) -> tuple[int, int]:
        operations = connection.execute(select(OPERATIONS).where(OPERATIONS.c.transaction_id == transaction_id)).all()
        state = TransactionState.INCLUDED if receipt.succeeded else TransactionState.REVERTED
        connection.execute(
            update(TRANSACTIONS)
            .where(TRANSACTIONS.c.id == transaction_id)
            .values(state=state, block_number=receipt.block_number, gas_used=receipt.gas_used)
        )
        if not receipt.succeeded:
            return 0, self._settle_reverted(connection, operations, receipt)
        refusals = _refusals(receipt, self._contracts["ledger"].address)
        refused = 0
        for operation in operations:
            reason = refusals.get((operation.position_group, operation.position_item))
            if reason is None or _done_elsewhere(connection, operation):
                _settle(connection, operation.id, OperationState.INCLUDED)
                continue
            refused += 1
            _settle(connection, operation.id, OperationState.REFUSED, reason=reason.title)
        return len(operations) - refused, refused

    def _settle_reverted(self, connection: Connection, operations: Sequence[Row[Any]], receipt: Receipt) -> int:
        """Refuse what failed for a reason of its own; send the others again, in ever smaller transactions.

        One error may be that of a single item, and running out of gas has none: only what fails alone is at fault.
        """
        revert = self._revert_of(connection, receipt)
        alone = len(operations) == 1
        named = revert is not None and revert.name != "Unknown"
        certain = revert is not None and named and (alone or revert.name in _OF_ALL_ITEMS)
        if not certain and not (alone and operations[0].attempts):
            connection.execute(
                update(OPERATIONS)
                .where(OPERATIONS.c.id.in_([operation.id for operation in operations]))
                .values(state=OperationState.ACCEPTED, transaction_id=None, attempts=OPERATIONS.c.attempts + 1)
            )
            return 0
        reason = "Reverted" if revert is None else revert.name
        for operation in operations:
            _settle(connection, operation.id, OperationState.REFUSED, reason=reason, detail=str(revert or ""))
        return len(operations)

    def _revert_of(self, connection: Connection, receipt: Receipt) -> Revert | None:
        """What the call would meet if it were sent again now; None if it would succeed, or says nothing.

        Now and not before its block: others of that block may be the reason.
        """
        raw = connection.execute(
            select(OPERATIONS.c.verb, TRANSACTIONS.c.raw)
            .join(TRANSACTIONS, TRANSACTIONS.c.id == OPERATIONS.c.transaction_id)
            .where(TRANSACTIONS.c.hash == receipt.transaction_hash)
        ).first()
        if raw is None or receipt.to is None:
            return None
        contract = self._contracts[ROUTES[raw.verb].target]
        data = calldata_of(raw.raw)
        try:
            return contract.revert_of(self._chain, data, sender=receipt.sender)
        except CallHalted:
            return None


def _refusals(receipt: Receipt, ledger: bytes) -> dict[tuple[int, int], Reason]:
    """Reasons by (group, item) of what the transaction refused."""
    found: dict[tuple[int, int], Reason] = {}
    for log in receipt.logs:
        if log.address != ledger:
            continue
        event = decode(log)
        if isinstance(event, events.Refusals):
            found.update({(item.group, item.item): item.reason for item in event.items})
    return found


def _done_elsewhere(connection: Connection, operation: Row[Any]) -> bool:
    """Whether the effect stands on the chain all the same: somebody else relayed our bytes first."""
    if not operation.effect:
        return False
    done = select(EFFECTS.c.id).where(EFFECTS.c.effect == operation.effect, EFFECTS.c.reason == 0)
    return connection.scalar(done) is not None


def _settle(
    connection: Connection,
    operation: int,
    state: OperationState,
    *,
    reason: str | None = None,
    detail: str | None = None,
) -> None:
    connection.execute(
        update(OPERATIONS).where(OPERATIONS.c.id == operation).values(state=state, reason=reason, detail=detail)
    )
