"""A random life of redemptions that wait: of shared coupons too, by every funder, changed in every way and order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import RowMapping, Table, select

from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Funder, ShareMode
from ledger.index import Index
from ledger.store.engine import Store, open_sqlite
from ledger.store.migrate import migrate
from ledger.store.projections import BATCHES, COUPONS, LOTS
from scripts.world import DAY, World, new_world, some_terms
from scripts.world.settlement import amendment, reversal
from scripts.world.sharing import transfer_item

SHOPS: Final = {2: "bakery", 3: "bookshop", 4: "cinema"}
GUESTS: Final = {1: "Ann", 2: "Bob", 3: "Cid", 4: "Dora"}
TILL: Final = 1
HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class _By:
    merchant: int
    name: str
    agent: int


class SettlingLife:
    """A world, its index, and acts chosen at random out of what the tables say; `acts` counts them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.world: World = new_world(path=folder / "chain.db")
        self.source = ChainSource(self.world.chain, self.world.deployment.ledger, self.world.deployment.block)
        self.reader = SlotReader(self.world.chain, self.world.ledger)
        self.store: Store = open_sqlite(folder / "ledger.db")
        migrate(self.store)
        self.index = Index(self.store, self.source)
        self.random = Random(seed)
        self.acts: Counter[str] = Counter()
        self._open()

    @property
    def token_balance(self) -> int:
        """What the token says the ledger has."""
        return int(self.world.token.ask(self.world.chain, "balanceOf", self.world.deployment.ledger))

    def live(self, acts: int) -> None:
        """Do so many acts and bring the index up to date."""
        verbs = {self.share: 2, self.redeem: 6, self.amend: 6, self.reverse: 3, self.forfeit: 1, self.distribute: 2}
        for act in self.random.choices(list(verbs), [*verbs.values()], k=acts):
            self.acts[act.__name__] += 1
            act()
            self.world.pass_time(self.random.choice([60, HOUR, 9 * HOUR]))
        self.index.catch_up()

    def close_all(self) -> None:
        """Let every window and delay end, close the batches and then pay out what still waits."""
        self.world.pass_time(90 * DAY)
        for batch in self.rows(BATCHES):
            self.world.send("close", batch["id"])
            self.world.send(
                "closeLots", batch["id"], [lot["lot"] for lot in self.rows(LOTS, LOTS.c.batch == batch["id"])]
            )
        self.world.send("distribute", [_id(row) for row in self.waiting()], sender="stranger")
        self.index.catch_up()

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        self.world.chain.close()

    def rows(self, table: Table, *conditions: Any) -> Sequence[RowMapping]:
        """Rows as they are now, the index brought up to date first."""
        self.index.catch_up()
        with self.store.read() as connection:
            query = select(table).where(*conditions).order_by(*table.primary_key.columns)
            return connection.execute(query).mappings().all()

    def waiting(self) -> Sequence[RowMapping]:
        """Coupons whose redemptions wait."""
        return self.rows(COUPONS, COUPONS.c.state == "pending")

    def share(self) -> None:
        """Some coupons go on to anybody."""
        items = []
        for row in self._some(COUPONS.c.state == "issued", 4):
            to = self.random.choice(list(GUESTS))
            given = {"lot": row["lot"], "holder": GUESTS[row["holder"]], "version": row["version"]}
            items.append(transfer_item(self.world, _id(row), to=to, **given))
        self.world.send("transfer", b"".join(items), sender="relayer")

    def redeem(self) -> None:
        """Some coupons at two shops; one twice."""
        intents = []
        for merchant in self.random.sample(list(SHOPS), 2):
            by, items = self._by(merchant), []
            for row in self._some(COUPONS.c.state == "issued", 5):
                use = {"lot": row["lot"], "holder": GUESTS[row["holder"]], "version": row["version"]}
                order = self.random.choice([99, 101, 9_973, 14_999, 2**33 + 1])
                items.append(self.world.redeem_item(_id(row), merchant=merchant, order=order, **use))
            intents.append(self.world.redeem_intent(merchant, [*items, *items[:1]], by=by.name, agent=by.agent))
        self.world.send("redeem", intents, sender="relayer")

    def amend(self) -> None:
        """Lower orders, by one unit or to almost nothing; some too high, stale or at another shop."""
        intents = []
        for row in self._some(COUPONS.c.state == "pending", 5):
            by = self._redeemer(row)
            order = self.random.choice([row["order_amount"] - 1, row["order_amount"] // 2, 7, row["order_amount"]])
            version = row["version"] - (self.random.random() < 0.1)
            named = {"merchant": by.merchant, "by": by.name, "agent": by.agent, "version": version}
            intents.append(amendment(self.world, _id(row), order, **named))
        self.world.send("amend", intents, sender="stranger")

    def reverse(self) -> None:
        """Undo some, one twice."""
        intents = []
        for row in self._some(COUPONS.c.state == "pending", 3):
            by = self._redeemer(row)
            named = {"merchant": by.merchant, "by": by.name, "agent": by.agent, "version": row["version"]}
            intents.append(reversal(self.world, _id(row), **named))
        self.world.send("reverse", [*intents, *intents[:1]], sender="relayer")

    def forfeit(self) -> None:
        """Take some back, the discount too or not."""
        coupons = [_id(row) for row in self._some(COUPONS.c.redeemer != 0, 3)]
        self.world.send("forfeit", coupons, self.random.randint(0, 255), self.random.random() < 0.5)

    def distribute(self) -> None:
        """Everything that waits, due or not, in any order."""
        coupons = [_id(row) for row in self._some(COUPONS.c.redeemer != 0, 99)]
        self.world.send("distribute", coupons, sender="stranger")

    def _open(self) -> None:
        self.world.register_merchants(list(SHOPS.values()))
        for number, name in GUESTS.items():
            recruiter = 2 + number % 3
            self.world.register_consumers([name], recruiter=recruiter, by=SHOPS[recruiter])
        self.world.fund([(False, merchant, 10**7) for merchant in (OPERATOR, *SHOPS)])
        for merchant, name in SHOPS.items():
            agent = self.world.appointment(merchant, TILL, f"till {merchant}", by=name, allowance=40, kind=2)
            self.world.send("appoint", [agent])
        for batch, funder in enumerate([*Funder, Funder.ISSUER], 1):
            terms = {"size": 80, "share_mode": ShareMode.TRANSFER, "hops": 9, "funder": funder}
            self.world.mint(some_terms(**terms, settlement_delay_hours=24 * (batch < 4)))
            self.world.allocate(batch, 2, 40, by="bakery")
            self.world.issue(2, batch, 1, [(guest, 10) for guest in GUESTS], by="bakery")

    def _redeemer(self, row: RowMapping) -> _By:
        return self._by(row["redeemer"] if self.random.random() < 0.9 else 3)

    def _by(self, merchant: int) -> _By:
        agent = TILL if self.random.random() < 0.3 else 0
        return _By(merchant, f"till {merchant}" if agent else SHOPS[merchant], agent)

    def _some(self, condition: Any, most: int) -> Sequence[RowMapping]:
        rows = self.rows(COUPONS, condition)
        return self.random.sample(rows, min(most, len(rows)))


def _id(row: RowMapping) -> int:
    return coupon_id(row["batch"], row["serial"])
