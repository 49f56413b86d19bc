"""Minting: a batch comes into being with its terms for good and its money reserved."""

from typing import Any, Final

import pytest

from ledger.chain.batch_words import unpack
from ledger.domain.errors import LedgerError
from ledger.domain.events import Minted
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world import DAY, NOW, OPERATOR, Reverted, World, some_terms, terms_tuple
from tests.contracts.books import BATCHES, place, words
from tests.contracts.parties import FUNDS
from tests.contracts.reading import Attempt, check_revert, events, sealed

PARTS_LIMIT: Final = 2**36 - 1
FREE: Final = {"reward_minor": 0, "discount_bps": 0, "discount_minor": 0}
"""Terms that reserve nothing."""

EDGES: Final[dict[str, dict[str, Any]]] = {
    "size least": {"size": 1},
    "size most": {"size": 2**32 - 1, **FREE},
    "opens least": {"opens": 0},
    "open for a second": {"opens": NOW + 50, "closes": NOW + 51},
    "closes least": {"closes": NOW + 1},
    "closes most": {"closes": 2**40 - 1},
    "valid days least": {"valid_days": 1},
    "valid days most": {"valid_days": 2**16 - 1},
    "hops least": {"share_mode": ShareMode.TRANSFER, "hops": 1},
    "hops most": {"share_mode": ShareMode.TRANSFER, "hops": 15},
    "copies least": {"share_mode": ShareMode.COPY, "copies": 1, "hops": 1},
    "copies most": {"share_mode": ShareMode.COPY, "copies": 255, "hops": 15},
    "issuer only": {"group": GROUP_ISSUER_ONLY},
    "minimum order least": {"minimum_order_minor": 0},
    "minimum order most": {"minimum_order_minor": 2**48 - 1},
    "settlement delay most": {"settlement_delay_hours": 2**16 - 1},
    "revocable": {"revocable": True},
    "bearer": {"bearer": True},
    "both flags": {"revocable": True, "bearer": True},
    "reward none": {"reward_minor": 0, "reward_cap_bps": 0},
    "reward least": {"reward_minor": 1, "reward_cap_bps": 1},
    "reward most": {
        "size": 1,
        "reward_minor": PARTS_LIMIT,
        "reward_cap_bps": 2**16 - 1,
        "contribution_bps": 0,
        "contribution_cap_minor": 0,
    },
    "contribution least": {"contribution_bps": 1, "contribution_cap_minor": 1},
    "contribution most": {"reward_minor": 0, "contribution_bps": 10_000, "contribution_cap_minor": PARTS_LIMIT},
    "incentive most": {"size": 1, "reward_minor": 2**35, "contribution_cap_minor": 2**35 - 1},
    "discount none": {"discount_bps": 0, "discount_minor": 0},
    "discount share least": {"discount_bps": 1, "discount_minor": 1},
    "discount share most": {"discount_bps": 10_000, "discount_minor": 2**40 - 1, "funder": Funder.REDEEMER},
    "discount fixed most": {"size": 1, "discount_bps": 0, "discount_minor": 2**40 - 1, "funder": Funder.ISSUER},
    "points price most": {"points_price": 2**40 - 1},
    "text none": {"text": bytes(32)},
    "reserve most": {"size": 1, "reward_minor": 0, "discount_minor": 2**40 - 1},
    **{
        f"remainder to the {role.name.lower()}": {"remainder_role": role}
        for role in (Role.PLATFORM, Role.ISSUER, Role.REDEEMER, Role.CONSUMER, Role.RECRUITER)
    },
    **{
        f"all to the {role.name.lower()}": {"split_bps": tuple(10_000 if each is role else 0 for each in Role)}
        for role in Role
    },
}


def attempt(**changes: Any) -> Attempt:
    return Attempt("mint", (terms_tuple(some_terms(**changes)),), sender="operator")


