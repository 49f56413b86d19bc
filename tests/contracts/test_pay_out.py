"""Paying merchants' requests out, and the platform's own withdrawals."""

from ledger.chain.contract import Revert
from ledger.domain.errors import Reason, Verb
from ledger.domain.events import RefusedItem, Withdrawn
from ledger.domain.terms import Funder
from scripts.world import DAY, NOW, OPERATOR, World, key
from tests.contracts.books import OUTFLOW, WITHDRAWALS, field, place, tokens, word
from tests.contracts.parties import BAKERY, BOOKSHOP, CINEMA, FUNDS, stock
from tests.contracts.reading import (
    Attempt,
    Preparation,
    check_refusal,
    check_revert,
    events,
    for_each,
    reasons,
    refused,
    sealed,
)

PAYEE = key("a bank account").address
MINTED = 500_000 + 400_000
"""What a batch of `some_terms` reserves: reward and discount of 1,000 coupons."""


def attempt(*merchants: int) -> Attempt:
    return Attempt("payOut", (list(merchants),), sender="stranger")


def request(world: World, merchant: int = BAKERY, amount: int = 50, *, by: str = "bakery") -> None:
    receipt = world.send("withdraw", [world.withdrawal(merchant, amount, by=by, to=PAYEE)], sender="relayer")
    assert not refused(world, receipt)


def not_due(world: World) -> Attempt:
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, DAY))
    request(world)
    world.pass_time(DAY - 1)
    return attempt(BAKERY)


def suspended(world: World) -> Attempt:
    request(world)
    world.send("suspendMerchant", BAKERY, True)
    return attempt(BAKERY)


def spent(world: World) -> Attempt:
    """The bakery's whole cash became the reserve of its discounts before its request was paid."""
    request(world)
    stock(world, count=10, size=10, funder=Funder.ISSUER, discount_bps=0, discount_minor=FUNDS // 10)
    return attempt(BAKERY)


def capped(world: World) -> Attempt:
    request(world)
    world.send_as_admin("setLimits", (10**12, 10**18, 49, 0))
    return attempt(BAKERY)


REFUSALS: dict[Reason, Preparation] = {
    Reason.AMOUNT_ZERO: lambda _: attempt(BAKERY),
    Reason.WITHDRAWAL_NOT_DUE: not_due,
    Reason.MERCHANT_SUSPENDED: suspended,
    Reason.CASH_INSUFFICIENT: spent,
    Reason.WITHDRAWAL_CAP_REACHED: capped,
}


@for_each(REFUSALS)
def test_a_request_that_cannot_be_paid_is_refused_and_stays(world: World, reason: Reason) -> None:
    check_refusal(world, REFUSALS[reason](world), Verb.PAY_OUT, reason)


def test_a_due_request_is_paid_by_anybody_and_is_then_gone(world: World) -> None:
    """Rewards are paid out (S2.21)."""
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, DAY))
    request(world, amount=FUNDS)
    world.pass_time(DAY)
    receipt = attempt(BAKERY).send(world)
    assert events(world, receipt) == [Withdrawn(False, BAKERY, FUNDS, PAYEE, 0)]
    assert sealed(world, receipt).items == 1
    assert (world.ask("merchant", BAKERY)[1], tokens(world, PAYEE)) == (0, FUNDS)
    assert word(world, place(WITHDRAWALS, BAKERY)) == 0


