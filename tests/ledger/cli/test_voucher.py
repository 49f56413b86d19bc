"""`coupon voucher issue`, `coupon voucher take`, and `coupon redeem --voucher`."""

from typing import Any

import pytest

from tests.ledger.cli.coupon import MINT, Coupon

WRONG = "ab" * 32


@pytest.fixture
def stocked(shop: Coupon) -> Coupon:
    """The shop with batch 2, whose coupons may be printed and revoked: Anna has the serials 400 to 499 of it."""
    shop.done("deposit operator 5000")
    shop.done(f"{MINT} --bearer --revocable")
    shop.done("batch allocate 2 anna 100")
    return shop


def printed(shop: Coupon, count: int = 1, *, key: str = "sheet") -> list[Any]:
    """Vouchers as the command gave them to a program."""
    return list(shop.json(f"voucher issue 2 anna {count} --key {key}")["vouchers"])


def test_vouchers_are_printed_one_a_line_with_their_secret(stocked: Coupon) -> None:
    """S4.20: a printed voucher is a coupon of whoever has it."""
    lines = [line for line in stocked.done("voucher issue 2 anna 3 --key sheet").splitlines() if line.startswith("2/")]
    assert [line.split()[0] for line in lines] == ["2/400", "2/401", "2/402"]
    secrets = [line.split()[1] for line in lines]
    assert {len(secret) for secret in secrets} == {64}
    assert len(set(secrets)) == 3
    assert [each["secret"] for each in printed(stocked, 3)] == secrets


def test_the_same_key_prints_the_same_vouchers_again_and_issues_none(stocked: Coupon) -> None:
    """N10."""
    first = stocked.json("voucher issue 2 anna 2 --key sheet")
    again = stocked.json("voucher issue 2 anna 2 --key sheet")
    assert again == {**first, "repeated": True}
    assert stocked.json("batch show 2")["issued"] == 2
    assert stocked.refused("voucher issue 2 anna 3 --key sheet")[0] == "KeyReused"


def test_a_key_that_nobody_named_is_told_so_that_it_can_be_named_again(stocked: Coupon) -> None:
    first = stocked.json("voucher issue 2 anna 1")
    again = stocked.json(f"voucher issue 2 anna 1 --key {first['key']}")
    assert again["vouchers"] == first["vouchers"]
    assert first["key"] not in printed(stocked)


def test_a_sheet_takes_as_many_lots_as_it_needs(stocked: Coupon) -> None:
    stocked.done("batch allocate 2 anna 5")
    vouchers = printed(stocked, 103)
    assert (vouchers[0]["coupon"], vouchers[100]["coupon"], vouchers[-1]["coupon"]) == ("2/400", "2/395", "2/397")
    assert printed(stocked, 103) == vouchers
    assert stocked.refused("voucher issue 2 anna 1 --lot 1")[0] == "LotExhausted"
    assert stocked.json("voucher issue 2 anna 1 --lot 2")["vouchers"][0]["coupon"] == "2/398"