@pytest.mark.parametrize("changes", EDGES.values(), ids=EDGES)
def test_a_batch_stands_on_the_chain_with_exactly_its_terms_and_its_money_reserved(
    world: World, changes: dict[str, Any]
) -> None:
    """Coupons are on the chain, as the platform's stock, from the moment they are minted (S2.7, S2.8)."""
    world.fund([(False, OPERATOR, 2**41)])
    terms = some_terms(**changes)
    terms.check()
    before = world.ask("merchant", OPERATOR)[1]
    receipt = attempt(**changes).send(world)
    assert events(world, receipt) == [Minted(1, terms, terms.reserve_minor, 0)]
    assert sealed(world, receipt).items == 1
    assert world.ask("merchant", OPERATOR)[1] == before - terms.reserve_minor
    slot = place(BATCHES, 1)
    acceptance, money, state, text = words(world, [slot, slot + 1, slot + 2, slot + 3])
    batch = unpack(acceptance, money, state, text.to_bytes(32, "big"))
    assert (batch.terms, batch.reserve, batch.stock) == (terms, terms.reserve_minor, terms.size)
    assert (batch.lots, batch.closed, batch.paused_at_mint) == (0, False, 0)


SPLIT: Final = (1_000, 2_000, 2_000, 2_000, 500, 500)
BROKEN: Final[dict[str, tuple[dict[str, Any], str, dict[str, Any]]]] = {
    "no coupon": ({"size": 0}, "SizeZero", {}),
    "window empty": ({"opens": NOW + 9, "closes": NOW + 9}, "WindowEmpty", {"opens": NOW + 9, "closes": NOW + 9}),
    "window past": ({"opens": 0, "closes": NOW}, "WindowPast", {"closes": NOW, "time": NOW}),
    "group of nobody": ({"group": 2}, "GroupUnknown", {"group": 2, "groups": 1}),
    "group just below issuer only": (
        {"group": GROUP_ISSUER_ONLY - 1},
        "GroupUnknown",
        {"group": GROUP_ISSUER_ONLY - 1, "groups": 1},
    ),
    **{
        f"sharing {mode.name.lower()} copies {copies} hops {hops}": (
            {"share_mode": mode, "copies": copies, "hops": hops},
            "ShareTermsInvalid",
            {"mode": mode, "copies": copies, "hops": hops},
        )
        for mode, copies, hops in (
            (ShareMode.NONE, 1, 0),
            (ShareMode.NONE, 0, 1),
            (ShareMode.TRANSFER, 1, 1),
            (ShareMode.TRANSFER, 0, 0),
            (ShareMode.TRANSFER, 0, 16),
            (ShareMode.COPY, 0, 1),
            (ShareMode.COPY, 1, 0),
            (ShareMode.COPY, 1, 16),
        )
    },
    "reward without a cap": ({"reward_cap_bps": 0}, "RewardCapMissing", {}),
    "contribution above the order": ({"contribution_bps": 10_001}, "BpsTooHigh", {"bps": 10_001, "limit": 10_000}),
    "contribution without a cap": (
        {"contribution_cap_minor": 0},
        "ContributionTermsInvalid",
        {"bps": 200, "cap": 0},
    ),
    "contribution without a share": ({"contribution_bps": 0}, "ContributionTermsInvalid", {"bps": 0, "cap": 300}),
    "discount above the order": ({"discount_bps": 10_001}, "BpsTooHigh", {"bps": 10_001, "limit": 10_000}),
    "discount share without a cap": ({"discount_minor": 0}, "DiscountTermsInvalid", {"bps": 1_000, "amount": 0}),
    "incentive beyond its bits": (
        {"reward_minor": PARTS_LIMIT, "contribution_cap_minor": 1},
        "IncentiveTooLarge",
        {"incentive": PARTS_LIMIT + 1, "limit": PARTS_LIMIT},
    ),
    "split a point short": ({"split_bps": (*SPLIT, 1_999)}, "SplitSumWrong", {"sum": 9_999, "expected": 10_000}),
    "split a point over": ({"split_bps": (*SPLIT, 2_001)}, "SplitSumWrong", {"sum": 10_001, "expected": 10_000}),
    "remainder to a sharer": ({"remainder_role": Role.SHARER}, "RemainderRoleAbsent", {"role": Role.SHARER}),
    "remainder to a first sharer": (
        {"remainder_role": Role.FIRST_SHARER},
        "RemainderRoleAbsent",
        {"role": Role.FIRST_SHARER},
    ),
    "reserve beyond its bits": (
        {"size": 2**28, "reward_minor": 2**36 - 301, "discount_minor": 301},
        "ReserveTooLarge",
        {"reserve": 2**64, "limit": 2**64 - 1},
    ),
    "reserve of all its bits, beyond the cash": (
        {"size": 2**32 - 1, "reward_minor": 0, "discount_minor": 2**32 + 1},
        "CashInsufficient",
        {"amount": 2**64 - 1, "cash": FUNDS},
    ),
    "reserve beyond the cash": (
        {"size": 1, "reward_minor": 0, "discount_minor": FUNDS + 1},
        "CashInsufficient",
        {"amount": FUNDS + 1, "cash": FUNDS},
    ),
}
ON_THE_CHAIN_ONLY: Final = {"WindowPast", "GroupUnknown", "ReserveTooLarge", "CashInsufficient"}
"""Rules that need the chain's time or state; all others are checked by `Terms.check` too."""