def test_requests_of_a_day_are_paid_up_to_the_cap_and_the_others_the_day_after(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 100, 0))
    request(world, amount=60)
    request(world, BOOKSHOP, 41, by="bookshop")
    request(world, CINEMA, 40, by="cinema")
    receipt = attempt(BAKERY, BOOKSHOP, CINEMA).send(world)
    assert [(item.reason, item.party) for item in refused(world, receipt)] == [
        (Reason.WITHDRAWAL_CAP_REACHED, BOOKSHOP)
    ]
    stored = word(world, OUTFLOW)
    assert (field(stored, 64, 64), field(stored, 128, 32)) == (100, NOW // DAY)
    world.clock.set((NOW // DAY + 1) * DAY)
    assert not refused(world, attempt(BOOKSHOP).send(world))


def test_a_request_above_the_cash_left_is_paid_with_the_cash_left(world: World) -> None:
    request(world, amount=FUNDS)
    stock(world, count=10, size=10, funder=Funder.ISSUER, discount_bps=0, discount_minor=7)
    receipt = attempt(BAKERY).send(world)
    assert events(world, receipt) == [Withdrawn(False, BAKERY, FUNDS - 70, PAYEE, 0)]
    assert reasons(world, attempt(BAKERY).send(world)) == [Reason.AMOUNT_ZERO]


def test_the_delay_is_at_most_thirty_days(world: World) -> None:
    """Beyond that no request would ever be due."""
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, 30 * DAY))
    longer = world.ledger.encode("setLimits", (10**12, 10**18, 10**18, 30 * DAY + 1))
    revert = world.ledger.revert_of(world.chain, longer, sender=world.deployment.timelock)
    assert revert == Revert("WithdrawalDelayTooLong", {"delay": 30 * DAY + 1, "limit": 30 * DAY})


def test_a_shorter_delay_does_not_hasten_a_request_made_before(world: World) -> None:
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, DAY))
    request(world)
    world.send_as_admin("setLimits", (10**12, 10**18, 10**18, 0))
    assert reasons(world, attempt(BAKERY).send(world)) == [Reason.WITHDRAWAL_NOT_DUE]


def test_refused_neighbours_leave_good_requests_paid(world: World) -> None:
    request(world)
    request(world, BOOKSHOP, 60, by="bookshop")
    world.send("suspendMerchant", BOOKSHOP, True)
    receipt = attempt(CINEMA, BAKERY, BAKERY, BOOKSHOP, 99).send(world)
    verb = Verb.PAY_OUT
    assert events(world, receipt)[0] == Withdrawn(False, BAKERY, 50, PAYEE, 0)
    assert refused(world, receipt) == [
        RefusedItem(verb, Reason.AMOUNT_ZERO, 0, 0, CINEMA, 0),
        RefusedItem(verb, Reason.AMOUNT_ZERO, 0, 2, BAKERY, 0),
        RefusedItem(verb, Reason.MERCHANT_SUSPENDED, 0, 3, BOOKSHOP, 0),
        RefusedItem(verb, Reason.AMOUNT_ZERO, 0, 4, 99, 0),
    ]
    assert sealed(world, receipt).items == 5


def by_treasurer(amount: int, to: bytes = PAYEE) -> Attempt:
    return Attempt("withdrawPlatform", (amount, to), sender="treasurer")


def test_the_treasurer_moves_the_platforms_own_cash_and_not_a_unit_more(world: World) -> None:
    check_revert(world, by_treasurer(FUNDS + 1), "CashInsufficient", amount=FUNDS + 1, cash=FUNDS)
    receipt = by_treasurer(FUNDS).send(world)
    assert events(world, receipt) == [Withdrawn(False, OPERATOR, FUNDS, PAYEE, 0)]
    assert sealed(world, receipt).items == 1
    assert (world.ask("merchant", OPERATOR)[1], tokens(world, PAYEE)) == (0, FUNDS)
    check_revert(world, by_treasurer(1), "CashInsufficient", amount=1, cash=0)


def test_what_a_batch_reserved_is_out_of_the_treasurers_reach(world: World) -> None:
    stock(world)
    check_revert(
        world, by_treasurer(FUNDS - MINTED + 1), "CashInsufficient", amount=FUNDS - MINTED + 1, cash=FUNDS - MINTED
    )


def test_the_platform_pays_no_zero_amount_and_neither_nobody_nor_itself(world: World) -> None:
    check_revert(world, by_treasurer(0), "AmountZero")
    for payee in (bytes(20), world.ledger.address):
        check_revert(world, by_treasurer(1, payee), "WalletInvalid", wallet=f"0x{payee.hex()}")
