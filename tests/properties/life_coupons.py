"""What happens to coupons in a random life: from their mint to the last settlement, and all the ways between."""

from dataclasses import replace
from random import Random
from typing import Final

from ledger.domain.ids import OPERATOR
from ledger.domain.terms import ShareMode
from scripts.world import DAY
from tests.contracts.parties import BAKERY, BOOKSHOP, CINEMA, MERCHANTS
from tests.properties import acts_redeeming, acts_sharing, acts_stock, choices
from tests.properties.acts import Acts
from tests.properties.faults import of_merchant
from tests.properties.faults_coupons import Claimed, Presented, Purse, Shared, of_presentation, of_share
from tests.properties.holdings import Batch, Coupon, State

MOST_BATCHES = 8
ISSUERS = (BAKERY, BOOKSHOP, CINEMA)
FLAWS: Final = (
    *("none",) * 6,
    *("used before", "other signer", "other lot", "too late", "no order", "above maximum", "version", "not issued"),
    *("unknown batch", "anywhere"),
)
"""What is wrong with a presented coupon, if anything."""

SHARE_FLAWS: Final = (
    *("none",) * 14,
    *("used before", "other signer", "other lot", "too late", "version", "to nobody", "to its holder", "index"),
)
"""What is wrong with a coupon handed on, if anything."""


