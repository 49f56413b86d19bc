"""Many at once, for real: one coupon has one redemption, one key one operation, whoever comes first."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ledger.domain.errors import Reason, Refused
from ledger.domain.events import Redeemed
from ledger.intake.cash import DepositCash
from ledger.intake.desk import Accepted, KeyReused
from tests.conftest import Report
from tests.ledger.house import BAKERY, BOOKSHOP, CINEMA, FUNDS, Held, House

THREADS = 100
REDEEMERS = (BAKERY, BOOKSHOP, CINEMA)


def at_once(tasks: Sequence[Callable[[], str]], *, threads: int = THREADS) -> Counter[str]:
    """Run tasks in threads that all start together; how often each outcome came."""
    together = Barrier(threads)
    shares = [tasks[start::threads] for start in range(threads)]

    def work(share: Sequence[Callable[[], str]]) -> list[str]:
        together.wait()
        return [task() for task in share]

    with ThreadPoolExecutor(threads) as pool:
        return Counter(outcome for found in pool.map(work, shares) for outcome in found)


def test_of_all_who_race_for_a_coupon_one_is_accepted(
    house: House, scaled: Callable[[int], int], report: Report
) -> None:
    """N8: no double redemption by construction, with threads on one database; promise 4."""
    number = max(20, scaled(1_000))
    tries = 5 if number == 20 else 20
    batch = house.stock(count=number, size=max(1_000, number), reward_minor=1, reward_cap_bps=1, discount_minor=1)
    house.included(house.issue(batch, count=number))
    coupons = [Held(house, each.batch, each.serial) for each in house.ledger.coupons.held_by(1)]
    accepted: list[Accepted] = []

    def task(coupon: Held, merchant: int) -> Callable[[], str]:
        def redeem() -> str:
            try:
                accepted.append(coupon.redeem(at=merchant))
            except Refused as refused:
                return refused.reason.title
            return "accepted"

        return redeem

    tasks = [task(coupon, REDEEMERS[each % 3]) for coupon in coupons for each in range(tries)]
    random.Random(8).shuffle(tasks)
    outcomes = at_once(tasks)
    assert outcomes == {"accepted": number, Reason.COUPON_REDEEMED.title: number * (tries - 1)}
    house.included(*accepted)
    assert {coupon.state for coupon in coupons} == {"redeemed"}
    logs = {event for each in accepted for event in house.ledger.operations.events(each.id)}
    done = [item.coupon for event in logs if isinstance(event, Redeemed) for item in event.items]
    assert len(done) == len(set(done)) == number
    report("races for a coupon", threads=THREADS, coupons=number, done=number, refused=number * (tries - 1), other=0)


def test_a_key_that_comes_many_times_at_once_is_one_operation(
    house: House, scaled: Callable[[int], int], report: Report
) -> None:
    """N10: 1,000 keys x 8 duplicates x 4 workers = 1,000 effects, and changed bodies as many refusals; promise 2."""
    keys, duplicates, workers = max(25, scaled(1_000)), 8, 4
    ids: dict[str, set[int]] = {}

    def deposit(key: str, amount: int) -> Callable[[], str]:
        def take() -> str:
            try:
                accepted = house.ledger.cash.deposit(DepositCash(BAKERY, amount), key=key)
            except KeyReused:
                return "another body"
            ids.setdefault(key, set()).add(accepted.id)
            return "again" if accepted.repeated else "first"

        return take

    tasks = [deposit(f"key {each}", 1) for each in range(keys) for _ in range(duplicates)]
    random.Random(2).shuffle(tasks)
    outcomes = at_once(tasks, threads=workers)
    assert outcomes == {"first": keys, "again": keys * (duplicates - 1)}
    assert {len(found) for found in ids.values()} == {1}
    assert at_once([deposit(f"key {each}", 2) for each in range(keys)], threads=workers) == {"another body": keys}
    house.ledger.settle()
    assert house.merchant_cash(BAKERY) == FUNDS + keys
    counts = house.ledger.operations.counts()
    assert counts["deposit", "included"] == 4 + keys
    report("idempotency", keys=keys, duplicates=duplicates, workers=workers, effects=keys, changed_refused=keys)


def test_several_threads_settle_at_once(house: House) -> None:
    """They take turns: no transaction overtakes the one before it on its way to the chain."""
    coupons = house.held(count=24)

    def task(coupon: Held) -> Callable[[], str]:
        def redeem() -> str:
            return house.settled(coupon.redeem()).state

        return redeem

    assert at_once([task(coupon) for coupon in coupons], threads=6) == {"included": 24}
