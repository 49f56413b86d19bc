"""What an item of stock breaks: allocating, recalling, issuing to consumers and to bearers."""

from collections.abc import Sequence

from ledger.domain.errors import Reason
from ledger.domain.ids import OPERATOR
from tests.properties.faults import NO_FAULT, Faults, of_merchant, those
from tests.properties.ghost import Ghost


def of_allocation(ghost: Ghost, batch: int, from_lot: int, merchant: int, count: int) -> Faults:
    """Stock for a merchant, consented to by its own key."""
    found = ghost.batches.get(batch)
    if found is None:
        return frozenset({Reason.BATCH_UNKNOWN})
    lot = found.lots.get(from_lot)
    left = found.stock if from_lot == 0 else lot.end - lot.next if lot else 0
    cost = found.terms.issuer_reserve_minor * count
    return of_merchant(ghost, merchant) | those(
        (ghost.time >= found.issue_end, Reason.BATCH_EXPIRED),
        (count == 0, Reason.COUNT_ZERO),
        (from_lot != 0 and (lot is None or lot.merchant != OPERATOR), Reason.LOT_MISMATCH),
        (count > left, Reason.LOT_EXHAUSTED),
        (cost > ghost.merchants.get(merchant, 0), Reason.DISCOUNT_UNFUNDED),
    )


def of_recall(ghost: Ghost, batch: int, lot: int, merchant: int, count: int, *, signed: bool) -> Faults:
    """Stock back from a merchant, by its signature or by the operator."""
    found = ghost.batches[batch].lots.get(lot)
    if found is None or found.merchant != merchant or merchant == OPERATOR:
        return frozenset({Reason.LOT_MISMATCH})
    return (of_merchant(ghost, merchant) if signed else NO_FAULT) | those(
        (count == 0, Reason.COUNT_ZERO),
        (count > found.end - found.next, Reason.LOT_EXHAUSTED),
    )


def of_lot(ghost: Ghost, batch: int, lot: int, merchant: int, count: int) -> Faults:
    """So many coupons out of a merchant's lot, whoever is to have them."""
    found = ghost.batches.get(batch)
    faults = of_merchant(ghost, merchant) | those((count == 0, Reason.COUNT_ZERO))
    if found is None:
        return faults | {Reason.BATCH_UNKNOWN}
    source = found.lots.get(lot)
    faults |= those((ghost.time >= found.issue_end, Reason.BATCH_EXPIRED))
    if source is None or source.merchant != merchant:
        return faults | {Reason.LOT_MISMATCH}
    return faults | those(
        (count > source.end - source.next, Reason.LOT_EXHAUSTED),
        (found.terms.issuer_reserve_minor > 0 and source.reserve == 0, Reason.DISCOUNT_UNFUNDED),
    )


def of_issue(ghost: Ghost, batch: int, lot: int, merchant: int, consumers: Sequence[tuple[int, int]]) -> Faults:
    """Coupons for consumers out of one lot."""
    faults = of_lot(ghost, batch, lot, merchant, sum(count for _, count in consumers))
    if batch not in ghost.batches:
        return faults
    return faults | those(
        (any(consumer not in ghost.consumers for consumer, _ in consumers), Reason.CONSUMER_UNKNOWN),
        (ghost.batches[batch].terms.points_price > 0, Reason.POINTS_UNSPENT),
    )


def of_issue_to_bearers(ghost: Ghost, batch: int, lot: int, merchant: int, keys: Sequence[str]) -> Faults:
    """Coupons for whoever has these keys."""
    faults = of_lot(ghost, batch, lot, merchant, len(keys))
    if batch not in ghost.batches:
        return faults
    return faults | those(
        (not ghost.batches[batch].terms.bearer, Reason.BEARER_NOT_ALLOWED),
        (ghost.batches[batch].terms.points_price > 0, Reason.POINTS_UNSPENT),
    )


def of_spending(
    ghost: Ghost, consumer: int, merchant: int, batch: int, *, lot: int, count: int, points: int, nonce: int
) -> Faults:
    """A consumer's points for a merchant's coupons, signed by both."""
    faults = of_lot(ghost, batch, lot, merchant, count) | those(
        (consumer not in ghost.consumers, Reason.CONSUMER_UNKNOWN),
        (("consumer", consumer) in ghost.suspended, Reason.CONSUMER_SUSPENDED),
        (points > ghost.points["consumer", consumer], Reason.POINTS_INSUFFICIENT),
        ((consumer, nonce) in ghost.nonces, Reason.NONCE_USED),
    )
    if batch not in ghost.batches:
        return faults
    price = ghost.batches[batch].terms.points_price * count
    return faults | those((price == 0 or price != points, Reason.POINTS_UNSPENT))
