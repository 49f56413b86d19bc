"""A ledger's life at random: every verb, what is allowed and what is not, time passing in between."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import Funder, Role, ShareMode
from scripts.world import DAY, Reverted, World, key, some_terms, terms_tuple
from scripts.world.sharing import bearer_intent, copy_item, transfer_item
from tests.contracts.ghost import Ghost
from tests.contracts.ghost_records import Coupon, State
from tests.contracts.parties import CONSUMERS, MERCHANTS
from tests.contracts.reading import Attempt

WALLETS: Final = {
    key(name).address: name
    for name in (
        *MERCHANTS.values(),
        *CONSUMERS.values(),
        *(f"shop {number}" for number in range(1, 6)),
        *(f"consumer {number}" for number in range(1, 13)),
        *(f"voucher {number}" for number in range(1, 6)),
    )
}
"""Whose wallet it is."""


class Life:
    """Steps through random transactions; `ghost` knows the state from their events alone."""

    def __init__(self, world: World, seed: int, ghost: Ghost) -> None:
        self.world, self.ghost = world, ghost
        self.done, self.reverted = 0, 0
        self._random = Random(seed)
        self._actions: tuple[tuple[Callable[[], Attempt], int], ...] = (
            (self._register_merchant, 2),
            (self._register_consumer, 3),
            (self._suspend_merchant, 3),
            (self._suspend_consumer, 2),
            (self._appoint, 1),
            (self._change_group, 2),
            (self._deposit, 3),
            (self._withdraw, 4),
            (self._pay_out, 2),
            (self._withdraw_platform, 1),
            (self._mint, 8),
            (self._allocate, 14),
            (self._recall, 4),
            (self._issue, 16),
            (self._issue_to_bearers, 5),
            (self._transfer, 10),
            (self._copy, 8),
            (self._revoke, 3),
            (self._redeem, 24),
            (self._close, 4),
            (self._close_lots, 4),
            (self._pause, 1),
            (self._unpause, 12),
        )

    def begin(self) -> None:
        """A batch, some stock and some coupons, so that there is something to live with."""
        for action in (*[self._mint] * 3, *[self._allocate] * 5, *[self._issue] * 5):
            self._take(action())

    def step(self) -> None:
        """One transaction, and sometimes a while after it."""
        actions, weights = zip(*self._actions, strict=True)
        self._take(self._random.choices(actions, weights)[0]())
        if self._random.random() < 0.2:
            self.world.pass_time(self._random.choice((1, 3_600, DAY, 3 * DAY)))

    def _take(self, attempt: Attempt) -> None:
        try:
            receipt = attempt.send(self.world)
        except Reverted:
            self.reverted += 1
        else:
            self.done += 1
            self.ghost.take(self.world, receipt)

    def _merchant(self) -> int:
        """Any party of the merchants' kind; one in good standing most of the time."""
        fit = [id for id, each in self.ghost.merchants.items() if not each.suspended and each.kind != 2]
        return self._random.choice(list(self.ghost.merchants) if self._random.random() < 0.1 else fit)

    def _consumer(self) -> int:
        return self._random.choice(list(self.ghost.consumers))

    def _batch(self) -> int:
        """Any batch, one of the newest three most of the time."""
        last = len(self.ghost.batches)
        return self._random.randint(0 if self._random.random() < 0.2 else max(0, last - 2), last)

    def _lot(self) -> tuple[int, int, int]:
        """Batch, lot and merchant of some lot."""
        if not self.ghost.lots:
            return (0, 0, OPERATOR)
        fit = [id for id, lot in self.ghost.lots.items() if lot.next < lot.end] or list(self.ghost.lots)
        batch, lot = self._random.choice(list(self.ghost.lots) if self._random.random() < 0.2 else fit[-4:])
        return batch, lot, self.ghost.lots[batch, lot].merchant

    def _register_merchant(self) -> Attempt:
        name = f"shop {self._random.randint(1, 5)}"
        kind = self._random.choice((1, 1, 2))
        return Attempt("registerMerchants", ([self.world.merchant_registration(name, kind=kind)],), "operator")

    def _register_consumer(self) -> Attempt:
        recruiter = self._merchant()
        record = self.world.recruit_record(f"consumer {self._random.randint(1, 12)}", recruiter=recruiter)
        intent = self.world.recruit_intent(recruiter, [record], by=self._name(recruiter))
        return Attempt("registerConsumers", ([intent],))

    def _name(self, merchant: int) -> str:
        return WALLETS[self.ghost.merchants[merchant].wallet]

    def _holder(self, consumer: int) -> str:
        return WALLETS[self.ghost.consumers[consumer].wallet]

    def _suspend_merchant(self) -> Attempt:
        return Attempt("suspendMerchant", (self._merchant(), self._random.random() < 0.3), "operator")

    def _suspend_consumer(self) -> Attempt:
        return Attempt("suspendConsumer", (self._consumer(), self._random.random() < 0.4), "operator")

    def _appoint(self) -> Attempt:
        merchant = self._merchant()
        return Attempt("appoint", ([self.world.appointment(merchant, 1, "till", by=self._name(merchant))],))

    def _change_group(self) -> Attempt:
        group = self._random.randint(0, len(self.ghost.groups))
        return Attempt("changeGroup", (group, self._random.random() < 0.8, [self._merchant()]), "operator")

    def _deposit(self) -> Attempt:
        self.world.book(3_000)
        deposits = [(True, self._consumer(), 1_000), (False, self._merchant(), 2_000), (False, 99, 7)]
        return Attempt("deposit", (deposits,), "treasurer")

    def _withdraw(self) -> Attempt:
        consumer, merchant = self._consumer(), self._merchant()
        amount = self._random.choice((1, 500, 10**7))
        of_consumer = self.world.withdrawal(consumer, amount, by=self._holder(consumer), consumer=True)
        return Attempt("withdraw", ([of_consumer, self.world.withdrawal(merchant, amount, by=self._name(merchant))],))

    def _pay_out(self) -> Attempt:
        return Attempt("payOut", (list(self.ghost.merchants),))

    def _withdraw_platform(self) -> Attempt:
        return Attempt("withdrawPlatform", (self._random.randint(0, 1_000), key("stranger").address), "treasurer")

    def _mint(self) -> Attempt:
        now, random = self.world.clock.now(), self._random
        terms = some_terms(
            size=random.choice((1, 50, 300, 300, 300)),
            opens=now - 10,
            closes=now + random.choice((4, 20)) * DAY,
            valid_days=random.choice((0, 0, 3)),
            group=random.choice((GROUP_ALL, GROUP_ALL, GROUP_ISSUER_ONLY, len(self.ghost.groups))),
            funder=random.choice(list(Funder)),
            **self._terms_of_bearers_and_sharing(),
        )
        return Attempt("mint", (terms_tuple(terms),), "operator")

    def _terms_of_bearers_and_sharing(self) -> dict[str, Any]:
        """Bearers take no part of their own, so that no remainder goes to one of theirs."""
        random = self._random
        bearer, mode = random.random() < 0.5, random.choice(list(ShareMode))
        roles = (Role.PLATFORM, Role.ISSUER) if bearer else (Role.PLATFORM, Role.ISSUER, Role.CONSUMER, Role.RECRUITER)
        return {
            "remainder_role": random.choice(roles),
            "bearer": bearer,
            "revocable": random.random() < 0.5,
            "share_mode": mode,
            "copies": 2 if mode is ShareMode.COPY else 0,
            "hops": 3 if mode is not ShareMode.NONE else 0,
        }

    def _allocate(self) -> Attempt:
        batch, merchant, count = self._batch(), self._merchant(), self._random.randint(1, 30)
        batch_of_lot, lot, owner = self._lot()
        if owner == OPERATOR and lot and self._random.random() < 0.5:
            allocation = self.world.allocation(batch_of_lot, merchant, count, by=self._name(merchant), from_lot=lot)
        else:
            allocation = self.world.allocation(batch, merchant, count, by=self._name(merchant))
        return Attempt("allocate", ([allocation],), "operator")

    def _recall(self) -> Attempt:
        batch, lot, merchant = self._lot()
        intent = self.world.recall_intent(merchant, batch, lot, self._random.randint(1, 9))
        return Attempt("recall", ([intent],), "operator")

    def _issue(self) -> Attempt:
        batch, lot, merchant = self._lot()
        consumers = [(self._consumer(), self._random.randint(1, 3)) for _ in range(2)]
        intent = self.world.issue_intent(merchant, batch, lot, consumers, by=self._name(merchant))
        return Attempt("issue", ([intent],))

    def _redeem(self) -> Attempt:
        intents = []
        for _ in range(2):
            merchant = self._merchant()
            items = [item for _ in range(3) for item in self._items(merchant)]
            intents.append(self.world.redeem_intent(merchant, items, by=self._name(merchant)))
        return Attempt("redeem", (intents,))

    def _items(self, merchant: int) -> list[bytes]:
        if not self.ghost.coupons:
            return []
        coupon, found, lot = self._coupon()
        order = self._random.choice((50, 1_000, 8_000))
        values = {"lot": lot, "merchant": merchant, "holder": self._bearer_of(found), "version": found.version}
        return [self.world.redeem_item(coupon, order=order, **values)]  # type: ignore[arg-type]

    def _coupon(self) -> tuple[int, Coupon, int]:
        """Any coupon, with what is known of it and its lot."""
        coupon = self._random.choice(list(self.ghost.coupons))
        found = self.ghost.coupons[coupon]
        return coupon, found, next(number for (_, number), each in self.ghost.lots.items() if each is found.lot)

    def _bearer_of(self, coupon: Coupon) -> str:
        """Whose key opens it; Ann's, where none does any more."""
        if coupon.state is not State.LIVE:
            return "Ann"
        return self._holder(coupon.holder) if coupon.holder else WALLETS[coupon.key]

    def _issue_to_bearers(self) -> Attempt:
        batch, lot, merchant = self._lot()
        keys = [f"voucher {self._random.randint(1, 5)}" for _ in range(2)]
        return Attempt(
            "issueToBearers", ([bearer_intent(self.world, merchant, batch, lot, keys, by=self._name(merchant))],)
        )

    def _transfer(self) -> Attempt:
        return Attempt("transfer", (b"".join(self._shared(transfer_item) for _ in range(3)),))

    def _copy(self) -> Attempt:
        index = self._random.randint(0, 2)
        return Attempt("copy", (b"".join(self._shared(copy_item, index=index) for _ in range(3)),))

    def _shared(self, item: Callable[..., bytes], **fields: int) -> bytes:
        if not self.ghost.coupons:
            return b""
        coupon, found, lot = self._coupon()
        holder = self._bearer_of(found)
        values = {"lot": lot, "to": self._consumer(), "holder": holder, "version": found.version, **fields}
        return item(self.world, coupon, **values)

    def _revoke(self) -> Attempt:
        coupons = [self._coupon()[0] for _ in range(2)] if self.ghost.coupons else [0]
        return Attempt("revoke", (coupons, 1), "operator")

    def _close(self) -> Attempt:
        return Attempt("close", (self._batch(),), "operator")

    def _close_lots(self) -> Attempt:
        batch, lot, _ = self._lot()
        return Attempt("closeLots", (batch, [lot, 1]), "stranger")

    def _pause(self) -> Attempt:
        return Attempt("pause", (), "pauser")

    def _unpause(self) -> Attempt:
        return Attempt("unpause", (), "pauser")
