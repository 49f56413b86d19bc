"""`coupon waiting`, `amend`, `reverse`, `forfeit` and `distribute`: redemptions that wait for their delay."""

import pytest

from tests.ledger.cli.coupon import DAY, MINT, Coupon, pass_time


@pytest.fixture
def delayed(shop: Coupon) -> Coupon:
    """Batch 2 has a delay of two days; carol holds 2/400 to 2/409."""
    for words in (
        "deposit operator 5000",
        "deposit anna 100",
        f"{MINT} --settlement-delay-hours 48",
        "batch allocate 2 anna 100",
        "issue 2 anna carol:10",
    ):
        shop.done(words)
    return shop


def test_a_redemption_waits_in_its_pool_and_is_distributed(delayed: Coupon) -> None:
    """S2.15, S2.16, S2.19: the incentive enters the pool, is paid to nobody and distributed when the delay is over."""
    before = delayed.json("balance")["consumers_minor"]
    settled = delayed.json("redeem 2/400 bert 44.44")["settled"]
    assert (settled["kind"], settled["order_minor"], settled["pool_minor"]) == ("pooled", 4_444, 100 + 111 + 500)
    assert delayed.json("balance")["pools_minor"] == 711
    assert delayed.json("balance")["consumers_minor"] == before
    assert delayed.json("verify")["agrees"]
    assert delayed.refused("distribute 2/400")[0] == "SettlementNotDue"
    assert delayed.json("distribute --due")["distributed"] == 0
    pass_time(delayed, 2 * DAY + 3_600)
    done = delayed.json("distribute --due")
    assert (done["distributed"], done["incentive_minor"]) == (1, 211)
    assert delayed.json("balance")["pools_minor"] == 0
    assert delayed.json("balance")["consumers_minor"] == before + 211 * 4_000 // 10_000
    assert delayed.json("verify")["agrees"]
    assert delayed.refused("distribute 2/400")[0] == "RedemptionNotPending"


