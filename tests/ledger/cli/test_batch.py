"""`coupon batch`: allocate, recall, close, list, show."""

from tests.ledger.cli.coupon import DAY, Coupon, pass_time


def test_stock_goes_to_a_merchant_as_a_lot(shop: Coupon) -> None:
    """S2.11."""
    lot = shop.json("batch allocate 1 bert 30")["lot"]
    assert (lot["batch"], lot["lot"], lot["merchant"], lot["count"], lot["reserved_minor"]) == (1, 2, "bert", 30, 0)
    assert "allocated 1 coupon of batch 1 to merchant bert, lot 3" in shop.done("batch allocate 1 bert 1")
    assert [each["merchant"] for each in shop.json("batch show 1")["lots"]] == ["anna", "bert", "bert"]


def test_a_merchant_who_funds_discounts_reserves_them_with_its_stock(shop: Coupon) -> None:
    shop.done("batch mint --size 10 --closes 2026-06-30 --discount 3 --funder issuer")
    name, message = shop.refused("batch allocate 2 anna 10")
    assert name == "DiscountUnfunded"
    assert "(30.00 USD needed, 0.00 USD free)" in message
    assert "30.00 USD" in shop.done("batch allocate 2 bert 10")
    assert shop.json("balance bert")["cash_minor"] == 7_000


def test_stock_comes_back_and_goes_to_another(shop: Coupon) -> None:
    lot = shop.json("batch recall 1 anna 1 40")["lot"]
    assert (lot["from_lot"], lot["lot"], lot["count"]) == (1, 2, 40)
    assert "lot 3" in shop.done("batch allocate 1 bert 40 --from-lot 2")
    stock = {each["lot"]: (each["merchant"], each["in_stock"]) for each in shop.json("batch show 1")["lots"]}
    assert stock == {1: ("anna", 50), 2: ("operator", 0), 3: ("bert", 40)}


def test_show_has_terms_funnel_and_lots(shop: Coupon) -> None:
    """S2.18."""
    shop.done("redeem 1/400 bert 44")
    shown = shop.json("batch show 1")
    assert (shown["size"], shown["stock"], shown["with_merchants"]) == (500, 400, 90)
    assert (shown["issued"], shown["redeemed"], shown["state"]) == (10, 1, "open")
    assert (shown["reserved_minor"], shown["reserve_minor"]) == (300_000, 299_400)
    text = shop.done("batch show 1")
    for part in (
        *("batch 1: 500 coupons, open", "1.00 USD, at most 5% of the order", "5.00 USD, paid by the operator"),
        *("consumer 40%", "left the operator  100", "400 to 499", "2,994.00 USD"),
    ):
        assert part in text


def test_list_counts_where_the_coupons_are(shop: Coupon) -> None:
    (listed,) = shop.json("batch list")["batches"]
    assert (listed["id"], listed["stock"], listed["with_merchants"], listed["issued"]) == (1, 400, 90, 10)
    assert "2,995.00" not in shop.done("batch list")
    assert "3,000.00" in shop.done("batch list")


def test_an_empty_ledger_says_how_to_begin(ledger: Coupon) -> None:
    assert "coupon batch mint" in ledger.done("batch list")
    assert ledger.json("batch list")["batches"] == []


def test_a_finished_batch_gives_back_what_it_did_not_use(shop: Coupon) -> None:
    shop.done("batch mint --size 10 --closes 2026-06-30 --discount 3 --funder issuer")
    shop.done("batch allocate 2 bert 10")
    name, message = shop.refused("batch close 1")
    assert name == "NotFinished"
    assert "2026-07-08 00:00:00 CEST" in message
    pass_time(shop, 80 * DAY)
    assert shop.json("batch list")["batches"][0]["state"] == "window over"
    first = shop.json("batch close 1 --key end")
    assert (first["batch"]["released_minor"], first["batch"]["released_to_merchants_minor"]) == (300_000, 0)
    again = shop.json("batch close 1 --key end")
    assert again == {**first, "repeated": True}
    second = shop.json("batch close 2")["batch"]
    assert (second["released_minor"], second["released_to_merchants_minor"]) == (0, 3_000)
    assert shop.json("balance bert")["cash_minor"] == 10_000
    assert shop.refused("batch close 1")[0] == "BatchClosed"
    assert shop.json("verify")["agrees"] is True


def test_what_is_not_there_is_named(shop: Coupon) -> None:
    cases = [
        ("batch show 9", "NotFound", 1),
        ("batch close 9", "NotFound", 1),
        ("batch allocate 9 anna 1", "BatchUnknown", 1),
        ("batch allocate 1 zoe 1", "NotFound", 1),
        ("batch allocate 1 anna 401", "LotExhausted", 1),
        ("batch allocate 1 anna 0", "UsageError", 2),
        ("batch recall 1 bert 1 1", "LotMismatch", 1),
        ("batch recall 1 anna 1 91", "LotExhausted", 1),
        ("batch show one", "UsageError", 2),
    ]
    assert shop.names(cases) == cases
