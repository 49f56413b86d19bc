"""What becomes of redemptions that wait in a random life, of finished batches, and of the clock."""

from random import Random

from scripts.world import DAY
from tests.contracts.parties import CINEMA
from tests.properties import acts_accounts, acts_redeeming, acts_stock, choices
from tests.properties.acts import Acts
from tests.properties.faults_later import is_due
from tests.properties.holdings import HOUR, Coupon


def amend(acts: Acts, random: Random) -> None:
    """To a lower order, to the same, to nothing."""
    if _idle(acts, random):
        return
    which, coupon = _waiting(acts, random)
    order = coupon.order if coupon and coupon.order else 1_000
    lower = random.choice((1, order // 3, order // 2, order // 2, order - 1, random.choice((0, order, order + 1))))
    merchant, version, by = _named(acts, random, coupon)
    acts_redeeming.amend(acts, which, lower, merchant=merchant, version=version, by=by)


def reverse(acts: Acts, random: Random) -> None:
    """A redemption, in time or too late."""
    if _idle(acts, random):
        return
    which, coupon = _waiting(acts, random)
    merchant, version, by = _named(acts, random, coupon)
    acts_redeeming.reverse(acts, which, merchant=merchant, version=version, by=by)


def forfeit(acts: Acts, random: Random) -> None:
    """Two pools; the discount goes too, or not."""
    if _idle(acts, random):
        return
    which = [_waiting(acts, random)[0] for _ in range(2)]
    acts_redeeming.forfeit(acts, which, discount_too=random.random() < 0.5)


def distribute(acts: Acts, random: Random) -> None:
    """All that wait, due or not; now and then one of them twice."""
    waiting = [each for each in acts.ghost.coupons() if choices.find(acts.ghost, *each).waits]
    if not waiting:
        return
    if random.random() < 0.5:
        last = max(choices.find(acts.ghost, *each).until for each in waiting)
        acts.pass_time(max(0, last * HOUR - acts.ghost.now - random.choice((0, 1))))
    acts_redeeming.distribute(acts, [*waiting[:10], waiting[0]])


def _idle(acts: Acts, random: Random) -> bool:
    """Whether nothing waits, and nobody tries all the same."""
    return random.random() < 0.9 and not any(choices.find(acts.ghost, *each).waits for each in acts.ghost.coupons())


def _waiting(acts: Acts, random: Random) -> tuple[tuple[int, int], Coupon | None]:
    """A coupon whose pool waits, mostly one that is not due."""
    early = random.random() < 0.85
    which = choices.coupon(acts, random, lambda _, each: each.waits and not (early and is_due(acts.ghost, each)))
    return which, acts.ghost.find(*which)


def _named(acts: Acts, random: Random, coupon: Coupon | None) -> tuple[int, int, str]:
    """The merchant that redeemed it, its version and its key; now and then another."""
    redeemer = coupon.redeemer if coupon and coupon.redeemer else CINEMA
    merchant = choices.merchant(random) if random.random() < 0.1 else redeemer
    version = (coupon.version if coupon else 1) + (random.random() < 0.08)
    by = "stranger" if random.random() < 0.08 else acts.ghost.names["merchant", merchant]
    return merchant, version, by


def pause_or_unpause(acts: Acts, random: Random) -> None:
    """What is right, mostly."""
    if acts.ghost.paused == (random.random() < 0.2):
        acts.pause()
    else:
        acts.unpause()


def pass_time(acts: Acts, random: Random) -> None:
    """A second, some hours, a day or two."""
    acts.pass_time(random.choice((1, HOUR, 6 * HOUR, DAY, 2 * DAY)))


def end(acts: Acts) -> None:
    """All that waits is paid out, points become cash, and every batch is closed: nothing stays in a reserve."""
    ghost = acts.ghost
    if ghost.paused:
        acts.unpause()
    waiting = [each for each in ghost.coupons() if choices.find(ghost, *each).waits]
    if waiting:
        _wait(acts, max(choices.find(ghost, *each).until for each in waiting) * HOUR - ghost.now)
        acts_redeeming.distribute(acts, waiting)
    for merchant in ghost.merchants:
        if ghost.points["merchant", merchant]:
            acts_accounts.cash_out(acts, merchant)
    _wait(acts, max((each.closing_time for each in ghost.batches.values()), default=0) - ghost.time)
    for batch, each in ghost.batches.items():
        if not each.closed:
            acts_stock.close(acts, batch)
        if any(lot.reserve for lot in each.lots.values()):
            acts_stock.close_lots(acts, batch)


def _wait(acts: Acts, seconds: int) -> None:
    if seconds > 0:
        acts.pass_time(seconds)


def wait_for_an_end(acts: Acts, random: Random) -> None:
    """To the second from which something is over, or to the last before it."""
    ghost = acts.ghost
    if not ghost.batches:
        return
    number, batch = random.choice(list(ghost.batches.items()))
    end = random.choice((batch.issue_end, batch.redeem_end, batch.closing_time))
    acts.pass_time(max(0, end - ghost.time - random.randint(0, 1)))
    if end == batch.closing_time:
        acts_stock.close(acts, number)
        acts_stock.close_lots(acts, number)