@pytest.mark.parametrize(("changes", "name", "fields"), BROKEN.values(), ids=BROKEN)
def test_terms_that_break_a_rule_are_an_error_with_both_compared_values(
    world: World, changes: dict[str, Any], name: str, fields: dict[str, Any]
) -> None:
    world.send("changeGroup", 0, True, [2])
    check_revert(world, attempt(**changes), name, **fields)
    if name not in ON_THE_CHAIN_ONLY:
        with pytest.raises(LedgerError, match=name):
            some_terms(**changes).check()


def test_a_group_that_exists_may_be_named(world: World) -> None:
    """A batch may be limited to some merchants (S2.3)."""
    world.send("changeGroup", 0, True, [2])
    assert events(world, attempt(group=1).send(world))


@pytest.mark.parametrize("position", [4, 18, 19], ids=["share mode", "funder", "remainder role"])
def test_a_number_that_is_no_choice_is_refused_by_the_decoder(world: World, position: int) -> None:
    terms = list(terms_tuple(some_terms()))
    terms[position] = 9
    with pytest.raises(Reverted):
        world.send("mint", tuple(terms))


def test_batches_are_numbered_from_one_without_gaps(world: World) -> None:
    """Ids are unique (S2.9): batch and serial."""
    for expected in (1, 2, 3):
        minted = events(world, attempt().send(world))[0]
        assert isinstance(minted, Minted)
        assert minted.batch == expected


def reserving(amount: int) -> Terms:
    return some_terms(size=1, reward_minor=0, discount_bps=0, discount_minor=amount)


def test_the_operator_reserves_up_to_its_daily_cap_and_anew_from_midnight_utc(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 1_000, 10**18, 0))
    world.mint(reserving(400))
    over = Attempt("mint", (terms_tuple(reserving(601)),), sender="operator")
    check_revert(world, over, "ReserveCapReached", reserve=601, left=600)
    world.mint(reserving(600))
    midnight = (NOW // DAY + 1) * DAY
    world.clock.set(midnight - 1)
    one_more = Attempt("mint", (terms_tuple(reserving(1)),), sender="operator")
    check_revert(world, one_more, "ReserveCapReached", reserve=1, left=0)
    world.clock.set(midnight)
    world.mint(reserving(1_000))


def test_a_cap_set_below_what_was_reserved_today_leaves_nothing(world: World) -> None:
    world.mint(reserving(400))
    world.send_as_admin("setLimits", (10**12, 399, 10**18, 0))
    one_more = Attempt("mint", (terms_tuple(reserving(1)),), sender="operator")
    check_revert(world, one_more, "ReserveCapReached", reserve=1, left=0)


def test_copies_are_reserved_from_the_start(world: World) -> None:
    terms = some_terms(size=10, share_mode=ShareMode.COPY, copies=3, hops=1)
    minted = events(world, world.mint(terms))[0]
    assert isinstance(minted, Minted)
    assert minted.reserve == (500 + 400) * 10 * 4


def test_the_whole_cash_may_be_reserved(world: World) -> None:
    world.mint(reserving(FUNDS))
    assert world.ask("merchant", OPERATOR)[1] == 0
