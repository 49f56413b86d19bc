"""Register consumers, each with the merchant that recruited it."""

import pytest

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import ConsumersRegistered
from ledger.intake.control import Suspend
from ledger.intake.desk import INTENT_SECONDS, Accepted
from ledger.intake.register import ReferenceInvalid, ReferenceTaken, RegisterConsumer
from tests.ledger.house import (
    BAKERY,
    BANK,
    BOOKSHOP,
    OPERATOR,
    House,
    check_idempotent,
    check_key_stays_free,
    refusing,
)


def register(house: House, reference: str, *, recruiter: int = BAKERY, key: str | None = None) -> Accepted:
    return house.ledger.members.register_consumer(RegisterConsumer(reference, recruiter), key=key or house.key())


def test_a_consumer_carries_the_code_of_its_recruiter(house: House) -> None:
    """S2.23, S3.3-3.5: a consumer registers and carries exactly one code, that of who registered it."""
    accepted = register(house, "dora", recruiter=BOOKSHOP)
    house.included(accepted)
    party = house.ledger.members.find("consumer", "dora")
    assert (party.kind, party.recruiter, party.cash, party.suspended) == ("consumer", BOOKSHOP, 0, False)
    (event,) = house.ledger.operations.events(accepted.id)
    assert isinstance(event, ConsumersRegistered)
    assert (event.recruiter, event.first, event.wallets) == (BOOKSHOP, party.id, (party.wallet,))


def test_the_operator_recruits_too(house: House) -> None:
    house.included(register(house, "dora", recruiter=OPERATOR))
    assert house.ledger.members.find("consumer", "dora").recruiter == OPERATOR


def test_many_of_several_recruiters_share_a_transaction(house: House) -> None:
    accepted = [register(house, f"guest {each}", recruiter=BAKERY + each % 2) for each in range(10)]
    house.included(*accepted)
    assert len({house.ledger.operations.get(each.id).transaction for each in accepted}) == 1
    recruiters = [house.ledger.members.find("consumer", f"guest {each}").recruiter for each in range(10)]
    assert recruiters == [BAKERY, BOOKSHOP] * 5


@pytest.mark.parametrize(
    ("recruiter", "reason"), [(99, Reason.MERCHANT_UNKNOWN), (0, Reason.MERCHANT_UNKNOWN), (BANK, Reason.KIND_INVALID)]
)
def test_who_cannot_recruit_is_refused(house: House, recruiter: int, reason: Reason) -> None:
    with refusing(house, Refused, reason=reason):
        register(house, "dora", recruiter=recruiter)


def test_a_suspended_merchant_recruits_nobody(house: House) -> None:
    house.included(house.ledger.members.suspend(Suspend(BAKERY, True), key="s"))
    with refusing(house, Refused, reason=Reason.MERCHANT_SUSPENDED):
        register(house, "dora")


@pytest.mark.parametrize("reference", ["", "x" * 129])
def test_a_bad_reference_is_refused(house: House, reference: str) -> None:
    with refusing(house, ReferenceInvalid, reference=reference):
        register(house, reference)


def test_a_taken_reference_is_refused(house: House) -> None:
    with refusing(house, ReferenceTaken, kind="consumer", reference="ann"):
        register(house, "ann")


def test_a_merchant_and_a_consumer_may_have_one_reference(house: House) -> None:
    house.included(register(house, "bakery"))
    members = house.ledger.members
    assert members.find("consumer", "bakery").wallet != members.find("merchant", "bakery").wallet


def test_what_the_chain_refused_may_be_tried_again(house: House) -> None:
    """The merchant was suspended between acceptance and block: the refusal is told, the reference is free again."""
    first = register(house, "dora")
    house.ledger.members.suspend(Suspend(BAKERY, True), key="s")
    house.pass_time(INTENT_SECONDS + 1)
    assert house.refused(first) == "DeadlinePassed"
    house.included(house.ledger.members.suspend(Suspend(BAKERY, False), key="t"))
    second = register(house, "dora", recruiter=BOOKSHOP)
    with refusing(house, ReferenceTaken):
        register(house, "dora")
    house.included(second)
    assert house.ledger.members.find("consumer", "dora").recruiter == BOOKSHOP


def test_once_a_key(house: House) -> None:
    """N10."""
    check_idempotent(
        house,
        lambda key: register(house, "dora", key=key),
        lambda key: register(house, "dora", recruiter=BOOKSHOP, key=key),
    )


def test_a_refusal_leaves_its_key_free(house: House) -> None:
    check_key_stays_free(
        house, lambda key: register(house, "ann", key=key), lambda key: register(house, "dora", key=key)
    )
