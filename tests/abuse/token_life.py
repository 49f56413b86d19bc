"""A life of money at random over a token that misbehaves at random; after every call the books are compared with it."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final

from ledger.domain.ids import OPERATOR
from scripts.world import DAY, Reverted, World, key, some_terms, terms_tuple
from tests.contracts.books import BATCHES, CONSUMERS, HEAD, MERCHANTS, STANDING, field, place, tokens, word, words
from tests.contracts.parties import ANN, BAKERY, BANK, BOB, BOOKSHOP, CID, CINEMA, Held, held
from tests.contracts.parties import CONSUMERS as PEOPLE
from tests.contracts.parties import MERCHANTS as SHOPS
from tests.contracts.reading import Attempt, refused
from tests.contracts.test_tokens import every_entrance

PAYEES: Final = tuple(key(f"account {number}").address for number in range(4))

BATCHES_MOST: Final = 30
"""Every check reads them all."""

Mischief = Callable[["TokenLife"], None]
"""Changes how the token behaves from now on."""


class TokenLife:
    """Random calls that move money; `surplus` is what the ledger was given (or, below 0, what was taken from it)."""

    def __init__(self, world: World, seed: int, mischief: Mischief, *, coupons: bool = True) -> None:
        self.world, self.random, self.surplus = world, Random(seed), 0
        self.outcomes: Counter[str] = Counter()
        self.entrances = list(every_entrance(world).values())
        self._mischief = mischief
        self._held: Held | None = held(world, count=250, stocked=500, size=500) if coupons else None
        self._used = self._minted = 0

    def step(self) -> None:
        """One call, after the token's mood may have changed."""
        if self.random.random() < 0.2:
            self._mischief(self)
        if self.random.random() < 0.05:
            self.world.pass_time(self.random.choice((60, 3_600, DAY)))
        actions = (self._deposit, self._withdraw, self._request, self._pay_out, self._platform, self._mint)
        more = (self._grant, self._expire, self._redeem)
        attempt = self.random.choice((*actions, *actions, *more))()
        if attempt is None:
            return
        try:
            receipt = attempt.send(self.world)
        except Reverted as reverted:
            self.outcomes[f"error {str(reverted).split('(')[0]}"] += 1
        else:
            for item in refused(self.world, receipt):
                self.outcomes[f"refusal {item.reason.title}"] += 1
            self.outcomes["calls that went through"] += 1

    def check(self) -> None:
        """What the ledger has is what it owes, to the unit."""
        assert tokens(self.world) == owed(self.world) + self.surplus

    def tell(self, function: str, *arguments: Any) -> None:
        """A call of the token itself."""
        self.world.send(function, *arguments, sender="stranger", to=self.world.token)

    def _amount(self) -> int:
        return self.random.choice((1, 99, 100, self.random.randrange(1, 5_000), self.random.randrange(1, 10**7)))

    def _deposit(self) -> Attempt:
        deposits = [
            (consumer, self.random.choice((ANN, BOB, CID)) if consumer else self.random.choice(list(SHOPS)), amount)
            for consumer, amount in ((self.random.random() < 0.5, self._amount()) for _ in range(3))
        ]
        self.tell("mint", key("treasurer").address, sum(each[2] for each in deposits))
        return Attempt("deposit", (deposits,), sender="treasurer")

    def _withdraw(self) -> Attempt:
        consumer = self.random.random() < 0.7
        party = self.random.choice(list(PEOPLE)) if consumer else BANK
        name = PEOPLE[party] if consumer else "bank"
        fields: dict[str, Any] = {"by": name, "consumer": consumer, "to": self.random.choice(PAYEES)}
        intents = [self.world.withdrawal(party, self._amount(), **fields) for _ in range(2)]
        return Attempt("withdraw", (intents,))

    def _request(self) -> Attempt:
        merchant = self.random.choice((BAKERY, BOOKSHOP, CINEMA))
        to = self.random.choice(PAYEES)
        return Attempt("withdraw", ([self.world.withdrawal(merchant, self._amount(), by=SHOPS[merchant], to=to)],))

    def _pay_out(self) -> Attempt:
        return Attempt("payOut", ([BAKERY, BOOKSHOP, CINEMA],))

    def _platform(self) -> Attempt:
        return Attempt("withdrawPlatform", (self._amount(), self.random.choice(PAYEES)), sender="treasurer")

    def _mint(self) -> Attempt | None:
        if self._minted == BATCHES_MOST:
            return None
        self._minted += 1
        closes = self.world.clock.now() + DAY
        terms = some_terms(size=self.random.randrange(1, 9), closes=closes, text=self.random.randbytes(32))
        return Attempt("mint", (terms_tuple(terms),), sender="operator")

    def _grant(self) -> Attempt:
        return Attempt("grant", ([(self.random.choice((ANN, BOB)), self._amount() % 999 + 1)],), sender="operator")

    def _expire(self) -> Attempt:
        return Attempt("expire", ([(self.random.choice((ANN, BOB)), self.random.randrange(1, 99))],), sender="operator")

    def _redeem(self) -> Attempt | None:
        if self._held is None or self._used == len(self._held.coupons):
            return None
        item = self._held.item(self._used, order=self.random.randrange(100, 9_000))
        self._used += 1
        return Attempt("redeem", ([self.world.redeem_intent(BOOKSHOP, [item], by="bookshop")],))


def owed(world: World) -> int:
    """All cash, reserves of batches and backing of points; no pools and no lots' reserves come about here."""
    head = word(world, HEAD)
    batches, merchants, consumers = (field(head, at, 32) for at in (112, 144, 176))
    found = words(
        world,
        [
            *(place(MERCHANTS, merchant) for merchant in range(1, merchants + 1)),
            *(place(CONSUMERS, consumer) for consumer in range(1, consumers + 1)),
            *(place(BATCHES, batch) + 2 for batch in range(1, batches + 1)),
        ],
    )
    total = sum(field(each, 160, 64) for each in found[:merchants])
    total += sum(field(each, 192, 64) for each in found[merchants : merchants + consumers])
    total += sum(field(each, 112, 64) for each in found[merchants + consumers :])
    return total + field(word(world, STANDING), 0, 64)


def pay_everybody(world: World) -> None:
    """All cash of every party leaves the ledger; each withdrawal must be done."""
    for consumer, name in PEOPLE.items():
        cash = int(world.ask("consumer", consumer)[2])
        if cash:
            _check_done(world, Attempt("withdraw", ([world.withdrawal(consumer, cash, by=name, consumer=True)],)))
    for merchant, name in SHOPS.items():
        cash = int(world.ask("merchant", merchant)[1])
        if cash and merchant == OPERATOR:
            world.send("withdrawPlatform", cash, PAYEES[0], sender="treasurer")
        elif cash:
            _check_done(world, Attempt("withdraw", ([world.withdrawal(merchant, cash, by=name)],)))
            if merchant != BANK:
                _check_done(world, Attempt("payOut", ([merchant],)))


def _check_done(world: World, attempt: Attempt) -> None:
    assert not refused(world, attempt.send(world))
