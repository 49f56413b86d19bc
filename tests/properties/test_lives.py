"""Random lives of the ledger against plain sums."""

import shutil
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from ledger.chain.clock import ReplayClock
from ledger.chain.embedded import EmbeddedChain
from ledger.domain.ids import OPERATOR
from scripts.world import CHAIN_ID, World
from tests.conftest import Report
from tests.contracts.ghost import Ghost as ToldGhost
from tests.contracts.parties import BANK, CONSUMERS, MERCHANTS, RECRUITERS, opened_world
from tests.contracts.reading import sealed
from tests.properties.acts import Acts
from tests.properties.ghost import Ghost
from tests.properties.life import Life

LIVES, STEPS = 2_000, 50
FUNDS_MINOR = 200_000
REWARD_CAP_DAILY_MINOR = 2_000
WITHDRAWAL_CAP_DAILY_MINOR = 25_000
WITHDRAWAL_DELAY_SECONDS = 6 * 3_600


VERBS = (
    *("registerConsumers", "changeGroup", "suspendMerchant", "suspendConsumer", "changeWallet"),
    *("startRecovery", "vetoRecovery", "completeRecovery"),
    *("deposit", "withdraw", "payOut", "withdrawPlatform", "grant", "spend", "cashOut", "expire"),
    *("mint", "allocate", "recall", "issue", "issueToBearers", "close", "closeLots"),
    *("transfer", "copy", "claim", "cancel", "revoke", "redeem", "amend", "reverse", "forfeit", "distribute"),
    *("changePolicy", "state", "pause", "unpause"),
)
"""What must have been done in some life; what else is done in a life is counted in the figures."""


FREQUENT = (
    *("deposit", "withdraw", "grant", "spend", "state", "changeWallet", "issue", "issueToBearers", "close"),
    *("transfer", "copy", "claim", "revoke", "redeem", "amend", "distribute"),
)
"""What comes about in a few lives already."""


def ghost_of(world: World) -> Ghost:
    """The ghost of the world as it was opened."""
    return Ghost(
        now=world.clock.now(),
        reward_cap_daily=REWARD_CAP_DAILY_MINOR,
        withdrawal_cap_daily=WITHDRAWAL_CAP_DAILY_MINOR,
        withdrawal_delay=WITHDRAWAL_DELAY_SECONDS,
        merchants={merchant: 0 if merchant == BANK else FUNDS_MINOR for merchant in MERCHANTS},
        consumers=dict.fromkeys(CONSUMERS, 0),
        recruiters=dict(RECRUITERS),
        names={
            **{("merchant", merchant): name for merchant, name in MERCHANTS.items()},
            **{("consumer", consumer): name for consumer, name in CONSUMERS.items()},
        },
        institutions=frozenset({BANK}),
    )


@pytest.fixture
def begin(tmp_path: Path) -> Callable[[], Acts]:
    """Opens one world after another, each a copy of the first."""
    path = tmp_path / "first.sqlite"
    first = opened_world(
        funds=FUNDS_MINOR,
        path=path,
        reward_cap_daily=REWARD_CAP_DAILY_MINOR,
        withdrawal_cap_daily=WITHDRAWAL_CAP_DAILY_MINOR,
        withdrawal_delay=WITHDRAWAL_DELAY_SECONDS,
    )
    sequence = sealed(first, first.fund([(False, OPERATOR, 1)])).sequence
    told = ToldGhost.of(first)
    first.chain.close()
    numbers = count()

    def copied() -> Acts:
        clock = ReplayClock(first.clock.now())
        copy = Path(shutil.copy(path, tmp_path / f"{next(numbers)}.sqlite"))
        world = first.on_copy(EmbeddedChain(copy, clock, chain_id=CHAIN_ID), clock)
        copy.unlink()
        ghost = ghost_of(world)
        ghost.merchants[OPERATOR] += 1
        return Acts(world, ghost, deepcopy(told), sequence)

    return copied


def test_every_step_of_a_random_life_leaves_the_contract_as_plain_sums_have_it(
    begin: Callable[[], Acts], scaled: Callable[[int], int], report: Report
) -> None:
    """Tokens are what all are owed, a coupon is redeemed once, refusals change nothing (S2.11, S2.12, S2.13, N2, N8).

    Also: issued at most as minted, parts sum to the incentive, done and refused are what was sent, seals count by one,
    a pause stops mint, allocate, recall, issue, share, spend and redeem, never deposits and withdrawals; pools and
    points are backed to the last unit; and when a life is over its whole storage follows from its events.
    """
    mix: Counter[str] = Counter()

    class Begun(Life):
        def __init__(self) -> None:
            super().__init__(begin, mix)

    run_state_machine_as_test(Begun, settings=settings(max_examples=scaled(LIVES), stateful_step_count=STEPS))
    report("random lives", **dict(sorted(mix.items())))
    # Fewer lives need not come to the rarest verbs.
    expected = VERBS if scaled(LIVES) == LIVES else FREQUENT
    assert {verb for verb in expected if not mix[f"{verb} done"]} == set()
    assert mix["redeem pooled"]
    assert mix["claim for a price"]
    assert mix["redeem of a bearer"] or scaled(LIVES) < LIVES
