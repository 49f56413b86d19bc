"""`coupon merchant`: add, list, show, suspend, restore, appoint, and groups."""

from tests.ledger.cli.coupon import Coupon

TILL = "0x00000000000000000000000000000000000000aa"


def test_a_merchant_is_added_with_its_place_on_the_chain(ledger: Coupon) -> None:
    """S2.1."""
    text = ledger.done('merchant add anna --name "Anna\'s Bakery"')
    assert "Done: registered merchant anna as #2" in text
    assert "block " in text
    added = ledger.json("merchant show anna")
    assert (added["id"], added["reference"], added["name"]) == (2, "anna", "Anna's Bakery")
    assert (added["kind"], added["suspended"], added["cash_minor"]) == ("merchant", False, 0)


def test_add_as_json_holds_whole_hashes(ledger: Coupon) -> None:
    added = ledger.json("merchant add anna")
    assert added["repeated"] is False
    assert len(added["merchant"]["wallet"]) == 42
    (operation,) = added["operations"]
    assert (operation["verb"], operation["state"], operation["reason"]) == ("register_merchant", "included", None)
    assert len(operation["transaction"]) == 66
    assert operation["block"] > 0
    assert operation["gas_used"] > 0


def test_an_institution_is_a_payee_of_its_own_kind(ledger: Coupon) -> None:
    ledger.done("merchant add bank --institution")
    assert ledger.json("merchant show bank")["kind"] == "institution"
    kinds = {each["reference"]: each["kind"] for each in ledger.json("merchant list")["merchants"]}
    assert kinds == {"operator": "operator", "bank": "institution"}


def test_the_list_goes_by_id_and_can_begin_behind_one(shop: Coupon) -> None:
    listed = shop.json("merchant list --limit 1 --after 1")
    assert [each["reference"] for each in listed["merchants"]] == ["anna"]
    assert listed["count"] == 3
    assert "3 of 3" in shop.done("merchant list")
    assert "There is no merchant there." in shop.done("merchant list --after 99")


def test_show_tells_stock_groups_agents_and_the_waiting_withdrawal(shop: Coupon) -> None:
    shop.done("merchant group open anna")
    shop.done(f"merchant appoint anna 1 {TILL} --until 2027-01-01 --allowance 50 --may issues,recruits")
    shop.done("deposit anna 20")
    shop.done(f"withdraw anna 7.50 --to {TILL}")
    shown = shop.json("merchant show '#2'")
    assert shown["groups"] == [1]
    assert [(lot["batch"], lot["lot"], lot["in_stock"]) for lot in shown["stock"]] == [(1, 1, 90)]
    (agent,) = shown["agents"]
    assert (agent["key"], agent["may"], agent["allowance"]) == (TILL, ["issues", "recruits"], 50)
    assert agent["until"] == "2027-01-02T00:00:00+01:00"
    assert (shown["withdrawal"]["amount_minor"], shown["withdrawal"]["to"]) == (750, TILL)
    text = shop.done("merchant show anna")
    for part in ("7.50 USD", "0x0000…00aa", "400 to 499", "groups"):
        assert part in text


def test_a_suspended_merchant_issues_nothing_until_it_is_restored(shop: Coupon) -> None:
    assert "suspended merchant anna" in shop.done("merchant suspend anna")
    assert shop.json("merchant show anna")["suspended"] is True
    assert shop.refused("issue 1 anna carol")[0] == "MerchantSuspended"
    assert "lifted the suspension" in shop.done("merchant restore anna")
    shop.done("issue 1 anna carol")


def test_the_operator_cannot_be_suspended(shop: Coupon) -> None:
    assert shop.refused("merchant suspend operator")[0] == "KindInvalid"


def test_groups_are_opened_joined_and_left(shop: Coupon) -> None:
    assert shop.json("merchant group list") == {"groups": []}
    assert shop.json("merchant group open")["group"] == {"group": 1, "merchants": []}
    assert shop.json("merchant group open anna bert")["group"] == {"group": 2, "merchants": ["anna", "bert"]}
    assert shop.json("merchant group join 1 bert bert")["group"] == {"group": 1, "merchants": ["bert"]}
    assert "anna, bert left group 2" in shop.done("merchant group leave 2 anna bert")
    assert shop.json("merchant group list")["groups"] == [
        {"group": 1, "merchants": ["bert"]},
        {"group": 2, "merchants": []},
    ]
    assert "bert" in shop.done("merchant group list")
    assert shop.refused("merchant group join 3 anna")[0] == "NotFound"
    assert shop.refused("merchant group join 1 zoe")[0] == "NotFound"


def test_a_bad_word_is_named(shop: Coupon) -> None:
    cases = [
        ("merchant add anna", "ReferenceTaken", 1),
        ("merchant add ''", "ReferenceInvalid", 1),
        ("merchant add 'a\x07b'", "ReferenceInvalid", 1),
        ("merchant add dora --name ''", "OptionInvalid", 2),
        ("merchant add dora --key ''", "OptionInvalid", 2),
        ("merchant show zoe", "NotFound", 1),
        ("merchant show '#99'", "NotFound", 1),
        ("merchant suspend zoe", "NotFound", 1),
        (f"merchant appoint anna 1 {TILL} --until 2027-01-01 --allowance 1 --may fly", "OptionInvalid", 2),
        ("merchant appoint anna 1 0x12 --until 2027-01-01 --allowance 1", "AddressInvalid", 2),
        (f"merchant appoint anna 1 {TILL} --until soon --allowance 1", "MomentInvalid", 2),
        (f"merchant appoint anna 0 {TILL} --until 2027-01-01 --allowance 1", "UsageError", 2),
    ]
    assert shop.names(cases) == cases
