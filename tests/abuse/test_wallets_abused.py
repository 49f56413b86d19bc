"""Wallets that are contracts (ERC-1271) and delegated keys (EIP-7702): good ones can do all, hostile ones nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from random import Random
from typing import Any, Final

import pytest

from ledger.chain.contract import Revert
from ledger.chain.embedded.calls import Question
from ledger.chain.errors import CallReverted
from ledger.custody.keys import KeySigner
from ledger.domain import intents
from ledger.domain.errors import Reason
from ledger.domain.intents import Intent, Present
from scripts.world import World, key
from scripts.world.accounts import wallet_change
from tests.abuse.checking import check_good, check_refused, forging
from tests.abuse.forging import another, only, with_fields
from tests.abuse.places import PLACES, Place
from tests.abuse.stage import Forge, Stage
from tests.abuse.verbs import VERBS
from tests.abuse.wallets import PARTIES, WAYS, delegate, deployed, misbehaving, move_in, send_with_gas
from tests.conftest import Report
from tests.contracts.parties import BOOKSHOP
from tests.contracts.reading import Attempt, reasons, refused

Scaled = Callable[[int], int]
EACH: Final = 1_000
BY_KEY_ALONE: Final = (intents.Register, intents.Claim)
OF_A_WALLET: Final = [
    each
    for each in PLACES
    if each.kind not in BY_KEY_ALONE
    and (each.verb, each.number) != ("change a wallet", 1)
    and not (each.verb.endswith("by an agent"))
    and not each.verb.endswith("a bearer's")
]
"""Places where a wallet of the stage signs."""

ASK_GAS, AROUND = 200_000, 30_000
"""What the ledger lets a wallet use, and what asking it and refusing the item cost at most besides."""


@pytest.mark.parametrize("contract", ["TestWallet", "HostileWallet"])
def test_a_wallet_that_is_a_contract_can_do_all_that_a_key_can(stage: Stage, contract: str) -> None:
    """Present, transfer, withdraw and every other verb; the hostile one agrees to what its owner signed, too."""
    wallets = move_in(stage.world, contract)
    for name in VERBS:
        check_good(stage, name)
    assert all(stage.world.chain.code(address) for address in wallets.values())


def test_a_contract_may_be_given_a_signature_of_another_length_where_there_is_room(stage: Stage) -> None:
    """65 bytes are as good as 64 for `TestWallet`; records have room for 64."""
    world = stage.world
    move_in(world, "TestWallet")

    def of_65(_: KeySigner, __: Intent, honest: bytes) -> bytes:
        word = int.from_bytes(honest[32:], "big")
        return honest[:32] + (word & ~(1 << 255)).to_bytes(32, "big") + bytes((27 + (word >> 255),))

    seen: Counter[str] = Counter()
    for place in OF_A_WALLET:
        if not place.short and place.verb != "change a wallet" and place.number == 0:
            with forging(world, only(place, of_65)):
                attempt = VERBS[place.verb].attempt(stage, seen[place.verb])
            seen[place.verb] += 1
            assert not refused(world, attempt.send(world)), place


def hostile(world: World, random: Random, place: Place, way: str) -> Forge:
    length = 64 if place.short else random.choice((64, 65, 96, 1_024, 1_025))

    def forge(_: KeySigner, intent: Intent, __: bytes) -> bytes:
        filling = random.randbytes(length)
        if way == "reenters":
            function = random.choice(("withdraw", "redeem", "payOut", "transfer", "cashOut", "distribute", "slots"))
            filling = world.ledger.encode(function, b"" if function == "transfer" else [])[:4] + filling[4:]
            if function == "slots":
                filling = random.randbytes(4) + filling[4:]
        name = random.choice([each.name for each in fields(intent)])
        other = with_fields(intent, **{name: another(getattr(intent, name), random)})
        return misbehaving(world, way, filling=filling, other=other)

    return forge


def test_a_hostile_wallet_gets_nothing_done_that_its_owner_did_not_sign(
    stage: Stage, scaled: Scaled, report: Report
) -> None:
    random, world = Random(1271), stage.world
    move_in(world, "HostileWallet")
    tried = max(scaled(EACH), 2 * len(OF_A_WALLET))
    for number in range(tried):
        place, way = OF_A_WALLET[number % len(OF_A_WALLET)], random.choice(WAYS)
        with forging(world, only(place, hostile(world, random, place, way))):
            attempt = VERBS[place.verb].attempt(stage, 0)
        check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
    for verb in dict.fromkeys(each.verb for each in OF_A_WALLET):
        check_good(stage, verb)
    report("hostile contract wallets", tried=tried, accepted=0, ways=len(WAYS))


def presented(stage: Stage, coupon: int, way: str | None) -> bytes:
    """Ann's coupon at the bookshop, signed by her (None) or so that her wallet misbehaves."""
    values: dict[str, Any] = {"lot": 1, "merchant": BOOKSHOP, "holder": "Ann", "order": 1_000}
    if way is None:
        return stage.world.redeem_item(coupon, **values)
    forge = hostile(stage.world, Random(way), Place("", Present, short=True), way)
    with forging(stage.world, forge):
        return stage.world.redeem_item(coupon, **values)


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_wallet_costs_a_bounded_amount_and_the_honest_item_behind_it_is_done(
    stage: Stage, report: Report, way: str
) -> None:
    """Sixty at once, as many as fit into a transaction of 16 million gas with a good one behind them."""
    world = stage.world
    move_in(world, "HostileWallet", [each for each in PARTIES if each[2] == "Ann"])
    used = []
    for count in (1, 60):
        items = [presented(stage, stage.anns[number], way) for number in range(count)]
        good = presented(stage, stage.anns[100 + count], None)
        receipt = world.redeem(BOOKSHOP, [*items, good], by="bookshop")
        assert reasons(world, receipt) == [Reason.SIGNATURE_INVALID] * count
        used.append(receipt.gas_used)
    each = (used[1] - used[0]) // 59
    report(f"a wallet that {way}", gas_each=each, gas_of_60=used[1])
    assert each <= ASK_GAS + AROUND


