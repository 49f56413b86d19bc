"""Nothing forgotten: every reason and error that the source can give is given in a test, and Python knows them all."""

import ast
from collections.abc import Iterable, Mapping
from typing import Final

import pytest

from ledger.domain.errors import Reason, Verb
from tests.contracts import (
    test_allocate,
    test_amend,
    test_appoint,
    test_cancel,
    test_cash_out,
    test_change_wallet,
    test_claim,
    test_close,
    test_copy,
    test_deposit,
    test_distribute,
    test_expire,
    test_forfeit,
    test_grant,
    test_issue,
    test_issue_to_bearers,
    test_pay_out,
    test_recall,
    test_redeem_bearers,
    test_redeem_refusals,
    test_register_consumer,
    test_register_merchant,
    test_reverse,
    test_revoke,
    test_spend,
    test_state,
    test_tokens,
    test_transfer,
    test_withdraw,
)
from tests.contracts.source import declared, declared_errors, errors, reasons_of
from tests.sources import own_files_below, syntax_of

SOURCE: Final[Mapping[Verb, tuple[str, str]]] = {
    Verb.REGISTER_MERCHANT: ("Members", "registerMerchants"),
    Verb.REGISTER_CONSUMER: ("Members", "registerConsumers"),
    Verb.APPOINT: ("Members", "appoint"),
    Verb.DEPOSIT: ("Cash", "deposit"),
    Verb.WITHDRAW: ("Cash", "withdraw"),
    Verb.PAY_OUT: ("Cash", "payOut"),
    Verb.ALLOCATE: ("Stock", "allocate"),
    Verb.RECALL: ("Stock", "recall"),
    Verb.ISSUE: ("Issuing", "issue"),
    Verb.REDEEM: ("Redeeming", "redeem"),
    Verb.CLOSE_LOT: ("Stock", "closeLots"),
    Verb.AMEND: ("Settlement", "amend"),
    Verb.REVERSE: ("Settlement", "reverse"),
    Verb.FORFEIT: ("Settlement", "forfeit"),
    Verb.DISTRIBUTE: ("Settlement", "distribute"),
    Verb.ISSUE_TO_BEARERS: ("Issuing", "issueToBearers"),
    Verb.REVOKE: ("Revoking", "revoke"),
    Verb.TRANSFER: ("Sharing", "transfer"),
    Verb.COPY: ("Sharing", "copy"),
    Verb.CLAIM: ("Sharing", "claim"),
    Verb.CANCEL: ("Sharing", "cancel"),
    Verb.STATE: ("Statements", "state"),
    Verb.GRANT: ("Points", "grant"),
    Verb.SPEND: ("Points", "spend"),
    Verb.CASH_OUT: ("Points", "cashOut"),
    Verb.EXPIRE: ("Points", "expire"),
    Verb.CHANGE_WALLET: ("Wallets", "changeWallet"),
}
TESTED: Final[Mapping[Verb, Iterable[Reason]]] = {
    # Each key of these tables is a case that is refused for exactly this reason and changes nothing.
    Verb.REGISTER_MERCHANT: test_register_merchant.REFUSALS,
    Verb.REGISTER_CONSUMER: {*test_register_consumer.REFUSALS, *test_register_consumer.REFUSED_AT_THE_END},
    Verb.APPOINT: test_appoint.REFUSALS,
    Verb.DEPOSIT: test_deposit.REFUSALS,
    Verb.WITHDRAW: {*test_withdraw.REFUSALS, *test_tokens.REFUSED_HERE[Verb.WITHDRAW]},
    Verb.PAY_OUT: {*test_pay_out.REFUSALS, *test_tokens.REFUSED_HERE[Verb.PAY_OUT]},
    Verb.ALLOCATE: test_allocate.REFUSALS,
    Verb.RECALL: test_recall.REFUSALS,
    Verb.ISSUE: test_issue.REFUSALS,
    Verb.REDEEM: {*test_redeem_refusals.REFUSALS, *test_redeem_bearers.REFUSALS},
    Verb.CLOSE_LOT: test_close.REFUSALS,
    Verb.AMEND: test_amend.REFUSALS,
    Verb.REVERSE: test_reverse.REFUSALS,
    Verb.FORFEIT: test_forfeit.REFUSALS,
    Verb.DISTRIBUTE: test_distribute.REFUSALS,
    Verb.ISSUE_TO_BEARERS: test_issue_to_bearers.REFUSALS,
    Verb.REVOKE: test_revoke.REFUSALS,
    Verb.TRANSFER: test_transfer.REFUSALS,
    Verb.COPY: test_copy.REFUSALS,
    Verb.CLAIM: test_claim.REFUSALS,
    Verb.CANCEL: test_cancel.REFUSALS,
    Verb.STATE: test_state.REFUSALS,
    Verb.GRANT: test_grant.REFUSALS,
    Verb.SPEND: test_spend.REFUSALS,
    Verb.CASH_OUT: test_cash_out.REFUSALS,
    Verb.EXPIRE: test_expire.REFUSALS,
    Verb.CHANGE_WALLET: test_change_wallet.REFUSALS,
}
_NO_AGENT: Final = dict.fromkeys(
    (Reason.AGENT_NOT_IN_FORCE, Reason.AGENT_KIND_MISMATCH, Reason.ALLOWANCE_EXCEEDED),
    "only the merchant's own wallet signs",
)
_REDEEMED_IT: Final = {
    Reason.MERCHANT_UNKNOWN: "it redeemed, so it exists",
    Reason.KIND_INVALID: "an institution never redeems",
}
UNREACHABLE: Final[Mapping[Verb, Mapping[Reason, str]]] = {
    # Reasons in the path of a verb that it cannot give, and why not.
    Verb.APPOINT: _NO_AGENT,
    Verb.ALLOCATE: _NO_AGENT,
    Verb.RECALL: {
        **_NO_AGENT,
        Reason.MERCHANT_UNKNOWN: "it holds the lot, so it exists",
        Reason.KIND_INVALID: "an institution never holds a lot",
    },
    Verb.ISSUE: {
        Reason.MERCHANT_UNKNOWN: "it holds the lot, so it exists",
        Reason.KIND_INVALID: "an institution never holds a lot",
    },
    Verb.ISSUE_TO_BEARERS: {
        Reason.MERCHANT_UNKNOWN: "it holds the lot, so it exists",
        Reason.KIND_INVALID: "an institution never holds a lot",
    },
    Verb.AMEND: _REDEEMED_IT,
    Verb.REVERSE: _REDEEMED_IT,
    Verb.WITHDRAW: {Reason.WITHDRAWAL_NOT_DUE: "a request that is not due is a pending one"},
    Verb.TRANSFER: {Reason.COPY_UNAVAILABLE: "a transfer names no copy"},
    Verb.COPY: {Reason.VERSION_EXHAUSTED: "a copy makes no version of its root"},
    Verb.SPEND: {
        Reason.MERCHANT_UNKNOWN: "it holds the lot, so it exists",
        Reason.KIND_INVALID: "an institution never holds a lot",
    },
}


