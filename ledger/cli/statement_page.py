"""Statements as people and programs read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rich.console import RenderableType

from ledger.cli.codes import spaced
from ledger.cli.errors import OptionInvalid
from ledger.cli.session import Session
from ledger.cli.show import number, table

if TYPE_CHECKING:
    from ledger.nouns.statements import Statement, Total
    from ledger.rebates.earned import Earned

_EPOCH: Final = date(1970, 1, 1).toordinal()


def day_named(option: str, text: str) -> int:
    """Days since 1970 of a date in UTC; raises OptionInvalid."""
    try:
        day = date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError as error:
        raise OptionInvalid(option, f"{text!r} is no day: write it like 2026-05-01") from error
    if day < 0:
        raise OptionInvalid(option, f"{text} is before 1970")
    return day


def days_shown(statement: Statement) -> str:
    """The days of a statement, in UTC."""
    first, last = _day(statement.period), _day(statement.period + statement.period_days - 1)
    return first if first == last else f"{first} to {last}"


def statement_document(session: Session, statement: Statement) -> dict[str, Any]:
    """A statement for JSON; days are of UTC."""
    names = session.ledger.members.references("merchant", [statement.merchant])
    return {
        "merchant": names[statement.merchant],
        "from": _day(statement.period),
        "to": _day(statement.period + statement.period_days - 1),
        "policy": statement.policy,
        "root": statement.root,
        **session.money.document(amount=statement.amount, commission=statement.commission, rebate=statement.rebate),
    }


def totals_document(session: Session, statement: Statement, totals: Sequence[Total]) -> list[dict[str, Any]]:
    """What a statement says of each code, for JSON."""
    from ledger.domain.codes import code_of

    names = session.ledger.members.references("merchant", {each.recruiter for each in totals})
    return [
        {
            "recruiter": names[each.recruiter],
            "code": code_of(each.recruiter),
            "codes_equal": each.recruiter == statement.merchant,
            "amount_minor": each.amount,
            "commission_minor": each.commission,
            "rebate_minor": each.rebate,
        }
        for each in totals
    ]


def totals_table(session: Session, statement: Statement, totals: Sequence[Total]) -> RenderableType:
    """What a statement says of each code."""
    money, documents = session.money, totals_document(session, statement, totals)
    rows = [
        (
            row["recruiter"] + (" (its own)" if row["codes_equal"] else ""),
            spaced(row["code"]),
            *(money.number(row[name]) for name in ("amount_minor", "commission_minor", "rebate_minor")),
        )
        for row in documents
    ]
    sums = (money.number(each) for each in (statement.amount, statement.commission, statement.rebate))
    columns = ("*recruited by", "code", f">sold {money.currency}", ">commission", ">back to it")
    return table(columns, rows, totals=("in all", "", *sums))


def carried_document(session: Session, carried: Mapping[int, int]) -> list[dict[str, Any]]:
    """Codes that are below zero, for JSON."""
    names = session.ledger.members.references("merchant", carried)
    return [{"recruiter": names[each], "amount_minor": amount} for each, amount in carried.items()]


def carried_table(session: Session, carried: Mapping[int, int]) -> RenderableType:
    """Codes that are below zero."""
    rows = [(row["recruiter"], session.money.number(row["amount_minor"])) for row in carried_document(session, carried)]
    return table(("*recruited by", f">{session.money.currency}"), rows)


def earned_document(session: Session, earned: Earned, name: str) -> dict[str, Any]:
    """What a code moved, for JSON."""
    return {
        "merchant": name,
        "code": earned.code,
        "consumers": earned.consumers,
        "purchases_reported": earned.reported,
        **session.money.document(
            sold=earned.sold,
            commission=earned.commission,
            recruited=earned.recruited,
            rebate=earned.rebate,
            own_rebate=earned.own_rebate,
        ),
    }


def earned_table(session: Session, found: Sequence[Earned], names: Mapping[int, str]) -> RenderableType:
    """What every code moved."""
    money = session.money
    rows = [
        (
            *(names[each.merchant], spaced(each.code), number(each.consumers), number(each.reported)),
            *(money.number(amount) for amount in (each.sold, each.commission, each.recruited, each.rebate)),
        )
        for each in found
    ]
    columns = ("*merchant", "code", ">consumers", ">their purchases", f">sold {money.currency}", ">commission paid")
    return table((*columns, ">its consumers bought", ">came back"), rows)


def _day(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()
