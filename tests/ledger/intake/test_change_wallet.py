"""A party's wallet changes: both wallets sign, nothing else of the party does."""

import pytest

from ledger.custody.errors import KeyNotHeld
from ledger.domain.errors import Reason, Refused
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from ledger.intake.wallets import MoveWallet, OwnWallet, RecoverWallet
from scripts.world import key
from tests.ledger.house import (
    ANN,
    BAKERY,
    BOB,
    BOOKSHOP,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)

BOTH = pytest.mark.parametrize(("party", "consumer"), [(ANN, True), (BAKERY, False)], ids=["consumer", "merchant"])


def change(
    house: House, party: int, *, consumer: bool, own: OwnWallet | None = None, named: str | None = None
) -> Accepted:
    return house.ledger.wallets.change(MoveWallet(party, consumer, own), key=named or house.key())


def wallet_of(house: House, party: int, *, consumer: bool) -> bytes:
    return house.ledger.members.find("consumer" if consumer else "merchant", f"#{party}").wallet


def own_wallet(house: House, party: int, name: str, *, consumer: bool, signed_by: str | None = None) -> OwnWallet:
    """The key of a name, to be the party's wallet, with its signature."""
    to_sign = house.ledger.wallets.to_sign(party, key(name).address, consumer=consumer)
    intent, signature = to_sign.intent, key(signed_by or name).sign(to_sign.digest)
    return OwnWallet(wallet=intent.wallet, nonce=intent.nonce, deadline=intent.deadline, signature=signature)


@BOTH
def test_a_party_has_another_key_of_custody_and_goes_on_with_it(house: House, party: int, consumer: bool) -> None:
    before = wallet_of(house, party, consumer=consumer)
    (coupon,) = house.held(size=100)
    house.included(change(house, party, consumer=consumer))
    assert wallet_of(house, party, consumer=consumer) != before
    assert house.ledger.wallets.former(party, consumer=consumer) == [before]
    house.included(coupon.redeem())
    house.included(house.issue(coupon.batch))
    assert house.ledger.audit.conservation().is_kept


@BOTH
def test_a_party_takes_its_wallet_into_its_own_hands(house: House, party: int, consumer: bool) -> None:
    """From then on custody cannot sign for it."""
    own = own_wallet(house, party, "own", consumer=consumer)
    house.included(change(house, party, consumer=consumer, own=own))
    assert wallet_of(house, party, consumer=consumer) == key("own").address
    with refusing(house, KeyNotHeld, wallet=key("own").address):
        change(house, party, consumer=consumer)


@BOTH
def test_a_signature_that_is_not_the_new_wallets_is_refused_by_the_chain(
    house: House, party: int, consumer: bool
) -> None:
    forged = own_wallet(house, party, "own", consumer=consumer, signed_by="somebody")
    assert house.refused(change(house, party, consumer=consumer, own=forged)) == "SignatureInvalid"
    assert house.ledger.wallets.former(party, consumer=consumer) == []


def test_of_two_changes_on_their_way_the_first_is_done(house: House) -> None:
    """The second is signed by a wallet that is no longer in force."""
    first, second = (change(house, ANN, consumer=True) for _ in range(2))
    house.ledger.settle()
    states = [house.ledger.operations.get(each.id) for each in (first, second)]
    assert [(each.state, each.reason) for each in states] == [("included", None), ("refused", "SignatureInvalid")]


def test_a_change_ends_a_recovery_that_waits(house: House) -> None:
    """Whoever signs with the wallet has not lost it."""
    house.included(house.ledger.wallets.recover(RecoverWallet(ANN, True), key="lost"))
    house.included(change(house, ANN, consumer=True))
    assert house.ledger.wallets.recoveries() == []


@pytest.mark.parametrize(
    ("party", "consumer", "reason"),
    [(99, True, Reason.CONSUMER_UNKNOWN), (99, False, Reason.MERCHANT_UNKNOWN), (0, True, Reason.CONSUMER_UNKNOWN)],
)
def test_nobody_has_no_wallet(house: House, party: int, consumer: bool, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        change(house, party, consumer=consumer)


def test_who_is_suspended_keeps_its_wallet(house: House) -> None:
    for party, consumer, reason in (
        (ANN, True, Reason.CONSUMER_SUSPENDED),
        (BAKERY, False, Reason.MERCHANT_SUSPENDED),
    ):
        house.included(house.ledger.members.suspend(Suspend(party, True, consumer), key=house.key()))
        with refusing(house, Refused, reason=reason):
            change(house, party, consumer=consumer)


def test_what_is_no_wallet_of_its_own_is_refused(house: House) -> None:
    taken = wallet_of(house, BOB, consumer=True)
    good = bytes(64)
    cases = [
        (OwnWallet(wallet=bytes(20), nonce=1, deadline=house.now, signature=good), Reason.WALLET_INVALID, {}),
        (OwnWallet(wallet=b"\x01" * 19, nonce=1, deadline=house.now, signature=good), Reason.WALLET_INVALID, {}),
        (OwnWallet(wallet=b"\x01" * 21, nonce=1, deadline=house.now, signature=good), Reason.WALLET_INVALID, {}),
        (OwnWallet(wallet=taken, nonce=1, deadline=house.now, signature=good), Reason.WALLET_TAKEN, {}),
        (
            OwnWallet(wallet=b"\x01" * 20, nonce=1, deadline=house.now, signature=bytes(63)),
            Reason.SIGNATURE_INVALID,
            {"given": 63, "limit": 64},
        ),
        (
            OwnWallet(wallet=b"\x01" * 20, nonce=1, deadline=house.now - 1, signature=good),
            Reason.DEADLINE_PASSED,
            {"given": house.now - 1, "limit": house.now},
        ),
    ]
    for own, reason, numbers in cases:
        with refusing(house, Refused, reason=reason, **numbers):
            change(house, ANN, consumer=True, own=own)


def test_a_merchants_wallet_is_nobody_elses(house: House) -> None:
    """Of merchants and consumers alike; the operator has one too."""
    for taken in (OPERATOR, BOOKSHOP):
        wallet = wallet_of(house, taken, consumer=False)
        own = OwnWallet(wallet=wallet, nonce=1, deadline=house.now, signature=bytes(64))
        with refusing(house, Refused, reason=Reason.WALLET_TAKEN):
            change(house, ANN, consumer=True, own=own)


def test_a_key_changes_once(house: House) -> None:
    """N10."""
    check_idempotent(
        house,
        lambda named: change(house, ANN, consumer=True, named=named),
        lambda named: change(house, BOB, consumer=True, named=named),
    )


def test_a_refused_change_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house,
        lambda named: change(house, 99, consumer=True, named=named),
        lambda named: change(house, ANN, consumer=True, named=named),
    )
