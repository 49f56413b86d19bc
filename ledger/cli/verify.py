"""`coupon verify`: the money is conserved, and the tables are what the chain says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from ledger.cli.errors import EXIT_REFUSED
from ledger.cli.session import Session, work
from ledger.cli.show import facts, nothing, number, section, table

if TYPE_CHECKING:
    from ledger.audit.checks import Mismatch
    from ledger.audit.conservation import Conservation

MISMATCHES_SHOWN = 100
"""Rows named of those that differ from the chain; more say nothing new."""


@work
def verify(
    session: Session,
    no_chain: Annotated[
        bool, typer.Option("--no-chain", help="Check the sums only, not every row against the chain.")
    ] = False,
) -> None:
    """Verify that no money is lost and that every row is what the chain says; exit code 1 if not."""
    money = session.ledger.audit.conservation()
    rows, mismatches = (0, []) if no_chain else _against_chain(session)
    fine = money.is_kept and not mismatches
    parts: list[RenderableType] = [sums(session, money)]
    if money.wrong:
        parts.append(section("Rows that are not as their events say", _wrong(session, money)))
    if not no_chain:
        parts.append(_compared(rows, mismatches))
    parts.append(
        Text("Everything agrees." if fine else "Something is wrong.", style="bold green" if fine else "bold red")
    )
    session.output.show(_document(session, money, rows=None if no_chain else rows, mismatches=mismatches), *parts)
    if not fine:
        raise typer.Exit(EXIT_REFUSED)


def _against_chain(session: Session) -> tuple[int, list[Mismatch]]:
    """Rows and words compared, and what differs."""
    from ledger.audit.checks import Mismatch

    mismatches: list[Mismatch] = []
    counts: dict[tuple[str, str], int] = {}
    with session.output.progress("comparing with the chain") as progress:
        for step in session.ledger.audit.verify():
            if isinstance(step, Mismatch):
                mismatches.append(step)
            else:
                counts[step.part, step.table] = step.count
                progress.update(sum(counts.values()), note=f"{step.part}: {step.table.replace('_', ' ')}")
    return sum(counts.values()), mismatches


def sums(session: Session, money: Conservation) -> RenderableType:
    """What came in, what left, and what is held for whom; the two sums are equal."""
    held, show = money.held, session.money.number
    rows = [
        ("deposited", show(money.deposited), ""),
        ("withdrawn", show(-money.withdrawn), ""),
        ("held for the operator", "", show(held.operator)),
        ("held for merchants", "", show(held.merchants)),
        ("held for institutions", "", show(held.institutions)),
        ("held for consumers", "", show(held.consumers)),
        ("reserves of batches", "", show(held.batch_reserves)),
        ("reserves of lots", "", show(held.lot_reserves)),
        ("pools that wait", "", show(held.pools)),
        ("backing of points", "", show(held.points_backing)),
    ]
    totals = ("sum", show(money.deposited - money.withdrawn), show(held.total))
    currency = session.money.currency
    surplus = session.money.show(abs(money.surplus))
    pairs = [
        ("difference", session.money.show(money.difference)),
        ("the token says", session.money.show(money.token_balance)),
        ("given besides", surplus if money.surplus > 0 else None),
        ("missing", surplus if money.surplus < 0 else None),
    ]
    grid = table(("*money", f">in less out {currency}", f">held {currency}"), rows, totals=totals)
    return Group(grid, facts(pairs))


def _wrong(session: Session, money: Conservation) -> RenderableType:
    rows = [
        (
            each.table,
            "/".join(map(str, each.key)),
            each.rule,
            session.money.number(each.expected),
            session.money.number(each.found),
        )
        for each in money.wrong[:MISMATCHES_SHOWN]
    ]
    return table(("table", "key", "*rule", ">expected", ">found"), rows)


def _compared(rows: int, mismatches: list[Mismatch]) -> RenderableType:
    if not mismatches:
        return nothing(f"{number(rows)} rows and words compared with the chain: all equal")
    listed = [
        (each.table, "/".join(map(_plain, each.key)), each.column, _plain(each.expected), _plain(each.found))
        for each in mismatches[:MISMATCHES_SHOWN]
    ]
    title = f"{number(len(mismatches))} values are not what the chain says ({number(len(listed))} shown)"
    return section(title, table(("table", "*key", "column", "*chain", "*found"), listed))


def _document(session: Session, money: Conservation, *, rows: int | None, mismatches: list[Mismatch]) -> dict[str, Any]:
    held = money.held
    return {
        "agrees": money.is_kept and not mismatches,
        "compared": rows,
        "wrong": [
            {"table": each.table, "key": each.key, "rule": each.rule, "expected": each.expected, "found": each.found}
            for each in money.wrong
        ],
        "mismatches": [
            {
                "table": each.table,
                "key": [_plain(part) for part in each.key],
                "column": each.column,
                "expected": _plain(each.expected),
                "found": _plain(each.found),
            }
            for each in mismatches
        ],
        **session.money.document(
            deposited=money.deposited,
            withdrawn=money.withdrawn,
            operator=held.operator,
            merchants=held.merchants,
            institutions=held.institutions,
            consumers=held.consumers,
            batch_reserves=held.batch_reserves,
            lot_reserves=held.lot_reserves,
            pools=held.pools,
            points_backing=held.points_backing,
            held=held.total,
            difference=money.difference,
            token_balance=money.token_balance,
            surplus=money.surplus,
        ),
    }


def _plain(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
