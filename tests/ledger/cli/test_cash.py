"""`coupon deposit`, `withdraw`, `pay-out`, `balance`, `pause` and `unpause`."""

import pytest

from tests.ledger.cli.coupon import Coupon, pass_time

TO = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.mark.parametrize("party", ["operator", "anna", "'#3'", "consumer:carol", "consumer:#1"])
def test_money_comes_in_for_any_party(shop: Coupon, party: str) -> None:
    before = shop.json(f"balance {party}")["cash_minor"]
    paid = shop.json(f"deposit {party} 12.34")
    assert (paid["amount_minor"], paid["party"]["cash_minor"]) == (1_234, before + 1_234)
    assert shop.json(f"balance {party}")["cash_minor"] == before + 1_234


def test_a_deposit_under_the_same_key_is_made_once(shop: Coupon) -> None:
    """N10."""
    first = shop.json("deposit anna 5 --key d1")
    assert shop.json("deposit anna 5 --key d1") == {**first, "repeated": True}
    assert shop.json("balance anna")["cash_minor"] == 500
    name, message = shop.refused("deposit anna 6 --key d1")
    assert name == "KeyReused"
    assert "'d1'" in message


def test_a_merchants_withdrawal_waits_and_is_paid_out_when_due(shop: Coupon) -> None:
    noted = shop.json(f"withdraw bert 40 --to {TO}")
    assert (noted["amount_minor"], noted["to"]) == (4_000, TO.lower())
    assert noted["due"].startswith("2026-05-01T10:")
    assert noted["party"]["cash_minor"] == 10_000
    assert "due 2026-05-01 10:" in shop.done("balance bert")
    assert shop.refused(f"withdraw bert 1 --to {TO}")[0] == "WithdrawalPending"
    name, message = shop.refused("pay-out bert")
    assert name == "WithdrawalNotDue"
    assert "CEST" in message
    pass_time(shop, 3_700)
    paid = shop.json("pay-out bert")
    assert (paid["amount_minor"], paid["to"], paid["party"]["cash_minor"]) == (4_000, TO.lower(), 6_000)
    assert shop.refused("pay-out bert")[0] == "AmountZero"


def test_a_merchants_withdrawal_says_when_and_how_it_goes_on(shop: Coupon) -> None:
    text = shop.done(f"withdraw bert 40 --to {TO}")
    assert "noted the withdrawal of 40.00 USD by merchant bert" in text
    assert "then: coupon pay-out bert" in text


def test_the_others_are_paid_at_once(shop: Coupon) -> None:
    shop.done("deposit consumer:carol 5")
    shop.done("merchant add bank --institution")
    shop.done("deposit bank 5")
    for party, left in (("operator", 199_800), ("consumer:carol", 300), ("bank", 300)):
        paid = shop.json(f"withdraw {party} 2 --to {TO}")
        assert (paid["due"], paid["party"]["cash_minor"]) == (None, left)
    assert shop.json("verify")["withdrawn_minor"] == 600


def test_cash_that_cannot_move_stays(shop: Coupon) -> None:
    before = shop.json("balance")
    cases = [
        ("deposit zoe 1", "NotFound", 1),
        ("deposit consumer:zoe 1", "NotFound", 1),
        ("deposit anna 0", "AmountZero", 1),
        ("deposit anna 1e3", "AmountInvalid", 2),
        ("deposit anna 1,000", "AmountInvalid", 2),
        ("deposit anna 12.345", "AmountInvalid", 2),
        ("deposit anna 99999999999999999999", "AmountInvalid", 2),
        (f"withdraw bert 100.01 --to {TO}", "CashInsufficient", 1),
        (f"withdraw operator 5000 --to {TO}", "CashInsufficient", 1),
        (f"withdraw consumer:carol 1 --to {TO}", "CashInsufficient", 1),
        ("withdraw bert 1 --to 0x12", "AddressInvalid", 2),
        (f"withdraw bert 1 --to {TO[:-1]}D", "AddressInvalid", 2),
        (f"withdraw bert 1 --to 0x{'0' * 40}", "WalletInvalid", 1),
        ("pay-out bert", "AmountZero", 1),
        ("pay-out zoe", "NotFound", 1),
        ("balance zoe", "NotFound", 1),
    ]
    assert shop.names(cases) == cases
    assert shop.json("balance") == before


def test_a_balance_of_all_sums_to_what_the_ledger_holds(shop: Coupon) -> None:
    """N2."""
    shown = shop.json("balance")
    cash = {each["reference"]: each["cash_minor"] for each in shown["parties"]}
    assert cash == {"operator": 200_000, "bert": 10_000}
    assert shown["parties_without_cash"] == 2
    assert (shown["batch_reserves_minor"], shown["total_minor"]) == (300_000, 510_000)
    assert len(shop.json("balance --all")["parties"]) == 4
    text = shop.done("balance")
    assert "2 parties without cash are left out (--all)" in text
    assert "5,100.00" in text


def test_a_pause_stops_the_coupons_and_ends(shop: Coupon) -> None:
    paused = shop.json("pause")
    assert paused["paused"] is True
    assert paused["until"].startswith("2026-05-08T09:")
    name, message = shop.refused("issue 1 anna carol")
    assert name == "LedgerPaused"
    assert "2026-05-08 09:" in message
    assert shop.json("unpause") | {"operations": []} == {
        "paused": False,
        "until": None,
        "repeated": False,
        "operations": [],
    }
    shop.done("issue 1 anna carol")
    assert shop.refused("unpause")[0] == "NotPaused"
    assert shop.refused("pause")[0] == "PauseCoolingDown"
