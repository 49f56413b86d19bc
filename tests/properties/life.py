"""A random life of the whole ledger: members, money, coupons, points, pauses and time in any order."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contracts.books import tokens
from tests.contracts.parties import BAKERY, BOOKSHOP
from tests.contracts.rebuilt import check_rebuilt
from tests.properties import acts_cash, acts_members, life_coupons, life_later, life_parties
from tests.properties.acts import Acts
from tests.properties.mirror import differences

Chance = Callable[[Acts, Random], None]

WEIGHTS: Final[dict[Chance, int]] = {
    **{life_coupons.bring_out: 6, life_coupons.mint: 1, life_coupons.allocate: 3, life_coupons.recall: 2},
    **{life_coupons.issue: 5, life_coupons.issue_to_bearers: 3, life_parties.spend: 4, life_coupons.revoke: 2},
    **{life_coupons.transfer: 5, life_coupons.take: 3, life_coupons.copy: 4},
    **{life_coupons.claim: 5, life_coupons.cancel: 1},
    **{life_coupons.redeem: 5, life_coupons.redeem_what_may_be: 12},
    **{life_later.amend: 4, life_later.reverse: 3, life_later.forfeit: 2, life_later.distribute: 4},
    **{life_parties.deposit: 3, life_parties.withdraw: 5, life_parties.pay_out: 3, life_parties.withdraw_platform: 1},
    **{life_parties.register_consumer: 1, life_parties.suspend: 2, life_parties.lift_suspensions: 2},
    **{life_parties.change_group: 1, life_parties.change_wallet: 2, life_parties.recover: 4},
    **{life_parties.grant: 3, life_parties.cash_out: 1, life_parties.expire: 1},
    **{life_parties.change_policy: 1, life_parties.state: 3},
    **{life_later.pause_or_unpause: 1, life_later.pass_time: 4, life_later.wait_for_an_end: 2},
}
"""How often each act comes, relative to the others."""


POCKET_MONEY = 3_000
"""Minor units that each consumer begins with, to pay for what others offer."""

CAMPAIGNS = 4
"""Batches that a life begins with."""


class Life(RuleBasedStateMachine):
    """After each step the contract's slots must be as the ghost has them.

    A step is one act by `WEIGHTS`, out of the life's seed, the step's and its number: hypothesis' own choice among
    rules and numbers favours repetition, and hardly a coupon would live to be redeemed. It still shortens a life that
    fails.
    """

    def __init__(self, begin: Callable[[], Acts], mix: Counter[str]) -> None:
        super().__init__()
        self.acts, self.mix = begin(), mix
        self.ghost = self.acts.ghost
        self.seed, self.steps, self.sound = 0, 0, False

    def teardown(self) -> None:
        """A life that was sound so far ends: reserves and pools are empty, and its storage follows from its events."""
        if self.sound:
            life_later.end(self.acts)
            self.the_contract_is_as_the_ghost_has_it()
            batches = self.ghost.batches.values()
            assert not any(batch.reserve for batch in batches)
            assert not any(lot.reserve for batch in batches for lot in batch.lots.values())
            assert not self.ghost.pools
            self.mix["slots rebuilt from events"] += check_rebuilt(self.acts.world, self.acts.told)
        self.acts.world.chain.close()
        self.mix.update(self.acts.mix)
        self.mix["lives"] += 1

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        """A group, a policy, points, and a few campaigns, so that there is something to live with."""
        self.seed = seed
        random = Random(seed)
        acts_members.change_group(self.acts, 0, True, BAKERY)
        acts_members.change_group(self.acts, 1, True, BOOKSHOP)
        for consumer in self.ghost.consumers:
            acts_cash.deposit(self.acts, True, consumer, POCKET_MONEY)
        for chance in (life_parties.change_policy, life_parties.grant, *[life_coupons.bring_out] * CAMPAIGNS):
            chance(self.acts, random)

    @rule(seed=st.integers(0, 2**32 - 1))
    def act(self, seed: int) -> None:
        self.steps, self.sound = self.steps + 1, False
        random = Random(f"{self.seed} {seed} {self.steps}")
        (chance,) = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        note(f"{chance.__name__} at {self.ghost.now}")
        chance(self.acts, random)

    @invariant()
    def the_contract_is_as_the_ghost_has_it(self) -> None:
        assert not differences(self.acts.world, self.ghost, sequence=self.acts.sequence)
        assert tokens(self.acts.world) == self.ghost.total
        for batch in self.ghost.batches.values():
            minted = [coupon for serial, coupon in batch.coupons.items() if serial < batch.terms.size]
            assert len(minted) <= batch.terms.size
            assert len(batch.coupons) <= batch.terms.size * (1 + batch.terms.copies)
            assert not batch.closed or not any(each.waits and each.until * 3_600 > self.ghost.now for each in minted)
        assert all(cash >= 0 for cash in (*self.ghost.merchants.values(), *self.ghost.consumers.values()))
        self.sound = True
