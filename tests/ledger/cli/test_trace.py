"""`coupon trace`: the life of a coupon with its money and its places on the chain."""

from tests.ledger.cli.coupon import DAY, MINT, Coupon, pass_time


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


def test_a_coupon_that_was_bought_shows_its_points(shop: Coupon) -> None:
    """S4.7: spent when a coupon is issued; the payment has a log of its own."""
    shop.done("deposit operator 5000")
    shop.done(f"{MINT} --points-price 40")
    shop.done("batch allocate 2 anna 10")
    shop.done("points grant carol 100")
    shop.done("points spend 2 anna carol --count 2")
    for serial in (490, 491):
        issued = shop.json(f"trace 2/{serial}")["issued"]
        assert (issued["consumer"]["reference"], issued["paid"]["points"]) == ("carol", 40)
        assert issued["paid"]["transaction"] == issued["transaction"]
        assert issued["paid"]["log_index"] == issued["log_index"] + 1
    assert "issued by merchant anna to consumer carol for 40 points" in shop.done("trace 2/491")
    assert shop.json("trace 1/400")["issued"]["paid"] is None
    assert "points" not in shop.done("trace 1/400")


def test_a_voucher_was_issued_to_a_bearer_and_a_revocation_says_its_cause(shop: Coupon) -> None:
    """S2.17: from the issue to whoever brings the code, to the void."""
    shop.done("deposit operator 5000")
    shop.done(f"{MINT} --bearer --revocable")
    shop.done("batch allocate 2 anna 10")
    shop.done("voucher issue 2 anna 2")
    assert "issued by merchant anna to a bearer" in shop.done("trace 2/490")
    told = shop.json("trace 2/491")
    assert (told["state"], told["holder"]["kind"], told["issued"]["consumer"]["kind"]) == ("issued", "bearer", "bearer")
    assert (told["revoked"], told["issued"]["paid"]) == (None, None)
    shop.done("revoke 2/491 --cause 7 --yes")
    void = shop.json("trace 2/491")
    assert (void["state"], void["revoked"]["cause"]) == ("void", 7)
    assert void["revoked"]["block"] > void["issued"]["block"]
    assert "revoked by the operator, cause 7" in shop.done("trace 2/491")


def test_the_tree_shows_every_giving_under_the_one_before(shop: Coupon) -> None:
    """N4."""
    shop.done("deposit operator 9000")
    shop.done("consumer add dan --recruiter anna")
    shop.done("consumer add eve --recruiter bert")
    shop.done(f"{MINT} --share-mode copy --copies 2 --hops 3")
    shop.done("batch allocate 2 anna 10")
    shop.done("issue 2 anna carol")
    shop.done("transfer 2/490 dan")
    shop.done("copy 2/490 eve")
    (given,) = shop.json("trace 2/490")["shared"]
    assert (given["kind"], given["giver"]["reference"], given["receiver"]["reference"]) == ("transfer", "carol", "dan")
    (copied,) = given["then"]
    assert (copied["kind"], copied["giver"]["reference"], copied["receiver"]["reference"]) == ("copy", "dan", "eve")
    assert copied["then"] == []
    text = shop.done("trace 2/490")
    assert "given (2/490, version 1) by consumer carol to consumer dan" in text
    assert f"copied as {copied['coupon']} by consumer dan to consumer eve" in text
    assert shop.json(f"trace {copied['coupon']}")["root"] == "2/490"


def test_a_redemption_that_waited_shows_each_step_of_its_pool(shop: Coupon) -> None:
    shop.done("deposit operator 5000")
    shop.done(f"{MINT} --settlement-delay-hours 48")
    shop.done("batch allocate 2 anna 10")
    shop.done("issue 2 anna carol:2")
    shop.done("redeem 2/490 bert 50")
    shop.done("amend 2/490 bert 30")
    told = shop.json("trace 2/490")
    assert (told["state"], told["redeemed"]) == ("pending", [])
    assert [each["kind"] for each in told["settled"]] == ["pooled", "amended"]
    pass_time(shop, 3 * DAY)
    shop.done("distribute --due")
    done = shop.json("trace 2/490")
    assert (done["state"], done["sums_agree"]) == ("redeemed", True)
    assert done["redeemed"][0]["order_minor"] == 3_000
    assert "distributed at merchant bert for an order of 30.00 USD" in shop.done("trace 2/490")
