"""`coupon points`: granted, spent on coupons, cashed out, expired."""

from tests.ledger.cli.coupon import MINT, Coupon


def priced(shop: Coupon) -> None:
    """Batch 2 costs 40 points; anna has stock of it and carol 100 points."""
    shop.done("deposit operator 5000")
    shop.done(f"{MINT} --points-price 40")
    shop.done("batch allocate 2 anna 10")
    shop.done("points grant carol 100")


def test_points_are_granted_spent_and_cashed_out(shop: Coupon) -> None:
    """S4.7, S4.10, S4.11, S4.15: granted, spent when a coupon is issued, with their history; the provider is paid."""
    priced(shop)
    bought = shop.json("points spend 2 anna carol --count 2")
    assert (bought["points"], bought["points_now"]) == (80, 20)
    assert bought["coupons"] == ["2/490", "2/491"]
    assert shop.json("points show anna")["points"] == 80
    before = shop.json("merchant show anna")["cash_minor"]
    assert shop.json("points cash-out anna")["amount_minor"] == 80
    assert shop.json("merchant show anna")["cash_minor"] == before + 80
    assert shop.json("points expire carol 20")["points_now"] == 0
    history = shop.json("points show consumer:carol")
    assert [(each["kind"], each["points"]) for each in history["uses"]] == [
        ("expire", 20),
        ("spend", 80),
        ("grant", 100),
    ]
    everything = shop.json("points show")
    assert (everything["backing"], len(everything["uses"])) == (0, 4)
    assert "cash out" in shop.done("points show")
    assert "2/490 to 2/491" in shop.done("points show anna")
    shop.done("redeem 2/490 bert 50")
    shop.done("verify")


def test_what_cannot_be_done_says_why(shop: Coupon) -> None:
    priced(shop)
    cases = [
        ("issue 2 anna carol", "PointsUnspent", 1),
        ("points spend 2 anna carol --count 3", "PointsInsufficient", 1),
        ("points spend 1 anna carol", "PointsUnspent", 1),
        ("points spend 2 bert carol", "LotMismatch", 1),
        ("points cash-out bert", "AmountZero", 1),
        ("points expire carol 101", "PointsInsufficient", 1),
        ("points grant carol 100000000", "CashInsufficient", 1),
        ("points grant nobody 1", "NotFound", 1),
        ("points grant carol 0", "UsageError", 2),
    ]
    assert shop.names(cases) == cases


def test_the_same_key_grants_once(shop: Coupon) -> None:
    assert not shop.json("points grant carol 5 --key k")["repeated"]
    again = shop.json("points grant carol 5 --key k")
    assert (again["repeated"], again["points_now"]) == (True, 5)


def test_the_history_is_as_long_as_is_wanted(shop: Coupon) -> None:
    for amount in (5, 6, 7):
        shop.done(f"points grant carol {amount}")
    uses = shop.json("points show consumer:carol --limit 2")["uses"]
    assert [each["points"] for each in uses] == [7, 6]
