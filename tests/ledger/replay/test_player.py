"""A plan played on a ledger: what is done, what is refused and why, and everybody's cash to the cent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from ledger.audit.checks import Mismatch
from ledger.ledger import Ledger, open_ledger
from ledger.replay.directory import Directory
from ledger.replay.facts import Plan, RedemptionFact
from ledger.replay.player import ClockNotReplay, CurrencyMismatch, Player, Progress
from tests.ledger.house import DAY, PASSWORD, create

SHOP = Path(__file__).parents[2] / "data" / "shop"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Directory(SHOP).plan()


@pytest.fixture
def ledger(plan: Plan, tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger whose time begins before the plan's."""
    with create(tmp_path / "state", start=plan.facts[0].at) as ledger:
        yield ledger


REFUSED = {
    "redeem: MerchantNotAccepted": 1,
    "redeem: CouponRedeemed": 1,
    "transfer: ShareNotAllowed": 1,
    "copy: ShareNotAllowed": 1,
    "amend: OrderNotLower": 1,
    "reverse: RedeemerMismatch": 1,
    "state: CountZero": 1,
}
"""Of the shop: a coupon that is not shared, a copy of a copy, more than the order, another merchant's redemption, and a
week in which more came back than was sold."""


def cash(ledger: Ledger) -> dict[str, int]:
    """Everybody's cash by reference, minor units."""
    members = ledger.members
    parties = [*members.all("merchant", limit=99), *members.all("consumer", limit=99)]
    return {party.reference: party.cash for party in parties}


def test_the_shop_of_the_tests_comes_to_its_end(ledger: Ledger, plan: Plan) -> None:
    """S2.7-S2.21, S1.18, S1.19, S3.7-S3.11, N9: a small shop, worked out by hand.

    s1, order 12.40: reward 0.40, contribution 0.12, discount 1.50 from its issuer; parts 7, 10, 13 + 2, 13, 7.
    r1, order 64.90: no reward, contribution 1.29, discount its redeemer's own; parts 12 + 3, 25, 38, 51, 0.
    s3, order 7.60: reward 0.38 (5 %), contribution 0.07, discount 1.50 from its issuer; parts 6, 9, 11 + 2, 11, 6.
    f1, from eva by mira to jonas, order 20.00, 12.00 of it left: reward 0.60, contribution 0.12; parts 7 + 3, 14, 14,
    14, 7, 3, 10. f2, order 15.00: reward 1.00, contribution 0.15; parts 11 + 18, 23, 23, 23, nobody's, 17.
    f2-eva, a copy from jonas, undone, then again for 9.00: reward 0.90, contribution 0.09; parts 9 + 10, 19, 19, 19, 9,
    nobody's, 14. Statements: cafe-anna 55.00, commission 0.50 + 0.60, rebates 0.25 to itself, 0.30 to baecker-huber;
    radladen 170.00, commission 3.60 + 1.50, rebate 1.80 to cafe-anna, its own kept by the platform.
    """
    player = Player(ledger, plan)
    standing = player.play()
    assert standing.done == {
        "merchant": 3,
        "consumer": 3,
        "deposit": 5,
        "policy": 2,
        "group": 1,
        "mint": 3,
        "allocate": 4,
        "issue": 7,
        "transfer": 2,
        "copy": 1,
        "redeem": 7,
        "amend": 1,
        "reverse": 1,
        "distribute": 3,
        "purchases": 6,
        "state": 2,
    }
    assert standing.refused == REFUSED
    spring, ride, friends = ledger.batches.all()
    assert (spring.issued, spring.redeemed, spring.reserved, spring.reserve) == (3, 2, 240, 240 - 40 - 38)
    assert (ride.issued, ride.redeemed, ride.reserved) == (2, 1, 0)
    assert (friends.issued, friends.reserved, friends.reserve) == (2, 900, 900 - 60 - 100 - 90)
    assert player.finish() == 3
    assert cash(ledger) == {
        "operator": 1_300 - 40 - 38 + 7 + 15 + 6 - 250 + 10 + 29 + 19 + (110 - 55) + (510 - 180),
        "baecker-huber": 25_000 - 150 + 10 + 7 + (13 + 150 - 7) + (23 - 15) + (19 + 14 - 9) + 30,
        "cafe-anna": 600 - 300 + (15 + 150 - 12) + 9 + 150 + (14 + 10) + (23 + 17) + 19 - 110 + 25 + 180,
        "radladen": 10_000 - 129 + 25 + 38 + 6 + (14 - 12) - 510,
        "eva": 13 + 3 + 19,
        "jonas": 14 + 23 + 9,
        "mira": 11 + 51 + 7,
    }


