"""`coupon trace`: the life of a coupon with its money and its places on the chain."""

from tests.ledger.cli.coupon import Coupon


def test_a_trace_follows_a_coupon_from_mint_to_split(shop: Coupon) -> None:
    """S2.17, S2.20: each step with block, transaction and log, each part of the money with who got it."""
    shop.done("redeem 1/400 bert 44.44")
    told = shop.json("trace 1/400")
    assert (told["coupon"], told["state"], told["holder"]["reference"]) == ("1/400", "redeemed", "carol")
    assert told["id"] == (1 << 40) + 400
    assert told["issued"]["merchant"]["reference"] == "anna"
    assert [(each["kind"], each["merchant"]["reference"]) for each in told["moved"]] == [("allocate", "anna")]
    (redeemed,) = told["redeemed"]
    assert sum(part["amount_minor"] for part in redeemed["parts"]) == redeemed["distributed_minor"] == 211
    assert told["sums_agree"] is True
    places = [told["minted"], *told["moved"], told["issued"], redeemed]
    assert [place["block"] for place in places] == sorted({place["block"] for place in places})
    assert all(len(place["transaction"]) == 66 and place["log_index"] >= 0 for place in places)


def test_the_tree_tells_it_to_people(shop: Coupon) -> None:
    shop.done("redeem 1/400 bert 44.44")
    text = shop.done("trace 1/400")
    for part in (
        *("coupon 1/400", "minted in batch 1 of 500", "allocated to merchant anna in lot 1, serials 400 to 499"),
        *("issued by merchant anna to consumer carol", "redeemed at merchant bert for an order of 44.44 USD"),
        *("the consumer saves 5.00 USD and pays 39.44 USD", "operator's reserve", "absent: passed on", "…"),
    ):
        assert part in text
    assert "2.11      2.11" in text or "2.11     2.11" in text


def test_a_coupon_in_stock_is_with_its_merchant(shop: Coupon) -> None:
    """S2.8, S2.11."""
    assert shop.json("trace 1/0")["holder"]["kind"] == "operator"
    told = shop.json("trace 1/499")
    assert (told["state"], told["holder"]["reference"]) == ("stock", "anna")
    assert (told["issued"], told["redeemed"]) == (None, [])


def test_a_recall_is_a_step_of_its_own(shop: Coupon) -> None:
    shop.done("batch recall 1 anna 1 10")
    told = shop.json("trace 1/499")
    assert [each["kind"] for each in told["moved"]] == ["allocate", "recall"]
    assert told["holder"]["kind"] == "operator"
    assert "recalled from merchant anna into lot 2" in shop.done("trace 1/499")


def test_what_was_never_minted_has_no_trace(shop: Coupon) -> None:
    assert shop.refused("trace 1/500")[0] == "NotFound"
    assert shop.refused("trace 2/0")[0] == "NotFound"
    assert shop.refused("trace nothing", code=2)[0] == "CouponNameInvalid"
