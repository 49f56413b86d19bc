"""All there is to say about one merchant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from ledger.cli.codes import spaced
from ledger.cli.names import short
from ledger.cli.parties import called, party_document
from ledger.cli.session import Session
from ledger.cli.settled_page import waiting_redemption_document, waiting_redemptions_table
from ledger.cli.show import facts, heading, joined, number, section, state_of, table

if TYPE_CHECKING:
    from ledger.nouns.batches import LotSummary
    from ledger.nouns.cash import WaitingWithdrawal
    from ledger.nouns.members import Agent, Party

WAITING_SHOWN = 20
"""Redemptions that wait on the page; `coupon waiting` lists them all."""

AGENT_MAY = ((1, "issues"), (2, "redeems"), (4, "recruits"), (8, "states"))


def show_merchant(session: Session, party: Party) -> None:
    """Its cash, stock, groups, agents and waiting withdrawal."""
    ledger = session.ledger
    lots, agents = ledger.batches.stock_of(party.id), ledger.members.agents(party.id)
    groups = [group for group, members in ledger.members.groups().items() if party.id in members]
    waiting = ledger.cash.waiting(party.id)
    count = ledger.settlements.count(party.id)
    redemptions = ledger.settlements.waiting(party.id, limit=WAITING_SHOWN) if count else []
    document = {
        **party_document(ledger, party),
        **_code_document(party),
        "groups": groups,
        "stock": [lot_document(each) for each in lots],
        "agents": [_agent_document(session, each) for each in agents],
        "withdrawal": waiting_document(session, waiting[0]) if waiting else None,
        "redemptions_waiting": count,
        "next_redemptions_due": [waiting_redemption_document(session, each) for each in redemptions],
    }
    parts: list[RenderableType] = [
        heading(f"{called(party)} (#{party.id})"),
        facts(
            [
                ("name", party.name),
                ("referral code", spaced(_code_document(party)["code"]) if _code_document(party) else None),
                ("wallet", f"0x{party.wallet.hex()}"),
                ("cash", session.money.show(party.cash)),
                ("state", state_of(party.suspended)),
                ("groups", joined(groups) or None),
                ("withdrawal", waiting_sentence(session, waiting[0]) if waiting else None),
            ]
        ),
    ]
    if lots:
        parts.append(section("Stock", lots_table(session, lots)))
    if agents:
        parts.append(section("Agents", _agents_table(session, agents)))
    if count:
        waits = waiting_redemptions_table(session, redemptions, count=count)
        parts.append(section("Redemptions that wait", waits))
    session.output.show(document, *parts)


def _code_document(party: Party) -> dict[str, str]:
    """The code in digits and as the text of its QR; an institution recruits nobody."""
    from ledger.domain.codes import code_of, qr_text_of

    return {} if party.kind == "institution" else {"code": code_of(party.id), "qr_text": qr_text_of(party.id)}


def lots_table(session: Session, lots: list[LotSummary], *, holders: dict[int, str] | None = None) -> RenderableType:
    """Lots; `holders` names their merchants where they are not all of one."""
    money = session.money
    columns = [">batch", ">lot", *(["*merchant"] if holders is not None else []), ">issued", ">in stock", "serials"]
    columns.append(f">reserve {money.currency}")
    rows = [
        [
            *(str(each.batch), str(each.lot)),
            *([holders.get(each.merchant, f"#{each.merchant}")] if holders is not None else []),
            *(number(each.next - each.first), number(each.end - each.next)),
            _serials(each),
            money.number(each.reserve),
        ]
        for each in lots
    ]
    return table(columns, rows)


def lot_document(lot: LotSummary) -> dict[str, Any]:
    """A lot for JSON; serials from `first` to the one before `next` are issued, from there to before `end` in stock."""
    return {
        "batch": lot.batch,
        "lot": lot.lot,
        "merchant_id": lot.merchant,
        "first": lot.first,
        "next": lot.next,
        "end": lot.end,
        "issued": lot.next - lot.first,
        "in_stock": lot.end - lot.next,
        "reserve_minor": lot.reserve,
    }


def waiting_document(session: Session, waiting: WaitingWithdrawal) -> dict[str, Any]:
    """A withdrawal that waits, for JSON."""
    due = session.zone.document(waiting.ready_at)
    return {"due": due, "to": waiting.to, **session.money.document(amount=waiting.amount)}


def waiting_sentence(session: Session, waiting: WaitingWithdrawal) -> str:
    """A withdrawal that waits, for people."""
    due = session.zone.show(waiting.ready_at)
    return f"{session.money.show(waiting.amount)} to {short(waiting.to)}, due {due}"


def _agents_table(session: Session, agents: list[Agent]) -> RenderableType:
    rows = [
        (str(each.agent), short(each.key), joined(_may(each)), number(each.allowance), session.zone.show(each.until))
        for each in agents
    ]
    return table((">agent", "key", "may", ">allowance left", "until"), rows)


def _agent_document(session: Session, agent: Agent) -> dict[str, Any]:
    return {
        "agent": agent.agent,
        "key": agent.key,
        "may": _may(agent),
        "allowance": agent.allowance,
        "until": session.zone.document(agent.until),
    }


def _may(agent: Agent) -> list[str]:
    return [word for bit, word in AGENT_MAY if agent.kind & bit]


def _serials(lot: LotSummary) -> str:
    if lot.end == lot.first:
        return "none"
    return str(lot.first) if lot.end == lot.first + 1 else f"{lot.first} to {lot.end - 1}"