def bring_out(acts: Acts, random: Random) -> None:
    """A campaign in one step: a batch, some stock, some coupons."""
    ghost = acts.ghost
    if ghost.paused:
        return
    mint(acts, random)
    batch, issuer = len(ghost.batches), random.choice(ISSUERS)
    stock = ghost.batches[batch].stock if batch in ghost.batches else 1
    count = random.randint(1, max(1, min(12, stock // 2)))
    acts_stock.allocate(acts, batch, 0, issuer, min(2 * count, stock))
    if batch in ghost.batches and ghost.batches[batch].terms.bearer and random.random() < 0.7:
        keys = [random.choice(choices.VOUCHERS) for _ in range(count)]
        acts_stock.issue_to_bearers(acts, batch, 1, issuer, keys)
    acts_stock.issue(acts, batch, 1, issuer, [(choices.consumer(acts, random), count)])


def mint(acts: Acts, random: Random) -> None:
    """A batch, until there are enough."""
    if len(acts.ghost.batches) < MOST_BATCHES:
        acts_stock.mint(acts, choices.terms(random, acts.ghost.now))


def allocate(acts: Acts, random: Random) -> None:
    """Out of the batch's stock, or out of what came back."""
    ghost = acts.ghost
    batch = random.choice([*ghost.batches, 99])
    lots = ghost.batches[batch].lots if batch in ghost.batches else {}
    returned = [lot for lot, each in lots.items() if each.merchant == OPERATOR]
    from_lot = random.choice((0, 0, *returned, len(lots)))
    acts_stock.allocate(acts, batch, from_lot, choices.merchant(random), random.randint(0, 12))


def recall(acts: Acts, random: Random) -> None:
    """From the lot's merchant, or from one that has none of it."""
    batch, lot = choices.lot(acts, random)
    if batch not in acts.ghost.batches:
        return
    lots = acts.ghost.batches[batch].lots
    merchant = lots[lot].merchant if lot in lots and random.random() < 0.9 else CINEMA
    acts_stock.recall(acts, batch, lot, merchant, random.randint(0, 12), signed=random.random() < 0.5)


def issue(acts: Acts, random: Random) -> None:
    """To a consumer or two, now and then to nobody that exists."""
    batch, lot, merchant = _stocked(acts, random)
    consumers = [
        (choices.consumer(acts, random, unknown=True), random.randint(1, 6)) for _ in range(random.choice((1, 1, 2, 0)))
    ]
    acts_stock.issue(acts, batch, lot, merchant, consumers)


def issue_to_bearers(acts: Acts, random: Random) -> None:
    """To a few keys."""
    batch, lot, merchant = _stocked(acts, random, bearer=random.random() < 0.9)
    keys = [random.choice(choices.VOUCHERS) for _ in range(random.choice((1, 2, 4, 0)))]
    acts_stock.issue_to_bearers(acts, batch, lot, merchant, keys)


def _stocked(acts: Acts, random: Random, *, bearer: bool = False) -> tuple[int, int, int]:
    """A batch, a lot of it and its merchant, mostly."""
    time = acts.ghost.time
    batch, lot = choices.lot(acts, random, lambda each: each.terms.bearer >= bearer and time < each.issue_end)
    lots = acts.ghost.batches[batch].lots if batch in acts.ghost.batches else {}
    return batch, lot, lots[lot].merchant if lot in lots and random.random() < 0.9 else BAKERY


def redeem(acts: Acts, random: Random) -> None:
    """A few coupons, each with a flaw or without, at any merchant."""
    items = [_presented(acts, random, random.choice(FLAWS)) for _ in range(random.randint(1, 4))]
    acts_redeeming.redeem(acts, choices.merchant(random), items, countersigned=random.random() < 0.9)


def redeem_what_may_be(acts: Acts, random: Random) -> None:
    """A few coupons where at least one is accepted."""
    coupons = [_presented(acts, random, "none") for _ in range(random.randint(2, 7))]
    accepting = [each for each in MERCHANTS if any(_may_redeem(acts, each, coupon) for coupon in coupons)]
    if accepting:
        acts_redeeming.redeem(acts, random.choice(accepting), coupons)


def _may_redeem(acts: Acts, merchant: int, coupon: Presented) -> bool:
    purse = Purse(acts.ghost.merchants[merchant], acts.ghost.reward_cap_daily)
    return not of_merchant(acts.ghost, merchant) and not of_presentation(acts.ghost, merchant, coupon, purse)


def _presented(acts: Acts, random: Random, flaw: str) -> Presented:
    ghost, order = acts.ghost, random.choice((499, 500, random.randint(501, 20_000)))
    number, serial = choices.coupon(acts, random, lambda _, each: (each.state is State.LIVE) == (flaw != "used before"))
    coupon = ghost.find(number, serial)
    bearer = number in ghost.batches and ghost.batches[number].terms.bearer
    return Presented(
        batch=99 if flaw == "unknown batch" else number,
        serial=39 if flaw == "not issued" else serial,
        lot=9 if flaw == "other lot" or coupon is None else coupon.lot,
        order=0 if flaw == "no order" else order,
        maximum_order=order - 1 if flaw == "above maximum" else order + random.choice((0, 1_000)),
        deadline=ghost.now - 1 if flaw == "too late" else ghost.now + random.choice((0, DAY)),
        version=(coupon.version if coupon else 0) + (flaw == "version"),
        signer="stranger" if flaw == "other signer" or coupon is None else ghost.opens(coupon),
        anywhere=flaw == "anywhere" or (bearer and random.random() < 0.5),
    )


def transfer(acts: Acts, random: Random) -> None:
    """A few coupons out of accounts."""
    acts_sharing.transfer(acts, [_shared(acts, random, random.choice(SHARE_FLAWS)) for _ in range(2)])


def take(acts: Acts, random: Random) -> None:
    """A bearer's coupon comes into an account."""
    if any(each.holder == 0 for _, each in _live(acts)):
        acts_sharing.transfer(acts, [_shared(acts, random, random.choice(SHARE_FLAWS), borne=True)])


def copy(acts: Acts, random: Random) -> None:
    """Copies of a few coupons."""
    acts_sharing.copy(acts, [_shared(acts, random, random.choice(SHARE_FLAWS), copying=True) for _ in range(2)])


def _live(acts: Acts) -> list[tuple[int, Coupon]]:
    return [
        (batch, each)
        for batch, serial in acts.ghost.coupons()
        for each in (choices.find(acts.ghost, batch, serial),)
        if each.state is State.LIVE
    ]


def _shared(
    acts: Acts, random: Random, flaw: str, *, copying: bool = False, borne: bool = False, any_mode: bool = False
) -> Shared:
    ghost, wanted = acts.ghost, ShareMode.COPY if copying else ShareMode.TRANSFER

    def fits(batch: Batch, coupon: Coupon) -> bool:
        """Shareable in the way wanted, most of the time."""
        if (coupon.state is State.LIVE) == (flaw == "used before") or (borne and coupon.holder):
            return False
        return borne or any_mode or batch.terms.share_mode >= wanted

    number, serial = choices.coupon(acts, random, fits if random.random() < 0.9 or borne else lambda _, __: True)
    coupon = ghost.find(number, serial)
    others = [each for each in ghost.consumers if coupon is None or each != coupon.holder]
    to = {"to nobody": 99, "to its holder": coupon.holder if coupon else 0}.get(flaw, random.choice(others))
    return Shared(
        batch=number,
        serial=serial,
        lot=9 if flaw == "other lot" or coupon is None else coupon.lot,
        to=to,
        version=(coupon.version if coupon else 0) + (flaw == "version"),
        deadline=ghost.now - 1 if flaw == "too late" else ghost.now + DAY,
        signer="stranger" if flaw == "other signer" or coupon is None else ghost.opens(coupon),
        copying=copying,
        index=(2 if flaw == "index" else random.randrange(2)) if copying else 0,
    )


def claim(acts: Acts, random: Random) -> None:
    """An offer to one, or by a link to anybody, for nothing or for a price."""
    copying = random.random() < 0.4
    for _ in range(4):
        share = _shared(acts, random, random.choice(SHARE_FLAWS), copying=copying)
        if not of_share(acts.ghost, share):
            break
    rich = max(acts.ghost.consumers, key=lambda each: acts.ghost.consumers[each])
    coupon = acts.ghost.find(share.batch, share.serial)
    if coupon is not None and coupon.holder != rich and random.random() < 0.6:
        share = replace(share, to=rich)
    cash = acts.ghost.consumers.get(share.to, 0)
    used = sorted(nonce for holder, nonce in acts.ghost.nonces if coupon is not None and holder == coupon.holder)
    acts_sharing.claim(
        acts,
        Claimed(
            share=share,
            offered_to=random.choice((0, 0, share.to, share.to, 1)),
            price=random.choice((0, cash // 3, cash // 3, cash, cash + 1)),
            nonce=random.choice(used) if used and random.random() < 0.15 else acts.world.fresh_nonce(),
            consents=random.choice((*[acts.ghost.names.get(("consumer", share.to), "stranger")] * 9, "stranger")),
            right_link=random.random() < 0.9,
        ),
    )


def cancel(acts: Acts, random: Random) -> None:
    """A nonce that is free, or one that is used."""
    consumer = choices.consumer(acts, random, unknown=True)
    used = sorted(nonce for party, nonce in acts.ghost.nonces if party == consumer)
    nonce = random.choice(used) if used and random.random() < 0.3 else acts.world.fresh_nonce()
    by = acts.ghost.names.get(("consumer", consumer), "stranger") if random.random() < 0.9 else "stranger"
    acts_sharing.cancel(acts, consumer, nonce, by=by)


def revoke(acts: Acts, random: Random) -> None:
    """A few coupons, of batches that may be revoked and of others, twice the same one now and then."""
    which = [choices.coupon(acts, random, lambda batch, each: batch.terms.revocable or each.state is State.VOID)]
    which.append(random.choice((which[0], (99, 0), choices.coupon(acts, random))))
    acts_sharing.revoke(acts, which)
