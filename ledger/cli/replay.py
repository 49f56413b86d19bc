"""`coupon replay`: let real data happen again on a ledger that keeps the data's time."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from ledger.cli.errors import OptionInvalid
from ledger.cli.session import Session, work
from ledger.cli.show import done, number, section, table

if TYPE_CHECKING:
    from ledger.ledger import Ledger
    from ledger.replay.book import Standing
    from ledger.replay.facts import Plan, Refusal

COMPLETE_JOURNEY = "completejourney"
REFUSALS_SHOWN = 20
REWARD_CAP_DAILY = 1_000_000
RESERVE_CAP_DAILY = 1_000_000_000
"""Minor units a day of a ledger that is made for a replay: what the year of the demo needs, a hundred times."""

_KINDS: Mapping[str, str] = {
    "merchant": "merchants registered",
    "consumer": "consumers registered",
    "deposit": "deposits",
    "group": "groups of acceptance opened",
    "mint": "batches minted",
    "allocate": "allocations to merchants",
    "issue": "coupons issued",
    "transfer": "coupons given on",
    "copy": "copies given",
    "redeem": "coupons redeemed",
    "amend": "redemptions amended",
    "reverse": "redemptions reversed",
    "distribute": "pools distributed",
    "policy": "commission policies",
    "purchases": "purchases reported",
    "state": "statements",
}


@work
def replay(
    session: Session,
    source: Annotated[
        str, typer.Argument(metavar="completejourney|DIRECTORY", help="The grocer's year, or a folder of CSV files.")
    ],
    from_day: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, in the data's zone.")
    ] = None,
    to_day: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day.")] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="The whole year of completejourney, not the demo's days.")
    ] = False,
    close: Annotated[
        bool, typer.Option("--close", help="Afterwards let time pass until the batches can be closed, and close them.")
    ] = False,
) -> None:
    """Replay data into this ledger; a run that was cut short goes on where it stopped.

    Without a ledger in the state folder one is made, on the replay clock and in the data's currency.
    """
    with session.output.waiting("reading the data"):
        plan = read_plan(source, _day("--from", from_day), _day("--to", to_day), whole=whole)
    standing, closed = play(session, plan, close=close)
    sentence = f"replayed {plan.name}, now {session.zone.show(session.ledger.clock.now())}"
    session.output.show(
        document(session, plan, standing, closed=closed),
        done(sentence, repeated=False),
        outcome_table(standing),
        *refusals(plan),
    )


def read_plan(source: str, from_day: date | None, to_day: date | None, *, whole: bool) -> Plan:
    """The facts of a source; raises what `ledger.replay.errors` names."""
    if source == COMPLETE_JOURNEY:
        from ledger.replay.completejourney import DEMO_DAYS, CompleteJourney

        if whole and (from_day or to_day):
            raise OptionInvalid("--all", "says the whole year; leave --from and --to away")
        if not whole and from_day is None and to_day is None:
            from_day, to_day = DEMO_DAYS
        return CompleteJourney().plan(from_day, to_day)
    from ledger.replay.directory import Directory

    return Directory(Path(source)).plan(from_day, to_day)


def play(session: Session, plan: Plan, *, close: bool) -> tuple[Standing, int]:
    """Play a plan to its end; where it stands, and how many batches were closed."""
    from ledger.replay.player import Player, Progress

    player = Player(_open_or_make(session, plan), plan)
    with session.output.progress(f"replaying {plan.name}") as progress:

        def show(at: Progress) -> None:
            progress.update(at.position, at.total, note=session.zone.show_date(at.at))

        standing = player.play(show)
    if not close:
        return standing, 0
    with session.output.waiting("closing the batches"):
        return standing, player.finish()


def outcome_table(standing: Standing) -> RenderableType:
    """What was done and what was refused, and why."""
    rows = [(title, number(standing.done.get(kind, 0)), "") for kind, title in _KINDS.items()]
    for name, count in sorted(standing.refused.items()):
        kind, reason = name.split(": ", 1)
        rows.append((f"  {kind} refused: {reason}", "", number(count)))
    return table(("*what", ">done", ">refused"), rows)


def refusals(plan: Plan) -> list[RenderableType]:
    """Lines of the source that could not be used, and what else is to be said about it."""
    parts: list[RenderableType] = []
    if plan.refusals:
        shown = [Text(f"  {each}") for each in plan.refusals[:REFUSALS_SHOWN]]
        more = len(plan.refusals) - len(shown)
        if more:
            shown.append(Text(f"  ... and {number(more)} more; --json lists them all", style="dim"))
        from rich.console import Group

        parts.append(section(f"{number(len(plan.refusals))} lines of the data were left out", Group(*shown)))
    parts.extend(Text(f"note: {note}", style="dim") for note in plan.notes)
    return parts


def document(session: Session, plan: Plan, standing: Standing, *, closed: int) -> dict[str, Any]:
    """A replay for JSON."""
    return {
        "name": plan.name,
        "state": str(session.folder),
        "now": session.zone.document(session.ledger.clock.now()),
        "done": {kind: standing.done.get(kind, 0) for kind in _KINDS},
        "refused": [
            {"verb": name.split(": ", 1)[0], "reason": name.split(": ", 1)[1], "count": count}
            for name, count in sorted(standing.refused.items())
        ],
        "left_out": [_refusal_document(each) for each in plan.refusals],
        "notes": list(plan.notes),
        "batches_closed": closed,
    }


def _refusal_document(refusal: Refusal) -> dict[str, Any]:
    return {"file": refusal.file, "line": refusal.line, "key": refusal.key, "reason": refusal.reason}


def _open_or_make(session: Session, plan: Plan) -> Ledger:
    """The ledger in the folder, or one for this plan: its currency, its zone, its time.

    One whose making was cut short is made again.
    """
    from ledger.charter import Charter
    from ledger.folder import FolderEmpty

    try:
        return session.ledger
    except FolderEmpty:
        pass
    charter = Charter(
        name=f"{plan.name} (replay)",
        currency=plan.currency,
        decimals=plan.decimals,
        zone=plan.zone,
        clock="replay",
        chain_id=1 + secrets.randbelow(2**31),
        reward_cap_daily=REWARD_CAP_DAILY,
        reserve_cap_daily=RESERVE_CAP_DAILY,
        withdrawal_cap_daily=RESERVE_CAP_DAILY,
        withdrawal_delay=0,
        admin_delay=0,
    )
    return session.create(charter, start=plan.facts[0].at - 1 if plan.facts else None)


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OptionInvalid(option, f"{text!r} is no day: write it like 2017-05-07") from None
