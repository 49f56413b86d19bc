"""The life of one coupon as a tree, each step with its money and its place on the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from ledger.cli.names import coupon_name, short
from ledger.cli.session import Session
from ledger.cli.settled_page import settled_document, settled_money, settled_words
from ledger.cli.show import number, percent, plain, table
from ledger.domain.terms import Funder

if TYPE_CHECKING:
    from ledger.audit.life import LogPlace, Moved, Redeemed, Shared, Trace
    from ledger.audit.parties import Party


def trace_tree(session: Session, trace: Trace) -> RenderableType:
    """The tree: minted, allocated, issued, redeemed."""
    money, name = session.money, coupon_name(trace.batch, trace.serial)
    head = Text.assemble(
        (f"coupon {name}", "bold"), f" (id {trace.coupon}): {trace.state.value}, with {called(trace.holder)}"
    )
    tree = Tree(head, guide_style="dim")
    size = trace.minted.terms.size
    minted = f"in batch {trace.batch} of {number(size)}, {money.show(trace.minted.reserve)} reserved for all of them"
    _step(session, tree, trace.minted.place, "minted", minted)
    for moved in trace.moved:
        _step(session, tree, moved.place, *_moved(session, moved))
    if trace.issued is not None:
        issued = f"by {called(trace.issued.merchant)}{_agent(trace.issued.agent)} to {called(trace.issued.consumer)}"
        if trace.issued.paid is not None:
            issued += f" for {number(trace.issued.paid.points)} points"
        branch = _step(session, tree, trace.issued.place, "issued", issued)
        for shared in trace.shared:
            add_shared(session, branch, shared, of=trace)
    for settled in trace.settled:
        branch = _step(session, tree, settled.place, *settled_words(session, settled))
        branch.add(settled_money(session, settled))
    for redeemed in trace.redeemed:
        at = f"at {called(redeemed.merchant)}{_agent(redeemed.agent)} for an order of {money.show(redeemed.order)}"
        verb = "distributed" if trace.was_distributed else "redeemed"
        branch = _step(session, tree, redeemed.place, verb, at)
        if redeemed.discount:
            branch.add(_discount(session, redeemed))
        branch.add(split_table(session, redeemed))
    if trace.revoked is not None:
        _step(session, tree, trace.revoked.place, "revoked", f"by the operator, cause {trace.revoked.cause}")
    return tree


def split_table(session: Session, redeemed: Redeemed) -> RenderableType:
    """Where the incentive of a redemption came from and who got which part of it."""
    money = session.money
    rows = [
        ["operator's reserve", "reward", "", money.number(redeemed.reward), ""],
        [called(redeemed.merchant), "contribution", "", money.number(redeemed.contribution), ""],
    ]
    for part in redeemed.parts:
        if part.party is None and not part.share_bps:
            continue
        who = called(part.party) if part.party else "absent: passed on"
        role = part.role.name.lower().replace("_", " ")
        rows.append([who, role, percent(part.share_bps), "", money.number(part.amount)])
    totals = ["sum", "", "", money.number(redeemed.incentive), money.number(redeemed.distributed)]
    columns = ("*who", "as", ">share", f">in {money.currency}", f">out {money.currency}")
    return table(columns, [row for row in rows if row[3] != money.number(0)], totals=totals)


def called(party: Party) -> str:
    """A party in a sentence."""
    if party.kind.value == "operator":
        return "the operator"
    if party.kind.value == "bearer":
        return "a bearer"
    return f"{party.kind.value} {plain(party.reference) if party.reference else f'#{party.id}'}"


def trace_document(session: Session, trace: Trace) -> dict[str, Any]:
    """A trace for JSON."""
    money = session.money
    issued = trace.issued
    return {
        "coupon": coupon_name(trace.batch, trace.serial),
        "batch": trace.batch,
        "serial": trace.serial,
        "id": trace.coupon,
        "state": trace.state.value,
        "holder": _party(trace.holder),
        "minted": {
            "reserve_minor": trace.minted.reserve,
            "size": trace.minted.terms.size,
            **_place(session, trace.minted.place),
        },
        "moved": [_moved_document(session, each) for each in trace.moved],
        "issued": None
        if issued is None
        else {
            "merchant": _party(issued.merchant),
            "agent": issued.agent,
            "consumer": _party(issued.consumer),
            "paid": None
            if issued.paid is None
            else {"points": issued.paid.points, **_place(session, issued.paid.place)},
            **_place(session, issued.place),
        },
        "settled": [settled_document(session, each) for each in trace.settled],
        "redeemed": [
            redemption_document(session, each, batch=trace.batch, serial=trace.serial) for each in trace.redeemed
        ],
        "root": coupon_name(trace.batch, trace.root),
        "shared": [shared_document(session, each, batch=trace.batch) for each in trace.shared],
        "revoked": None
        if trace.revoked is None
        else {"cause": trace.revoked.cause, **_place(session, trace.revoked.place)},
        "sums_agree": trace.sums_agree,
        "currency": money.currency,
        "decimals": money.decimals,
    }


def redemption_document(session: Session, redeemed: Redeemed, *, batch: int, serial: int) -> dict[str, Any]:
    """A redemption for JSON."""
    return {
        "coupon": coupon_name(batch, serial),
        "version": redeemed.version,
        "merchant": _party(redeemed.merchant),
        "agent": redeemed.agent,
        "funder": redeemed.funder.name.lower(),
        "parts": [
            {
                "role": part.role.name.lower(),
                "share_bps": part.share_bps,
                "party": _party(part.party) if part.party else None,
                "amount_minor": part.amount,
                "passed_on_minor": part.passed_on,
            }
            for part in redeemed.parts
        ],
        **session.money.document(
            order=redeemed.order,
            reward=redeemed.reward,
            contribution=redeemed.contribution,
            discount=redeemed.discount,
            distributed=redeemed.distributed,
        ),
        **_place(session, redeemed.place),
    }


def _step(session: Session, tree: Tree, place: LogPlace, verb: str, rest: str) -> Tree:
    branch = tree.add(Text.assemble((verb, "bold cyan"), f" {rest}"))
    where = f"block {place.block_number:,}, transaction {short(place.transaction_hash)}, log {place.log_index}"
    branch.add(Text(f"{session.zone.show(place.timestamp)}, {where}", style="dim"))
    return branch


def _moved(session: Session, moved: Moved) -> tuple[str, str]:
    run = f"serials {moved.first} to {moved.first + moved.count - 1}"
    reserve = f", {session.money.show(moved.amount)}" if moved.amount else ""
    if moved.kind == "allocate":
        return (
            "allocated",
            f"to {called(moved.merchant)} in lot {moved.lot}, {run}{reserve + ' reserved' if reserve else ''}",
        )
    return (
        "recalled",
        f"from {called(moved.merchant)} into lot {moved.lot}, {run}{reserve + ' released' if reserve else ''}",
    )


def _discount(session: Session, redeemed: Redeemed) -> Text:
    show, paid = session.money.show, redeemed.order - redeemed.discount
    saved = f"the consumer saves {show(redeemed.discount)} and pays {show(paid)}; "
    if redeemed.funder is Funder.REDEEMER:
        return Text(f"{saved}{called(redeemed.merchant)} bears it")
    return Text(f"{saved}{called(redeemed.merchant)} gets it back from the reserve of {called(redeemed.funded_by)}")


def _agent(agent: int) -> str:
    return f" (agent {agent})" if agent else ""


def add_shared(session: Session, tree: Tree, shared: Shared, *, of: Trace) -> None:
    """A giving and all that followed from it (S2.17, N4)."""
    name, price = coupon_name(of.batch, shared.serial), session.money.show(shared.price)
    what = f"copied as {name}" if shared.kind == "copy" else f"given ({name}, version {shared.version})"
    way = f"by {called(shared.giver)} to {called(shared.receiver)}{f' for {price}' if shared.price else ''}"
    branch = _step(session, tree, shared.place, what, way)
    for each in shared.then:
        add_shared(session, branch, each, of=of)


def shared_document(session: Session, shared: Shared, *, batch: int) -> dict[str, Any]:
    """A giving for JSON, with all that followed from it."""
    return {
        "kind": shared.kind,
        "coupon": coupon_name(batch, shared.serial),
        "version": shared.version,
        "giver": _party(shared.giver),
        "receiver": _party(shared.receiver),
        "price_minor": shared.price,
        **_place(session, shared.place),
        "then": [shared_document(session, each, batch=batch) for each in shared.then],
    }


def _moved_document(session: Session, moved: Moved) -> dict[str, Any]:
    return {
        "kind": moved.kind,
        "from_lot": moved.from_lot,
        "lot": moved.lot,
        "merchant": _party(moved.merchant),
        "first": moved.first,
        "count": moved.count,
        "amount_minor": moved.amount,
        **_place(session, moved.place),
    }


def _party(party: Party) -> dict[str, Any]:
    return {"kind": party.kind.value, "id": party.id, "reference": party.reference, "wallet": party.wallet}


def _place(session: Session, place: LogPlace) -> dict[str, Any]:
    return {
        "at": session.zone.document(place.timestamp),
        "block": place.block_number,
        "block_hash": place.block_hash,
        "transaction": place.transaction_hash,
        "log_index": place.log_index,
    }
