"""`coupon policy`: what is taken of purchases without a coupon, and what goes back by code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ledger.cli.errors import OptionInvalid
from ledger.cli.session import Key, Outcome, Session, key_of, work
from ledger.cli.show import nothing, percent, section, table

if TYPE_CHECKING:
    from ledger.domain.rebate import Policy
    from ledger.nouns.admin import WaitingCall

commands = typer.Typer(no_args_is_help=True, help="Commission on purchases without a coupon, and rebate by code.")

EqualCodesWord = Literal["return_to_seller", "platform_keeps", "no_commission"]


@commands.command("set")
@work
def set_policy(
    session: Session,
    commission_bps: Annotated[
        int, typer.Option("--commission-bps", min=0, max=10_000, help="Part of a purchase, in basis points.")
    ],
    rebate_bps: Annotated[
        int, typer.Option("--rebate-bps", min=0, max=10_000, help="Part of the commission that goes back by code.")
    ],
    equal_codes: Annotated[
        EqualCodesWord,
        typer.Option(
            "--equal-codes",
            metavar="WHAT",
            help="Seller recruited the consumer: return_to_seller, platform_keeps or no_commission.",
        ),
    ] = "return_to_seller",
    starts: Annotated[
        str | None,
        typer.Option(
            "--starts",
            metavar="MOMENT",
            help="For periods that begin from here on [dim](default: the first at once, others the next day)[/dim].",
        ),
    ] = None,
    key: Key = None,
) -> None:
    """Announce a policy through the admin's timelock; it is in force once the delay is over and it is applied."""
    from ledger.domain.rebate import EqualCodes
    from ledger.intake.policy import ChangePolicy

    ledger, name = session.ledger, key_of(key)
    moment = None if starts is None else session.zone.read(starts)
    request = ChangePolicy(commission_bps, rebate_bps, EqualCodes[equal_codes.upper()], moment)
    scheduled = ledger.statements.change_policy(request, key=name)
    outcome = session.settle(scheduled)
    waiting = next((each for each in ledger.admin.waiting("changePolicy") if each.operation == scheduled.id), None)
    if waiting is None:
        done = ledger.operations.get(ledger.admin.executed_by(scheduled.id) or scheduled.id)
        _say_in_force(session, Outcome((*outcome.operations, done), repeated=True))
    elif ledger.admin.delay:
        _say_waiting(session, outcome, waiting)
    else:
        executed = session.settle(ledger.admin.execute(scheduled.id, key=f"{name}/execute"))
        _say_in_force(session, Outcome((*outcome.operations, *executed.operations), executed.repeated))


@commands.command("apply")
@work
def apply(
    session: Session,
    operation: Annotated[
        int | None,
        typer.Argument(
            metavar="[OPERATION]", min=1, max=2**63 - 1, help="The operation that scheduled it, if several wait."
        ),
    ] = None,
    key: Key = None,
) -> None:
    """Put an announced policy in force once the timelock's delay is over."""
    ledger = session.ledger
    if operation is None:
        waiting = ledger.admin.waiting("changePolicy")
        if len(waiting) != 1:
            why = "no policy waits" if not waiting else "several wait; `coupon policy list` shows their numbers"
            raise OptionInvalid("OPERATION", why)
        operation = waiting[0].operation
    _say_in_force(session, session.settle(ledger.admin.execute(operation, key=key_of(key))))


@commands.command("list")
@work
def list_all(session: Session) -> None:
    """List every version of the policy, and those that wait."""
    ledger = session.ledger
    found, waiting = ledger.statements.policies(), ledger.admin.waiting("changePolicy")
    columns = (">id", ">commission", ">of it by code", "equal codes", "for periods from")
    parts = [table(columns, [_row(session, each) for each in found]) if found else nothing("There is no policy yet.")]
    if waiting:
        rows = [(str(each.operation), _announced(session, each), session.zone.show(each.ready_at)) for each in waiting]
        parts.append(section("Announced", table((">operation", "policy", "can be applied from"), rows)))
    session.output.show(
        {
            "policies": [policy_document(session, each) for each in found],
            "waiting": [_waiting_document(session, each) for each in waiting],
        },
        *parts,
    )


def policy_document(session: Session, policy: Policy) -> dict[str, Any]:
    """A policy for JSON."""
    return {
        "id": policy.id,
        "starts_at": session.zone.document(policy.starts_at),
        "commission_bps": policy.commission_bps,
        "rebate_bps": policy.rebate_bps,
        "equal_codes": policy.equal_codes.name.lower(),
    }


def _say_waiting(session: Session, outcome: Outcome, waiting: WaitingCall) -> None:
    ready = session.zone.show(waiting.ready_at)
    session.report(
        outcome,
        f"announced {_announced(session, waiting)}",
        document={"policy": None, "waiting": _waiting_document(session, waiting)},
        details=(("not in force before", f"{ready}, then: coupon policy apply {waiting.operation}"),),
    )


def _say_in_force(session: Session, outcome: Outcome) -> None:
    from ledger.domain.events import PolicyChanged

    ledger = session.ledger
    event = next(
        each for each in ledger.operations.events(outcome.operations[-1].id) if isinstance(each, PolicyChanged)
    )
    policy = next(each for each in ledger.statements.policies() if each.id == event.policy)
    session.report(
        outcome,
        f"policy {policy.id} holds for periods that begin from {session.zone.show(policy.starts_at)} on",
        document={"policy": policy_document(session, policy), "waiting": None},
        details=(
            ("commission", percent(policy.commission_bps)),
            ("of it by code", percent(policy.rebate_bps)),
            ("equal codes", policy.equal_codes.name.lower()),
        ),
    )


def _row(session: Session, policy: Policy) -> tuple[str, ...]:
    shares = (percent(policy.commission_bps), percent(policy.rebate_bps))
    return (str(policy.id), *shares, policy.equal_codes.name.lower(), session.zone.show(policy.starts_at))


def _announced(session: Session, waiting: WaitingCall) -> str:
    from ledger.domain.rebate import EqualCodes

    starts_at, commission, rebate, equal_codes = waiting.arguments
    shares = (
        f"{percent(commission)} commission, {percent(rebate)} of it by code, {EqualCodes(equal_codes).name.lower()}"
    )
    return f"{shares}, from {session.zone.show(starts_at)} on"


def _waiting_document(session: Session, waiting: WaitingCall) -> dict[str, Any]:
    from ledger.domain.rebate import EqualCodes

    starts_at, commission, rebate, equal_codes = waiting.arguments
    return {
        "operation": waiting.operation,
        "ready_at": session.zone.document(waiting.ready_at),
        "starts_at": session.zone.document(starts_at),
        "commission_bps": commission,
        "rebate_bps": rebate,
        "equal_codes": EqualCodes(equal_codes).name.lower(),
    }
