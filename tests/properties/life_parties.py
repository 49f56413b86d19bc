"""What parties do in a random life: cash in and out, members and wallets, points and statements."""

from random import Random

from ledger.domain.ids import OPERATOR
from scripts.world import DAY
from tests.contracts.parties import BAKERY, BOOKSHOP, CINEMA
from tests.properties import acts_accounts, acts_cash, acts_members, choices
from tests.properties.acts import Acts
from tests.properties.faults import party

MOST_CONSUMERS = 6


def deposit(acts: Acts, random: Random) -> None:
    """Money for somebody, often for a consumer, which then can pay."""
    number = random.choice((1, 1, 2, 2, 3, 3, 4, 5, 0, 9))
    acts_cash.deposit(acts, random.random() < 0.6, number, random.choice((0, *[random.randint(1, 30_000)] * 9)))


def withdraw(acts: Acts, random: Random) -> None:
    """All or some of it, or a unit too much."""
    consumer, percent = random.random() < 0.4, random.choice((0, 1, 10, 30, 100, 101))
    having = [each for each, cash in acts.ghost.consumers.items() if cash] or list(acts.ghost.consumers)
    number = random.choice(having) if consumer else choices.merchant(random)
    cash = acts.ghost.consumers[number] if consumer else acts.ghost.merchants[number]
    amount = -(-cash * percent // 100)
    if random.random() < 0.2:
        cap = acts.ghost.withdrawal_cap_daily
        amount = min(amount, cap - acts.ghost.withdrawn[acts.ghost.today] + random.choice((0, 0, 1)))
    acts_cash.withdraw(acts, consumer, number, max(0, amount))


def pay_out(acts: Acts, random: Random) -> None:
    """A request, when it is due or before."""
    merchant = random.choice([*acts.ghost.requests, *acts.ghost.requests, choices.merchant(random)])
    if random.random() < 0.7 and merchant in acts.ghost.requests:
        acts.pass_time(max(0, acts.ghost.requests[merchant][1] - acts.ghost.now))
    acts_cash.pay_out(acts, merchant)


def withdraw_platform(acts: Acts, random: Random) -> None:
    """Little of the operator's cash, or more than there is."""
    cash = acts.ghost.merchants[OPERATOR]
    acts_cash.withdraw_platform(acts, random.choice((0, 1, cash // 10, cash + 1)))


def register_consumer(acts: Acts, random: Random) -> None:
    """One more, until there are enough."""
    number = len(acts.ghost.consumers) + 1
    if number <= MOST_CONSUMERS and f"consumer {number}" not in acts.ghost.names.values():
        acts_members.register_consumer(acts, choices.merchant(random), f"consumer {number}")


def suspend(acts: Acts, random: Random) -> None:
    """Somebody, or somebody's suspension."""
    consumer = random.random() < 0.5
    number = choices.consumer(acts, random) if consumer else choices.merchant(random)
    acts_members.suspend(acts, party(consumer, number))


def lift_suspensions(acts: Acts, _: Random) -> None:
    """Everybody may go on, and everything does."""
    if acts.ghost.paused:
        acts.unpause()
    for of in sorted(acts.ghost.suspended):
        acts_members.suspend(acts, of)


def change_group(acts: Acts, random: Random) -> None:
    """Of the one group of acceptance."""
    acts_members.change_group(acts, 1, random.random() < 0.7, choices.merchant(random))


def change_wallet(acts: Acts, random: Random) -> None:
    """To a new key or to one that is taken, signed by the old one or by another's."""
    of = choices.anybody(acts, random)
    name = random.choice((*[f"new wallet {random.randrange(10**6)}"] * 4, "Ann", "bakery"))
    by = acts.ghost.names[of] if random.random() < 0.85 else "stranger"
    acts_members.change_wallet(acts, of, name, by=by, nonce=_nonce(acts, random, of[1]))


def recover(acts: Acts, random: Random) -> None:
    """A recovery is begun, vetoed, completed too early, or in time."""
    pending = [*acts.ghost.recoveries]
    of = random.choice(pending) if pending and random.random() < 0.9 else choices.anybody(acts, random)
    way = random.choice(("veto", "complete", "wait")) if of in acts.ghost.recoveries else "start"
    if way == "veto":
        acts_members.veto_recovery(acts, of, by=random.choice((acts.ghost.names[of], "stranger")))
        return
    if way == "wait":
        acts.pass_time(max(0, acts.ghost.recoveries[of][1] - acts.ghost.now - random.choice((0, 0, 0, 1))))
    if way == "start" and random.random() < 0.9:
        acts_members.start_recovery(acts, of, random.choice((f"found {random.randrange(10**6)}", "Bob")))
        return
    acts_members.complete_recovery(acts, of)


def grant(acts: Acts, random: Random) -> None:
    """Points for two, now and then for nobody or none."""
    grants = [(choices.consumer(acts, random, unknown=True), random.choice((0, 40, 60, 100))) for _ in range(2)]
    acts_accounts.grant(acts, grants)


def spend(acts: Acts, random: Random) -> None:
    """Points for a coupon of a priced batch, by a consumer that has some."""
    ghost = acts.ghost
    batch, lot = choices.lot(acts, random, lambda each: each.terms.points_price > 0 and ghost.time < each.issue_end)
    lots = ghost.batches[batch].lots if batch in ghost.batches else {}
    seller = lots[lot].merchant if lot in lots and random.random() < 0.9 else BAKERY
    rich = [each for each in ghost.consumers if ghost.points["consumer", each] >= 40] or list(ghost.consumers)
    buyer, count = random.choice(rich), random.choice((1, 1, 2, 2, 0))
    price = ghost.batches[batch].terms.points_price * count if batch in ghost.batches else 20
    acts_accounts.spend(
        acts,
        buyer,
        seller,
        batch,
        lot=lot,
        count=count,
        points=price + random.choice((0,) * 9 + (1,)),
        nonce=_nonce(acts, random, buyer),
        by=random.choice((*[ghost.names["consumer", buyer]] * 9, "stranger")),
    )


def cash_out(acts: Acts, random: Random) -> None:
    """Of a merchant that has points, or of any."""
    having = [each for each in acts.ghost.merchants if acts.ghost.points["merchant", each]]
    acts_accounts.cash_out(acts, random.choice([*having * 3, choices.merchant(random)]))


def expire(acts: Acts, random: Random) -> None:
    """Some points, all of them, or one too many."""
    consumer = choices.consumer(acts, random)
    points = acts.ghost.points["consumer", consumer]
    acts_accounts.expire(acts, [(consumer, random.choice((0, points // 3, points, points + 1))) for _ in range(2)])


def change_policy(acts: Acts, random: Random) -> None:
    """The first from always on, later ones from soon on; now and then what no policy may be."""
    now = acts.ghost.now
    starts = random.choice((now, now + DAY, now + DAY, now - DAY, now + 400 * DAY)) if acts.ghost.policies else 0
    rates = random.choice((500, 1_000, 10_000, 10_000, 10_001)), random.choice((0, 6_000, 10_000))
    acts_accounts.change_policy(acts, starts, *rates, random.randrange(3))


def state(acts: Acts, random: Random) -> None:
    """What a merchant sold on the days before, or on days that are stated or not over yet."""
    merchant, days = choices.merchant(random), random.choice((1, 1, 2, 0))
    today = acts.ghost.today
    period = max(acts.ghost.stated_until[merchant], today - 3) + random.choice((0, 0, 0, -1))
    period = min(period, today - days + random.choice((0, 0, 0, 1)))
    recruiters = random.sample((BAKERY, BOOKSHOP, CINEMA, OPERATOR), random.choice((1, 2, 3)))
    if random.random() < 0.1:
        recruiters.append(random.choice((0, 9)))
    totals = [(each, random.choice((0, *[random.randint(1, 9_000)] * 9))) for each in sorted(recruiters)]
    by = acts.ghost.names["merchant", merchant] if random.random() < 0.9 else "stranger"
    acts_accounts.state(acts, merchant, totals, period=period, days=days, by=by)


def _nonce(acts: Acts, random: Random, consumer: int) -> int:
    """A fresh one; now and then one that the consumer has used."""
    used = sorted(nonce for party, nonce in acts.ghost.nonces if party == consumer)
    return random.choice(used) if used and random.random() < 0.1 else acts.world.fresh_nonce()
