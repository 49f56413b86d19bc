"""`coupon transfer`, `copy`, `offer`, `claim`, `accept`, `cancel`, `offers`."""

import shutil
from pathlib import Path

import pytest

from tests.ledger.cli.coupon import MINT, Coupon

TERMS = "--share-mode copy --copies 2 --hops 3"


@pytest.fixture(scope="module")
def made_circle(made_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Batch 2 may be shared: carol holds 2/400 to 2/403; dave and eve are consumers too, dave has 10."""
    coupon = Coupon(tmp_path_factory.mktemp("circle") / "state")
    shutil.copytree(made_shop, coupon.state)
    for words in (
        "consumer add dave --recruiter bert",
        "consumer add eve --recruiter anna",
        "deposit consumer:dave 10",
        "deposit operator 10000",
        MINT.replace(" --yes", f" {TERMS} --yes"),
        "batch allocate 2 anna 100",
        "issue 2 anna carol:4",
    ):
        coupon.done(words)
    return coupon.state


@pytest.fixture
def circle(made_circle: Path, tmp_path: Path) -> Coupon:
    """The command on a fresh copy of it."""
    shutil.copytree(made_circle, tmp_path / "state")
    return Coupon(tmp_path / "state")


def coupons_of(circle: Coupon, consumer: str) -> list[str]:
    found = circle.json(f"consumer show {consumer}")["coupons"]
    return [each["coupon"] for each in found if each["batch"] == 2 and each["state"] == "issued"]


def test_a_coupon_is_given_and_the_giver_has_it_no_more(circle: Coupon) -> None:
    """S1.18, S1.26."""
    done = circle.json("transfer 2/400 dave")
    shared = done["shared"]
    assert (shared["kind"], shared["coupon"], shared["version"]) == ("transfer", "2/400", 1)
    assert (shared["giver"], shared["receiver"], shared["price_minor"]) == ("carol", "dave", 0)
    assert coupons_of(circle, "carol") == ["2/401", "2/402", "2/403"]
    assert coupons_of(circle, "dave") == ["2/400"]
    assert "consumer carol gave 2/401 to consumer dave" in circle.done("transfer 2/401 dave")


def test_a_copy_is_given_and_both_have_one(circle: Coupon) -> None:
    """S1.19, S1.20, N4: to two people and no more."""
    first = circle.json("copy 2/400 dave")["shared"]
    assert (first["kind"], first["coupon"], first["root"]) == ("copy", "2/1300", "2/400")
    assert "gave consumer eve a copy of 2/400: 2/1301" in circle.done("copy 2/400 eve")
    assert circle.refused("copy 2/400 dave")[0] == "CopyUnavailable"
    assert "2/400" in coupons_of(circle, "carol")
    batch = circle.json("batch show 2")
    assert (batch["issued"], batch["stock"]) == (4, 400)


def test_what_travelled_is_used_from_the_command_and_its_path_is_paid(circle: Coupon) -> None:
    """S2.16, N1: those who shared it get their part; a copy is a coupon with a pool of its own."""
    circle.done("transfer 2/400 dave")
    circle.done("copy 2/401 eve")
    moved = circle.json("redeem 2/400 bert 44.44")["redemption"]
    copied = circle.json("redeem 2/1302 bert 44.44")["redemption"]
    for redemption, version in ((moved, 1), (copied, 1)):
        parts = {part["role"]: part for part in redemption["parts"]}
        assert redemption["version"] == version
        assert parts["sharer"]["party"]["reference"] == "carol"
        assert parts["sharer"]["amount_minor"] == 211 * 500 // 10_000
        assert sum(part["amount_minor"] for part in redemption["parts"]) == 211
    assert circle.json("balance consumer:carol")["cash_minor"] == 2 * (211 * 500 // 10_000)
    assert circle.refused("redeem 2/1302 bert 44.44")[0] == "CouponRedeemed"
    assert circle("verify").exit_code == 0


def test_a_link_is_offered_and_taken_up_at_its_price(circle: Coupon) -> None:
    """S1.21, S1.25: by link, at a price that the taker pays the holder."""
    made = circle.json("offer 2/400 --price 2.50")
    assert made["link"].startswith("coupon-offer:1#")
    assert (made["offer"]["state"], made["offer"]["price_minor"], made["offer"]["to"]) == ("open", 250, None)
    assert circle.refused(f"claim '{made['link']}' eve")[0] == "CashInsufficient"
    taken = circle.json(f"claim '{made['link']}' dave")["shared"]
    assert (taken["giver"], taken["receiver"], taken["price_minor"]) == ("carol", "dave", 250)
    cash = [circle.json(f"balance consumer:{name}")["cash_minor"] for name in ("carol", "dave")]
    assert cash == [250, 750]
    assert circle.refused(f"claim '{made['link']}' eve")[0] == "VersionStale"
    assert circle.json("offers carol")["offers"][0]["state"] == "over"


def test_the_link_is_printed_whole_and_once(circle: Coupon) -> None:
    text = circle.done("offer 2/400 --key once")
    link = "".join(text.split("coupon-offer:")[1].split())
    assert len(link) == len("1#") + 64
    again = circle.json("offer 2/400 --key once")
    assert (again["repeated"], again["link"], again["offer"]["id"]) == (True, None, 1)


def test_copies_by_one_link(circle: Coupon) -> None:
    """S1.20."""
    link = circle.json("offer 2/400 --copy")["link"]
    assert circle.json(f"claim '{link}' dave")["shared"]["coupon"] == "2/1300"
    assert "consumer eve took 2/1301 from consumer carol" in circle.done(f"claim '{link}' eve")
    assert circle.refused(f"claim '{link}' dave")[0] == "CopyUnavailable"


def test_an_offer_to_somebody_is_accepted(circle: Coupon) -> None:
    """S1.23."""
    made = circle.json("offer 2/400 --to dave --price 1")
    assert (made["link"], made["offer"]["to"]) == (None, "dave")
    assert "took 2/400 from consumer carol for 1.00 USD" in circle.done("accept 1")
    assert coupons_of(circle, "dave") == ["2/400"]


def test_an_offer_is_taken_back(circle: Coupon) -> None:
    link = circle.json("offer 2/400")["link"]
    assert circle.json("cancel 1")["offer"]["state"] == "cancelled"
    assert circle.refused(f"claim '{link}' dave")[0] == "NonceUsed"
    assert circle.refused("cancel 1")[0] == "NonceUsed"


def test_offers_are_listed_for_who_made_them_and_for_whom(circle: Coupon) -> None:
    circle.done("offer 2/400 --until 2026-05-31")
    circle.done("offer 2/401 --to dave")
    listed = circle.json("offers carol")["offers"]
    assert [(each["id"], each["coupon"], each["to"]) for each in listed] == [(2, "2/401", "dave"), (1, "2/400", None)]
    assert listed[1]["until"] == "2026-05-31T23:59:59+02:00"
    assert [each["id"] for each in circle.json("offers dave")["offers"]] == [2]
    assert "There is no offer" in circle.done("offers eve")
    assert "by link" in circle.done("offers carol")


def test_what_cannot_be_shared_changes_nothing(circle: Coupon) -> None:
    cases = [
        ("transfer 1/400 dave", "ShareNotAllowed", 1),
        ("transfer 2/400 carol", "RecipientInvalid", 1),
        ("transfer 2/400 zoe", "NotFound", 1),
        ("transfer 2/300 dave", "CouponNotIssued", 1),
        ("transfer 400 dave", "CouponNameInvalid", 2),
        ("copy 1/400 dave", "ShareNotAllowed", 1),
        ("offer 1/400", "ShareNotAllowed", 1),
        ("offer 2/400 --price 2.555", "AmountInvalid", 2),
        ("offer 2/400 --until 2026-04-01", "DeadlinePassed", 1),
        ("claim coupon-offer:1 dave", "OptionInvalid", 2),
        ("accept 9", "NotFound", 1),
        ("cancel 9", "NotFound", 1),
    ]
    assert circle.names(cases) == cases
    assert coupons_of(circle, "carol") == ["2/400", "2/401", "2/402", "2/403"]


def test_a_repeated_key_gives_the_same_answer(circle: Coupon) -> None:
    """N10."""
    first = circle.json("transfer 2/400 dave --key once")
    assert circle.json("transfer 2/400 dave --key once") == {**first, "repeated": True}
    assert circle.refused("transfer 2/400 eve --key once")[0] == "KeyReused"
