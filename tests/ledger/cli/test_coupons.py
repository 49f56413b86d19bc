"""`coupon issue` and `coupon redeem`."""

from tests.ledger.cli.coupon import DAY, Coupon, pass_time

FIRST_ID = str((1 << 40) + 400)


def test_coupons_are_issued_in_the_order_of_the_names(shop: Coupon) -> None:
    """S2.12."""
    shop.done("consumer add dave --recruiter bert")
    issued = shop.json("issue 1 anna carol:2 dave")
    assert issued["issued"] == [
        {"consumer": "carol", "first": "1/410", "count": 2},
        {"consumer": "dave", "first": "1/412", "count": 1},
    ]
    assert "1/413 to 1/414" in shop.done("issue 1 anna dave:2")


def test_an_issue_takes_as_many_lots_as_it_needs(shop: Coupon) -> None:
    shop.done("batch allocate 1 anna 20")
    issued = shop.json("issue 1 anna carol:95 --key many")
    assert [(run["first"], run["count"]) for run in issued["issued"]] == [("1/410", 90), ("1/380", 5)]
    assert len(issued["operations"]) == 2
    shop.done("batch allocate 1 anna 5")
    assert shop.json("issue 1 anna carol:95 --key many") == {**issued, "repeated": True}
    assert shop.refused("issue 1 anna carol:90 --key many")[0] == "KeyReused"
    assert shop.json("consumer show carol")["coupons"].__len__() == 105


def test_an_issue_may_name_its_lot(shop: Coupon) -> None:
    shop.done("batch allocate 1 anna 20")
    assert shop.json("issue 1 anna carol --lot 2")["issued"][0]["first"] == "1/380"
    assert shop.refused("issue 1 anna carol:20 --lot 2")[0] == "LotExhausted"
    assert shop.refused("issue 1 bert carol --lot 2")[0] == "LotMismatch"


def test_the_operator_issues_from_stock_allocated_to_itself(shop: Coupon) -> None:
    shop.done("batch allocate 1 operator 5")
    assert "issued 1 coupon of batch 1 from the operator" in shop.done("issue 1 operator carol")


def test_an_issue_that_cannot_be_changes_nothing(shop: Coupon) -> None:
    cases = [
        ("issue 9 anna carol", "BatchUnknown", 1),
        ("issue 1 zoe carol", "NotFound", 1),
        ("issue 1 anna zoe", "NotFound", 1),
        ("issue 1 bert carol", "LotMismatch", 1),
        ("issue 1 anna carol:91", "LotExhausted", 1),
        ("issue 1 anna carol:0", "RecipientInvalid", 2),
        ("issue 1 anna :5", "RecipientInvalid", 2),
        ("issue 1 anna carol:99999999999", "RecipientInvalid", 2),
    ]
    assert shop.names(cases) == cases
    assert shop.json("batch show 1")["issued"] == 10


def test_a_redemption_pays_everybody_to_the_last_cent(shop: Coupon) -> None:
    """S2.13 - S2.16: the split of reward and contribution, and the discount from its funder."""
    done = shop.json("redeem 1/400 bert 44.44 --order o-1")["redemption"]
    assert (done["coupon"], done["order_minor"], done["discount_minor"]) == ("1/400", 4_444, 500)
    assert (done["reward_minor"], done["contribution_minor"], done["distributed_minor"]) == (100, 111, 211)
    parts = {part["role"]: part["amount_minor"] for part in done["parts"]}
    floors = {role: 211 * bps // 10_000 for role, bps in (("issuer", 2000), ("redeemer", 1000), ("consumer", 4000))}
    assert {role: parts[role] for role in floors} == floors
    assert (parts["recruiter"], parts["sharer"], parts["first_sharer"]) == (211 * 1500 // 10_000, 0, 0)
    assert sum(parts.values()) == 211
    assert shop.json("balance bert")["cash_minor"] == 10_000 + 500 - 111 + floors["redeemer"]


def test_a_redemption_is_told_with_its_split(shop: Coupon) -> None:
    text = shop.done("redeem 1/400 bert 44.44")
    for part in ("redeemed 1/400 at bert for an order of 44.44 USD", "5.00 USD, paid by the operator", "absent"):
        assert part in text


def test_a_coupon_may_be_named_by_its_id_on_the_chain(shop: Coupon) -> None:
    assert shop.json(f"redeem {FIRST_ID} bert 44")["redemption"]["coupon"] == "1/400"


def test_a_coupon_is_redeemed_once_and_a_repeated_key_says_so(shop: Coupon) -> None:
    """S1.34, N10."""
    first = shop.json("redeem 1/400 bert 44 --key once")
    assert shop.json("redeem 1/400 bert 44 --key once") == {**first, "repeated": True}
    assert shop.done("redeem 1/400 bert 44 --key once").startswith("Done before: redeemed 1/400")
    assert shop.refused("redeem 1/400 bert 45 --key once")[0] == "KeyReused"
    assert shop.refused("redeem 1/400 bert 44")[0] == "CouponRedeemed"


def test_a_redemption_that_cannot_be_changes_nothing(shop: Coupon) -> None:
    cases = [
        (f"redeem {words}", name, code)
        for words, name, code in [
            ("1/300 bert 44", "CouponNotIssued", 1),
            ("9/0 bert 44", "BatchUnknown", 1),
            ("1/400 zoe 44", "NotFound", 1),
            ("1/400 bert 19.99", "OrderBelowMinimum", 1),
            ("1/400 bert 0", "OrderZero", 1),
            ("1/400 bert 44.444", "AmountInvalid", 2),
            ("1/400 bert ten", "AmountInvalid", 2),
            ("1-400 bert 44", "CouponNameInvalid", 2),
            ("400 bert 44", "CouponNameInvalid", 2),
            ("0/400 bert 44", "CouponNameInvalid", 2),
            ("1/9999999999999 bert 44", "CouponNameInvalid", 2),
            ("1/400 bert 3000000000000", "OrderAboveMaximum", 1),
            ("1/400 bert 10000000000000000000000", "AmountInvalid", 2),
        ]
    ]
    assert shop.names(cases) == cases
    assert shop.json("batch show 1")["redeemed"] == 0


def test_a_merchant_without_cash_for_its_contribution_is_told_how_much(shop: Coupon) -> None:
    name, message = shop.refused("redeem 1/400 anna 44")
    assert name == "ContributionUnfunded"
    assert "(1.10 USD needed, 0.00 USD free)" in message


def test_an_order_below_the_minimum_is_told_in_the_currency(shop: Coupon) -> None:
    assert "(19.99 USD, at least 20.00 USD)" in shop.refused("redeem 1/400 bert 19.99")[1]


def test_a_coupon_out_of_date_is_told_in_the_ledgers_zone(shop: Coupon) -> None:
    pass_time(shop, 70 * DAY)
    name, message = shop.refused("redeem 1/400 bert 44")
    assert name == "BatchExpired"
    assert "it ended 2026-07-01 00:00:00 CEST" in message
