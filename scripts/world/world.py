"""One deployed ledger, and every verb of it with its signatures."""

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from ledger.chain.clock import ReplayClock
from ledger.chain.contract import Contract, Revert
from ledger.chain.deploy import Deployment
from ledger.chain.eip712 import digest
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.packing import issue_records, recruit_record, redeem_record
from ledger.chain.protocol import Receipt
from ledger.chain.transactions import Transaction, sign
from ledger.custody.keys import KeySigner
from ledger.domain.intents import Accept, Appoint, Intent, Issue, Present, Recall, Recruit, Redeem, Register, Withdraw
from ledger.domain.terms import Terms
from scripts.world.keys import CHAIN_ID, DAY, MAX_FEE, key
from scripts.world.terms import terms_tuple


class Reverted(Exception):
    """A transaction ended with status 0; `revert` names the contract's error."""

    def __init__(self, revert: Revert | None) -> None:
        self.revert = revert
        super().__init__(str(revert))


@dataclass(slots=True)
class World:
    """One deployed ledger. `send` raises `Reverted`; ids of merchants start at 2, of consumers at 1.

    Builders give intents as the contract takes them, signed by the key named `by`; without a `nonce` or a `deadline`
    they take a fresh one and a day from now.
    """

    chain: EmbeddedChain
    clock: ReplayClock
    deployment: Deployment
    ledger: Contract
    token: Contract
    lens: Contract
    timelock: Contract
    separator: bytes
    raw: list[bytes] = field(default_factory=list)
    watch: Callable[[Receipt], None] | None = None
    _nonces: dict[bytes, int] = field(default_factory=dict)
    _intent_nonce: int = 0

    @property
    def deadline(self) -> int:
        """A day from now."""
        return self.clock.now() + DAY

    def pass_time(self, seconds: int) -> None:
        """Let the clock go on."""
        self.clock.set(self.clock.now() + seconds)

    def sign(self, signer: KeySigner, intent: Intent) -> bytes:
        """A party's compact signature of an intent."""
        return signer.sign(digest(self.separator, intent))

    def fresh_nonce(self) -> int:
        """A nonce no intent of this world used yet."""
        self._intent_nonce += 1
        return self._intent_nonce

    def on_copy(self, chain: EmbeddedChain, clock: ReplayClock) -> "World":
        """The same world on a copy of its chain, going its own way from here."""
        watch, nonces = copy(self.watch), dict(self._nonces)
        return replace(self, chain=chain, clock=clock, raw=[], watch=watch, _nonces=nonces)

    def ask(self, function: str, *arguments: Any) -> Any:
        """What the lens answers."""
        return self.lens.ask(self.chain, function, *arguments)

    def send(self, function: str, *arguments: Any, sender: str = "operator", to: Contract | None = None) -> Receipt:
        """A transaction of one of the named keys; kept in `raw` and shown to `watch`."""
        contract = to or self.ledger
        data = contract.encode(function, *arguments)
        signer = key(sender)
        nonce = self._nonces.setdefault(signer.address, self.chain.nonce(signer.address))
        transaction = Transaction(
            chain_id=CHAIN_ID, nonce=nonce, to=contract.address, data=data, gas=16_000_000, max_fee=MAX_FEE
        )
        signed = sign(transaction, signer)
        result = self.chain.send_raw([signed.raw])[0]
        if not result.accepted:
            raise RuntimeError(f"the chain refused the transaction: {result.rejection} {result.detail}")
        self._nonces[signer.address] = nonce + 1
        self.raw.append(signed.raw)
        receipt = self.chain.receipts([signed.hash])[0]
        if receipt is None:
            raise RuntimeError("the chain has no receipt of a transaction it took")
        if not receipt.succeeded:
            # It changed nothing, so that now, at the same moment, the same call ends in the same error.
            raise Reverted(contract.revert_of(self.chain, data, sender=signer.address))
        if self.watch is not None:
            self.watch(receipt)
        return receipt

    def send_as_admin(self, function: str, *arguments: Any) -> Receipt:
        """A call of the ledger through its timelock, whose delay must be 0; raises `Reverted`."""
        data, salt = self.ledger.encode(function, *arguments), self.fresh_nonce().to_bytes(32, "big")
        call = (self.ledger.address, 0, data, bytes(32), salt)
        self.send("schedule", *call, 0, sender="admin", to=self.timelock)
        return self.send("execute", *call, sender="admin", to=self.timelock)

    def fund(self, amounts: Iterable[tuple[bool, int, int]]) -> Receipt:
        """Deposit (consumer?, party, minor units) out of newly booked tokens."""
        deposits = list(amounts)
        self.book(sum(each[2] for each in deposits))
        return self.send("deposit", deposits, sender="treasurer")

    def book(self, amount: int) -> Receipt:
        """Give the treasurer new tokens to deposit."""
        return self.send("mint", key("treasurer").address, amount, sender="treasurer", to=self.token)

    def register_merchants(self, names: Sequence[str], *, kind: int = 1) -> Receipt:
        """Register merchants (kind 1) or institutions (2) whose wallets are the keys of their names."""
        return self.send("registerMerchants", [self.merchant_registration(name, kind=kind) for name in names])

    def merchant_registration(self, name: str, *, kind: int = 1, deadline: int | None = None) -> tuple[Any, ...]:
        """A signed registration."""
        wallet, until = key(name).address, self._until(deadline)
        return (wallet, kind, until, self.sign(key(name), Register(wallet, kind, 0, until)))

    def register_consumers(self, names: Sequence[str], *, recruiter: int, by: str) -> Receipt:
        """Register consumers, signed by each and by the recruiter's key `by`."""
        records = [self.recruit_record(name, recruiter=recruiter) for name in names]
        return self.send("registerConsumers", [self.recruit_intent(recruiter, records, by=by)], sender="relayer")

    def recruit_record(self, name: str, *, recruiter: int, deadline: int | None = None) -> bytes:
        """A record signed by the consumer's key."""
        wallet, until = key(name).address, self._until(deadline)
        return recruit_record(wallet, until, self.sign(key(name), Register(wallet, 0, recruiter, until)))

    def recruit_intent(
        self,
        recruiter: int,
        records: Iterable[bytes],
        *,
        by: str,
        agent: int = 0,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """A signed registration of consumers."""
        packed, once, until = b"".join(records), self._once(nonce), self._until(deadline)
        signature = self.sign(key(by), Recruit(recruiter, packed, once, until))
        return (recruiter, agent, once, until, packed, signature)

    def appointment(
        self,
        merchant: int,
        agent: int,
        name: str,
        *,
        by: str,
        until: int | None = None,
        allowance: int = 1_000,
        kind: int = 7,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """A signed appointment of the key of `name`; by itself in force for a day."""
        end, once, by_then = self._until(until), self._once(nonce), self._until(deadline)
        fields = (merchant, agent, key(name).address, end, allowance, kind, once, by_then)
        return (*fields, self.sign(key(by), Appoint(*fields)))

    def withdrawal(
        self,
        party: int,
        amount: int,
        *,
        by: str,
        to: bytes | None = None,
        consumer: bool = False,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """A signed withdrawal, to the wallet of `by` if no other is named."""
        payee = key(by).address if to is None else to
        fields = (consumer, party, amount, payee, self._once(nonce), self._until(deadline))
        return (*fields, self.sign(key(by), Withdraw(*fields)))

    def mint(self, terms: Terms) -> Receipt:
        """Mint a batch."""
        return self.send("mint", terms_tuple(terms))

    def allocation(
        self,
        batch: int,
        merchant: int,
        count: int,
        *,
        by: str | None = None,
        from_lot: int = 0,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """An allocation; `by` signs where the issuer funds the discount."""
        once, until = self._once(nonce), self._until(deadline)
        signature = self.sign(key(by), Accept(merchant, batch, count, once, until)) if by else b""
        return (batch, from_lot, merchant, count, once, until, signature)

    def allocate(self, batch: int, merchant: int, count: int, *, by: str | None = None, from_lot: int = 0) -> Receipt:
        """Allocate stock; `by` signs where the issuer funds the discount."""
        return self.send("allocate", [self.allocation(batch, merchant, count, by=by, from_lot=from_lot)])

    def recall_intent(
        self,
        merchant: int,
        batch: int,
        lot: int,
        count: int,
        *,
        by: str | None = None,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """A recall; unsigned without `by`, as the operator sends it."""
        fields = (merchant, batch, lot, count, self._once(nonce), self._until(deadline))
        return (*fields, self.sign(key(by), Recall(*fields)) if by else b"")

    def issue_intent(
        self,
        merchant: int,
        batch: int,
        lot: int,
        consumers: Iterable[tuple[int, int]] | bytes,
        *,
        by: str,
        agent: int = 0,
        nonce: int | None = None,
        deadline: int | None = None,
    ) -> tuple[Any, ...]:
        """A signed issue of (consumer, count) pairs, or of records packed already."""
        records = consumers if isinstance(consumers, bytes) else issue_records(consumers)
        once, until = self._once(nonce), self._until(deadline)
        signature = self.sign(key(by), Issue(merchant, batch, lot, records, once, until))
        return (merchant, agent, batch, lot, once, until, records, signature)

    def issue(self, merchant: int, batch: int, lot: int, consumers: Iterable[tuple[int, int]], *, by: str) -> Receipt:
        """Issue from a lot to (consumer, count) pairs."""
        return self.send("issue", [self.issue_intent(merchant, batch, lot, consumers, by=by)], sender="relayer")

    def redeem_item(
        self,
        coupon: int,
        *,
        lot: int,
        merchant: int,
        holder: str,
        order: int,
        maximum_order: int | None = None,
        version: int = 0,
        deadline: int | None = None,
    ) -> bytes:
        """A record presented by the holder's key."""
        most, until = order if maximum_order is None else maximum_order, self._until(deadline)
        signature = self.sign(key(holder), Present(coupon, version, merchant, most, until))
        return redeem_record(
            coupon=coupon,
            lot=lot,
            order=order,
            maximum_order=most,
            deadline=until,
            version=version,
            signature=signature,
        )

    def redeem_intent(
        self, merchant: int, items: Sequence[bytes], *, by: str, agent: int = 0, deadline: int | None = None
    ) -> tuple[Any, ...]:
        """A signed redemption of records."""
        records, until = b"".join(items), self._until(deadline)
        return (merchant, agent, until, records, self.sign(key(by), Redeem(merchant, records, until)))

    def redeem(self, merchant: int, items: Sequence[bytes], *, by: str, agent: int = 0) -> Receipt:
        """Redeem records in one transaction of one intent."""
        return self.send("redeem", [self.redeem_intent(merchant, items, by=by, agent=agent)], sender="relayer")

    def _until(self, deadline: int | None) -> int:
        return self.deadline if deadline is None else deadline

    def _once(self, nonce: int | None) -> int:
        return self.fresh_nonce() if nonce is None else nonce
