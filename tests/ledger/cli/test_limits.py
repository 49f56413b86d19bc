"""`coupon limits` and `coupon retire`: the admin's, through its timelock."""

from tests.ledger.cli.coupon import DAY, MINT, Coupon, pass_time

ADDRESS = "0x00000000000000000000000000000000000000aa"


def through(coupon: Coupon, document: dict[str, object]) -> None:
    """Apply what waits, once it may be."""
    waiting = document.get("waiting")
    if isinstance(waiting, list) and waiting:
        operation = waiting[0]["operation"]
        assert coupon.refused(f"limits apply {operation}")[0] == "CallNotDue"
        pass_time(coupon, 3 * DAY)
        coupon.done(f"limits apply {operation}")


def test_a_cap_on_withdrawals_holds_from_when_the_timelock_lets_it(shop: Coupon) -> None:
    before = shop.json("limits show")["limits"]
    through(shop, shop.json("limits set --withdrawal-cap 5"))
    after = shop.json("limits show")["limits"]
    assert after == {**before, "withdrawal_cap_daily_minor": 500}
    shop.done("deposit consumer:carol 20")
    shop.done(f"withdraw consumer:carol 4 --to {ADDRESS}")
    assert shop.refused(f"withdraw consumer:carol 1.01 --to {ADDRESS}")[0] == "WithdrawalCapReached"
    assert shop.refused(f"withdraw bert 5.01 --to {ADDRESS}")[0] == "WithdrawalCapReached"
    shop.done(f"withdraw bert 5 --to {ADDRESS}")
    pass_time(shop, 3_600)
    assert shop.refused("pay-out bert")[0] == "WithdrawalCapReached"
    pass_time(shop, DAY)
    shop.done("pay-out bert")
    shop.done("verify")


def test_the_end_is_announced_and_then_nothing_is_minted_or_issued(shop: Coupon) -> None:
    assert shop.refused("retire 2026-05-02 --yes")[0] == "RetirementTooEarly"
    through(shop, shop.json("retire 2026-05-20 --yes"))
    assert shop.json("limits show")["retires_at"]
    assert shop.refused("retire 2026-06-20 --yes")[0] == "LedgerRetired"
    shop.done("issue 1 anna carol")
    pass_time(shop, 20 * DAY)
    assert shop.refused(MINT)[0] == "LedgerRetired"
    assert shop.refused("issue 1 anna carol")[0] == "LedgerRetired"
    shop.done("redeem 1/400 bert 50")
    shop.done("verify")


def test_what_cannot_be_done_says_why(shop: Coupon) -> None:
    cases = [
        ("limits set", "OptionInvalid", 2),
        ("limits apply 1", "NotFound", 1),
        ("retire 2026-09-01", "ConfirmationNeeded", 2),
    ]
    assert shop.names(cases) == cases


def test_each_limit_is_set_by_its_option_and_the_others_stay(shop: Coupon) -> None:
    before = shop.json("limits show")["limits"]
    options = {
        "reward_cap_daily_minor": ("--reward-cap 12.34", 1_234),
        "reserve_cap_daily_minor": ("--reserve-cap 0.05", 5),
        "withdrawal_cap_daily_minor": ("--withdrawal-cap 7", 700),
        "withdrawal_delay_seconds": ("--withdrawal-delay 60", 60),
    }
    through(shop, shop.json(f"limits set {' '.join(option for option, _ in options.values())}"))
    now = shop.json("limits show")["limits"]
    assert now == {**before, **{name: value for name, (_, value) in options.items()}}
    assert "12.34 USD" in shop.done("limits show")


def test_what_was_announced_is_shown_until_it_is_applied(shop: Coupon) -> None:
    assert "nothing waits" in shop.done("limits show")
    announced = shop.json("limits set --reward-cap 5 --key k")
    assert shop.json("limits set --reward-cap 5 --key k")["repeated"]
    (waiting,) = shop.json("limits show")["waiting"]
    assert waiting["operation"] == announced["waiting"][0]["operation"]
    pass_time(shop, 3 * DAY)
    shop.done(f"limits apply {waiting['operation']}")
    assert shop.json("limits show")["waiting"] == []
    assert shop.refused(f"limits apply {waiting['operation']}")[0] == "CallNotWaiting"
