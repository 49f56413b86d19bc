"""`coupon batch mint`: terms by options or by file, and the money they reserve."""

import json
from pathlib import Path

import pytest

from tests.ledger.cli.coupon import MINT, SPLIT, Coupon

EVERY_TERM = {
    "size": 20,
    "opens": "2026-05-10",
    "closes": "2026-06-30T18:00:00+02:00",
    "valid_days": 30,
    "accepts": "issuer",
    "minimum_order": "12.50",
    "reward": "0.40",
    "reward_cap_bps": 300,
    "contribution_bps": 125,
    "contribution_cap": "2",
    "split": {"platform": 1000, "issuer": 2500, "redeemer": 1500, "consumer": 3000, "recruiter": 2000},
    "remainder_role": "consumer",
    "discount": "4.00",
    "discount_bps": 1000,
    "funder": "issuer",
    "share_mode": "none",
    "copies": 0,
    "hops": 0,
    "settlement_delay_hours": 0,
    "points_price": 0,
    "revocable": True,
    "text": "Four off",
}


def test_mint_reserves_the_money_of_every_promise(shop: Coupon) -> None:
    """S2.9, S2.10: the reserve is size x (reward + discount of the operator)."""
    shop.done("deposit operator 1000.01")
    assert shop.json(MINT)["batch"] == {
        "id": 2,
        "size": 500,
        "reserve_minor": 300_000,
        "currency": "USD",
        "decimals": 2,
    }
    assert shop.json("balance operator")["cash_minor"] == 1


def test_every_term_can_be_given_by_option_and_by_file_alike(shop: Coupon, tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(EVERY_TERM))
    by_file = shop.json(f"batch mint --terms {file} --yes")["batch"]["id"]
    words = []
    for name, value in EVERY_TERM.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, dict):
            words.append(f"{option} {','.join(f'{role}={share}' for role, share in value.items())}")
        else:
            words.append(option if value is True else f"{option} '{value}'")
    by_options = shop.json(f"batch mint {' '.join(words)} --yes")["batch"]["id"]
    one, other = (shop.json(f"batch show {batch}")["terms"] for batch in (by_file, by_options))
    assert one == other
    assert (one["opens"], one["closes"]) == ("2026-05-10T00:00:00+02:00", "2026-06-30T18:00:00+02:00")
    assert (one["reward_minor"], one["minimum_order_minor"], one["discount_minor"]) == (40, 1_250, 400)
    assert one["split_bps"]["recruiter"] == 2_000
    assert (one["funder"], one["remainder_role"], one["revocable"]) == ("issuer", "consumer", True)


