"""A lost wallet is replaced after a week in which the wallet in force, or the pauser, can stop it."""

import pytest

from ledger.chain.eip712 import digest
from ledger.domain.errors import NotFound, Reason, Refused
from ledger.domain.intents import Veto
from ledger.intake.control import Suspend
from ledger.intake.desk import Accepted
from ledger.intake.wallets import (
    CompleteRecovery,
    MoveWallet,
    OwnWallet,
    RecoverWallet,
    RecoveryNotReady,
    RecoveryPending,
    VetoRecovery,
)
from scripts.world import key
from tests.ledger.house import ANN, BAKERY, BOB, DAY, House, check_idempotent, check_key_stays_free, refusing

WEEK = 7 * DAY
BOTH = pytest.mark.parametrize(("party", "consumer"), [(ANN, True), (BAKERY, False)], ids=["consumer", "merchant"])


def recover(
    house: House, party: int = ANN, *, consumer: bool = True, wallet: bytes | None = None, named: str | None = None
) -> Accepted:
    return house.ledger.wallets.recover(RecoverWallet(party, consumer, wallet), key=named or house.key())


def complete(house: House, party: int = ANN, *, consumer: bool = True, named: str | None = None) -> Accepted:
    return house.ledger.wallets.complete(CompleteRecovery(party, consumer), key=named or house.key())


def veto(
    house: House, *, consumer: bool = True, party: int = ANN, by_pauser: bool = False, signature: bytes = b""
) -> Accepted:
    request = VetoRecovery(party, consumer, by_pauser, signature)
    return house.ledger.wallets.veto(request, key=house.key())


def wallet_of(house: House, party: int = ANN, *, consumer: bool = True) -> bytes:
    return house.ledger.members.find("consumer" if consumer else "merchant", f"#{party}").wallet


@BOTH
def test_a_lost_wallet_is_replaced_after_a_week_and_not_before(house: House, party: int, consumer: bool) -> None:
    (coupon,) = house.held(size=100)
    before = wallet_of(house, party, consumer=consumer)
    house.included(recover(house, party, consumer=consumer))
    (waiting,) = house.ledger.wallets.recoveries()
    assert (waiting.consumer, waiting.party, waiting.ready_at) == (consumer, party, house.now + WEEK)
    assert wallet_of(house, party, consumer=consumer) == before
    house.pass_time(WEEK - 1)
    with refusing(house, RecoveryNotReady, ready_at=waiting.ready_at, time=waiting.ready_at - 1):
        complete(house, party, consumer=consumer)
    house.pass_time(1)
    house.included(complete(house, party, consumer=consumer))
    assert wallet_of(house, party, consumer=consumer) == waiting.wallet != before
    assert house.ledger.wallets.recoveries() == []
    assert house.ledger.wallets.former(party, consumer=consumer) == [before]
    house.included(coupon.redeem())


def test_a_party_has_one_recovery_at_a_time(house: House) -> None:
    """So that its week is never cut short."""
    house.included(recover(house))
    (waiting,) = house.ledger.wallets.recoveries()
    with refusing(house, RecoveryPending, ready_at=waiting.ready_at):
        recover(house)
    house.included(recover(house, BOB))


def test_of_two_recoveries_on_their_way_the_first_starts(house: House) -> None:
    first, second = recover(house), recover(house)
    house.ledger.settle()
    found = [house.ledger.operations.get(each.id) for each in (first, second)]
    assert [(each.state, each.reason) for each in found] == [("included", None), ("refused", "RecoveryPending")]


@BOTH
@pytest.mark.parametrize("by_pauser", [False, True])
def test_the_party_or_the_pauser_stops_it(house: House, party: int, consumer: bool, by_pauser: bool) -> None:
    before = wallet_of(house, party, consumer=consumer)
    house.included(recover(house, party, consumer=consumer))
    house.included(veto(house, party=party, consumer=consumer, by_pauser=by_pauser))
    assert house.ledger.wallets.recoveries() == []
    house.pass_time(WEEK)
    with refusing(house, NotFound, kind="recovery"):
        complete(house, party, consumer=consumer)
    assert wallet_of(house, party, consumer=consumer) == before


def test_a_wallet_of_ones_own_stops_it_by_its_own_signature(house: House) -> None:
    """Which custody cannot make; a forged one is refused by the chain."""
    to_sign = house.ledger.wallets.to_sign(ANN, key("own").address, consumer=True)
    own = OwnWallet(
        wallet=to_sign.intent.wallet,
        nonce=to_sign.intent.nonce,
        deadline=to_sign.intent.deadline,
        signature=key("own").sign(to_sign.digest),
    )
    house.included(house.ledger.wallets.change(MoveWallet(ANN, True, own), key="own"))
    house.included(recover(house))
    (waiting,) = house.ledger.wallets.recoveries()
    wanted = digest(house.ledger.separator, Veto(True, ANN, waiting.wallet, waiting.ready_at))
    assert house.refused(veto(house, signature=key("somebody").sign(wanted))) == "VetoInvalid"
    house.included(veto(house, signature=key("own").sign(wanted)))
    assert house.ledger.wallets.recoveries() == []


def test_a_wallet_that_somebody_took_meanwhile_does_not_come(house: House) -> None:
    wallet = key("wanted by two").address
    house.included(recover(house, ANN, wallet=wallet), recover(house, BOB, wallet=wallet))
    house.pass_time(WEEK)
    first, second = complete(house, ANN), complete(house, BOB)
    house.ledger.settle()
    found = [house.ledger.operations.get(each.id) for each in (first, second)]
    assert [(each.state, each.reason) for each in found] == [("included", None), ("refused", "WalletInUse")]
    with refusing(house, Refused, reason=Reason.WALLET_TAKEN):
        complete(house, BOB)


def test_who_is_suspended_stays_so_with_a_new_wallet(house: House) -> None:
    house.included(house.ledger.members.suspend(Suspend(ANN, True, True), key="out"))
    house.included(recover(house))
    house.pass_time(WEEK)
    house.included(complete(house))
    assert house.ledger.members.find("consumer", "ann").suspended
    house.included(house.ledger.members.suspend(Suspend(ANN, False, True), key="in"))
    house.included(house.issue(house.stock()))


def test_what_cannot_be_recovered_is_refused(house: House) -> None:
    with refusing(house, Refused, reason=Reason.CONSUMER_UNKNOWN):
        recover(house, 99)
    with refusing(house, Refused, reason=Reason.MERCHANT_UNKNOWN):
        recover(house, 99, consumer=False)
    with refusing(house, Refused, reason=Reason.WALLET_TAKEN):
        recover(house, wallet=wallet_of(house, BAKERY, consumer=False))
    for wallet in (bytes(20), b"\x01" * 19, b""):
        with refusing(house, Refused, reason=Reason.WALLET_INVALID):
            recover(house, wallet=wallet)
    for missing in (veto, complete):
        with refusing(house, NotFound, kind="recovery"):
            missing(house)


def test_a_key_starts_and_ends_one_recovery(house: House) -> None:
    """N10."""
    check_idempotent(house, lambda named: recover(house, named=named), lambda named: recover(house, BOB, named=named))


def test_a_refused_recovery_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house, lambda named: recover(house, 99, named=named), lambda named: recover(house, named=named)
    )
