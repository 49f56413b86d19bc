"""Which handler takes which event, and what a run of blocks needs from the database beforehand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from ledger.domain import events
from ledger.domain.blocks import Block
from ledger.domain.ids import batch_of, serial_of
from ledger.index import (
    bearers,
    cash,
    control,
    coupons,
    members,
    points,
    refusals,
    settlement,
    sharing,
    statements,
    stock,
    wallets,
)
from ledger.index.book import Book, Place
from ledger.index.seals import SealChain

_HANDLERS: Final[Mapping[type, Callable[[Book, Any, Place], None]]] = {
    events.MerchantsRegistered: members.merchants_registered,
    events.ConsumersRegistered: members.consumers_registered,
    events.MerchantSuspended: members.merchant_suspended,
    events.ConsumerSuspended: members.consumer_suspended,
    events.Appointed: members.appointed,
    events.GroupChanged: members.group_changed,
    events.RoleGranted: members.role_granted,
    events.RoleRevoked: members.role_revoked,
    events.Deposited: cash.deposited,
    events.WithdrawalRequested: cash.withdrawal_requested,
    events.Withdrawn: cash.withdrawn,
    events.Minted: stock.minted,
    events.Allocated: stock.allocated,
    events.Recalled: stock.recalled,
    events.Closed: stock.closed,
    events.LotClosed: stock.lot_closed,
    events.Issued: coupons.issued,
    events.Redeemed: coupons.redeemed,
    events.Pooled: settlement.pooled,
    events.Amended: settlement.amended,
    events.Reversed: settlement.reversed_,
    events.Forfeited: settlement.forfeited,
    events.Distributed: settlement.distributed,
    events.Transferred: sharing.transferred,
    events.Copied: sharing.copied,
    events.OfferCancelled: sharing.offer_cancelled,
    events.IssuedToBearers: bearers.issued_to_bearers,
    events.Revoked: bearers.revoked,
    events.LimitsChanged: control.limits_changed,
    events.RewardCapChanged: control.reward_cap_changed,
    events.Paused: control.paused,
    events.Unpaused: control.unpaused,
    events.Stated: statements.stated,
    events.PolicyChanged: statements.policy_changed,
    events.Granted: points.granted,
    events.Spent: points.spent,
    events.CashedOut: points.cashed_out,
    events.Expired: points.expired,
    events.WalletChanged: wallets.wallet_changed,
    events.RecoveryStarted: wallets.recovery_started,
    events.RecoveryVetoed: wallets.recovery_vetoed,
    events.Retiring: wallets.retiring,
    events.Sealed: control.sealed,
    events.Refusals: refusals.refusals,
}


def apply(book: Book, seals: SealChain, blocks: Sequence[Block]) -> None:
    """Change the book by all events of the blocks, in order; raises `SealBroken`."""
    _prefetch(book, blocks)
    for block in blocks:
        seals.follow(block)
        for occurrence in block.occurrences:
            _HANDLERS[type(occurrence.event)](book, occurrence.event, book.place(occurrence))


def rows_of(block: Block) -> int:
    """About how many rows a block makes."""
    return sum(_rows_of(occurrence.event) for occurrence in block.occurrences)


def _rows_of(event: events.Event) -> int:
    match event:
        case events.Issued():
            return sum(count for _, count in event.consumers)
        case events.Redeemed() | events.Pooled() | events.Distributed():
            return len(event.items)
        case events.Refusals() | events.Transferred() | events.Copied():
            return len(event.items)
        case events.IssuedToBearers():
            return len(event.keys)
        case events.Revoked():
            return len(event.serials)
        case events.ConsumersRegistered():
            return len(event.wallets)
        case events.Stated():
            return 1 + len(event.totals)
        case events.Granted(_, items) | events.Expired(_, items):
            return len(items)
        case _:
            return 1


def _prefetch(book: Book, blocks: Sequence[Block]) -> None:
    """Read in bulk the rows that come by the thousand: redeemed coupons, their holders, consumers paid."""
    found = [occurrence.event for block in blocks for occurrence in block.occurrences]
    redeemed = [
        (batch_of(item.coupon), serial_of(item.coupon))
        for event in found
        if isinstance(event, events.Redeemed | events.Pooled | events.Distributed)
        for item in event.items
    ]
    shared = [item for event in found if isinstance(event, events.Transferred | events.Copied) for item in event.items]
    revoked = [
        (event.batch, serial) for event in found if isinstance(event, events.Revoked) for serial in event.serials
    ]
    handed = [(batch_of(item.coupon), serial_of(item.coupon)) for item in shared]
    book.coupons.prefetch([*redeemed, *handed, *revoked])
    stored = [coupon for key in redeemed if (coupon := book.coupons.find(*key)) is not None]
    consumers = {(coupon[name],) for coupon in stored for name in ("holder", "sharer", "first_sharer")}
    consumers |= {(party,) for item in shared if item.price for party in (item.giver, item.to)}
    if len(stored) < len(redeemed):
        # The others are issued in these same blocks.
        issued = [event.consumers for event in found if isinstance(event, events.Issued)]
        consumers |= {(consumer,) for each in issued for consumer, _ in each}
    stated = [event.totals for event in found if isinstance(event, events.Stated)]
    book.merchants.prefetch({(total.recruiter,) for totals in stated for total in totals})
    flows = [event for event in found if isinstance(event, events.Deposited | events.Withdrawn)]
    consumers |= {(flow.party,) for flow in flows if flow.consumer}
    grants = [event.grants for event in found if isinstance(event, events.Granted)]
    expiries = [event.expiries for event in found if isinstance(event, events.Expired)]
    consumers |= {(consumer,) for items in (*grants, *expiries) for consumer, _ in items}
    consumers |= {(event.consumer,) for event in found if isinstance(event, events.Spent)}
    book.consumers.prefetch(consumers)
