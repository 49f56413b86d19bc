"""Somebody with keys that are not its own, who takes all it can out of the ledger, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from scripts.world import DAY, World, key
from tests.contracts.books import MERCHANTS, OUTFLOW, field, money, place, tokens, word
from tests.contracts.parties import opened_world

OUT_DAILY, REWARD_DAILY, RESERVE_DAILY = 1_000_000, 70_000, 900_000
"""Caps of a day, minor units."""

PURSE: Final = key("thief's account").address

Party = tuple[bool, int, str]
"""Consumer?, party, the key that signs for it."""


@dataclass(slots=True)
class Thief:
    """`parties` are those whose keys it has; `purse` is what it has taken out of the ledger so far."""

    world: World
    parties: Sequence[Party]

    @property
    def purse(self) -> int:
        """Tokens that left the ledger for the thief's account."""
        return tokens(self.world, PURSE)

    def take(self) -> int:
        """Everything that can be taken out now; what it was."""
        before = self.purse
        for consumer, party, name in self.parties:
            self._withdraw(consumer, party, name)
        merchants = [party for consumer, party, _ in self.parties if not consumer]
        self.world.send("payOut", merchants, sender="relayer")
        return self.purse - before

    def _withdraw(self, consumer: bool, party: int, name: str) -> None:
        cash = int(self.world.ask("consumer" if consumer else "merchant", party)[2 if consumer else 1])
        amount = min(cash, self.left() if consumer else self.cap())
        if amount:
            more = [amount + 1] if amount < cash else []
            # What is above the cap is tried too, first.
            for each in (*more, amount):
                intent = self.world.withdrawal(party, each, by=name, to=PURSE, consumer=consumer)
                self.world.send("withdraw", [intent], sender="relayer")

    def cap(self) -> int:
        """What may be withdrawn in a day."""
        return field(word(self.world, OUTFLOW), 0, 64)

    def left(self) -> int:
        """What may still be withdrawn today."""
        outflow = word(self.world, OUTFLOW)
        today = field(outflow, 128, 32) == self.world.clock.now() // DAY
        return self.cap() - (field(outflow, 64, 64) if today else 0)

    def next_day(self) -> None:
        """On to the first second of the next day, UTC."""
        self.world.clock.set((self.world.clock.now() // DAY + 1) * DAY)


def rewarded_today(world: World, merchant: int) -> int:
    """Reward and discount that others paid for and a merchant's redemptions took today."""
    second = word(world, place(MERCHANTS, merchant) + 1)
    return field(second, 128, 64) if field(second, 192, 32) == world.clock.now() // DAY else 0


def reserves(world: World, batches: Sequence[int]) -> int:
    """What batches hold."""
    return sum(int(world.ask("batch", batch)[3]) for batch in batches)


def capped(**options: Any) -> World:
    """A ledger with daily caps that are far below what it holds."""
    caps: dict[str, Any] = {
        "withdrawal_cap_daily": OUT_DAILY,
        "reward_cap_daily": REWARD_DAILY,
        "withdrawal_delay": DAY,
    }
    return opened_world(**{**caps, "reserve_cap_daily": 10**18, **options})


def check_books(world: World) -> None:
    assert money(world).total == tokens(world)