def test_partial_refunds_take_the_split_back_pro_rata(delayed: Coupon) -> None:
    """N9: reversal and partial refund, pro rata to the order as redeemed, to the last cent."""
    delayed.done("redeem 2/400 bert 99.73")
    first = delayed.json("amend 2/400 bert 50")["settled"]
    second = delayed.json("amend 2/400 bert 33.33 --key k")["settled"]
    full = (100, 249, 500)
    for order, step in ((5_000, first), (3_333, second)):
        found = (step["reward_minor"], step["contribution_minor"], step["discount_minor"])
        assert found == tuple(amount * order // 9_973 for amount in full)
    assert delayed.json("amend 2/400 bert 33.33 --key k")["repeated"]
    assert delayed.json("verify")["agrees"]
    assert "can be used again" in delayed.done("reverse 2/400 bert")
    assert delayed.json("balance")["pools_minor"] == 0
    again = delayed.json("redeem 2/400 anna 20")["settled"]
    assert again["version"] == 4
    assert delayed.json("verify")["agrees"]


def test_a_suspicious_redemption_is_forfeited(delayed: Coupon) -> None:
    """S2.19: the discount stays with the merchant who gave it, unless the operator says otherwise."""
    delayed.done("redeem 2/400 bert 44.44")
    delayed.done("redeem 2/401 bert 44.44")
    assert "keeps the discount of 5.00 USD" in delayed.done("forfeit 2/400 --cause 7")
    assert delayed.json("forfeit 2/401 --cause 8 --discount-too")["settled"]["discount_too"]
    assert delayed.refused("forfeit 2/401 --cause 8")[0] == "RedemptionNotPending"
    assert delayed.refused("redeem 2/401 bert 44.44")[0] == "CouponRedeemed"
    assert delayed.json("verify")["agrees"]
    assert delayed.json("trace 2/400")["state"] == "forfeited"


def test_what_waits_is_listed_with_since_when(delayed: Coupon) -> None:
    """On the merchant's page too."""
    assert "No redemption waits" in delayed.done("waiting")
    delayed.done("redeem 2/400 bert 44.44")
    pass_time(delayed, 7_200)
    delayed.done("redeem 2/401 anna 44.44")
    delayed.done("amend 2/400 bert 22.22")
    listed = delayed.json("waiting")
    assert [(each["coupon"], each["redeemed_minor"]) for each in listed["waiting"]] == [
        ("2/400", 4_444),
        ("2/401", 4_444),
    ]
    assert listed["waiting"][0]["since"] < listed["waiting"][1]["since"] < listed["waiting"][0]["due"]
    assert (delayed.json("waiting bert")["count"], delayed.json("waiting anna --limit 1")["count"]) == (1, 1)
    page = delayed.json("merchant show bert")
    assert page["redemptions_waiting"] == 1
    assert page["next_redemptions_due"] == delayed.json("waiting bert")["waiting"]
    assert "Redemptions that wait" in delayed.done("merchant show bert")
    assert delayed.json("batch show 2")["waiting"] == 2
    assert "waiting for distribution" in delayed.done("batch show 2")
    coupons = delayed.json("consumer show carol")["coupons"]
    assert [each["coupon"] for each in coupons if each["state"] == "pending"] == ["2/400", "2/401"]
    assert "1 of 1" in delayed.done("waiting bert")


def test_the_trace_shows_every_step_with_its_money_and_its_place(delayed: Coupon) -> None:
    """S2.17, S2.19: pool, amendment, reversal, distribution."""
    for words in ("redeem 2/400 bert 44.44", "amend 2/400 bert 30", "reverse 2/400 bert", "redeem 2/400 anna 25"):
        delayed.done(words)
    pass_time(delayed, 2 * DAY + 3_600)
    delayed.done("distribute 2/400")
    life = delayed.json("trace 2/400")
    assert [(step["kind"], step["version"]) for step in life["settled"]] == [
        *(("pooled", 0), ("amended", 1), ("reversed", 2), ("pooled", 3)),
    ]
    places = [(step["block"], step["log_index"]) for step in (*life["settled"], *life["redeemed"])]
    assert places == sorted(set(places))
    assert life["redeemed"][0]["version"] == 4
    assert life["sums_agree"]
    text = delayed.done("trace 2/400")
    for word in ("amended", "reversed", "the pool holds", "the pool gave back", "distributed"):
        assert word in text


def test_many_are_distributed_by_name(delayed: Coupon) -> None:
    for serial in range(400, 404):
        delayed.done(f"redeem 2/{serial} bert 44.44")
    pass_time(delayed, 2 * DAY + 3_600)
    assert delayed.json("distribute 2/400 2/401 2/400 --key k")["distributed"] == 2
    assert delayed.json("distribute 2/400 2/401 --key k")["repeated"]
    assert delayed.json("distribute --due --key all")["distributed"] == 2
    assert delayed.json("distribute --due --key all")["repeated"]
    assert "No pool is due." in delayed.done("distribute --due")


def test_what_cannot_be_changes_nothing(delayed: Coupon) -> None:
    delayed.done("redeem 2/400 bert 44.44")
    cases = [
        ("amend 2/400 bert 44.44", "OrderNotLower", 1),
        ("amend 2/400 bert 0", "OrderZero", 1),
        ("amend 2/400 anna 10", "RedeemerMismatch", 1),
        ("amend 2/401 bert 10", "RedemptionNotPending", 1),
        ("amend 2/400 zoe 10", "NotFound", 1),
        ("amend two bert 10", "CouponNameInvalid", 2),
        ("reverse 2/400 anna", "RedeemerMismatch", 1),
        ("reverse 2/401 bert", "RedemptionNotPending", 1),
        ("forfeit 2/401 --cause 1", "RedemptionNotPending", 1),
        ("distribute", "OptionInvalid", 2),
        ("distribute 2/400 --due", "OptionInvalid", 2),
        ("distribute 2/401", "RedemptionNotPending", 1),
        ("waiting zoe", "NotFound", 1),
    ]
    assert delayed.names(cases) == cases
    assert delayed.json("balance")["pools_minor"] == 711


def test_when_the_delay_is_over_it_says_since_when(delayed: Coupon) -> None:
    delayed.done("redeem 2/400 bert 44.44")
    pass_time(delayed, 2 * DAY + 3_600)
    name, message = delayed.refused("amend 2/400 bert 10")
    assert name == "SettlementOver"
    assert "it ended 2026-05-03" in message