def test_too_little_gas_is_an_error_and_never_a_refusal(stage: Stage, scaled: Scaled, report: Report) -> None:
    """Whoever sends cannot make a good signature look bad by the gas it gives."""
    world, random = stage.world, Random(7)
    move_in(world, "TestWallet", [each for each in PARTIES if each[2] == "Ann"])
    done = reverted = 0
    coupons = iter(stage.anns)
    pending = [presented(stage, next(coupons), None) for _ in range(3)]
    for _ in range(scaled(EACH)):
        intent = world.redeem_intent(BOOKSHOP, pending, by="bookshop")
        before = world.chain.proof(world.ledger.address, []).storage_root
        receipt = send_with_gas(world, Attempt("redeem", ([intent],)), random.randrange(60_000, 700_000))
        if receipt is None or not receipt.succeeded:
            reverted += 1
            assert world.chain.proof(world.ledger.address, []).storage_root == before
            continue
        done += 1
        assert not refused(world, receipt)
        pending = [presented(stage, coupon, None) for _, coupon in zip(range(3), coupons, strict=False)]
        if len(pending) < 3:
            break
    report("gas from 60,000 to 700,000 for three contract wallets", done=done, reverted=reverted, refused=0)


def test_too_little_gas_has_a_name(stage: Stage) -> None:
    world = stage.world
    move_in(world, "TestWallet", [each for each in PARTIES if each[2] == "Ann"])
    intent = world.redeem_intent(BOOKSHOP, [presented(stage, stage.anns[0], None)], by="bookshop")
    data = world.ledger.encode("redeem", [intent])
    with pytest.raises(CallReverted) as caught:
        world.chain.ask(Question(world.ledger.address, data, key("relayer").address), gas=300_000)
    revert = world.ledger.decode_revert(caught.value.data)
    assert revert.name == "GasTooLow"
    left, needed = revert.fields["left"], revert.fields["needed"]
    assert left < needed == ASK_GAS + ASK_GAS // 32 + 100_000
    assert isinstance(revert, Revert)


def targets(world: World) -> dict[str, bytes]:
    """What a key may delegate to: wallets of another owner, contracts that know no signatures, nothing."""
    guardian = key("guardian").address
    return {
        "a wallet": deployed(world, "TestWallet", guardian),
        "a hostile wallet": deployed(world, "HostileWallet", guardian),
        "the ledger": world.ledger.address,
        "the token": world.token.address,
        "a library of the ledger": world.deployment.libraries["Redeeming"],
        "nothing": key("nobody").address,
        "a precompile": bytes(19) + b"\1",
    }


def test_a_key_that_delegates_still_signs_and_nobody_else_does(stage: Stage, scaled: Scaled, report: Report) -> None:
    """EIP-7702: the account has code, its key is tried first; other signatures go to the code, which agrees to none."""
    random, world, tried = Random(7702), stage.world, 0
    found = targets(world)
    for target, address in found.items():
        for _, __, name in PARTIES:
            delegate(world, name, address)
        for number in range(max(scaled(EACH) // len(found), len(OF_A_WALLET))):
            place, way = OF_A_WALLET[number % len(OF_A_WALLET)], random.choice(WAYS)
            with forging(world, only(place, hostile(world, random, place, way))):
                attempt = VERBS[place.verb].attempt(stage, list(found).index(target))
            check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
            tried += 1
        for verb in dict.fromkeys(each.verb for each in OF_A_WALLET if not VERBS[each.verb].in_order):
            check_good(stage, verb, list(found).index(target))
    report("delegated keys", tried=tried, accepted=0, targets=len(found))


def test_the_code_a_key_delegates_to_may_agree_for_it(stage: Stage) -> None:
    """That is what the key asked for: the guardian's signature of the very intent, and of no other."""
    world = stage.world
    delegate(world, "Ann", deployed(world, "TestWallet", key("guardian").address))
    place = Place("withdraw", intents.Withdraw)

    def by_guardian(_: KeySigner, intent: Intent, __: bytes) -> bytes:
        return World.sign(world, key("guardian"), intent)

    def by_guardian_of_another(_: KeySigner, intent: Intent, __: bytes) -> bytes:
        return World.sign(world, key("guardian"), with_fields(intent, **{"amount": 51}))

    with forging(world, only(place, by_guardian_of_another)):
        attempt = VERBS["withdraw"].attempt(stage, 0)
    check_refused(stage, attempt, Reason.SIGNATURE_INVALID)
    with forging(world, only(place, by_guardian)):
        attempt = VERBS["withdraw"].attempt(stage, 0)
    assert not refused(world, attempt.send(world))


def test_a_contract_can_hand_over_to_a_key(stage: Stage) -> None:
    """Its owner signs for the old wallet; the key signs for itself."""
    world = stage.world
    move_in(world, "TestWallet", [each for each in PARTIES if each[2] == "Ann"])
    change = wallet_change(world, 1, "Ann again", by="Ann", consumer=True)
    assert not refused(world, Attempt("changeWallet", ([change],)).send(world))
