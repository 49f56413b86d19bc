"""`coupon merchant group`: groups of merchants who accept each other's coupons."""

from typing import Annotated

import typer

from ledger.cli.parties import merchant_named
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import joined, nothing, number, table

commands = typer.Typer(no_args_is_help=True, help="Groups of acceptance: a batch may be limited to one.")

Members = Annotated[list[str], typer.Argument(metavar="MERCHANT...", help="References of merchants.")]
Number = Annotated[int, typer.Argument(metavar="GROUP", min=1, max=2**32 - 2, help="The group's number.")]


@commands.command("open")
@work
def open_group(
    session: Session,
    merchants: Annotated[list[str] | None, typer.Argument(metavar="[MERCHANT]...", help="Its first members.")] = None,
    key: Key = None,
) -> None:
    """Open a new group."""
    _change(session, 0, merchants or [], member=True, key=key)


@commands.command("join")
@work
def join(session: Session, group: Number, merchants: Members, key: Key = None) -> None:
    """Let merchants join a group."""
    _change(session, group, merchants, member=True, key=key)


@commands.command("leave")
@work
def leave(session: Session, group: Number, merchants: Members, key: Key = None) -> None:
    """Take merchants out of a group."""
    _change(session, group, merchants, member=False, key=key)


@commands.command("list")
@work
def list_all(session: Session) -> None:
    """List the groups with their members."""
    ledger = session.ledger
    groups = ledger.members.groups()
    names = ledger.members.references("merchant", {each for members in groups.values() for each in members})
    listed = {group: [names[each] for each in members] for group, members in groups.items()}
    rows = [(str(group), number(len(members)), joined(members)) for group, members in listed.items()]
    session.output.show(
        {"groups": [{"group": group, "merchants": members} for group, members in listed.items()]},
        table((">group", ">members", "*merchants"), rows) if rows else nothing("There is no group yet."),
    )


def _change(session: Session, group: int, names: list[str], *, member: bool, key: str | None) -> None:
    from ledger.domain.events import GroupChanged
    from ledger.intake.control import ChangeGroup

    ledger = session.ledger
    names = list(dict.fromkeys(names))
    ids = tuple(merchant_named(ledger, name).id for name in names)
    outcome = session.settle(ledger.members.change_group(ChangeGroup(group, member, ids), key=key_of(key)))
    event = next(each for each in ledger.operations.events(outcome.operations[0].id) if isinstance(each, GroupChanged))
    if group == 0:
        sentence = f"opened group {event.group}" + (f" with {joined(names)}" if names else "")
    else:
        sentence = f"{joined(names)} {'joined' if member else 'left'} group {group}"
    members = ledger.members.groups()[event.group]
    called = ledger.members.references("merchant", members)
    document = {"group": event.group, "merchants": [called[each] for each in members]}
    session.report(outcome, sentence, document={"group": document})
