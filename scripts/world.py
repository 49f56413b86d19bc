"""A bare ledger on an embedded chain with known keys: what benches and contract tests stand on."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ledger.chain.clock import ReplayClock
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract, Revert
from ledger.chain.deploy import LIBRARIES, Deployer, Deployment, Parameters, Wallets, deploy
from ledger.chain.eip712 import digest, domain_separator
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.packing import issue_records, recruit_record, redeem_record
from ledger.chain.protocol import Receipt
from ledger.chain.transactions import Transaction, sign
from ledger.custody.keys import KeySigner
from ledger.domain.ids import OPERATOR
from ledger.domain.intents import Accept, Intent, Issue, Present, Recruit, Redeem, Register
from ledger.domain.terms import Funder, Role, ShareMode, Terms

NOW = 1_700_000_000
DAY = 86_400
CHAIN_ID = 31_337
MAX_FEE = 10**10
WEI = 10**30


@cache
def key(name: str) -> KeySigner:
    """The key of a name, the same in every run."""
    return KeySigner(hashlib.sha256(name.encode()).digest())


class Reverted(Exception):
    """A transaction ended with status 0; `revert` names the contract's error."""

    def __init__(self, revert: Revert | None) -> None:
        self.revert = revert
        super().__init__(str(revert))


@dataclass(slots=True)
class World:
    """One deployed ledger. `send` raises `Reverted`; ids of merchants start at 2, of consumers at 1."""

    chain: EmbeddedChain
    clock: ReplayClock
    deployment: Deployment
    ledger: Contract
    token: Contract
    lens: Contract
    separator: bytes
    raw: list[bytes] = field(default_factory=list)
    _nonces: dict[bytes, int] = field(default_factory=dict)
    _intent_nonce: int = 0

    @property
    def deadline(self) -> int:
        """A day from now."""
        return self.clock.now() + DAY

    def sign(self, signer: KeySigner, intent: Intent) -> bytes:
        """A party's compact signature of an intent."""
        return signer.sign(digest(self.separator, intent))

    def fresh_nonce(self) -> int:
        """A nonce no intent of this world used yet."""
        self._intent_nonce += 1
        return self._intent_nonce

    def send(self, function: str, *arguments: Any, sender: str = "operator", to: Contract | None = None) -> Receipt:
        """A transaction of one of the named keys; kept in `raw`."""
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
            block = receipt.block_number - 1
            raise Reverted(contract.revert_of(self.chain, data, sender=signer.address, block=block))
        return receipt

    def fund(self, amounts: Iterable[tuple[bool, int, int]]) -> Receipt:
        """Deposit (consumer?, party, minor units) out of newly booked tokens."""
        deposits = list(amounts)
        self.send(
            "mint", key("treasurer").address, sum(each[2] for each in deposits), sender="treasurer", to=self.token
        )
        return self.send("deposit", deposits, sender="treasurer")

    def register_merchants(self, names: Sequence[str], *, kind: int = 1) -> Receipt:
        """Register merchants (kind 1) or institutions (2) whose wallets are the keys of their names."""
        return self.send("registerMerchants", [self.merchant_registration(name, kind=kind) for name in names])

    def merchant_registration(self, name: str, *, kind: int = 1, deadline: int | None = None) -> tuple[Any, ...]:
        """A signed registration, as the contract takes it."""
        wallet, until = key(name).address, deadline or self.deadline
        return (wallet, kind, until, self.sign(key(name), Register(wallet, kind, 0, until)))

    def register_consumers(self, names: Sequence[str], *, recruiter: int, by: str) -> Receipt:
        """Register consumers, signed by each and by the recruiter's key `by`."""
        until = self.deadline
        records = b"".join(
            recruit_record(
                key(name).address, until, self.sign(key(name), Register(key(name).address, 0, recruiter, until))
            )
            for name in names
        )
        nonce = self.fresh_nonce()
        signature = self.sign(key(by), Recruit(recruiter, records, nonce, until))
        return self.send("registerConsumers", [(recruiter, 0, nonce, until, records, signature)], sender="relayer")

    def mint(self, terms: Terms) -> Receipt:
        """Mint a batch."""
        return self.send("mint", terms_tuple(terms))

    def allocate(self, batch: int, merchant: int, count: int, *, by: str | None = None, from_lot: int = 0) -> Receipt:
        """Allocate stock; `by` signs where the issuer funds the discount."""
        nonce, until = self.fresh_nonce(), self.deadline
        signature = self.sign(key(by), Accept(merchant, batch, count, nonce, until)) if by else b""
        return self.send("allocate", [(batch, from_lot, merchant, count, nonce, until, signature)])

    def issue_intent(
        self, merchant: int, batch: int, lot: int, consumers: Iterable[tuple[int, int]], *, by: str, agent: int = 0
    ) -> tuple[Any, ...]:
        """A signed issue of (consumer, count) pairs, as the contract takes it."""
        records, nonce, until = issue_records(consumers), self.fresh_nonce(), self.deadline
        signature = self.sign(key(by), Issue(merchant, batch, lot, records, nonce, until))
        return (merchant, agent, batch, lot, nonce, until, records, signature)

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
        most, until = order if maximum_order is None else maximum_order, deadline or self.deadline
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

    def redeem_intent(self, merchant: int, items: Sequence[bytes], *, by: str, agent: int = 0) -> tuple[Any, ...]:
        """A signed redemption of records, as the contract takes it."""
        records, until = b"".join(items), self.deadline
        return (merchant, agent, until, records, self.sign(key(by), Redeem(merchant, records, until)))

    def redeem(self, merchant: int, items: Sequence[bytes], *, by: str, agent: int = 0) -> Receipt:
        """Redeem records in one transaction of one intent."""
        return self.send("redeem", [self.redeem_intent(merchant, items, by=by, agent=agent)], sender="relayer")


