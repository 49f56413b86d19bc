"""Measures issue and redemption: one item, then a hundred, in the same state."""

from scripts.bench.gas_record import ITEMS, Record
from scripts.bench.gas_shop import FIRST_SHOP, REDEEMER, Shop, bench_terms, holders, own_holders

LANES, DAYS = 8, 16
"""Coupons in a word of holders and in a word of days of issue."""

UNALIGNED = 13
"""Where in a word of days an unaligned issue starts: a hundred from there begin the most fresh words of both kinds."""

LAST_HOLDER = ITEMS


def measure_lives(record: Record, shop: Shop, *, valid_days: int = 0) -> None:
    """Issue and redeem in one batch; with `valid_days` the names end in `_days`."""
    suffix = "_days" if valid_days else ""
    batch = shop.open_batch(bench_terms(valid_days=valid_days), allocate=16_000)
    shop.redeem(shop.pad(batch, DAYS)[:1])
    single, dense = _measure_issue(record, shop, batch, suffix)
    scattered = shop.issue(batch, holders(0, ITEMS, each=LANES))[1]
    alone = shop.issue(batch, holders(LAST_HOLDER, 1, each=LANES))[1]
    done, refused = (ITEMS - 1, 1) if shop.flip else (ITEMS, 0)
    world = shop.world
    record.add(f"redeem_scattered{suffix}_1", world, shop.redeem(alone[:1]))
    record.add(f"redeem_scattered{suffix}_100", world, shop.redeem(scattered[::LANES]), done=done, refused=refused)
    record.add(f"redeem_dense{suffix}_1", world, shop.redeem(single))
    record.add(f"redeem_dense{suffix}_100", world, shop.redeem(dense), done=done, refused=refused)
    if not valid_days:
        _measure_one_by_one(record, shop, alone, scattered)
        _measure_own_recruiters(record, shop, batch)


def _measure_issue(record: Record, shop: Shop, batch: int, suffix: str) -> tuple[list[int], list[int]]:
    """Aligned to words, then where it costs most; the coupons of the aligned ones."""
    world = shop.world
    receipt, single = shop.issue(batch, holders(LAST_HOLDER, 1))
    record.add(f"issue{suffix}_1", world, receipt)
    shop.pad(batch, DAYS - 1)
    receipt, dense = shop.issue(batch, holders(0, ITEMS))
    record.add(f"issue{suffix}_100", world, receipt, done=ITEMS)
    shop.pad(batch, UNALIGNED - ITEMS % DAYS)
    record.add(f"issue_unaligned{suffix}_1", world, shop.issue(batch, holders(LAST_HOLDER, 1))[0])
    shop.pad(batch, DAYS - 1)
    record.add(f"issue_unaligned{suffix}_100", world, shop.issue(batch, holders(0, ITEMS))[0], done=ITEMS)
    shop.pad(batch, DAYS - (UNALIGNED + ITEMS) % DAYS)
    return single, dense


def _measure_one_by_one(record: Record, shop: Shop, alone: list[int], scattered: list[int]) -> None:
    """Each item in an intent of its own: of one merchant, then of a hundred that redeemed before."""
    world = shop.world
    done, refused = (ITEMS - 1, 1) if shop.flip else (ITEMS, 0)
    one = [REDEEMER] * ITEMS
    record.add("redeem_one_by_one_1", world, shop.redeem_one_by_one(alone[1:2], merchants=one[:1]))
    receipt = shop.redeem_one_by_one(scattered[1::LANES], merchants=one)
    record.add("redeem_one_by_one_100", world, receipt, done=done, refused=refused)
    many = [FIRST_SHOP + index for index in range(ITEMS)]
    shop.redeem_one_by_one(scattered[2::LANES], merchants=many)
    record.add("redeem_many_merchants_1", world, shop.redeem_one_by_one(alone[2:3], merchants=many[:1]))
    receipt = shop.redeem_one_by_one(scattered[3::LANES], merchants=many)
    record.add("redeem_many_merchants_100", world, receipt, done=done, refused=refused)


def _measure_own_recruiters(record: Record, shop: Shop, batch: int) -> None:
    """One merchant redeems for consumers who each have another recruiter."""
    world = shop.world
    done, refused = (ITEMS - 1, 1) if shop.flip else (ITEMS, 0)
    coupons = shop.issue(batch, own_holders(each=LANES))[1]
    record.add("redeem_many_recruiters_1", world, shop.redeem(coupons[1:2]))
    receipt = shop.redeem(coupons[::LANES])
    record.add("redeem_many_recruiters_100", world, receipt, done=done, refused=refused)
