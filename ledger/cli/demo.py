"""`coupon demo`: some weeks of a real grocer's year, and what became of every cent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from ledger.cli.replay import COMPLETE_JOURNEY, document, outcome_table, play, read_plan, refusals
from ledger.cli.session import Session, work
from ledger.cli.show import facts, number, section, table
from ledger.cli.trace_page import trace_document, trace_tree
from ledger.cli.verify import sums

if TYPE_CHECKING:
    from ledger.nouns.operations import Cost

FOLDER = "demo"


@work
def demo(session: Session) -> None:
    """Replay six weeks of a grocery chain and show what happened, one coupon's life, and where the money is.

    Works in the folder `demo` of the state folder; a run that was cut short goes on, a finished one is shown again.
    """
    session.go_into(FOLDER)
    with session.output.waiting("reading the data"):
        plan = read_plan(COMPLETE_JOURNEY, None, None, whole=False)
    standing, closed = play(session, plan, close=True)
    ledger = session.ledger
    parts: list[RenderableType] = [
        section("What happened", outcome_table(standing)),
        *refusals(plan),
        Text(f"{number(closed)} batches were closed when their last coupon had expired." if closed else ""),
    ]
    found = {**document(session, plan, standing, closed=closed)}
    example = ledger.audit.widest_split()
    if example is not None:
        trace = ledger.audit.trace(*example)
        parts.append(section("The life of one coupon", trace_tree(session, trace)))
        found["trace"] = trace_document(session, trace)
    money = ledger.audit.conservation()
    parts.append(section("Where the money is", sums(session, money)))
    found["difference_minor"] = money.difference
    costs = ledger.operations.costs()
    parts.append(section("What the chain did", _chain(session, costs, issued=standing.done.get("issue", 0))))
    found["costs"] = [_cost_document(each) for each in costs]
    parts.append(section("What to try next", _next(session, example)))
    session.output.show(found, *parts)


def _chain(session: Session, costs: list[Cost], *, issued: int) -> RenderableType:
    head = session.ledger.chain.head()
    rows = []
    for cost in costs:
        # An issue is one operation for many coupons; what people want to know is the price of one.
        items = issued if cost.verb == "issue" else cost.operations
        verb = "issue (a coupon)" if cost.verb == "issue" else cost.verb.replace("_", " ")
        average = number(cost.gas_used // items) if items else ""
        rows.append((verb, number(items), number(cost.transactions), number(cost.gas_used), average))
    totals = (
        "all",
        "",
        number(sum(each.transactions for each in costs)),
        number(sum(each.gas_used for each in costs)),
        "",
    )
    grid = table(("verb", ">items", ">transactions", ">gas", ">gas an item"), rows, totals=totals)
    from rich.console import Group

    size = session.ledger.folder.chain.stat().st_size
    return Group(grid, facts([("blocks", number(head.number)), ("size on disk", f"{size / 1_000_000:.1f} MB")]))


def _next(session: Session, example: tuple[int, int] | None) -> RenderableType:
    state = f"--state {session.folder}"
    command = "python3 scripts/dev.py coupon"
    coupon = f"{example[0]}/{example[1]}" if example else "1/0"
    return facts(
        [
            ("every row against the chain", f"{command} verify {state}"),
            ("any coupon's life", f"{command} trace {coupon} {state}"),
            ("the batches", f"{command} batch list {state}"),
            ("the whole year", f"{command} replay completejourney --all --state state/year"),
            ("your own data", f"{command} replay tests/data/shop --state state/shop"),
        ]
    )


def _cost_document(cost: Cost) -> dict[str, Any]:
    return {
        "verb": cost.verb,
        "operations": cost.operations,
        "transactions": cost.transactions,
        "gas_used": cost.gas_used,
    }
