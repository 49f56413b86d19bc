"""How redemptions that wait are shown: steps in a coupon's life, and lists of what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from ledger.cli.names import coupon_name
from ledger.cli.session import Session
from ledger.cli.show import nothing, number, plain, table
from ledger.domain.terms import Funder

if TYPE_CHECKING:
    from ledger.audit.life import Settled
    from ledger.audit.parties import Party
    from ledger.nouns.settlements import Waiting


def settled_words(session: Session, step: Settled) -> tuple[str, str]:
    """A step's verb, and the rest of its sentence."""
    order, agent = session.money.show(step.order), f" (agent {step.agent})" if step.agent else ""
    merchant = f"{_called(step.merchant)}{agent}"
    match step.kind:
        case "pooled":
            return "redeemed", f"at {merchant} for an order of {order}, waits until {session.zone.show(step.until)}"
        case "amended":
            return "amended", f"by {merchant} to an order of {order}"
        case "reversed":
            return "reversed", f"by {merchant}: the coupon lives again"
    return "forfeited", f"by the operator for cause {step.cause}, at {_called(step.merchant)}"


def settled_money(session: Session, step: Settled) -> Text:
    """What the pool holds from then on, or where it went."""
    show = session.money.show
    amounts = f"reward {show(step.reward)}, contribution {show(step.contribution)}, discount {show(step.discount)}"
    if step.kind in ("pooled", "amended"):
        return Text(f"the pool holds {show(step.pool)}: {amounts}{_borne(step)}")
    if step.kind == "forfeited" and not step.discount_too and step.funder is not Funder.REDEEMER:
        return Text(
            f"the pool gave back {show(step.reward + step.contribution)}; the merchant keeps the discount of "
            f"{show(step.discount)}"
        )
    return Text(f"the pool gave back {show(step.pool)}: {amounts}{_borne(step)}")


def settled_document(session: Session, step: Settled) -> dict[str, Any]:
    """A step for JSON."""
    place = step.place
    return {
        "kind": step.kind,
        "version": step.version,
        "merchant": {"id": step.merchant.id, "reference": step.merchant.reference},
        "agent": step.agent,
        "until": session.zone.document(step.until),
        "funder": step.funder.name.lower(),
        "cause": step.cause if step.kind == "forfeited" else None,
        "discount_too": step.discount_too if step.kind == "forfeited" else None,
        **session.money.document(
            order=step.order,
            reward=step.reward,
            contribution=step.contribution,
            discount=step.discount,
            pool=step.pool,
        ),
        "at": session.zone.document(place.timestamp),
        "block": place.block_number,
        "block_hash": place.block_hash,
        "transaction": place.transaction_hash,
        "log_index": place.log_index,
    }


def waiting_redemption_document(session: Session, waiting: Waiting) -> dict[str, Any]:
    """A redemption that waits, for JSON."""
    return {
        "coupon": coupon_name(waiting.batch, waiting.serial),
        "merchant_id": waiting.merchant,
        "since": session.zone.document(waiting.since),
        "due": session.zone.document(waiting.due),
        **session.money.document(
            order=waiting.order_minor,
            redeemed=waiting.redeemed_minor,
            reward=waiting.reward,
            contribution=waiting.contribution,
            discount=waiting.discount,
            pool=waiting.pool,
        ),
    }


def waiting_redemptions_table(
    session: Session, waiting: list[Waiting], *, count: int, merchants: dict[int, str] | None = None
) -> RenderableType:
    """What waits, the next due first; `merchants` names them where they are not all one. `count` wait in all."""
    if not waiting:
        return nothing("No redemption waits for its distribution.")
    money, zone = session.money, session.zone
    columns = ["coupon", *(["*merchant"] if merchants is not None else []), "since", "due"]
    columns += [f">order {money.currency}", ">as redeemed", f">pool {money.currency}"]
    rows = [
        [
            coupon_name(each.batch, each.serial),
            *([merchants.get(each.merchant, f"#{each.merchant}")] if merchants is not None else []),
            *(zone.show(each.since), zone.show(each.due), money.number(each.order_minor)),
            *(money.number(each.redeemed_minor), money.number(each.pool)),
        ]
        for each in waiting
    ]
    totals = [f"{number(len(rows))} of {number(count)}", *[""] * (len(columns) - 2)]
    return table(columns, rows, totals=[*totals, money.number(sum(each.pool for each in waiting))])


def _borne(step: Settled) -> str:
    return f" (which {_called(step.merchant)} bears)" if step.funder is Funder.REDEEMER and step.discount else ""


def _called(party: Party) -> str:
    if party.kind.value == "operator":
        return "the operator"
    return f"{party.kind.value} {plain(party.reference) if party.reference else f'#{party.id}'}"
