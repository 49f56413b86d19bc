"""Acts of stock: batches, lots, and the coupons that leave them."""

from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from ledger.domain.terms import Terms
from scripts.world import terms_tuple
from scripts.world.sharing import bearer_intent
from tests.properties import faults_stock
from tests.properties.acts import Acts, halts
from tests.properties.faults import NO_FAULT
from tests.properties.holdings import Batch


def mint(acts: Acts, terms: Terms) -> None:
    """A batch with its reserve."""
    ghost, cost = acts.ghost, terms.reserve_minor
    reverts = halts(LedgerPaused=ghost.paused, CashInsufficient=cost > ghost.merchants[OPERATOR])
    if acts.send("mint", terms_tuple(terms), sender="operator", reverts=reverts):
        ghost.merchants[OPERATOR] -= cost
        ghost.batches[len(ghost.batches) + 1] = Batch(terms, ghost.paused_seconds, cost, terms.size)


def allocate(acts: Acts, batch: int, from_lot: int, merchant: int, count: int) -> None:
    """Stock for a merchant, which consents."""
    ghost = acts.ghost
    broken = faults_stock.of_allocation(ghost, batch, from_lot, merchant, count)
    order = acts.world.allocation(batch, merchant, count, by=ghost.names["merchant", merchant], from_lot=from_lot)
    sent = acts.send("allocate", [order], broken=[broken], sender="operator", reverts=acts.when_paused())
    if not sent or broken:
        return
    found = ghost.batches[batch]
    cost = found.terms.issuer_reserve_minor * count
    ghost.merchants[merchant] -= cost
    if from_lot == 0:
        found.stock -= count
        end = found.stock + count
    else:
        end = found.lots[from_lot].end
        found.lots[from_lot].end -= count
    found.open_lot(merchant, end - count, end, reserve=cost)


def recall(acts: Acts, batch: int, lot: int, merchant: int, count: int, *, signed: bool) -> None:
    """Stock goes back to the operator."""
    ghost = acts.ghost
    broken = faults_stock.of_recall(ghost, batch, lot, merchant, count, signed=signed)
    by = ghost.names["merchant", merchant] if signed else None
    intent = acts.world.recall_intent(merchant, batch, lot, count, by=by)
    sender = "relayer" if signed else "operator"
    sent = acts.send("recall", [intent], broken=[broken], sender=sender, reverts=acts.when_paused())
    if not sent or broken:
        return
    found = ghost.batches[batch]
    source = found.lots[lot]
    released = 0 if found.closed else found.terms.issuer_reserve_minor * count
    source.end -= count
    source.reserve -= released
    ghost.merchants[merchant] += released
    found.open_lot(OPERATOR, source.end, source.end + count)


def issue(acts: Acts, batch: int, lot: int, merchant: int, consumers: list[tuple[int, int]]) -> None:
    """Coupons leave stock for consumers."""
    ghost = acts.ghost
    broken = faults_stock.of_issue(ghost, batch, lot, merchant, consumers)
    intent = acts.world.issue_intent(merchant, batch, lot, consumers, by=ghost.names["merchant", merchant])
    if acts.send("issue", [intent], broken=[broken], reverts=acts.when_paused()) and not broken:
        found = ghost.batches[batch]
        ghost.issue(found, found.lots[lot], consumers)


def issue_to_bearers(acts: Acts, batch: int, lot: int, merchant: int, keys: list[str]) -> None:
    """Coupons leave stock for whoever has these keys."""
    ghost = acts.ghost
    broken = faults_stock.of_issue_to_bearers(ghost, batch, lot, merchant, keys)
    intent = bearer_intent(acts.world, merchant, batch, lot, keys, by=ghost.names["merchant", merchant])
    if acts.send("issueToBearers", [intent], broken=[broken], reverts=acts.when_paused()) and not broken:
        found = ghost.batches[batch]
        ghost.issue_to_bearers(found, found.lots[lot], keys)


def close(acts: Acts, batch: int) -> None:
    """A finished batch gives its reserve back; no pool of it waits that could still fill it up."""
    ghost, found = acts.ghost, acts.ghost.batches[batch]
    reverts = halts(BatchClosed=found.closed, BatchNotFinished=ghost.time < found.closing_time)
    if acts.send("close", batch, sender="operator", reverts=reverts):
        ghost.merchants[OPERATOR] += found.reserve
        found.reserve, found.closed = 0, True


def close_lots(acts: Acts, batch: int) -> None:
    """All lots of a closed batch give theirs back."""
    found = acts.ghost.batches[batch]
    broken = [NO_FAULT if lot.reserve else frozenset({Reason.AMOUNT_ZERO}) for lot in found.lots.values()]
    reverts = halts(BatchNotClosed=not found.closed)
    if acts.send("closeLots", batch, list(found.lots), broken=broken, reverts=reverts):
        for lot in found.lots.values():
            acts.ghost.merchants[lot.merchant] += lot.reserve
            lot.reserve = 0