def terms_tuple(terms: Terms) -> tuple[Any, ...]:
    """Terms as the contract's ABI takes them."""
    return (
        terms.size,
        terms.opens,
        terms.closes,
        terms.valid_days,
        terms.share_mode,
        terms.copies,
        terms.hops,
        terms.group,
        terms.minimum_order_minor,
        terms.settlement_delay_hours,
        terms.revocable,
        terms.bearer,
        terms.reward_minor,
        terms.reward_cap_bps,
        terms.contribution_bps,
        terms.contribution_cap_minor,
        terms.discount_bps,
        terms.discount_minor,
        terms.funder,
        terms.remainder_role,
        terms.points_price,
        terms.split_bps,
        terms.text,
    )


def some_terms(**changes: Any) -> Terms:
    """Terms with every kind of money in play, to change as a test needs."""
    values: dict[str, Any] = {
        "size": 1_000,
        "opens": NOW - 100,
        "closes": NOW + 30 * DAY,
        "share_mode": ShareMode.NONE,
        "minimum_order_minor": 100,
        "reward_minor": 500,
        "reward_cap_bps": 1_000,
        "contribution_bps": 200,
        "contribution_cap_minor": 300,
        "discount_bps": 1_000,
        "discount_minor": 400,
        "funder": Funder.OPERATOR,
        "remainder_role": Role.PLATFORM,
        "split_bps": (1_000, 2_000, 2_000, 2_000, 500, 500, 2_000),
        "text": b"\x11" * 32,
    }
    return Terms(**{**values, **changes})


def new_world(
    *,
    path: Path | None = None,
    reward_cap_daily: int = 10**12,
    reserve_cap_daily: int = 10**18,
    withdrawal_delay: int = 0,
    admin_delay: int = 0,
) -> World:
    """Deploy a ledger whose roles are the keys `operator`, `treasurer`, `pauser`, `admin`; the operator's wallet is
    `operator wallet`; `relayer` has no role. The treasurer approved the ledger to take its tokens."""
    artifacts = compile_contracts()
    clock = ReplayClock(NOW)
    names = ("deployer", "operator", "treasurer", "pauser", "admin", "relayer", "stranger")
    chain = EmbeddedChain(path, clock, chain_id=CHAIN_ID, balances={key(name).address: WEI for name in names})
    parameters = Parameters(
        currency="USD",
        decimals=2,
        admin_delay=admin_delay,
        reward_cap_daily=reward_cap_daily,
        reserve_cap_daily=reserve_cap_daily,
        withdrawal_delay=withdrawal_delay,
    )
    wallets = Wallets(
        deployer=key("deployer").address,
        admin=key("admin").address,
        operator=key("operator").address,
        treasurer=key("treasurer").address,
        pauser=key("pauser").address,
        operator_wallet=key("operator wallet").address,
    )
    deployer = Deployer(chain, key("deployer"), max_fee=MAX_FEE)
    deployment = deploy(artifacts, deployer, parameters=parameters, wallets=wallets, head=lambda: chain.head().number)
    ledger = Contract([artifacts["CouponLedger"], *(artifacts[name] for name in LIBRARIES)], deployment.ledger)
    world = World(
        chain=chain,
        clock=clock,
        deployment=deployment,
        ledger=ledger,
        token=Contract([artifacts["SettlementToken"]], deployment.token),
        lens=Contract([artifacts["CouponLens"]], deployment.lens),
        separator=domain_separator(CHAIN_ID, deployment.ledger),
    )
    world.send("approve", deployment.ledger, 2**256 - 1, sender="treasurer", to=world.token)
    return world


__all__ = ["CHAIN_ID", "DAY", "NOW", "OPERATOR", "Reverted", "World", "key", "new_world", "some_terms", "terms_tuple"]