def test_options_go_before_the_file_and_toml_works_too(shop: Coupon, tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    file.write_text("size = 5\ncloses = 2026-06-30\ndiscount = 1.25\n[split]\nplatform = 10000\n")
    shown = shop.json(f"batch mint --terms {file} --size 7 --yes")["batch"]
    assert shown["size"] == 7
    terms = shop.json(f"batch show {shown['id']}")["terms"]
    assert terms["discount_minor"] == 125
    assert terms["closes"] == "2026-07-01T00:00:00+02:00"


def test_a_batch_may_be_limited_to_a_group(shop: Coupon) -> None:
    """S2.3."""
    shop.done("merchant group open bert")
    batch = shop.json("batch mint --size 5 --closes 2026-06-30 --accepts 1 --discount 1 --yes")["batch"]["id"]
    shop.done(f"batch allocate {batch} anna 5")
    shop.done(f"issue {batch} anna carol:2")
    assert shop.refused(f"redeem {batch}/0 anna 10")[0] == "MerchantNotAccepted"
    shop.done(f"redeem {batch}/0 bert 10")
    assert "merchants of group 1" in shop.done(f"batch show {batch}")


def test_without_a_yes_and_without_anybody_to_ask_nothing_is_reserved(shop: Coupon) -> None:
    name, message = shop.refused(MINT.removesuffix(" --yes"), code=2)
    assert name == "ConfirmationNeeded"
    assert "500 coupons" in message
    assert "3,000.00 USD" in message
    assert len(shop.json("batch list")["batches"]) == 1


def test_what_reserves_nothing_needs_no_yes(shop: Coupon) -> None:
    words = "batch mint --size 5 --closes 2026-06-30 --discount 2 --funder redeemer"
    assert shop.json(words)["batch"]["reserve_minor"] == 0


def test_broken_terms_are_refused_by_the_name_of_their_rule(shop: Coupon) -> None:
    cases = [
        (f"batch mint {words} --yes", name, code)
        for words, name, code in [
            ("--size 10", "OptionInvalid", 2),
            ("--closes 2026-06-30", "OptionInvalid", 2),
            ("--size 0 --closes 2026-06-30", "SizeZero", 1),
            ("--size -1 --closes 2026-06-30", "OptionInvalid", 2),
            ("--size 4294967296 --closes 2026-06-30", "OutOfRange", 1),
            ("--size 10 --closes 2026-02-30", "MomentInvalid", 2),
            ("--size 10 --closes 2020-01-01", "WindowPast", 1),
            ("--size 10 --opens 2026-06-30 --closes 2026-06-29", "WindowEmpty", 1),
            ("--size 10 --closes 2026-06-30 --reward 1", "OptionInvalid", 2),
            ("--size 10 --closes 2026-06-30 --reward 1.001", "AmountInvalid", 2),
            ("--size 10 --closes 2026-06-30 --reward 1 --split platform=9999", "SplitSumWrong", 1),
            ("--size 10 --closes 2026-06-30 --reward 1 --split boss=10000", "OptionInvalid", 2),
            ("--size 10 --closes 2026-06-30 --reward 1 --split platform=all", "OptionInvalid", 2),
            (f"--size 10 --closes 2026-06-30 --contribution-bps 100 --split {SPLIT}", "ContributionTermsInvalid", 1),
            ("--size 10 --closes 2026-06-30 --discount-bps 100", "DiscountTermsInvalid", 1),
            ("--size 10 --closes 2026-06-30 --discount-bps 10001 --discount 1", "BpsTooHigh", 1),
            ("--size 10 --closes 2026-06-30 --share-mode copy", "ShareTermsInvalid", 1),
            ("--size 10 --closes 2026-06-30 --accepts 9", "GroupUnknown", 1),
            ("--size 10 --closes 2026-06-30 --accepts friends", "OptionInvalid", 2),
            ("--size 100000 --closes 2026-06-30 --discount 1", "CashInsufficient", 1),
            ("--terms missing.toml", "TermsFileInvalid", 2),
        ]
    ]
    assert shop.names(cases) == cases
    assert len(shop.json("batch list")["batches"]) == 1


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("terms.toml", "size = "),
        ("terms.toml", "siz = 3"),
        ("terms.json", "[1]"),
        ("terms.json", "{"),
        ("terms.json", "[" * 100_000),
        ("terms.toml", "\x00"),
    ],
)
def test_a_file_of_terms_that_cannot_be_read_is_named(shop: Coupon, tmp_path: Path, file: str, content: str) -> None:
    path = tmp_path / file
    path.write_text(content)
    name, message = shop.refused(f"batch mint --terms {path} --yes", code=2)
    assert name == "TermsFileInvalid"
    assert file in message


@pytest.mark.parametrize(
    "content",
    ['{"size": "ten"}', '{"size": true}', '{"size": [1]}', '{"size": 1.5}', '{"size": 1, "revocable": "yes"}'],
)
def test_a_value_of_the_wrong_kind_names_its_term(shop: Coupon, tmp_path: Path, content: str) -> None:
    path = tmp_path / "terms.json"
    path.write_text(content)
    assert shop.refused(f"batch mint --terms {path} --closes 2026-06-30 --yes", code=2)[0] == "OptionInvalid"


def test_too_little_cash_is_said_in_the_currency(shop: Coupon) -> None:
    _, message = shop.refused("batch mint --size 100000 --closes 2026-06-30 --discount 1 --yes")
    assert "(100,000.00 USD needed, 2,000.00 USD free)" in message