def test_at_the_end_every_reserve_is_back_and_the_auditor_agrees(ledger: Ledger, plan: Plan) -> None:
    """N2: money in = money out + what is held."""
    player = Player(ledger, plan)
    player.play()
    assert player.finish() == 3
    assert [(batch.closed, batch.reserve) for batch in ledger.batches.all()] == [(True, 0)] * 3
    assert [lot.reserve for batch in ledger.batches.all() for lot in ledger.batches.lots(batch.id)] == [0] * 4
    assert ledger.audit.conservation().is_kept
    assert sum(cash(ledger).values()) == ledger.cash.token_balance()
    assert [each for each in ledger.audit.verify() if isinstance(each, Mismatch)] == []
    assert player.finish() == 0


def test_facts_happen_at_their_own_time(ledger: Ledger, plan: Plan) -> None:
    """The blocks carry the time of the facts, each window the time of its last."""
    moments: list[Progress] = []
    Player(ledger, plan).play(moments.append)
    *_, last_done, refused = (fact.at for fact in plan.facts)
    assert moments[-1].at == refused
    assert ledger.chain.head().timestamp == last_done
    assert (moments[-1].position, moments[-1].total) == (54, 54)
    assert [each.at for each in moments] == sorted(each.at for each in moments)
    used = ledger.audit.trace(1, ledger.coupons.held_by(1, state="redeemed")[0].serial).redeemed[0]
    redemptions = [fact.at for fact in plan.facts if isinstance(fact, RedemptionFact)]
    assert redemptions[0] <= used.place.timestamp < redemptions[0] + DAY


def test_the_same_plan_played_again_does_nothing_more(ledger: Ledger, plan: Plan) -> None:
    """N10."""
    standing = Player(ledger, plan).play()
    head, counts, before = ledger.chain.head(), ledger.operations.counts(), cash(ledger)
    again = Player(ledger, plan)
    assert again.play() == standing
    assert (ledger.chain.head(), ledger.operations.counts(), cash(ledger)) == (head, counts, before)


class Crash(Exception):
    """The process ends here."""


def crash(_: object = None) -> NoReturn:
    raise Crash


def test_a_window_that_was_accepted_before_a_crash_is_settled_as_it_was(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not asked for again, and its blocks carry its own time: the count is that of an undisturbed run."""
    with create(tmp_path / "whole", start=plan.facts[0].at) as ledger:
        expected = Player(ledger, plan).play()
        everybodys = cash(ledger)
    state, windows = tmp_path / "state", 0
    create(state, start=plan.facts[0].at).close()
    while True:
        with open_ledger(state, password=PASSWORD) as ledger, monkeypatch.context() as patch:
            patch.setattr(ledger, "settle", crash)
            try:
                standing = Player(ledger, plan).play()
                break
            except Crash:
                accepted_at = ledger.clock.now()
        with open_ledger(state, password=PASSWORD) as ledger:
            # As the command does at every start.
            ledger.settle()
            with pytest.raises(Crash):
                Player(ledger, plan).play(crash)
            assert ledger.clock.now() == accepted_at
        windows += 1
    assert windows > 30
    assert standing == expected
    with open_ledger(state, password=PASSWORD) as ledger:
        assert cash(ledger) == everybodys


def test_a_ledger_on_the_walls_time_is_refused(plan: Plan, tmp_path: Path) -> None:
    with create(tmp_path / "state", clock="wall") as ledger:
        with pytest.raises(ClockNotReplay) as caught:
            Player(ledger, plan)
        assert caught.value.name == "house"


@pytest.mark.parametrize("changes", [{"currency": "USD"}, {"decimals": 3}])
def test_another_currency_is_refused(ledger: Ledger, plan: Plan, changes: dict[str, object]) -> None:
    other = replace(plan, **changes)  # type: ignore[arg-type]
    with pytest.raises(CurrencyMismatch) as caught:
        Player(ledger, other)
    assert caught.value.ledger == "EUR (2 decimals)"
    assert caught.value.source == f"{other.currency} ({other.decimals} decimals)"
