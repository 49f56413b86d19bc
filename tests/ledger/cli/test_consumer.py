"""`coupon consumer`: add, list, show, suspend, restore."""

from tests.ledger.cli.coupon import Coupon


def test_a_consumer_is_added_with_its_recruiter(shop: Coupon) -> None:
    """S2.23, S3.3."""
    added = shop.json("consumer add dave --recruiter bert")["consumer"]
    assert (added["id"], added["reference"], added["recruiter"]) == (2, "dave", "bert")
    assert "registered consumer eve as #3" in shop.done("consumer add eve --recruiter '#2'")


def test_show_lists_own_coupons_with_their_states(shop: Coupon) -> None:
    """S1.37."""
    shop.done("redeem 1/400 bert 44.44")
    shown = shop.json("consumer show carol")
    states = {each["coupon"]: each["state"] for each in shown["coupons"]}
    assert states == {"1/400": "redeemed", **{f"1/{serial}": "issued" for serial in range(401, 410)}}
    assert shown["cash_minor"] > 0
    text = shop.done("consumer show carol")
    assert "1/409" in text
    assert "redeemed" in text
    shop.done("consumer add dave --recruiter bert")
    assert "no coupons yet" in shop.done("consumer show dave")


def test_the_list_says_where_to_go_on(shop: Coupon) -> None:
    for name in ("dave", "eve"):
        shop.done(f"consumer add {name} --recruiter anna")
    first = shop.json("consumer list --limit 2")
    assert [each["reference"] for each in first["consumers"]] == ["carol", "dave"]
    assert (first["count"], first["next_after"]) == (3, 2)
    assert "2 of 3; more: --after 2" in shop.done("consumer list --limit 2")
    rest = shop.json("consumer list --after 2")
    assert [each["reference"] for each in rest["consumers"]] == ["eve"]
    assert rest["next_after"] is None


def test_a_suspended_consumer_cannot_use_its_coupons(shop: Coupon) -> None:
    assert shop.json("consumer suspend carol")["consumer"]["suspended"] is True
    assert shop.refused("redeem 1/400 bert 44")[0] == "ConsumerSuspended"
    assert shop.json("consumer restore carol")["consumer"]["suspended"] is False
    shop.done("redeem 1/400 bert 44")


def test_an_unknown_name_is_refused(shop: Coupon) -> None:
    assert shop.refused("consumer add carol --recruiter anna")[0] == "ReferenceTaken"
    assert shop.refused("consumer add dave --recruiter zoe")[0] == "NotFound"
    assert shop.refused("consumer show zoe")[0] == "NotFound"
    assert shop.refused("consumer suspend zoe")[0] == "NotFound"
    assert shop("consumer add dave").exit_code == 2
