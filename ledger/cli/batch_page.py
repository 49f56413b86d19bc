"""A batch on the screen: its terms in words, its funnel, its lots."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from ledger.cli.merchant_page import lot_document, lots_table
from ledger.cli.session import Session
from ledger.cli.show import coupons, facts, funnel, heading, joined, number, percent, section
from ledger.domain import terms_json
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY
from ledger.domain.terms import BPS, Role, ShareMode, Terms

if TYPE_CHECKING:
    from ledger.nouns.batches import BatchSummary

Fact = tuple[str, RenderableType | None]


def show_batch(session: Session, batch: BatchSummary) -> None:
    """All about one batch."""
    ledger, money, terms = session.ledger, session.money, batch.terms
    lots = ledger.batches.lots(batch.id)
    holders = ledger.members.references("merchant", {each.merchant for each in lots})
    parts: list[RenderableType] = [
        heading(f"batch {batch.id}: {coupons(terms.size)}, {state_of(session, batch)}"),
        facts(terms_facts(session, terms)),
        section("Where they are", funnel(funnel_of(batch))),
        section("Reserve", facts(_reserve(session, batch))),
    ]
    if lots:
        parts.append(section("Lots", lots_table(session, lots, holders=holders)))
    document = {
        **batch_document(session, batch),
        "terms": terms_document(session, terms),
        "lots": [{**lot_document(each), "merchant": holders.get(each.merchant)} for each in lots],
        "currency": money.currency,
        "decimals": money.decimals,
    }
    session.output.show(document, *parts)


def batch_document(session: Session, batch: BatchSummary) -> dict[str, Any]:
    """A batch for JSON, without its terms."""
    return {
        "id": batch.id,
        "state": state_of(session, batch),
        "size": batch.terms.size,
        "opens": session.zone.document(batch.terms.opens),
        "closes": session.zone.document(batch.terms.closes),
        "stock": batch.stock,
        "with_merchants": batch.with_merchants,
        "issued": batch.issued,
        "redeemed": batch.redeemed,
        "waiting": batch.pending,
        "forfeited": batch.forfeited,
        "void": batch.void,
        "reserved_minor": batch.reserved,
        "reserve_minor": batch.reserve,
        "closed": batch.closed,
    }


def terms_document(session: Session, terms: Terms) -> dict[str, Any]:
    """Terms for JSON: as the ledger keeps them, moments in RFC 3339, the split by role."""
    split = {role.name.lower(): terms.split_bps[role] for role in Role}
    moments = {"opens": session.zone.document(terms.opens), "closes": session.zone.document(terms.closes)}
    return {**json.loads(terms_json.dumps(terms)), **moments, "split_bps": split, "text": terms.text}


def funnel_of(batch: BatchSummary) -> dict[str, int]:
    """How far the coupons of a batch got."""
    return {
        "minted": batch.terms.size,
        "left the operator": batch.with_merchants + batch.issued,
        "issued": batch.issued,
        "redeemed": batch.redeemed,
        **({"waiting for distribution": batch.pending} if batch.pending else {}),
        **({"forfeited": batch.forfeited} if batch.forfeited else {}),
        **({"void": batch.void} if batch.void else {}),
    }


def state_of(session: Session, batch: BatchSummary) -> str:
    """Whether coupons of a batch can be used now, by its window; pauses make it longer."""
    now, terms = session.ledger.clock.now(), batch.terms
    if batch.closed:
        return "closed"
    if now < terms.opens:
        return "not open yet"
    return "open" if now < terms.closes else "window over"


def terms_facts(session: Session, terms: Terms) -> list[Fact]:
    """Terms in words; what does not apply is left out."""
    zone, money = session.zone, session.money
    valid = f"{number(terms.valid_days)} whole days (UTC) after issue" if terms.valid_days else None
    least = money.show(terms.minimum_order_minor) if terms.minimum_order_minor else None
    delay = f"{number(terms.settlement_delay_hours)} hours after redemption" if terms.settlement_delay_hours else None
    extras = [word for word in ("revocable", "bearer") if getattr(terms, word)]
    opens = f"{zone.show(terms.opens)} " if terms.opens else ""
    return [
        ("window", f"{opens}until {zone.show(terms.closes)}"),
        ("valid", valid),
        ("redeemed by", _accepts(terms)),
        ("minimum order", least),
        *_money_facts(session, terms),
        ("settled", delay),
        ("sharing", _sharing(terms)),
        ("points price", number(terms.points_price) if terms.points_price else None),
        ("also", joined(extras) or None),
        ("text", f"SHA-256 {terms.text.hex()[:16]}…" if any(terms.text) else None),
    ]


def _money_facts(session: Session, terms: Terms) -> list[Fact]:
    show = session.money.show
    reward = contribution = discount = None
    if terms.reward_minor:
        reward = show(terms.reward_minor)
        if terms.reward_cap_bps < BPS:
            reward += f", at most {percent(terms.reward_cap_bps)} of the order"
    if terms.contribution_bps:
        contribution = f"{percent(terms.contribution_bps)} of the order, at most {show(terms.contribution_cap_minor)}"
    if terms.discount_minor:
        discount = show(terms.discount_minor)
        if terms.discount_bps:
            discount = f"{percent(terms.discount_bps)} of the order, at most {discount}"
        discount += f", paid by the {terms.funder.name.lower()}"
    shares = [
        f"{role.name.lower().replace('_', ' ')} {percent(terms.split_bps[role])}"
        for role in Role
        if terms.split_bps[role]
    ]
    remainder = terms.remainder_role.name.lower()
    split = f"{joined(shares)}; the rest to the {remainder}" if reward or contribution else None
    return [("reward", reward), ("contribution", contribution), ("split", split), ("discount", discount)]


def _accepts(terms: Terms) -> str:
    if terms.group == GROUP_ALL:
        return "all merchants"
    return "the issuing merchant" if terms.group == GROUP_ISSUER_ONLY else f"merchants of group {terms.group}"


def _sharing(terms: Terms) -> str | None:
    if terms.share_mode is ShareMode.NONE:
        return None
    copies = f", {terms.copies} copies" if terms.copies else ""
    return f"{terms.share_mode.name.lower()}{copies}, {terms.hops} hops at most"


def _reserve(session: Session, batch: BatchSummary) -> list[Fact]:
    show = session.money.show
    return [("taken at mint", show(batch.reserved)), ("left", show(batch.reserve))]
