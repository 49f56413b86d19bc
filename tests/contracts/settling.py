"""Redemptions that wait in a world: short ways to them, what is done to them, and what each pool holds."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.domain.terms import Funder, Terms
from scripts.world import OPERATOR, World
from scripts.world.settlement import amendment, reversal
from tests.contracts.books import JOURNEYS, LOTS, Amounts, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA, Held, held
from tests.contracts.reading import Attempt, refused

HOUR: Final = 3_600
DELAY_HOURS: Final = 48

FUNDERS: Final[Mapping[str, dict[str, Any]]] = {
    "the operator funds": {},
    "the issuer funds": {"funder": Funder.ISSUER},
    "the redeemer funds": {"funder": Funder.REDEEMER},
    "a fixed discount of the issuer": {"discount_bps": 0, "funder": Funder.ISSUER},
    "reward alone": {"contribution_bps": 0, "contribution_cap_minor": 0, "discount_bps": 0, "discount_minor": 0},
    "contribution alone": {"reward_minor": 0, "discount_bps": 0, "discount_minor": 0},
    "discount alone": {"reward_minor": 0, "contribution_bps": 0, "contribution_cap_minor": 0},
    "nothing": {
        **{"reward_minor": 0, "contribution_bps": 0, "contribution_cap_minor": 0},
        **{"discount_bps": 0, "discount_minor": 0},
    },
}
"""Terms to lay over `some_terms`."""


def less(before: Amounts, after: Amounts) -> Amounts:
    """What an amendment gives back."""
    return before[0] - after[0], before[1] - after[1], before[2] - after[2]


def waiting(
    world: World, *, order: int = 1_000, orders: tuple[int, ...] = (), hours: int = DELAY_HOURS, **changes: Any
) -> Held:
    """Coupons of the bakery's that Bob used at the cinema, one for each order; their pools wait."""
    wanted = orders or (order,)
    coupons = held(world, holder=BOB, count=len(wanted), settlement_delay_hours=hours, **changes)
    items = [coupons.item(index, at=CINEMA, order=each) for index, each in enumerate(wanted)]
    assert not refused(world, world.redeem(CINEMA, items, by="cinema"))
    return coupons


def amending(world: World, coupon: int, order: int = 500, **fields: Any) -> Attempt:
    """The cinema lowers an order."""
    return Attempt("amend", ([amendment(world, coupon, order, **{"merchant": CINEMA, "by": "cinema", **fields})],))


def reversing(world: World, coupon: int, **fields: Any) -> Attempt:
    """The cinema undoes a redemption."""
    return Attempt("reverse", ([reversal(world, coupon, **{"merchant": CINEMA, "by": "cinema", **fields})],))


def forfeiting(*coupons: int, cause: int = 7, discount_too: bool = True, sender: str = "operator") -> Attempt:
    """The operator takes pools back."""
    return Attempt("forfeit", (list(coupons), cause, discount_too), sender=sender)


def distributing(*coupons: int, sender: str = "stranger") -> Attempt:
    """Somebody pays pools out."""
    return Attempt("distribute", (list(coupons),), sender=sender)


def until_of(world: World, coupon: int) -> int:
    """The moment from which a coupon's pool may be distributed, Unix seconds."""
    return field(word(world, place(JOURNEYS, coupon)), 208, 24) * HOUR


def make_due(world: World, coupon: int) -> None:
    """Let its delay pass."""
    world.clock.set(until_of(world, coupon))


def balances(world: World, batch: int) -> dict[str, int]:
    """All that a redemption moves: cash of every party, the batch's reserve and its first lot's."""
    merchants = {"platform": OPERATOR, "issuer": BAKERY, "redeemer": CINEMA, "recruiter": BOOKSHOP}
    consumers = {"ann": ANN, "bob": BOB, "cid": CID}
    return {
        **{name: int(world.ask("merchant", merchant)[1]) for name, merchant in merchants.items()},
        **{name: int(world.ask("consumer", consumer)[2]) for name, consumer in consumers.items()},
        "batch": int(world.ask("batch", batch)[3]),
        "lot": field(word(world, place(LOTS, batch, 1)), 128, 64),
    }


def moved(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What changed between two balances."""
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


def given_back(terms: Terms, back: Amounts) -> dict[str, int]:
    """Where each amount goes: reward to the batch, contribution to the redeemer, discount to whoever funds it."""
    reward, contribution, discount = back
    changes = {"batch": reward, "redeemer": contribution, "lot": 0}
    if terms.funder is not Funder.REDEEMER:
        changes["batch" if terms.funder is Funder.OPERATOR else "lot"] += discount
    return {name: amount for name, amount in changes.items() if amount}


def negative(changes: Mapping[str, int]) -> dict[str, int]:
    """The other way round."""
    return {name: -amount for name, amount in changes.items()}
