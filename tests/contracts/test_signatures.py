"""Abuses of signatures: each is refused and changes nothing, and the honest signature still works afterwards."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from ledger.chain.eip712 import domain_separator
from ledger.domain.errors import Reason
from scripts.world import CHAIN_ID, World
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CINEMA, held
from tests.contracts.reading import Attempt, changing_only_the_seal, reasons, refused
from tests.contracts.signed import INNER, LAST, Signed, Tamper

CURVE_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
TOP_BIT: Final = 1 << 255
NAMES: Final = [*LAST, *INNER]


def signed(world: World, name: str) -> Signed:
    return {**LAST, **INNER}[name](world)


def parts(signature: bytes) -> tuple[bytes, int, int]:
    """r, s and the parity of a compact signature."""
    word = int.from_bytes(signature[32:], "big")
    return signature[:32], word & ~TOP_BIT, word >> 255


def flipped(bit: int) -> Tamper:
    return lambda signature: (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")


def other_s(signature: bytes) -> bytes:
    """The same signature's other form, n - s with the other parity, pressed into 64 bytes."""
    r, s, parity = parts(signature)
    return r + ((CURVE_ORDER - s) | (1 - parity) << 255).to_bytes(32, "big")


def other_s_of_65(signature: bytes) -> bytes:
    """The same signature's other form in 65 bytes, which some verifiers take for a second signature."""
    r, s, parity = parts(signature)
    return r + (CURVE_ORDER - s).to_bytes(32, "big") + bytes((28 - parity,))


def plain_65(signature: bytes) -> bytes:
    """The same signature in 65 bytes: only one form of a signature is taken."""
    r, s, parity = parts(signature)
    return r + s.to_bytes(32, "big") + bytes((27 + parity,))


TAMPERED: Final[dict[str, Tamper]] = {
    "a bit of r": flipped(300),
    "a bit of s": flipped(0),
    "the parity": flipped(255),
    "the other s": other_s,
    "zeros, which recover to nobody": lambda _: bytes(64),
    "r alone": lambda signature: signature[:32] + bytes(32),
    "s alone": lambda signature: bytes(32) + signature[32:],
    "the highest numbers": lambda _: b"\xff" * 64,
    "an s above half the order": lambda signature: signature[:32] + (TOP_BIT - 1).to_bytes(32, "big"),
}
OF_OTHER_LENGTH: Final[dict[str, Tamper]] = {
    "nothing": lambda _: b"",
    "63 bytes": lambda signature: signature[:63],
    "65 bytes of the other s": other_s_of_65,
    "65 bytes": plain_65,
    "a byte more": lambda signature: signature + b"\0",
}