def reason_named(name: str) -> Reason:
    return next(reason for reason in Reason if reason.title == name)


@pytest.mark.parametrize("verb", SOURCE, ids=lambda verb: verb.name.lower())
def test_every_reason_a_verb_can_give_has_a_case(verb: Verb) -> None:
    in_source = {reason_named(name) for name in reasons_of(*SOURCE[verb])}
    tested, unreachable = set(TESTED[verb]), set(UNREACHABLE.get(verb, {}))
    assert not tested & unreachable
    assert tested | unreachable == in_source


def test_every_verb_that_refuses_is_here() -> None:
    assert set(SOURCE) == set(TESTED) == set(Verb) - {Verb.NONE}


def test_every_reason_is_given_by_some_verb() -> None:
    given = {reason_named(name) for place in SOURCE.values() for name in reasons_of(*place)}
    assert set(Reason) - given == {Reason.NONE}


@pytest.mark.parametrize(("name", "python"), [("enum Reason", Reason), ("enum Verb", Verb)])
def test_python_has_the_same_names_and_numbers(name: str, python: type[Reason] | type[Verb]) -> None:
    titles = ["".join(word.capitalize() for word in member.name.split("_")) for member in python]
    assert titles == declared(name, "ILedgerTypes.sol")
    assert [member.value for member in python] == list(range(len(titles)))


def test_every_error_declared_is_thrown_and_every_error_thrown_is_declared() -> None:
    assert errors() == declared_errors()


def test_every_error_declared_is_expected_by_a_test() -> None:
    """Tests name an error only to compare a revert with it, fields and all."""
    named = {
        node.value
        for path in own_files_below("tests", suffix=".py")
        for node in ast.walk(syntax_of(path))
        if path.parent.name == "contracts" and isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not declared_errors() - named
