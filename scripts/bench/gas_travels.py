"""Measures coupons handed on, their redemption, and redemptions whose pool waits."""

from collections.abc import Callable, Sequence

from ledger.chain.protocol import Receipt
from ledger.domain.terms import ShareMode
from scripts.bench.gas_lives import LANES
from scripts.bench.gas_record import ITEMS, Record
from scripts.bench.gas_shop import ISSUER, RECRUITER, REDEEMER, Shop, bench_terms, flipped, merchant_name
from scripts.world.settlement import amendment, reversal
from scripts.world.sharing import bearer_intent, cancelled, claimed, copy_item, offered, transfer_item

COPIES, HOPS, DELAY_HOURS = 3, 5, 48
LOT = 1

Names = tuple[list[int], list[int], list[int]]
"""Consumers who get coupons from stock, those they give them to, and those who get them in the end: 101 each."""


def measure_travels(record: Record, shop: Shop) -> None:
    """Every transfer, copy, claim and redemption has parties of its own, as a redemption of the lives has."""
    people = _people(shop)
    travelled = _measure_transfers(record, shop, people)
    _measure_redeemed(record, shop, travelled)
    if not shop.flip:
        _measure_copies(record, shop, people)
        _measure_claims(record, shop, people)
        _measure_bearers(record, shop)
        _measure_delayed(record, shop, people)


def _people(shop: Shop) -> Names:
    """303 consumers more, with cash, so that none of their slots is fresh."""
    world, groups = shop.world, []
    for place in ("first", "second", "last"):
        names = [f"{place} {index}" for index in range(ITEMS + 1)]
        first = len(shop.names) + 1
        world.register_consumers(names, recruiter=RECRUITER, by="recruiter")
        shop.names |= dict(enumerate(names, start=first))
        world.fund([(True, first + index, 1_000) for index in range(len(names))])
        groups.append(list(range(first, first + len(names))))
    return groups[0], groups[1], groups[2]


def _coupons(shop: Shop, holders: Sequence[int], **changes: object) -> list[int]:
    """A coupon of each holder, each in a word of lanes of its own."""
    terms = bench_terms(share_mode=ShareMode.COPY, copies=COPIES, hops=HOPS, **changes)
    batch = shop.open_batch(terms, allocate=16_000)
    shop.pad(batch, LANES)
    return shop.issue(batch, [(holder, LANES) for holder in holders])[1][::LANES]


def _pair(record: Record, shop: Shop, name: str, send: Callable[[slice], Receipt]) -> None:
    """One item, the last, then the hundred before it."""
    refused = int(shop.flip)
    record.add(f"{name}_1", shop.world, send(slice(ITEMS, ITEMS + 1)))
    record.add(f"{name}_100", shop.world, send(slice(0, ITEMS)), done=ITEMS - refused, refused=refused)


