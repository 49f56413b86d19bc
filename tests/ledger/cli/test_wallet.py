"""`coupon wallet`: keys that change, and lost ones that are replaced."""

from ledger.chain.eip712 import digest
from ledger.domain.intents import Veto
from ledger.ledger import open_ledger
from scripts.world import key
from tests.ledger.cli.coupon import DAY, Coupon, pass_time


def wallet_of(shop: Coupon, consumer: str = "carol") -> str:
    return str(shop.json(f"consumer show {consumer}")["wallet"])


def test_custody_gives_a_party_a_new_key_and_it_goes_on_under_its_name(shop: Coupon) -> None:
    before = wallet_of(shop)
    changed = shop.json("wallet change consumer:carol")
    assert (changed["former"], changed["party"]["reference"]) == (before, "carol")
    assert wallet_of(shop) == changed["party"]["wallet"] != before
    shop.done("redeem 1/400 bert 50")
    shop.done("wallet change bert")
    shop.done("redeem 1/401 bert 50")
    shop.done("wallet change consumer:carol")
    shop.done("redeem 1/402 bert 50")
    shop.done("verify")


def test_a_party_takes_its_wallet_into_its_own_hands(shop: Coupon) -> None:
    own = key("carol's own")
    made = shop.json(f"wallet prepare consumer:carol --to 0x{own.address.hex()}")
    signature = own.sign(bytes.fromhex(made["digest"][2:])).hex()
    words = f"--to 0x{own.address.hex()} --nonce {made['nonce']} --deadline {made['deadline']}"
    shop.done(f"wallet change consumer:carol {words} --signature 0x{signature}")
    assert wallet_of(shop) == f"0x{own.address.hex()}"
    assert shop.refused("redeem 1/400 bert 50")[0] == "KeyNotHeld"
    assert shop.refused("wallet change consumer:carol")[0] == "KeyNotHeld"


def test_a_lost_wallet_is_replaced_after_a_week(shop: Coupon) -> None:
    before = wallet_of(shop)
    started = shop.json("wallet recover consumer:carol")
    assert shop.refused("wallet complete consumer:carol")[0] == "RecoveryNotReady"
    assert shop.refused("wallet recover consumer:carol")[0] == "RecoveryPending"
    assert [each["to"] for each in shop.json("wallet list")["recoveries"]] == [started["to"]]
    pass_time(shop, 7 * DAY)
    assert shop.json("wallet complete consumer:carol")["former"] == before
    assert wallet_of(shop) == started["to"]
    shop.done("redeem 1/400 bert 50")
    shop.done("verify")


def test_the_party_or_the_pauser_stops_a_recovery(shop: Coupon) -> None:
    before = wallet_of(shop)
    for words in ("wallet veto consumer:carol", "wallet veto consumer:carol --pauser"):
        shop.done("wallet recover consumer:carol")
        shop.done(words)
        assert shop.json("wallet list")["recoveries"] == []
    assert shop.refused("wallet veto consumer:carol")[0] == "NotFound"
    assert wallet_of(shop) == before


def test_what_cannot_be_done_says_why(shop: Coupon) -> None:
    address = f"0x{key('somebody').address.hex()}"
    taken = wallet_of(shop)
    cases = [
        (f"wallet change consumer:carol --to {address}", "OptionInvalid", 2),
        (f"wallet change carol --to {address} --nonce 1 --deadline 1 --signature 00", "NotFound", 1),
        (f"wallet change bert --to {address} --nonce 1 --deadline 9999999999 --signature 00", "SignatureInvalid", 1),
        (f"wallet change bert --to {taken} --nonce 1 --deadline 9999999999 --signature 00", "WalletTaken", 1),
        (f"wallet change bert --to {address} --nonce 1 --deadline 9999999999 --signature x", "OptionInvalid", 2),
        (f"wallet recover bert --to {taken}", "WalletTaken", 1),
        ("wallet complete bert", "NotFound", 1),
    ]
    assert shop.names(cases) == cases
    forged = f"wallet change bert --to {address} --nonce 1 --deadline 9999999999 --signature {'11' * 64}"
    assert shop.refused(forged)[0] == "SignatureInvalid"


def test_a_wallet_of_its_own_stops_a_recovery_by_its_signature(shop: Coupon) -> None:
    """What it signs names the wallet that was to come and from when on."""
    own = key("carol's own")
    made = shop.json(f"wallet prepare consumer:carol --to 0x{own.address.hex()}")
    signature = own.sign(bytes.fromhex(made["digest"][2:])).hex()
    words = f"--to 0x{own.address.hex()} --nonce {made['nonce']} --deadline {made['deadline']}"
    shop.done(f"wallet change consumer:carol {words} --signature {signature}")
    shop.done("wallet recover consumer:carol")
    assert shop.refused("wallet veto consumer:carol")[0] == "KeyNotHeld"
    assert shop.refused(f"wallet veto consumer:carol --signature {'11' * 64}")[0] == "VetoInvalid"
    with open_ledger(shop.state, password=None) as ledger:
        (waiting,) = ledger.wallets.recoveries()
        wanted = digest(ledger.separator, Veto(True, waiting.party, waiting.wallet, waiting.ready_at))
    shop.done(f"wallet veto consumer:carol --signature {own.sign(wanted).hex()}")
    assert shop.json("wallet list")["recoveries"] == []


def test_nothing_is_prepared_for_nobody(shop: Coupon) -> None:
    assert shop.refused("wallet prepare nobody --to 0x00000000000000000000000000000000000000aa")[0] == "NotFound"
    assert shop.refused("wallet prepare bert --to 0x12", code=2)[0] == "AddressInvalid"
