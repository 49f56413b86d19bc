"""`coupon limits` and `coupon retire`: what the admin sets, through its timelock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.errors import OptionInvalid
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.show import facts, nothing, section, table

if TYPE_CHECKING:
    from ledger.intake.desk import Accepted
    from ledger.nouns.admin import WaitingCall

commands = typer.Typer(no_args_is_help=True, help="The caps of a day, set by the admin through its timelock.")


@commands.command("set")
@work
def set_limits(
    session: Session,
    reward_cap: Annotated[
        str | None, typer.Option("--reward-cap", metavar="AMOUNT", help="Reward and funded discounts a merchant takes.")
    ] = None,
    reserve_cap: Annotated[
        str | None, typer.Option("--reserve-cap", metavar="AMOUNT", help="What the operator mints and grants.")
    ] = None,
    withdrawal_cap: Annotated[
        str | None, typer.Option("--withdrawal-cap", metavar="AMOUNT", help="What all parties withdraw together.")
    ] = None,
    withdrawal_delay: Annotated[
        int | None, typer.Option("--withdrawal-delay", metavar="SECONDS", min=0, help="How long merchants wait.")
    ] = None,
    key: Key = None,
) -> None:
    """Change caps of a day; what is not named stays as it is."""
    from ledger.intake.limits import SetLimits

    money = session.money
    reward, reserve, withdrawal = (
        None if text is None else money.read(text) for text in (reward_cap, reserve_cap, withdrawal_cap)
    )
    request = SetLimits(reward, reserve, withdrawal, withdrawal_delay)
    if request == SetLimits():
        raise OptionInvalid("--reward-cap", "name at least one limit to change")
    name = key_of(key)
    accepted = session.ledger.limits.set(request, key=name)
    _through_timelock(session, accepted, "setLimits", "the limits", key=name)


@commands.command("show")
@work
def show(session: Session) -> None:
    """Show the limits in force, and what of the admin's waits."""
    ledger = session.ledger
    waiting = [each for function in ("setLimits", "retire") for each in ledger.admin.waiting(function)]
    rows = [(str(each.operation), each.function, session.zone.show(each.ready_at)) for each in waiting]
    session.output.show(
        {**_document(session), "waiting": [_waiting(session, each) for each in waiting]},
        facts(_lines(session)),
        section("Announced", table((">operation", "what", "can be applied from"), rows))
        if rows
        else nothing("  nothing waits"),
    )


@commands.command("apply")
@work
def apply(
    session: Session,
    operation: Annotated[
        int, typer.Argument(metavar="OPERATION", min=1, max=2**63 - 1, help="The operation that scheduled it.")
    ],
    key: Key = None,
) -> None:
    """Put what was scheduled in force once the timelock's delay is over."""
    ledger = session.ledger
    _say(session, session.settle(ledger.admin.execute(operation, key=key_of(key))), "what was scheduled")


@work
def retire(
    session: Session,
    moment: Annotated[str, typer.Argument(metavar="MOMENT", help="From when on nothing is minted or issued.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    key: Key = None,
) -> None:
    """Announce the ledger's end, at least a week ahead; it cannot be taken back."""
    from ledger.intake.limits import Retire

    end, name = session.zone.read(moment), key_of(key)
    session.confirm(f"from {session.zone.show(end)} on this ledger mints and issues nothing, for good", yes=yes)
    accepted = session.ledger.limits.retire(Retire(end), key=name)
    _through_timelock(session, accepted, "retire", "the ledger's end", key=name)


def _through_timelock(session: Session, accepted: Accepted, function: str, what: str, *, key: str) -> None:
    """Done at once where the admin's delay is 0, else announced."""
    ledger = session.ledger
    outcome = session.settle(accepted)
    waiting = next((each for each in ledger.admin.waiting(function) if each.operation == accepted.id), None)
    if waiting is None:
        _say(session, Outcome(outcome.operations, repeated=True), what)
    elif ledger.admin.delay:
        session.report(
            outcome,
            f"announced {what}",
            document={**_document(session), "waiting": [_waiting(session, waiting)]},
            details=(
                ("then", f"from {session.zone.show(waiting.ready_at)} on: coupon limits apply {waiting.operation}"),
            ),
        )
    else:
        executed = session.settle(ledger.admin.execute(accepted.id, key=f"{key}/execute"))
        _say(session, Outcome((*outcome.operations, *executed.operations), executed.repeated), what)


def _say(session: Session, outcome: Outcome, what: str) -> None:
    session.report(outcome, f"put {what} in force", document=_document(session), details=_lines(session))


def _lines(session: Session) -> tuple[tuple[str, str | None], ...]:
    found, money = session.ledger.limits.in_force(), session.money
    return (
        ("a merchant's reward and discounts a day", money.show(found.reward_cap_daily)),
        ("the operator's mints and grants a day", money.show(found.reserve_cap_daily)),
        ("withdrawals of all parties a day", money.show(found.withdrawal_cap_daily)),
        ("merchants' withdrawals wait", f"{found.withdrawal_delay} s"),
        ("the ledger ends", session.zone.show(found.retires_at) if found.retires_at else None),
    )


def _document(session: Session) -> dict[str, Any]:
    found = session.ledger.limits.in_force()
    caps = session.money.document(
        reward_cap_daily=found.reward_cap_daily,
        reserve_cap_daily=found.reserve_cap_daily,
        withdrawal_cap_daily=found.withdrawal_cap_daily,
    )
    end = session.zone.document(found.retires_at) if found.retires_at else None
    return {"limits": {**caps, "withdrawal_delay_seconds": found.withdrawal_delay}, "retires_at": end}


def _waiting(session: Session, call: WaitingCall) -> dict[str, Any]:
    return {
        "operation": call.operation,
        "function": call.function,
        "arguments": list(call.arguments),
        "ready_at": session.zone.document(call.ready_at),
    }