def check_refused(world: World, attempt: Attempt, *expected: Reason) -> None:
    with changing_only_the_seal(world):
        receipt = attempt.send(world)
    assert tuple(reasons(world, receipt)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_tampered_signature_is_refused(world: World, name: str) -> None:
    good = signed(world, name)
    for tamper in (*TAMPERED.values(), *(OF_OTHER_LENGTH.values() if name in LAST else ())):
        check_refused(world, good.attempt(tamper=tamper), Reason.SIGNATURE_INVALID)
    assert not refused(world, good.attempt().send(world))


@pytest.mark.parametrize("name", NAMES)
def test_a_signature_for_another_chain_or_another_ledger_is_refused(world: World, name: str) -> None:
    good = signed(world, name)
    foreign = (
        domain_separator(CHAIN_ID + 1, world.ledger.address),
        domain_separator(CHAIN_ID, world.deployment.libraries["Cash"]),
        bytes(32),
    )
    for separator in foreign:
        check_refused(world, good.attempt(separator=separator), Reason.SIGNATURE_INVALID)
    assert not refused(world, good.attempt().send(world))


@pytest.mark.parametrize("name", NAMES)
def test_a_signature_is_late_a_second_after_its_deadline(world: World, name: str) -> None:
    good = signed(world, name)
    check_refused(world, good.attempt(deadline=world.clock.now() - 1), Reason.DEADLINE_PASSED)
    assert not refused(world, good.attempt(deadline=world.clock.now()).send(world))


@pytest.mark.parametrize("name", NAMES)
def test_what_was_done_cannot_be_sent_again(world: World, name: str) -> None:
    """One intent is used at most once."""
    attempt = signed(world, name).attempt()
    assert not refused(world, attempt.send(world))
    (reason,) = refused(world, attempt.send(world))
    assert reason.reason in {
        Reason.NONCE_USED,
        Reason.WALLET_TAKEN,
        Reason.COUPON_REDEEMED,
        Reason.LOT_EXHAUSTED,
        Reason.PERIOD_STATED,
        Reason.VERSION_STALE,
        Reason.REDEMPTION_NOT_PENDING,
    }


FIELDS: Final = {
    "register a merchant": ("kind", "deadline"),
    "recruit": ("merchant", None, "nonce", "deadline"),
    "appoint": ("merchant", "agent", None, "until", "allowance", "kind", "nonce", "deadline"),
    "withdraw": (None, "party", "amount", None, "nonce", "deadline"),
    "allocate": ("batch", None, "merchant", "count", "nonce", "deadline"),
    "recall": ("merchant", "batch", "lot", "count", "nonce", "deadline"),
    "issue": ("merchant", None, "batch", "lot", "nonce", "deadline"),
    "redeem": ("merchant", None, "deadline"),
    "state": ("merchant", None, "period", "days", None, None, "deadline"),
    "amend": ("coupon", "version", "merchant", None, "order", "deadline"),
    "reverse": ("coupon", "version", "merchant", None, "deadline"),
}
"""Numbers in an intent by position, those that are signed by name; a merchant registration begins with its wallet."""


@pytest.mark.parametrize("name", LAST)
def test_no_signed_number_can_be_changed_afterwards(world: World, name: str) -> None:
    good = signed(world, name).attempt()
    (intent,) = good.arguments[0]
    first = 1 if name == "register a merchant" else 0
    for position, field in enumerate(FIELDS[name], first):
        if field is None:
            continue
        changed = list(intent)
        changed[position] = 3 - changed[position] if field == "kind" and first else changed[position] + 1
        attempt = Attempt(good.function, ([tuple(changed)],), good.sender)
        with changing_only_the_seal(world):
            receipt = attempt.send(world)
        assert len(refused(world, receipt)) == 1, field
    assert not refused(world, good.send(world))


def test_the_payee_and_the_party_of_a_withdrawal_cannot_be_changed(world: World) -> None:
    world.fund([(True, ANN, 50), (True, BOB, 50)])
    of_consumer, party, amount, _, *rest = world.withdrawal(ANN, 50, by="Ann", consumer=True)
    diverted = (of_consumer, party, amount, bytes(19) + b"\7", *rest)
    check_refused(world, Attempt("withdraw", ([diverted],)), Reason.SIGNATURE_INVALID)
    as_merchant = (False, *world.withdrawal(BAKERY, 50, by="bakery", consumer=True)[1:])
    check_refused(world, Attempt("withdraw", ([as_merchant],)), Reason.SIGNATURE_INVALID)


def test_consumers_of_an_issue_and_of_a_registration_cannot_be_swapped(world: World) -> None:
    (intent,) = signed(world, "issue").attempt().arguments[0]
    *fields, records, signature = intent
    swapped = records.replace(bytes((0, 0, 0, ANN)), bytes((0, 0, 0, BOB)))
    check_refused(world, Attempt("issue", ([(*fields, swapped, signature)],)), Reason.SIGNATURE_INVALID)
    (intent,) = signed(world, "recruit").attempt().arguments[0]
    *fields, _, signature = intent
    other = world.recruit_record("Eve", recruiter=BAKERY)
    check_refused(world, Attempt("registerConsumers", ([(*fields, other, signature)],)), Reason.SIGNATURE_INVALID)


def replaced(record: bytes, at: int, size: int, value: int) -> bytes:
    return record[:at] + value.to_bytes(size, "big") + record[at + size :]


CHANGED_ITEMS: Final[dict[str, tuple[Callable[[bytes], bytes], Reason]]] = {
    "another coupon": (lambda item: replaced(item, 8, 1, item[8] + 1), Reason.SIGNATURE_INVALID),
    "an order above the maximum": (lambda item: replaced(item, 13, 6, 1_001), Reason.ORDER_ABOVE_MAXIMUM),
    "a higher maximum": (lambda item: replaced(item, 19, 6, 2_000), Reason.SIGNATURE_INVALID),
    "a later deadline": (lambda item: replaced(item, 25, 4, 2**32 - 1), Reason.SIGNATURE_INVALID),
    "another version": (lambda item: replaced(item, 29, 2, 1), Reason.VERSION_STALE),
}


@pytest.mark.parametrize("change", CHANGED_ITEMS)
def test_a_merchant_cannot_change_what_a_holder_agreed_to(world: World, change: str) -> None:
    """The merchant signs the changed item itself; the holder's signature no longer fits."""
    coupons = held(world, count=2)
    alter, reason = CHANGED_ITEMS[change]
    intent = world.redeem_intent(BOOKSHOP, [alter(coupons.item())], by="bookshop")
    check_refused(world, Attempt("redeem", ([intent],)), reason)


def test_an_order_below_what_a_holder_agreed_to_is_the_merchants_to_name(world: World) -> None:
    item = replaced(held(world).item(order=1_000), 13, 6, 999)
    assert not refused(world, world.redeem(BOOKSHOP, [item], by="bookshop"))


def test_a_holders_signature_names_the_merchant(world: World) -> None:
    item = held(world).item(at=BOOKSHOP)
    intent = world.redeem_intent(CINEMA, [item], by="cinema")
    check_refused(world, Attempt("redeem", ([intent],)), Reason.SIGNATURE_INVALID)


def test_permuted_signatures_of_a_batch_fit_nobody(world: World) -> None:
    coupons = held(world, count=3)
    items = [coupons.item(index) for index in range(3)]
    turned = [item[:32] + items[index - 1][32:] for index, item in enumerate(items)]
    intent = world.redeem_intent(BOOKSHOP, turned, by="bookshop")
    check_refused(world, Attempt("redeem", ([intent],)), *[Reason.SIGNATURE_INVALID] * 3)
    intents = [world.redeem_intent(BOOKSHOP, [item], by="bookshop") for item in items]
    swapped: list[tuple[Any, ...]] = [(*each[:-1], intents[index - 1][-1]) for index, each in enumerate(intents)]
    check_refused(world, Attempt("redeem", (swapped,)), *[Reason.SIGNATURE_INVALID] * 3)
    assert not refused(world, world.send("redeem", intents))


def test_a_signature_for_one_verb_is_worth_nothing_for_another(world: World) -> None:
    """Recall and Accept have the same numbers in another type."""
    batch, nonce, until = held(world).batch, world.fresh_nonce(), world.deadline
    accepted = world.allocation(batch, BAKERY, 1, by="bakery", nonce=nonce, deadline=until)
    recalled = (BAKERY, batch, 1, 1, nonce, until, accepted[-1])
    check_refused(world, Attempt("recall", ([recalled],)), Reason.SIGNATURE_INVALID)
