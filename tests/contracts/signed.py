"""Each kind of signature the ledger takes, in an intent that is good as it is and can be made badly on purpose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from ledger.domain.terms import Funder
from scripts.world import DAY, World
from scripts.world.accounts import statement
from scripts.world.settlement import amendment, reversal
from tests.contracts.parties import ANN, BAKERY, BOOKSHOP, CINEMA, held, mint, stock
from tests.contracts.reading import Attempt
from tests.contracts.settling import waiting

Tamper = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a signature is made: until when it holds, for which ledger, and what is done to its bytes afterwards."""

    deadline: int
    separator: bytes
    tamper: Tamper = bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A call with the signature in question."""

    world: World
    function: str
    build: Callable[[Making], tuple[Any, ...]]
    sender: str = "relayer"

    def attempt(self, **changes: Any) -> Attempt:
        """The call with the signature made so; without changes it is good."""
        making = Making(**{"deadline": self.world.deadline, "separator": self.world.separator, **changes})
        return Attempt(self.function, ([self.build(making)],), self.sender)


@contextmanager
def _signing_for(world: World, separator: bytes) -> Iterator[None]:
    own, world.separator = world.separator, separator
    yield
    world.separator = own


def _last(world: World, function: str, build: Callable[[int], tuple[Any, ...]], *, sender: str = "relayer") -> Signed:
    """The signature that ends an intent; `build` takes its deadline."""

    def built(making: Making) -> tuple[Any, ...]:
        with _signing_for(world, making.separator):
            *fields, signature = build(making.deadline)
        return (*fields, making.tamper(signature))

    return Signed(world, function, built, sender)


def _inner(
    world: World, function: str, record: Callable[[int], bytes], outer: Callable[[bytes], tuple[Any, ...]]
) -> Signed:
    """The signature that ends a record of 96 bytes, which `outer` signs as it is."""

    def built(making: Making) -> tuple[Any, ...]:
        with _signing_for(world, making.separator):
            honest = record(making.deadline)
        return outer(honest[:32] + making.tamper(honest[32:]))

    return Signed(world, function, built)


def register_merchant(world: World) -> Signed:
    def build(until: int) -> tuple[Any, ...]:
        return world.merchant_registration("florist", deadline=until)

    return _last(world, "registerMerchants", build, sender="operator")


def recruit(world: World) -> Signed:
    def build(until: int) -> tuple[Any, ...]:
        return world.recruit_intent(
            BAKERY, [world.recruit_record("Dora", recruiter=BAKERY)], by="bakery", deadline=until
        )

    return _last(world, "registerConsumers", build)


def appoint(world: World) -> Signed:
    return _last(world, "appoint", lambda until: world.appointment(BAKERY, 1, "till", by="bakery", deadline=until))


def withdraw(world: World) -> Signed:
    world.fund([(True, ANN, 100)])
    return _last(world, "withdraw", lambda until: world.withdrawal(ANN, 60, by="Ann", consumer=True, deadline=until))


def allocate(world: World) -> Signed:
    """A merchant's consent to fund the discount."""
    batch = mint(world, funder=Funder.ISSUER)

    def build(until: int) -> tuple[Any, ...]:
        return world.allocation(batch, BAKERY, 600, by="bakery", deadline=until)

    return _last(world, "allocate", build, sender="operator")


def recall(world: World) -> Signed:
    batch = stock(world)
    return _last(world, "recall", lambda until: world.recall_intent(BAKERY, batch, 1, 60, by="bakery", deadline=until))


def issue(world: World) -> Signed:
    batch = stock(world)
    return _last(
        world, "issue", lambda until: world.issue_intent(BAKERY, batch, 1, [(ANN, 60)], by="bakery", deadline=until)
    )


def redeem(world: World) -> Signed:
    coupons = held(world)

    def build(until: int) -> tuple[Any, ...]:
        return world.redeem_intent(BOOKSHOP, [coupons.item()], by="bookshop", deadline=until)

    return _last(world, "redeem", build)


def present(world: World) -> Signed:
    """A holder's signature within a merchant's redemption."""
    coupons = held(world)
    return _inner(
        world,
        "redeem",
        lambda until: coupons.item(deadline=until),
        lambda record: world.redeem_intent(BOOKSHOP, [record], by="bookshop"),
    )


def consent(world: World) -> Signed:
    """A consumer's signature within a recruiter's registration."""
    return _inner(
        world,
        "registerConsumers",
        lambda until: world.recruit_record("Dora", recruiter=BAKERY, deadline=until),
        lambda record: world.recruit_intent(BAKERY, [record], by="bakery"),
    )


def state(world: World) -> Signed:
    """A merchant's statement of the day that is over, with nothing taken of it."""
    world.send_as_admin("changePolicy", 0, 0, 0, 0)
    period = world.clock.now() // DAY - 1

    def build(until: int) -> tuple[Any, ...]:
        totals = [(BAKERY, 60)]
        return statement(world, BOOKSHOP, totals, by="bookshop", period=period, period_days=1, deadline=until)

    return _last(world, "state", build)


def amend(world: World) -> Signed:
    """The redeeming merchant's lower order, of a redemption that waits."""
    coupon = waiting(world).coupons[0]

    def build(until: int) -> tuple[Any, ...]:
        return amendment(world, coupon, 500, merchant=CINEMA, by="cinema", deadline=until)

    return _last(world, "amend", build)


def reverse(world: World) -> Signed:
    coupon = waiting(world).coupons[0]

    def build(until: int) -> tuple[Any, ...]:
        return reversal(world, coupon, merchant=CINEMA, by="cinema", deadline=until)

    return _last(world, "reverse", build)


LAST: Final = {
    "register a merchant": register_merchant,
    "recruit": recruit,
    "appoint": appoint,
    "withdraw": withdraw,
    "allocate": allocate,
    "recall": recall,
    "issue": issue,
    "redeem": redeem,
    "state": state,
    "amend": amend,
    "reverse": reverse,
}
INNER: Final = {"present": present, "consent to a recruiter": consent}
"""Their signatures have 64 bytes by their place."""
