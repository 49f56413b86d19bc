"""Take an offer up: by its link, or as the one it names."""

from ledger.domain.errors import NotFound, Reason, Refused
from ledger.domain.events import SharedItem, Transferred
from ledger.domain.ids import coupon_id
from ledger.domain.offer_link import OfferLink
from ledger.intake.cash import DepositCash
from ledger.intake.claim import ClaimOffer
from ledger.intake.control import Suspend
from tests.ledger.house import ANN, BOB, CID, House, check_idempotent, check_key_stays_free, refusing
from tests.ledger.intake.handing import accept, claim, copy, copy_of, copyable, offer, row, transfer, transferable


def give_cash(house: House, consumer: int, amount: int) -> None:
    house.included(house.ledger.cash.deposit(DepositCash(consumer, amount, consumer=True), key=house.key()))


def test_a_link_is_taken_up_and_the_coupon_used(house: House) -> None:
    """S1.21, S1.26."""
    coupon = transferable(house)
    accepted = claim(house, offer(coupon))
    house.included(accepted)
    number = coupon_id(coupon.batch, coupon.serial)
    assert house.ledger.operations.events(accepted.id) == (
        Transferred(coupon.batch, (SharedItem(number, 1, 0, ANN, BOB, 0),)),
    )
    house.included(coupon.redeem())


def test_a_price_is_paid_to_the_last_cent(house: House) -> None:
    """S1.25: the holder may charge a price; custody signs the claimant's consent to it."""
    coupon = transferable(house)
    offered = offer(coupon, price_minor=250)
    with refusing(house, Refused, reason=Reason.CASH_INSUFFICIENT, given=250, limit=0):
        claim(house, offered)
    give_cash(house, BOB, 300)
    house.included(claim(house, offered))
    assert (house.consumer_cash(ANN), house.consumer_cash(BOB)) == (250, 50)
    assert house.ledger.audit.conservation().is_kept


def test_a_named_consumer_accepts_free_and_at_a_price(house: House) -> None:
    """S1.23."""
    give_cash(house, BOB, 100)
    free, dear = (transferable(house) for _ in range(2))
    house.included(accept(house, offer(free, to=BOB).id), accept(house, offer(dear, to=BOB, price_minor=100).id))
    assert (row(free).holder, row(dear).holder) == (BOB, BOB)
    assert (house.consumer_cash(ANN), house.consumer_cash(BOB)) == (100, 0)


def test_a_link_of_copies_is_taken_up_by_as_many_as_there_are_copies(house: House) -> None:
    """S1.20: each gets the next copy, at once or one after the other."""
    coupon = copyable(house)
    offered = offer(coupon, copy=True)
    house.included(claim(house, offered, BOB), claim(house, offered, CID))
    assert [row(copy_of(coupon, index)).holder for index in (0, 1)] == [BOB, CID]
    with refusing(house, Refused, reason=Reason.COPY_UNAVAILABLE):
        claim(house, offered, BOB)


def test_of_two_who_want_one_coupon_the_first_gets_it(house: House) -> None:
    """N8."""
    coupon = transferable(house)
    offered = offer(coupon)
    first = claim(house, offered, CID)
    with refusing(house, Refused, reason=Reason.VERSION_STALE):
        claim(house, offered, BOB)
    house.included(first)
    with refusing(house, Refused, reason=Reason.VERSION_STALE, given=0, limit=1):
        claim(house, offered, BOB)


def test_the_secret_must_be_the_links(house: House) -> None:
    offered = offer(transferable(house))
    for secret in (bytes(31) + b"\x01", bytes(32), b"\xff" * 32):
        with refusing(house, Refused, reason=Reason.SIGNATURE_INVALID):
            house.ledger.sharing.claim(ClaimOffer(OfferLink(offered.id, secret), BOB), key="k")
    with refusing(house, NotFound, kind="offer"):
        house.ledger.sharing.claim(ClaimOffer(OfferLink(9, bytes(31) + b"\x01"), BOB), key="k")


def test_a_link_is_claimed_and_a_named_offer_accepted(house: House) -> None:
    linked, named = offer(transferable(house)), offer(transferable(house), to=BOB)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        accept(house, linked.id)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        house.ledger.sharing.claim(ClaimOffer(OfferLink(named.id, bytes(31) + b"\x01"), BOB), key="k")


def test_who_cannot_claim(house: House) -> None:
    offered = offer(transferable(house), price_minor=1)
    with refusing(house, Refused, reason=Reason.RECIPIENT_INVALID):
        claim(house, offered, ANN)
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        claim(house, offered, 4)
    house.included(house.ledger.members.suspend(Suspend(BOB, True, True), key="s"))
    with refusing(house, Refused, reason=Reason.CONSUMER_SUSPENDED):
        claim(house, offered, BOB)


def test_an_offer_ends_with_its_last_second(house: House) -> None:
    coupons = [transferable(house) for _ in range(2)]
    first, second = (offer(each, deadline=house.now + 10) for each in coupons)
    house.pass_time(10)
    house.included(claim(house, first))
    house.pass_time(1)
    with refusing(house, Refused, reason=Reason.DEADLINE_PASSED):
        claim(house, second)


def test_an_offer_is_void_once_the_coupon_went_another_way(house: House) -> None:
    coupon = copyable(house)
    offered, copies = offer(coupon), offer(coupon, copy=True)
    house.included(copy(coupon, CID))
    house.included(claim(house, copies, BOB))
    house.included(transfer(coupon, CID))
    for each in (offered, copies):
        with refusing(house, Refused, reason=Reason.VERSION_STALE):
            claim(house, each)


def test_of_claims_accepted_at_once_the_chain_refuses_what_cash_does_not_cover(house: House) -> None:
    give_cash(house, BOB, 100)
    offers = [offer(transferable(house), price_minor=100) for _ in range(2)]
    done, late = (claim(house, each) for each in offers)
    house.included(done)
    assert house.refused(late) == "CashInsufficient"
    assert (house.consumer_cash(ANN), house.consumer_cash(BOB)) == (100, 0)


def test_once_a_key(house: House) -> None:
    """N10."""
    offered = offer(transferable(house))
    check_idempotent(
        house, lambda key: claim(house, offered, BOB, key=key), lambda key: claim(house, offered, CID, key=key)
    )


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    offered = offer(transferable(house))
    check_key_stays_free(
        house, lambda key: claim(house, offered, ANN, key=key), lambda key: claim(house, offered, BOB, key=key)
    )
