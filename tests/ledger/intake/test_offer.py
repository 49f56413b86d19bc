"""Offer a coupon and take the offer back: off the chain, until it ends there too."""

import pytest

from ledger.domain.errors import NotFound, OutOfRange, Reason, Refused
from ledger.domain.events import OfferCancelled
from ledger.domain.offer_link import LinkInvalid, OfferLink, parse
from ledger.intake.control import Suspend
from ledger.intake.desk import KeyReused
from ledger.intake.offer import OFFER_SECONDS
from tests.ledger.house import ANN, BOB, CID, House, check_idempotent, refusing
from tests.ledger.intake.handing import cancel, claim, copyable, offer, transfer, transferable


def test_an_offer_stays_off_the_chain(house: House) -> None:
    """S1.21, S1.23: a link that whoever has it can take up; nothing is sent before somebody does."""
    coupon = transferable(house)
    height, rows = house.ledger.chain.head().number, house.rows()
    offered = offer(coupon, price_minor=50)
    assert offered.link is not None
    assert parse(str(offered.link)) == offered.link
    house.ledger.settle()
    assert (house.ledger.chain.head().number, house.rows()) == (height, rows)
    made = house.ledger.sharing.get(offered.id)
    assert (made.batch, made.serial, made.giver, made.to, made.price) == (coupon.batch, coupon.serial, ANN, 0, 50)
    assert (made.state, made.deadline) == ("open", house.now + OFFER_SECONDS)


def test_the_links_secret_is_nowhere_in_the_folder(house: House) -> None:
    offered = offer(transferable(house))
    assert offered.link is not None
    secret = offered.link.secret
    for path in house.ledger.folder.path.iterdir():
        if path.is_file():
            kept = path.read_bytes()
            assert secret not in kept
            assert secret.hex().encode() not in kept
    assert secret.hex() not in repr(offered)


def test_an_offer_to_somebody_has_no_link(house: House) -> None:
    assert offer(transferable(house), to=BOB).link is None


def test_the_same_key_makes_one_offer_and_tells_the_secret_once(house: House) -> None:
    """N10."""
    coupon = transferable(house)
    first, again = offer(coupon, key="k"), offer(coupon, key="k")
    assert (again.id, again.link, again.repeated) == (first.id, None, True)
    with pytest.raises(KeyReused):
        offer(coupon, price_minor=1, key="k")
    assert len(house.ledger.sharing.offers_of(ANN)) == 1


def test_what_cannot_be_given_cannot_be_offered(house: House) -> None:
    (kept,) = house.held()
    coupon = transferable(house)
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        offer(kept)
    with refusing(house, Refused, reason=Reason.SHARE_NOT_ALLOWED):
        offer(coupon, copy=True)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        offer(coupon, to=ANN)
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        offer(coupon, to=4)
    with refusing(house, Refused, reason=Reason.DEADLINE_PASSED, given=house.now - 1, limit=house.now):
        offer(coupon, deadline=house.now - 1)
    for price in (-1, 2**40):
        with refusing(house, OutOfRange, field="price"):
            offer(coupon, price_minor=price)
    with refusing(house, OutOfRange, field="deadline"):
        offer(coupon, deadline=2**40)
    assert house.ledger.sharing.offers_of(ANN) == []


def test_an_offer_that_is_taken_back_ends_here_and_on_the_chain(house: House) -> None:
    coupon = transferable(house)
    offered = offer(coupon)
    accepted = cancel(house, offered.id)
    with refusing(house, Refused, reason=Reason.NONCE_USED):
        claim(house, offered)
    house.included(accepted)
    made = house.ledger.sharing.get(offered.id)
    assert house.ledger.operations.events(accepted.id) == (OfferCancelled(ANN, made.nonce),)
    assert made.state == "cancelled"
    with refusing(house, Refused, reason=Reason.NONCE_USED):
        cancel(house, offered.id)


def test_what_was_taken_up_before_stays_taken(house: House) -> None:
    coupon = copyable(house)
    offered = offer(coupon, copy=True)
    taken, ended = claim(house, offered, BOB), cancel(house, offered.id)
    house.included(taken, ended)
    assert [each.serial for each in house.ledger.coupons.held_by(BOB)] == [100 + coupon.serial * 2]


def test_cancelling_once_a_key(house: House) -> None:
    """N10."""
    first, second = offer(transferable(house)), offer(transferable(house))
    check_idempotent(house, lambda key: cancel(house, first.id, key=key), lambda key: cancel(house, second.id, key=key))


def test_who_cannot_cancel(house: House) -> None:
    with refusing(house, NotFound, kind="offer"):
        cancel(house, 1)
    offered = offer(transferable(house))
    house.included(house.ledger.members.suspend(Suspend(ANN, True, True), key="s"))
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        cancel(house, offered.id)
    assert house.ledger.sharing.get(offered.id).state == "open"


def test_offers_say_how_they_stand(house: House) -> None:
    coupon = transferable(house)
    soon = offer(coupon, deadline=house.now + 10)
    later, named = offer(coupon), offer(coupon, to=CID)
    house.pass_time(11)
    states = {each.id: each.state for each in house.ledger.sharing.offers_of(ANN)}
    assert states == {soon.id: "expired", later.id: "open", named.id: "open"}
    assert [each.id for each in house.ledger.sharing.offers_of(CID)] == [named.id]
    house.included(transfer(coupon, BOB))
    assert {each.state for each in house.ledger.sharing.offers_of(ANN)} == {"over"}


@pytest.mark.parametrize(
    "text",
    ["", "coupon-offer:1", "coupon-offer:0#" + "a" * 64, "coupon-offer:1#" + "a" * 63, "offer:1#" + "a" * 64],
)
def test_what_is_no_link_is_told_without_its_secret(text: str) -> None:
    with pytest.raises(LinkInvalid) as refused:
        parse(text)
    assert "aaa" not in str(refused.value)


def test_a_link_is_read_with_what_was_pasted_around_it() -> None:
    link = OfferLink(7, bytes(31) + b"\x01")
    assert parse(f"  {link}\n") == link
    assert "0101" not in repr(link)
