"""Every rule that an item of a random life breaks: it must be refused for one of them; if for none, it must be done."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.domain.errors import Reason
from ledger.domain.ids import GROUP_ALL, GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import Terms
from scripts.world import DAY
from tests.properties.arithmetic import Moved, moved
from tests.properties.ghost import Batch, Ghost

Faults = frozenset[Reason]


@dataclass(frozen=True, slots=True)
class Presented:
    """A coupon as it is presented: `signer` is the consumer whose key signs, 0 a stranger's."""

    batch: int
    serial: int
    lot: int
    order: int
    maximum_order: int
    deadline: int
    version: int
    signer: int


@dataclass(slots=True)
class Purse:
    """What a merchant can still contribute, and still take as reward today, within one intent."""

    cash: int
    reward: int


def _those(*broken: tuple[bool, Reason]) -> Faults:
    return frozenset(reason for is_broken, reason in broken if is_broken)


def of_merchant(ghost: Ghost, merchant: int) -> Faults:
    """Why a merchant may not sign for anything of coupons."""
    return _those(
        (merchant not in ghost.merchants, Reason.MERCHANT_UNKNOWN),
        (("merchant", merchant) in ghost.suspended, Reason.MERCHANT_SUSPENDED),
        (merchant in ghost.institutions, Reason.KIND_INVALID),
    )


def of_deposit(ghost: Ghost, consumer: bool, party: int, amount: int) -> Faults:
    """Money for a party."""
    return _those(
        (amount == 0, Reason.AMOUNT_ZERO),
        (consumer and party not in ghost.consumers, Reason.CONSUMER_UNKNOWN),
        (not consumer and party not in ghost.merchants, Reason.MERCHANT_UNKNOWN),
    )


def of_withdrawal(ghost: Ghost, consumer: bool, party: int, amount: int) -> Faults:
    """Cash for a party's own wallet."""
    kind = "consumer" if consumer else "merchant"
    suspended = Reason.CONSUMER_SUSPENDED if consumer else Reason.MERCHANT_SUSPENDED
    cash = ghost.consumers[party] if consumer else ghost.merchants[party]
    pending = not consumer and party in ghost.requests and ghost.now < ghost.requests[party][1]
    return _those(
        (amount == 0, Reason.AMOUNT_ZERO),
        ((kind, party) in ghost.suspended, suspended),
        (not consumer and party == OPERATOR, Reason.KIND_INVALID),
        (amount > cash, Reason.CASH_INSUFFICIENT),
        (pending, Reason.WITHDRAWAL_PENDING),
    )


def of_pay_out(ghost: Ghost, merchant: int) -> Faults:
    """A request that is due."""
    if merchant not in ghost.requests:
        return frozenset({Reason.AMOUNT_ZERO})
    return _those(
        (ghost.now < ghost.requests[merchant][1], Reason.WITHDRAWAL_NOT_DUE),
        (("merchant", merchant) in ghost.suspended, Reason.MERCHANT_SUSPENDED),
        (ghost.merchants[merchant] == 0, Reason.CASH_INSUFFICIENT),
    )


def of_allocation(ghost: Ghost, batch: int, from_lot: int, merchant: int, count: int) -> Faults:
    """Stock for a merchant, consented to by its own key."""
    found = ghost.batches.get(batch)
    if found is None:
        return frozenset({Reason.BATCH_UNKNOWN})
    lot = found.lots.get(from_lot)
    left = found.stock if from_lot == 0 else lot.end - lot.next if lot else 0
    cost = found.terms.issuer_reserve_minor * count
    return of_merchant(ghost, merchant) | _those(
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
    return (of_merchant(ghost, merchant) if signed else frozenset()) | _those(
        (count == 0, Reason.COUNT_ZERO),
        (count > found.end - found.next, Reason.LOT_EXHAUSTED),
    )


def of_issue(ghost: Ghost, batch: int, lot: int, merchant: int, consumers: Iterable[tuple[int, int]]) -> Faults:
    """Coupons for consumers out of one lot."""
    found = ghost.batches.get(batch)
    if found is None:
        return frozenset({Reason.BATCH_UNKNOWN})
    source, terms, given = found.lots.get(lot), found.terms, list(consumers)
    faults = of_merchant(ghost, merchant) | _those(
        (ghost.time >= found.issue_end, Reason.BATCH_EXPIRED),
        (any(consumer not in ghost.consumers for consumer, _ in given), Reason.CONSUMER_UNKNOWN),
        (not given, Reason.COUNT_ZERO),
    )
    if source is None or source.merchant != merchant:
        return faults | {Reason.LOT_MISMATCH}
    return faults | _those(
        (sum(count for _, count in given) > source.end - source.next, Reason.LOT_EXHAUSTED),
        (terms.issuer_reserve_minor > 0 and source.reserve == 0, Reason.DISCOUNT_UNFUNDED),
    )


def of_presentation(ghost: Ghost, merchant: int, item: Presented, purse: Purse) -> Faults:
    """A coupon presented at a merchant."""
    faults = _those(
        (item.deadline < ghost.now, Reason.DEADLINE_PASSED),
        (item.order == 0, Reason.ORDER_ZERO),
        (item.order > item.maximum_order, Reason.ORDER_ABOVE_MAXIMUM),
    )
    batch = ghost.batches.get(item.batch)
    if batch is None:
        return faults | {Reason.BATCH_UNKNOWN}
    faults |= _of_batch(ghost, merchant, batch, item.lot)
    faults |= _of_order(batch.terms, moved(batch.terms, item.order), item.order, purse)
    lot = batch.lots.get(item.lot)
    if lot is None or not lot.first <= item.serial < lot.next:
        return faults | {Reason.LOT_MISMATCH}
    return faults | _of_coupon(ghost, batch, item)


def _of_batch(ghost: Ghost, merchant: int, batch: Batch, lot: int) -> Faults:
    group = batch.terms.group
    issuer = batch.lots[lot].merchant if lot in batch.lots else 0
    outside = group not in (GROUP_ALL, GROUP_ISSUER_ONLY) and merchant not in ghost.groups[group]
    return _those(
        (batch.closed, Reason.BATCH_CLOSED),
        (ghost.now < batch.terms.opens, Reason.BATCH_NOT_OPEN),
        (ghost.time >= batch.redeem_end, Reason.BATCH_EXPIRED),
        (outside or (group == GROUP_ISSUER_ONLY and issuer != merchant), Reason.MERCHANT_NOT_ACCEPTED),
    )


def _of_order(terms: Terms, moving: Moved, order: int, purse: Purse) -> Faults:
    return _those(
        (order < terms.minimum_order_minor, Reason.ORDER_BELOW_MINIMUM),
        (moving.contribution > purse.cash, Reason.CONTRIBUTION_UNFUNDED),
        (moving.reward > purse.reward, Reason.REWARD_CAP_REACHED),
    )


def _of_coupon(ghost: Ghost, batch: Batch, item: Presented) -> Faults:
    holder, valid_days = batch.holders[item.serial], batch.terms.valid_days
    last_day = batch.days[item.serial] + valid_days
    return _those(
        (item.serial in batch.redeemed, Reason.COUPON_REDEEMED),
        (item.version != 0, Reason.VERSION_STALE),
        (valid_days > 0 and ghost.time // DAY > last_day, Reason.COUPON_EXPIRED),
        (("consumer", holder) in ghost.suspended, Reason.CONSUMER_SUSPENDED),
        (item.signer != holder, Reason.SIGNATURE_INVALID),
    )