def test_a_voucher_is_redeemed_with_its_secret_alone(stocked: Coupon) -> None:
    """N1: nobody's parts go to the remainder role, and the split still sums up."""
    (voucher,) = printed(stocked)
    words = f"redeem 2/400 bert 44.44 --voucher {voucher['secret']}"
    done = stocked.json(words)["redemption"]
    parts = {part["role"]: part["amount_minor"] for part in done["parts"]}
    assert (parts["consumer"], parts["recruiter"], parts["sharer"]) == (0, 0, 0)
    assert (parts["issuer"], parts["redeemer"]) == (211 * 2000 // 10_000, 211 * 1000 // 10_000)
    assert sum(parts.values()) == 211 == done["distributed_minor"]
    assert stocked.refused(words)[0] == "CouponRedeemed"
    assert "verified" in stocked.done("verify").lower() or stocked("verify").exit_code == 0


def test_what_is_wrong_with_a_voucher_is_said_and_its_secret_is_not(stocked: Coupon) -> None:
    first, second = printed(stocked, 2)
    stocked.done("issue 2 anna carol")
    cases = [
        (f"redeem 2/400 bert 44.44 --voucher {WRONG}", "SignatureInvalid", 1),
        (f"redeem 2/400 bert 44.44 --voucher {second['secret']}", "SignatureInvalid", 1),
        (f"redeem 2/402 bert 44.44 --voucher {first['secret']}", "SignatureInvalid", 1),
        ("redeem 2/400 bert 44.44 --voucher letters", "VoucherInvalid", 1),
        ("redeem 2/400 bert 44.44", "SignatureInvalid", 1),
        (f"voucher take 2/400 carol {WRONG}", "SignatureInvalid", 1),
        (f"voucher take 2/403 carol {first['secret']}", "CouponNotIssued", 1),
        (f"voucher take 2/400 zoe {first['secret']}", "NotFound", 1),
        ("voucher take 2/400 carol letters", "VoucherInvalid", 1),
        ("transfer 2/400 carol", "ShareNotAllowed", 1),
        ("voucher issue 1 anna 1", "BearerNotAllowed", 1),
        ("voucher issue 2 bert 1", "LotMismatch", 1),
        ("voucher issue 2 anna 99", "LotExhausted", 1),
        ("voucher issue 9 anna 1", "BatchUnknown", 1),
        ("voucher issue 2 anna 0", "UsageError", 2),
    ]
    assert stocked.names(cases) == cases
    for words, _, _ in cases[:3]:
        assert words.split()[-1] not in stocked.refused(words)[1].split()


def test_a_taken_voucher_is_the_consumers(stocked: Coupon) -> None:
    (voucher,) = printed(stocked)
    assert "consumer carol has 2/400 now" in stocked.done(f"voucher take 2/400 carol {voucher['secret']} --key t")
    repeated = stocked.json(f"voucher take 2/400 carol {voucher['secret']} --key t")
    assert (repeated["repeated"], repeated["shared"]["receiver"], repeated["shared"]["price_minor"]) == (
        True,
        "carol",
        0,
    )
    assert "2/400" in stocked.done("consumer show carol")
    assert stocked.refused(f"redeem 2/400 bert 44.44 --voucher {voucher['secret']}")[0] == "SignatureInvalid"
    assert stocked.json("redeem 2/400 bert 44.44")["redemption"]["version"] == 1


def test_the_trace_tells_of_the_bearer_and_never_of_the_secret(stocked: Coupon) -> None:
    """S2.17."""
    (voucher,) = printed(stocked)
    life = stocked.json("trace 2/400")
    assert (life["state"], life["holder"]["kind"], life["issued"]["consumer"]["kind"]) == ("issued", "bearer", "bearer")
    assert "to a bearer" in stocked.done("trace 2/400")
    stocked.done(f"voucher take 2/400 carol {voucher['secret']}")
    text = stocked.done("trace 2/400")
    assert "carol" in text
    assert voucher["secret"] not in text + stocked.done("operations --json")


def test_the_operator_revokes_vouchers_and_coupons_with_a_cause(stocked: Coupon) -> None:
    """A stolen sheet: void at once, and its trace says why."""
    first, _ = printed(stocked, 2)
    stocked.done("issue 2 anna carol")
    told = stocked.done("revoke 2/400 2/402 2/400 --cause 7 --yes --key theft")
    assert "revoked 2 coupons, cause 7" in told
    assert stocked.json("revoke 2/400 2/402 --cause 7 --yes --key theft")["repeated"] is True
    assert stocked.refused(f"redeem 2/400 bert 44.44 --voucher {first['secret']}")[0] == "CouponVoid"
    life = stocked.json("trace 2/402")
    assert (life["state"], life["revoked"]["cause"]) == ("void", 7)
    assert stocked.json("batch show 2")["void"] == 2
    assert [each["state"] for each in stocked.json("consumer show carol")["coupons"]][-1] == "void"
    assert "by the operator, cause 7" in stocked.done("trace 2/402")
    assert stocked("verify").exit_code == 0


def test_a_revocation_that_cannot_be_changes_nothing(stocked: Coupon) -> None:
    stocked.done("issue 2 anna carol:2")
    stocked.done("redeem 2/401 bert 44.44")
    cases = [
        ("revoke 1/400 --cause 1 --yes", "NotRevocable", 1),
        ("revoke 2/401 --cause 1 --yes", "CouponRedeemed", 1),
        ("revoke 2/400 2/401 --cause 1 --yes", "CouponRedeemed", 1),
        ("revoke 2/402 --cause 1 --yes", "CouponNotIssued", 1),
        ("revoke 9/0 --cause 1 --yes", "BatchUnknown", 1),
        ("revoke coupon --cause 1 --yes", "CouponNameInvalid", 2),
        ("revoke 2/400 --cause 256 --yes", "UsageError", 2),
        ("revoke 2/400 --yes", "UsageError", 2),
        ("revoke 2/400 --cause 1", "ConfirmationNeeded", 2),
    ]
    assert stocked.names(cases) == cases
    assert stocked.json("trace 2/400")["state"] == "issued"
