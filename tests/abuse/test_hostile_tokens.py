"""Settlement tokens that misbehave: it is refused or reverted, and the ledger can pay all it owes (promise 24).

What each does to each call by itself is in `tests/contracts/test_tokens.py`.
"""

from collections.abc import Callable
from typing import Final

import pytest

from ledger.chain.deploy import DeploymentFailed
from ledger.domain.errors import Reason
from scripts.world import World, new_world
from tests.abuse.token_life import PAYEES, Mischief, TokenLife, owed, pay_everybody
from tests.conftest import Report
from tests.contracts.books import tokens
from tests.contracts.parties import ANN, BOB, CID, opened_world
from tests.contracts.reading import Attempt, reasons

Scaled = Callable[[int], int]
CALLS: Final = 10_000


def nothing(_: TokenLife) -> None:
    """It is as it always is."""


def switched(life: TokenLife) -> None:
    life.tell("setOff", life.random.random() < 0.5)


def toll(life: TokenLife) -> None:
    life.tell("setToll", life.random.choice((0, 0, 1, 50)))


def blocked(life: TokenLife) -> None:
    life.tell("setBlocked", life.random.choice((*PAYEES, life.world.ledger.address)), life.random.random() < 0.4)


def paused(life: TokenLife) -> None:
    life.tell("setPaused", life.random.random() < 0.4)


def hooked(life: TokenLife) -> None:
    """The token calls the ledger back, in any of its entrances."""
    data = life.random.choice(life.entrances)
    life.tell("setCall", life.world.ledger.address, data, life.random.random() < 0.3)


def rebased(life: TokenLife) -> None:
    """Balances change by themselves; the ledger's own only upwards here."""
    life.tell("rebase", life.random.choice(PAYEES), life.random.randrange(10**9))
    given = life.random.randrange(1_000)
    life.tell("rebase", life.world.ledger.address, tokens(life.world) + given)
    life.surplus += given


TOKENS: Final[dict[str, tuple[Mischief, tuple[tuple[object, ...], ...]]]] = {
    "FeeToken": (nothing, ()),
    "TollToken": (toll, (("setToll", 0),)),
    "LyingToken": (switched, (("setOff", False),)),
    "FalseToken": (switched, (("setOff", False),)),
    "SilentToken": (nothing, ()),
    "BlocklistToken": (blocked, ()),
    "PausableToken": (paused, (("setPaused", False),)),
    "ReentrantToken": (hooked, (("setCall", bytes(20), b"", False),)),
    "RebaseToken": (rebased, ()),
}
"""What each does, and how it is brought to behave at the end."""


def lived(world: World, mischief: Mischief, calls: int, *, coupons: bool = True) -> TokenLife:
    life = TokenLife(world, 24, mischief, coupons=coupons)
    life.check()
    for _ in range(calls):
        life.step()
        life.check()
    return life


@pytest.mark.parametrize("token", TOKENS)
def test_the_ledger_can_pay_all_it_owes_whatever_the_token_did(token: str, scaled: Scaled, report: Report) -> None:
    mischief, ends = TOKENS[token]
    fee = token == "FeeToken"
    world = opened_world(token=token, funds=0 if fee else 10**8)
    life = lived(world, mischief, scaled(CALLS), coupons=not fee)
    for function, *arguments in ends:
        life.tell(str(function), *arguments)
    if token == "BlocklistToken":
        for account in (*PAYEES, world.ledger.address):
            life.tell("setBlocked", account, False)
    pay_everybody(world)
    life.check()
    assert life.outcomes["calls that went through"] > 0
    report(f"calls over {token}", calls=scaled(CALLS), owed_and_missing=0, **dict(sorted(life.outcomes.items())))


@pytest.mark.parametrize("decimals", [0, 1, 3, 6])
def test_a_token_of_few_decimals_is_like_any_other(decimals: int, scaled: Scaled) -> None:
    """All sums are in its smallest unit, so that the number of decimals changes nothing."""
    world = opened_world(decimals=decimals, token="SilentToken")
    life = lived(world, nothing, scaled(CALLS // 10))
    pay_everybody(world)
    life.check()


@pytest.mark.parametrize("decimals", [7, 8, 18, 77, 255])
def test_a_token_of_more_than_six_decimals_is_refused_at_deployment(decimals: int) -> None:
    with pytest.raises(DeploymentFailed, match="CouponLedger"):
        new_world(decimals=decimals, token="SilentToken")


def test_what_a_token_takes_away_by_itself_is_missing_to_the_unit_and_no_more(scaled: Scaled, report: Report) -> None:
    """No contract can keep a balance that its token lowers. The gap never grows by what the ledger does: each is paid
    what it asks for or refused, and once the token gives back what it took everybody can be paid."""
    world = opened_world(token="RebaseToken")
    life = lived(world, nothing, scaled(CALLS // 10))
    taken = tokens(world) // 3
    life.tell("rebase", world.ledger.address, tokens(world) - taken)
    life.surplus -= taken
    for _ in range(scaled(CALLS)):
        life.step()
        life.check()
    life.tell("rebase", world.ledger.address, tokens(world) + taken)
    life.surplus += taken
    pay_everybody(world)
    life.check()
    report("calls after a rebase downwards", calls=scaled(CALLS), taken=taken, missing_beside=0)


def test_who_comes_first_is_paid_in_full_when_a_token_took_money_away() -> None:
    """And who comes last is refused, its cash and its intent untouched."""
    world = opened_world(token="RebaseToken", funds=0)
    world.fund([(True, ANN, 600), (True, BOB, 300), (True, CID, 100)])
    world.send("rebase", world.ledger.address, 650, sender="stranger", to=world.token)
    people = ((ANN, "Ann", 600), (BOB, "Bob", 300), (CID, "Cid", 50))
    intents = [world.withdrawal(each, amount, by=name, consumer=True) for each, name, amount in people]
    assert reasons(world, Attempt("withdraw", (intents,)).send(world)) == [Reason.PAYEE_REFUSED]
    assert (owed(world), tokens(world)) == (350, 0)
    world.send("rebase", world.ledger.address, 350, sender="stranger", to=world.token)
    assert not reasons(world, Attempt("withdraw", ([intents[1]],)).send(world))