def _give(shop: Shop, coupons: Sequence[int], to: Sequence[int], *, version: int) -> Receipt:
    records = [
        transfer_item(
            shop.world, coupon, lot=LOT, to=receiver, holder=shop.names[shop.holder_of[coupon]], version=version
        )
        for coupon, receiver in zip(coupons, to, strict=True)
    ]
    if shop.flip and len(records) == ITEMS:
        records[ITEMS // 2] = flipped(records[ITEMS // 2], 40)
    receipt = shop.world.send("transfer", b"".join(records), sender="relayer")
    shop.holder_of.update(zip(coupons, to, strict=True))
    return receipt


def _measure_transfers(record: Record, shop: Shop, people: Names) -> list[int]:
    """Out of the lane, which opens the journey, and on; the coupons, whose paths have two sharers now."""
    first, second, last = people
    coupons = _coupons(shop, first)
    _pair(record, shop, "transfer_first", lambda part: _give(shop, coupons[part], second[part], version=0))
    if shop.flip:
        # The one that was refused goes on by itself.
        shop.holder_of[coupons[ITEMS // 2]] = first[ITEMS // 2]
        shop.flip = False
        _give(shop, coupons[ITEMS // 2 : ITEMS // 2 + 1], second[ITEMS // 2 : ITEMS // 2 + 1], version=0)
        shop.flip = True
        return coupons
    _pair(record, shop, "transfer_next", lambda part: _give(shop, coupons[part], last[part], version=1))
    return coupons


def _redeem(shop: Shop, coupons: Sequence[int], *, version: int) -> Receipt:
    return shop.world.redeem(REDEEMER, shop.items(coupons, version=version), by="redeemer")


def _measure_redeemed(record: Record, shop: Shop, coupons: Sequence[int]) -> None:
    """With two sharers (one in the flipped run), all of whom are paid."""
    version = 1 if shop.flip else 2
    _pair(record, shop, "redeem_travelled", lambda part: _redeem(shop, coupons[part], version=version))


def _measure_copies(record: Record, shop: Shop, people: Names) -> None:
    first, second, _ = people
    coupons = _coupons(shop, first)

    def send(part: slice) -> Receipt:
        pairs = zip(coupons[part], first[part], second[part], strict=True)
        items = [copy_item(shop.world, each, lot=LOT, to=to, holder=shop.names[by]) for each, by, to in pairs]
        return shop.world.send("copy", b"".join(items), sender="relayer")

    _pair(record, shop, "copy", send)


def _measure_claims(record: Record, shop: Shop, people: Names) -> None:
    """Of links at a price: three signatures, the holder's nonce, and money from one consumer to another."""
    first, second, _ = people
    coupons, world = _coupons(shop, first), shop.world
    for holder in first:
        # A nonce of the holder's word was used before.
        world.send("cancel", [cancelled(world, holder, 1, by=shop.names[holder])], sender="relayer")

    def send(part: slice) -> Receipt:
        claims = []
        for coupon, holder, claimant in zip(coupons[part], first[part], second[part], strict=True):
            link, names = f"link {coupon}", shop.names
            offer = offered(world, coupon, holder=names[holder], claim_key=link, price=7, nonce=2)
            accepted_by = names[claimant]
            claims.append(claimed(world, offer, lot=LOT, claimant=claimant, claim_key=link, accepted_by=accepted_by))
        return world.send("claim", claims, sender="relayer")

    _pair(record, shop, "claim", send)
    record.add("cancel", world, world.send("cancel", [cancelled(world, 5, 9, by=shop.names[5])], sender="relayer"))


def _measure_bearers(record: Record, shop: Shop) -> None:
    world = shop.world
    batch = shop.open_batch(bench_terms(), allocate=1_000)
    shop.pad(batch, LANES)

    def send(part: slice) -> Receipt:
        names = [f"voucher {index}" for index in range(ITEMS + 1)][part]
        intent = bearer_intent(world, ISSUER, batch, LOT, names, by="issuer")
        return world.send("issueToBearers", [intent], sender="relayer")

    _pair(record, shop, "issue_to_bearers", send)
    coupons = _coupons(shop, _people_again(shop))

    def revoke(part: slice) -> Receipt:
        return world.send("revoke", coupons[part], 1)

    _pair(record, shop, "revoke", revoke)


def _people_again(shop: Shop) -> list[int]:
    return sorted(shop.names)[-ITEMS - 1 :]


def _measure_delayed(record: Record, shop: Shop, people: Names) -> None:
    """The pool of a coupon from its lane waits; then amended, reversed, forfeited, distributed."""
    world, holders = shop.world, people[0]
    coupons = _coupons(shop, holders, settlement_delay_hours=DELAY_HOURS)
    _pair(record, shop, "redeem_delayed", lambda part: _redeem(shop, coupons[part], version=0))
    order = 9_991
    for index, name in enumerate(("warm", "amend")):
        intent = amendment(world, coupons[index], order // 2, merchant=REDEEMER, by=merchant_name(REDEEMER))
        receipt = world.send("amend", [intent], sender="relayer")
        if name == "amend":
            record.add(name, world, receipt)
    intent = reversal(world, coupons[2], merchant=REDEEMER, by=merchant_name(REDEEMER))
    record.add("reverse", world, world.send("reverse", [intent], sender="relayer"))
    record.add("forfeit", world, world.send("forfeit", [coupons[3]], 1, True))
    again = _coupons(shop, holders, settlement_delay_hours=DELAY_HOURS)
    _redeem(shop, again, version=0)
    world.pass_time((DELAY_HOURS + 1) * 3_600)
    _pair(record, shop, "distribute", lambda part: world.send("distribute", again[part], sender="relayer"))
