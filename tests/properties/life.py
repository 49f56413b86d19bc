"""A random life of the whole ledger: members, money, coupons, pauses and time in any order."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import ALWAYS_PRESENT, BPS, Funder, ShareMode, Terms
from scripts.world import DAY, some_terms
from tests.contracts.books import tokens
from tests.contracts.parties import BAKERY, BANK, BOOKSHOP, CINEMA, MERCHANTS
from tests.properties.acts import Acts
from tests.properties.faults import Presented, Purse, of_merchant, of_presentation
from tests.properties.ghost import HOUR
from tests.properties.mirror import differences

MOST_BATCHES, MOST_CONSUMERS = 8, 6
ISSUERS = (BAKERY, BOOKSHOP, CINEMA)
FLAWS: Final = (
    *("none",) * 6,
    *("redeemed before", "other signer", "other lot", "too late", "no order", "above maximum", "version", "not issued"),
    "unknown batch",
)
"""What is wrong with a presented coupon, if anything."""

WEIGHTS: Final = {
    **{"bring_out": 4, "mint": 1, "allocate": 3, "issue": 4, "recall": 2},
    **{"redeem": 5, "redeem_what_may_be": 9},
    **{"deposit": 2, "withdraw": 4, "pay_out": 2, "withdraw_platform": 1},
    **{"register_consumer": 1, "suspend": 1, "lift_suspensions": 2, "change_group": 1},
    **{"pause_or_unpause": 1, "pass_time": 4, "wait_for_an_end": 2, "close": 1},
}
"""How often each act comes, relative to the others."""


def random_terms(random: Random, now: int) -> Terms:
    """Terms of a small batch in use now, or soon."""
    opens = now + random.choice((0, 0, 0, 0, DAY))
    contribution_bps, contribution_cap = random.choice(((0, 0), (200, 300), (BPS, 9_000)))
    discount_bps, discount = random.choice(((0, 0), (0, 250), (1_000, 400)))
    copies = random.choice((0, 0, 2))
    cuts = sorted(random.randint(0, BPS) for _ in range(6))
    return some_terms(
        size=random.choice((1, 16, 40, 40)),
        opens=opens,
        closes=opens + random.randint(1, 8) * DAY,
        valid_days=random.choice((0, 0, 1, 3)),
        group=random.choice((GROUP_ALL, GROUP_ALL, 1, GROUP_ISSUER_ONLY)),
        minimum_order_minor=random.choice((0, 500)),
        reward_minor=random.choice((0, random.randint(1, 600))),
        reward_cap_bps=random.randint(1, 20_000),
        contribution_bps=contribution_bps,
        contribution_cap_minor=contribution_cap,
        discount_bps=discount_bps,
        discount_minor=discount,
        funder=random.choice(list(Funder)),
        remainder_role=random.choice(ALWAYS_PRESENT),
        split_bps=tuple(end - start for start, end in zip([0, *cuts], [*cuts, BPS], strict=True)),
        copies=copies,
        hops=1 if copies else 0,
        share_mode=ShareMode.COPY if copies else ShareMode.NONE,
    )


class Life(RuleBasedStateMachine):
    """After each step the contract's slots must be as the ghost has them.

    A step is one act by `WEIGHTS`, out of a seed and the step's number: hypothesis' own choice among rules and numbers
    favours repetition, and hardly a coupon would live to be redeemed. It still finds the shortest life that fails.
    """

    def __init__(self, begin: Callable[[], Acts], mix: Counter[str]) -> None:
        super().__init__()
        self.acts, self.mix = begin(), mix
        self.ghost = self.acts.ghost
        self.steps = 0

    def teardown(self) -> None:
        self.acts.world.chain.close()
        self.mix.update(self.acts.mix)
        self.mix["lives"] += 1

    @initialize()
    def begin(self) -> None:
        self.acts.change_group(0, True, BAKERY)
        self.acts.change_group(1, True, BOOKSHOP)

    @rule(seed=st.integers(0, 2**32 - 1))
    def act(self, seed: int) -> None:
        self.steps += 1
        random = Random(seed * 1_000 + self.steps)
        (name,) = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        note(f"{name} at {self.ghost.now}")
        getattr(self, name)(random)

    @invariant()
    def the_contract_is_as_the_ghost_has_it(self) -> None:
        assert not differences(self.acts.world, self.ghost, sequence=self.acts.sequence)
        assert tokens(self.acts.world) == self.ghost.total
        for batch in self.ghost.batches.values():
            assert len(batch.holders) <= batch.terms.size
            assert batch.redeemed <= batch.holders.keys()

    def deposit(self, random: Random) -> None:
        self.acts.deposit(random.random() < 0.5, random.choice((0, 1, 2, 3, 4, 5, 9)), random.randint(0, 30_000))

    def withdraw(self, random: Random) -> None:
        consumer, percent = random.random() < 0.5, random.choice((0, 1, 10, 30, 100, 101))
        party = random.choice(list(self.ghost.consumers)) if consumer else self._merchant(random)
        cash = self.ghost.consumers[party] if consumer else self.ghost.merchants[party]
        self.acts.withdraw(consumer, party, -(-cash * percent // 100))

    def pay_out(self, random: Random) -> None:
        merchant = random.choice([*self.ghost.requests, self._merchant(random)])
        if random.random() < 0.5 and merchant in self.ghost.requests:
            self.acts.pass_time(max(0, self.ghost.requests[merchant][1] - self.ghost.now))
        self.acts.pay_out(merchant)

    def withdraw_platform(self, random: Random) -> None:
        cash = self.ghost.merchants[OPERATOR]
        self.acts.withdraw_platform(random.choice((0, 1, cash // 10, cash + 1)))

    def register_consumer(self, random: Random) -> None:
        if len(self.ghost.consumers) < MOST_CONSUMERS:
            self.acts.register_consumer(self._merchant(random))

    def suspend(self, random: Random) -> None:
        kind = random.choice(("consumer", "merchant"))
        party = self._merchant(random) if kind == "merchant" else random.choice(list(self.ghost.consumers))
        self.acts.suspend(kind, party)

    def lift_suspensions(self, random: Random) -> None:
        for kind, party in sorted(self.ghost.suspended):
            self.acts.suspend(kind, party)

    def change_group(self, random: Random) -> None:
        self.acts.change_group(1, random.random() < 0.7, self._merchant(random))

    def bring_out(self, random: Random) -> None:
        """A campaign in one step: a batch, some stock, some coupons."""
        if self.ghost.paused:
            return
        self.mint(random)
        batch, issuer, count = len(self.ghost.batches), random.choice(ISSUERS), random.randint(1, 12)
        self.acts.allocate(batch, 0, issuer, 2 * count)
        self.acts.issue(batch, 1, issuer, [(random.choice(list(self.ghost.consumers)), count)])

    def mint(self, random: Random) -> None:
        if len(self.ghost.batches) < MOST_BATCHES:
            self.acts.mint(random_terms(random, self.ghost.now))

    def allocate(self, random: Random) -> None:
        batch = random.choice([*self.ghost.batches, 99])
        lots = self.ghost.batches[batch].lots if batch in self.ghost.batches else {}
        returned = [lot for lot, each in lots.items() if each.merchant == OPERATOR]
        from_lot = random.choice((0, 0, *returned, len(lots)))
        self.acts.allocate(batch, from_lot, self._merchant(random), random.randint(0, 12))

    def recall(self, random: Random) -> None:
        if not self.ghost.batches:
            return
        batch, lot = self._lot(random)
        lots = self.ghost.batches[batch].lots
        merchant = lots[lot].merchant if lot in lots and random.random() < 0.9 else CINEMA
        self.acts.recall(batch, lot, merchant, random.randint(0, 12), signed=random.random() < 0.5)

    def issue(self, random: Random) -> None:
        batch, lot = self._lot(random)
        lots = self.ghost.batches[batch].lots if batch in self.ghost.batches else {}
        merchant = lots[lot].merchant if lot in lots and random.random() < 0.9 else BAKERY
        known = list(self.ghost.consumers) * 4
        consumers = [(random.choice([*known, 0, 99]), random.randint(1, 6)) for _ in range(random.choice((1, 1, 2, 0)))]
        self.acts.issue(batch, lot, merchant, consumers)

    def redeem(self, random: Random) -> None:
        items = [self._presented(random, random.choice(FLAWS)) for _ in range(random.randint(1, 4))]
        self.acts.redeem(self._merchant(random), items, countersigned=random.random() < 0.9)

    def redeem_what_may_be(self, random: Random) -> None:
        coupons = [self._presented(random, "none") for _ in range(random.randint(1, 6))]
        accepting = [each for each in MERCHANTS if any(self._may_redeem(each, coupon) for coupon in coupons)]
        if accepting:
            self.acts.redeem(random.choice(accepting), coupons)

    def close(self, random: Random) -> None:
        for batch in list(self.ghost.batches)[:1] + random.choices([*self.ghost.batches, 1], k=1):
            if batch in self.ghost.batches:
                self.acts.close(batch)
                self.acts.close_lots(batch)

    def pause_or_unpause(self, random: Random) -> None:
        if self.ghost.paused == (random.random() < 0.2):
            self.acts.pause()
        else:
            self.acts.unpause()

    def pass_time(self, random: Random) -> None:
        self.acts.pass_time(random.choice((1, HOUR, 6 * HOUR, DAY, 2 * DAY)))

    def wait_for_an_end(self, random: Random) -> None:
        """To the second from which something is over, or to the last before it."""
        if not self.ghost.batches:
            return
        number, batch = random.choice(list(self.ghost.batches.items()))
        end = random.choice((batch.issue_end, batch.redeem_end, batch.closing_time))
        self.acts.pass_time(max(0, end - self.ghost.time - random.randint(0, 1)))
        if end == batch.closing_time:
            self.acts.close(number)
            self.acts.close_lots(number)

    def _merchant(self, random: Random) -> int:
        return random.choice((BAKERY, BAKERY, BOOKSHOP, BOOKSHOP, CINEMA, OPERATOR, BANK))

    def _lot(self, random: Random) -> tuple[int, int]:
        """Mostly one that exists."""
        batch = random.choice([*self.ghost.batches] * 8 or [99])
        lots = self.ghost.batches[batch].lots if batch in self.ghost.batches else {}
        return batch, random.choice([*lots] * 8 or [9])

    def _presented(self, random: Random, flaw: str) -> Presented:
        number, serial = self._coupon(random, redeemed=flaw == "redeemed before")
        batch, order = self.ghost.batches.get(number), random.choice((499, 500, random.randint(501, 20_000)))
        issued = batch if batch is not None and serial in batch.holders else None
        return Presented(
            batch=99 if flaw == "unknown batch" else number,
            serial=39 if flaw == "not issued" else serial,
            lot=9 if flaw == "other lot" or issued is None else issued.lot_of(serial),
            order=0 if flaw == "no order" else order,
            maximum_order=order - 1 if flaw == "above maximum" else order + random.choice((0, 1_000)),
            deadline=self.ghost.now - 1 if flaw == "too late" else self.ghost.now + random.choice((0, DAY)),
            version=1 if flaw == "version" else 0,
            signer=0 if flaw == "other signer" or issued is None else issued.holders[serial],
        )

    def _coupon(self, random: Random, *, redeemed: bool) -> tuple[int, int]:
        coupons = [
            (number, serial)
            for number, serial in self.ghost.coupons()
            if (serial in self.ghost.batches[number].redeemed) == redeemed
        ]
        return random.choice(coupons or [(1, 0)])

    def _may_redeem(self, merchant: int, coupon: Presented) -> bool:
        purse = Purse(self.ghost.merchants[merchant], self.ghost.reward_cap_daily)
        return not of_merchant(self.ghost, merchant) and not of_presentation(self.ghost, merchant, coupon, purse)
