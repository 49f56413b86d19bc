"""`coupon verify` and `coupon operations`."""

import json
import sqlite3

import pytest

from tests.ledger.cli.coupon import Coupon


def test_an_untouched_ledger_agrees_with_its_chain(shop: Coupon) -> None:
    """N2: money in is money out and what is held."""
    shop.done("redeem 1/400 bert 44.44")
    found = shop.json("verify")
    assert (found["agrees"], found["wrong"], found["mismatches"]) == (True, [], [])
    assert found["compared"] > 50
    assert (found["deposited_minor"], found["withdrawn_minor"], found["difference_minor"]) == (510_000, 0, 0)
    assert found["held_minor"] == found["token_balance_minor"] == 510_000
    text = shop.done("verify")
    assert "all equal" in text
    assert "Everything agrees." in text


def test_without_the_chain_only_the_sums_are_checked(shop: Coupon) -> None:
    assert shop.json("verify --no-chain")["compared"] is None
    assert "compared with the chain" not in shop.done("verify --no-chain")


@pytest.mark.parametrize(
    ("edit", "table"),
    [
        ("update merchants set cash = cash + 1 where id = 3", "merchants"),
        ("update batches set reserve = reserve - 1", "batches"),
        ("update coupons set holder = 2 where serial = 401", "coupons"),
        ("update redemptions set part_issuer = part_issuer + 1", "redemptions"),
        ("delete from cash_flows where party = 3", "cash_flows"),
    ],
)
def test_an_edited_row_is_found_and_named(shop: Coupon, edit: str, table: str) -> None:
    shop.done("redeem 1/400 bert 44.44")
    database = sqlite3.connect(shop.state / "ledger.sqlite")
    database.execute(edit)
    database.commit()
    database.close()
    result = shop("verify --json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["agrees"] is False
    assert table in {each["table"] for each in (*found["wrong"], *found["mismatches"])}
    people = shop("verify")
    assert people.exit_code == 1
    assert "Something is wrong." in people.stdout
    assert table in people.stdout


def test_operations_are_counted_by_verb_and_state(shop: Coupon) -> None:
    counts = {(each["verb"], each["state"]): each["count"] for each in shop.json("operations")["operations"]}
    assert counts["register_merchant", "included"] == 2
    assert counts["deposit", "included"] == counts["book", "included"] == 2
    shop.done("pause")
    shop.refused("issue 1 anna carol")
    counts = {(each["verb"], each["state"]): each["count"] for each in shop.json("operations")["operations"]}
    assert counts["issue", "refused"] == 1
    text = shop.done("operations")
    assert "register merchant" in text
    assert "refused" in text


def test_a_new_ledger_has_no_operations(ledger: Coupon) -> None:
    assert "There is no operation yet." in ledger.done("operations")
