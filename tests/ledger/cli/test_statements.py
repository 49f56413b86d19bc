"""`coupon purchase`, `coupon statement` and `coupon policy`: rebate by referral code from the command."""

import json
import shutil
from pathlib import Path

import pytest

from ledger.domain.codes import merchant_of
from tests.ledger.cli.coupon import DAY, START, Coupon, pass_time, prepare

POLICY = "policy set --commission-bps 500 --rebate-bps 6000 --starts 2026-01-01"
APRIL = "2026-04-30T12:00:00Z"
DELAY = 2 * DAY


@pytest.fixture(scope="module")
def made_selling(made_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bert sold to carol, whom anna recruited, and to dan, whom he recruited himself; two days later."""
    coupon = Coupon(tmp_path_factory.mktemp("selling") / "state")
    shutil.copytree(made_shop, coupon.state)
    coupon.done("consumer add dan --recruiter bert")
    coupon.done(POLICY)
    pass_time(coupon, DELAY)
    coupon.done("policy apply")
    coupon.done(f"purchase add bert carol 70 --reference o-1 --at {APRIL}")
    coupon.done(f"purchase add bert carol 30 --reference o-2 --at {APRIL}")
    coupon.done(f"purchase add bert dan 10 --reference o-3 --at {APRIL}")
    return coupon.state


@pytest.fixture
def selling(made_selling: Path, tmp_path: Path) -> Coupon:
    """The command on a copy of it."""
    shutil.copytree(made_selling, tmp_path / "state")
    return Coupon(tmp_path / "state")


def test_a_merchants_code_is_digits_and_the_text_of_a_qr(shop: Coupon) -> None:
    """S3.1, S3.2: each enterprise has a unique code, as digits and as what a QR says."""
    shown = shop.json("merchant show anna")
    assert (shown["code"], shown["qr_text"]) == ("00000000021", "COUPON:CODE:00000000021")
    assert merchant_of(shown["qr_text"]) == shown["id"]
    assert "000 0000 0021" in shop.done("merchant show anna")
    assert shop.json("merchant show bert")["code"] != shown["code"]


def test_a_consumer_registers_with_the_code_that_it_was_given(shop: Coupon) -> None:
    """S3.3, S3.4: by its digits or as the QR says it; a digit that is wrong is nobody's."""
    for number, code in enumerate(("00000000021", "'000 0000 0021'", "COUPON:CODE:00000000021")):
        added = shop.json(f"consumer add guest-{number} --recruiter {code}")
        assert added["consumer"]["recruiter"] == "anna"
    assert shop.refused("consumer add guest-9 --recruiter 00000000022")[0] == "NotFound"


def test_a_purchase_is_reported_with_both_codes(selling: Coupon) -> None:
    """S3.7, S3.9, S3.10."""
    found = selling.json("purchase add bert carol 5.25 --reference o-9 --code 'coupon:code:00000000021'")
    purchase = found["purchase"]
    assert (purchase["merchant"], purchase["consumer"], purchase["recruiter"]) == ("bert", "carol", "anna")
    assert (purchase["merchant_code"], purchase["consumer_code"]) == ("00000000037", "00000000021")
    assert (purchase["codes_equal"], purchase["amount_minor"], found["repeated"]) == (False, 525, False)
    assert selling.json("purchase add bert carol 5.25 --reference o-9")["repeated"]
    assert "Done before" in selling.done("purchase add bert carol 5.25 --reference o-9")
    assert selling.refused("purchase add bert carol 5.26 --reference o-9")[0] == "PurchaseDiffers"
    assert selling.refused("purchase add bert carol 1 --reference o-8 --code 00000000037")[0] == "CodeMismatch"
    assert selling.refused("purchase add bert carol 1 --reference o-8 --code 00000000038", code=2)[0] == "OptionInvalid"
    assert selling.refused("purchase add bert carol 0 --reference o-8")[0] == "AmountZero"
    assert selling.refused("purchase add bert carol 1 --reference o-8 --at 2099-01-01")[0] == "NotYet"
    assert selling.json("purchase list")["count"] == 4


def test_a_period_is_stated_and_money_goes_back_by_code(selling: Coupon) -> None:
    """S3.8, S3.11, S3.14 and N11: bert pays 5 %; anna gets 60 % of it for carol, bert his own for dan."""
    made = selling.json("statement make bert --key k")
    statement = made["statement"]
    assert (statement["from"], statement["to"], statement["merchant"]) == ("2026-04-30", "2026-05-02", "bert")
    assert (statement["amount_minor"], statement["commission_minor"], statement["rebate_minor"]) == (11_000, 550, 330)
    totals = [(each["recruiter"], each["codes_equal"], each["rebate_minor"]) for each in made["totals"]]
    assert totals == [("anna", False, 300), ("bert", True, 30)]
    assert made["carried"] == []
    assert selling.json("statement make bert --key k")["repeated"]
    assert selling.refused("statement make bert")[0] == "CountZero"
    (listed,) = selling.json("statement list --merchant bert")["statements"]
    assert listed == statement
    shown = selling.json("statement show bert 2026-04-30")
    assert shown["lines"] == {"count": 3, "as_stated": True}
    assert shown["totals"] == made["totals"]
    text = selling.done("statement show bert 2026-04-30")
    assert "3, as stated" in text
    assert "bert (its own)" in text
    assert selling.json("merchant show anna")["cash_minor"] == 300
    earned = selling.json("statement earned")["merchants"]
    assert [(each["merchant"], each["rebate_minor"], each["commission_minor"]) for each in earned[1:]] == [
        ("anna", 300, 0),
        ("bert", 30, 550),
    ]
    assert "000 0000 0037" in selling.done("statement earned")
    selling.done("verify")


def test_what_was_returned_more_than_bought_is_carried_and_said(selling: Coupon) -> None:
    selling.done(f"purchase add bert carol 170 --return --reference r-1 --at {APRIL}")
    text = selling.done("statement make bert")
    assert "carried into a later period" in text
    assert "-70.00" in text
    assert selling.json("purchase list --merchant bert")["purchases"][0]["stated_from"] is None


def test_a_file_is_reported_line_by_line_and_again(selling: Coupon, tmp_path: Path) -> None:
    """S3.7: each line by itself, as often as one likes (N10)."""
    file = tmp_path / "till.csv"
    file.write_text(
        "merchant,reference,consumer,amount,at,code\n"
        f"bert,f-1,carol,12.50,{APRIL},00000000021\n"
        f"bert,f-2,carol,-2.50,{APRIL},\n"
        "bert,f-3,nobody,1,,\n"
        "bert,f-4,carol,zwölf,,\n"
        "bert,f-5,carol,1,,00000000022\n"
        "bert,f-6,carol\n"
        f"bert,f-1,carol,13,{APRIL},\n",
        encoding="utf-8",
    )
    result = selling(f"purchase import {file} --json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["reported"], found["repeated"], found["refused"]) == (2, 0, 5)
    errors = [(each["line"], each["error"]) for each in found["lines"] if each["result"] == "refused"]
    assert errors == [
        (4, "NotFound"),
        (5, "AmountInvalid"),
        (6, "OptionInvalid"),
        (7, "LineInvalid"),
        (8, "PurchaseDiffers"),
    ]
    again = selling(f"purchase import {file}")
    assert again.exit_code == 1
    assert "NotFound" in again.stdout
    assert selling.json("purchase list")["count"] == 5
    assert selling.refused(f"purchase import {tmp_path / 'nothing.csv'}")[0] == "FileUnreadable"


def test_a_line_is_proven_and_checked_against_the_chain(selling: Coupon, tmp_path: Path) -> None:
    """The proof is a small file; the check asks the chain alone."""
    proof = tmp_path / "o-2.json"
    assert selling.refused("statement prove bert o-2")[0] == "NotStated"
    selling.done("statement make bert")
    selling.done(f"statement prove bert o-2 --out {proof}")
    checked = selling.json(f"statement check {proof}")
    assert checked["holds"]
    assert checked["root"] == selling.json("statement show bert 2026-04-30")["root"]
    document = json.loads(proof.read_text(encoding="utf-8"))
    assert document == selling.json("statement prove bert o-2")
    document["line"]["amount_minor"] += 1
    proof.write_text(json.dumps(document), encoding="utf-8")
    assert selling.refused(f"statement check {proof}")[0] == "ProofBroken"
    proof.write_text("[]", encoding="utf-8")
    assert selling.refused(f"statement check {proof}")[0] == "ProofUnreadable"
    assert selling.refused(f"statement check {tmp_path / 'no.json'}", code=2)[0] == "OptionInvalid"


def test_a_policy_without_a_delay_is_in_force_at_once(tmp_path: Path) -> None:
    """S3.14: one of three ways with equal codes, published with its start."""
    shop = prepare(tmp_path / "shop")
    shop.done(f"init --zone Europe/Vienna --clock replay --start {START} --admin-delay 0")
    assert "There is no policy yet" in shop.done("policy list")
    made = shop.json(f"{POLICY} --equal-codes platform_keeps --key p")
    assert made["policy"] == {
        "id": 1,
        "starts_at": "2026-01-01T00:00:00+01:00",
        "commission_bps": 500,
        "rebate_bps": 6_000,
        "equal_codes": "platform_keeps",
    }
    assert [each["verb"] for each in made["operations"]] == ["schedule", "execute"]
    again = shop.json(f"{POLICY} --equal-codes platform_keeps --key p")
    assert (again["repeated"], again["policy"]) == (True, made["policy"])
    assert shop.json("policy list") == {"policies": [made["policy"]], "waiting": []}
    assert shop.refused(POLICY)[0] == "PolicyStartsTooEarly"
    assert shop.refused("policy apply", code=2)[0] == "OptionInvalid"
    assert "platform_keeps" in shop.done("policy list")


def test_a_policy_waits_for_the_admins_delay(tmp_path: Path) -> None:
    slow = prepare(tmp_path / "slow")
    slow.done(f"init --zone Europe/Vienna --clock replay --start {START} --admin-delay 2d")
    made = slow.json(f"{POLICY} --key p")
    waiting = made["waiting"]
    assert made["policy"] is None
    assert (waiting["ready_at"], waiting["commission_bps"]) == ("2026-05-03T09:00:00+02:00", 500)
    assert slow.json(f"{POLICY} --key p")["waiting"] == waiting
    assert "can be applied from" in slow.done("policy list")
    name, message = slow.refused("policy apply")
    assert name == "CallNotDue"
    assert "2026-05-03 09:00:00 CEST" in message
    pass_time(slow, DELAY)
    applied = slow.json("policy apply")
    assert applied["policy"]["id"] == 1
    assert slow.json(f"{POLICY} --key p")["policy"]["id"] == 1


def test_a_day_is_a_day(selling: Coupon) -> None:
    for words in ("--from 30.4.2026", "--to x", "--from 1969-12-31"):
        assert selling.refused(f"statement make bert {words}", code=2)[0] == "OptionInvalid"
    assert selling.refused("statement show bert 2026-04-30")[0] == "NotFound"
    assert selling.refused("statement make bert --to 2026-05-03")[0] == "PeriodNotOver"


def test_without_money_nothing_is_stated_and_the_message_says_how_much(selling: Coupon) -> None:
    selling.done("withdraw bert 98 --to 0x27b1fdb04752bbc536007a920d24acb045561c26")
    pass_time(selling, 3_600)
    selling.done("pay-out bert")
    name, message = selling.refused("statement make bert")
    assert name == "CommissionUnfunded"
    assert "5.50 USD needed, 2.00 USD free" in message


def test_every_page_is_shown_to_people_too(selling: Coupon) -> None:
    selling.done("statement make bert")
    for words in ("purchase list", "purchase list --limit 1", "statement list", "statement prove bert o-1"):
        assert selling.done(words)
