"""A random life of a ledger over every verb, refusals included; what it does next it reads from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import RowMapping, Table, select

from ledger.chain.deploy import OPERATOR_ROLE
from ledger.chain.slots import SlotReader
from ledger.chain.source import ChainSource
from ledger.domain.ids import coupon_id
from ledger.index import Index
from ledger.store.engine import Store, open_sqlite
from ledger.store.migrate import migrate
from ledger.store.projections import AGENTS, BATCHES, CONSUMERS, COUPONS, LEDGER_STATE, LOTS, MERCHANTS
from scripts.world import DAY, Reverted, World, key, new_world, terms_tuple
from tests.ledger.index import life_bearers, life_ends, life_families
from tests.ledger.index.terms import random_terms

SHOP, INSTITUTION = 1, 2
AGENT_ISSUES_AND_REDEEMS, AGENT_ALL = 3, 15
REWARD_CAP_DAILY = 100_000


class Life:
    """A world, its index, and acts chosen at random; `acts` counts them, `reverted` those that failed whole."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.world: World = new_world(path=folder / "chain.db", reward_cap_daily=REWARD_CAP_DAILY, withdrawal_delay=600)
        self.source = ChainSource(self.world.chain, self.world.deployment.ledger, self.world.deployment.block)
        self.reader = SlotReader(self.world.chain, self.world.ledger)
        self.store: Store = open_sqlite(folder / "ledger.db")
        migrate(self.store)
        self.index = Index(self.store, self.source)
        self.random = Random(seed)
        self.acts: Counter[str] = Counter()
        self.reverted: Counter[str] = Counter()
        self.names = {key("operator wallet").address: "operator wallet"}
        life_ends.start(self)

    @property
    def token_balance(self) -> int:
        """What the token says the ledger has."""
        return int(self.world.token.ask(self.world.chain, "balanceOf", self.world.deployment.ledger))

    def live(self, acts: int) -> None:
        """Do so many acts, then let the time of all batches run out, close them and bring the index up to date."""
        weights = self._weights()
        for act in self.random.choices(list(weights), [*weights.values()], k=acts):
            self._do(act)
        life_ends.end(self)
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

    def _weights(self) -> dict[Callable[[Life], None], int]:
        return {
            Life.register_merchants: 1,
            Life.register_consumers: 3,
            Life.appoint: 2,
            Life.deposit: 4,
            Life.mint: 4,
            Life.allocate: 7,
            Life.recall: 3,
            Life.issue: 12,
            Life.redeem: 16,
            **life_families.WEIGHTS,
            Life.withdraw: 6,
            Life.pay_out: 3,
            Life.withdraw_platform: 1,
            Life.suspend: 2,
            Life.change_group: 2,
            Life.change_limits: 1,
            Life.change_roles: 1,
            Life.pause: 1,
            Life.pass_time: 5,
        }

    def _do(self, act: Callable[[Life], None]) -> None:
        name = act.__name__
        self.acts[name] += 1
        try:
            act(self)
        except Reverted:
            self.reverted[name] += 1

    def register_merchants(self) -> None:
        """Some new merchants and institutions, and now and then one that is there already."""
        names = [f"merchant {len(self.names)}-{each}" for each in range(3)]
        again = [name for name in self.names.values() if name.startswith("merchant")][:1]
        kinds = (1, 1, INSTITUTION, 1)
        registrations = [
            self.world.merchant_registration(name, kind=kind) for name, kind in zip(names + again, kinds, strict=False)
        ]
        self._remember(names)
        self.world.send("registerMerchants", registrations)

    def register_consumers(self) -> None:
        """Some new consumers, one of them twice."""
        recruiter = self._merchant() if self.acts else self.rows(MERCHANTS)[0]
        names = [f"consumer {len(self.names)}-{each}" for each in range(self.random.randint(2, 9))]
        self._remember(names)
        self.world.register_consumers([*names, names[0]], recruiter=recruiter["id"], by=self._name(recruiter))

    def appoint(self) -> None:
        """An agent of a merchant, in force for a week, or dismissed."""
        merchant, agent = self._merchant(), self.random.choice([0, 1, 1, 2, 2])
        until = self.random.choice([0, *[self.world.clock.now() + 7 * DAY] * 4])
        appointment = self.world.appointment(
            merchant["id"],
            agent,
            f"agent {merchant['id']}-{agent}",
            by=self._name(merchant),
            until=until,
            allowance=self.random.randint(1, 60),
            kind=self.random.choice([1, 2, AGENT_ISSUES_AND_REDEEMS, AGENT_ALL]),
        )
        self.world.send("appoint", [appointment], sender="relayer")

    def suspend(self) -> None:
        """A party is suspended, or no longer; half of the time right after, so that most are not."""
        table, verb = self.random.choice([(MERCHANTS, "suspendMerchant"), (CONSUMERS, "suspendConsumer")])
        party = self.random.choice(self.rows(table))
        self.world.send(verb, party["id"], not party["suspended"])
        if self.random.random() < 0.7:
            self.world.send(verb, party["id"], bool(party["suspended"]))

    def change_group(self) -> None:
        """A new group, or members of one."""
        groups = self._state()["groups"]
        members = [row["id"] for row in self.rows(MERCHANTS) if self.random.random() < 0.5]
        self.world.send("changeGroup", self.random.randint(0, groups), self.random.random() < 0.8, members)

    def deposit(self) -> None:
        """Money for some parties, one of which does not exist."""
        merchants, consumers = len(self.rows(MERCHANTS)), len(self.rows(CONSUMERS))
        deposits = [
            (False, self.random.randint(1, merchants), self.random.choice([0, 20_000, 50_000])) for _ in range(4)
        ]
        deposits.append((True, self.random.randint(1, consumers + 1), self.random.randint(1, 500)))
        self.world.fund(deposits)

    def withdraw(self) -> None:
        """Some parties want some of their cash, or more than they have."""
        withdrawals = []
        for _ in range(3):
            consumer = self.random.random() < 0.5
            party = self.random.choice(self.rows(CONSUMERS if consumer else MERCHANTS))
            amount = self.random.randint(0, party["cash"] + 10)
            withdrawals.append(self.world.withdrawal(party["id"], amount, by=self._name(party), consumer=consumer))
        self.world.send("withdraw", [*withdrawals, withdrawals[0]], sender="relayer")

    def pay_out(self) -> None:
        """Everybody's requests, due or not."""
        self.world.send("payOut", [row["id"] for row in self.rows(MERCHANTS)], sender="stranger")

    def withdraw_platform(self) -> None:
        """Some of the operator's cash."""
        amount = self.random.randint(1, 10_000)
        self.world.send("withdrawPlatform", amount, key("stranger").address, sender="treasurer")

    def mint(self) -> None:
        """A batch of some terms."""
        self.world.send(
            "mint", terms_tuple(random_terms(self.random, now=self.world.clock.now(), groups=self._state()["groups"]))
        )

    def allocate(self) -> None:
        """Stock for some merchants, signed by each, at times more than there is."""
        allocations = []
        for _ in range(2):
            batch, merchant = self.random.choice(self.rows(BATCHES)), self._merchant()
            own = [0, *(row["lot"] for row in self.rows(LOTS, LOTS.c.batch == batch["id"], LOTS.c.merchant == 1))]
            count = self.random.randint(0, batch["size"] // 3 + 1)
            intent = (batch["id"], merchant["id"], count)
            allocations.append(
                self.world.allocation(*intent, by=self._name(merchant), from_lot=self.random.choice(own))
            )
        self.world.send("allocate", allocations)

    def recall(self) -> None:
        """Stock goes back, by the merchant's signature or the operator's word."""
        lot = self.random.choice(self.rows(LOTS))
        count = self.random.randint(0, max(1, lot["end"] - lot["next"]))
        by = self.random.choice([None, self.name_of(lot["merchant"])])
        recall = self.world.recall_intent(lot["merchant"], lot["batch"], lot["lot"], count, by=by)
        self.world.send("recall", [recall], sender="operator" if by is None else "relayer")

    def issue(self) -> None:
        """From some lots to some consumers, by the merchant or an agent."""
        intents = []
        for lot in self.random.choices(self.rows(LOTS), k=2):
            consumers = [(row["id"], self.random.randint(1, 5)) for row in self._some(self.rows(CONSUMERS), 4)]
            by, agent = self._signer(lot["merchant"])
            intents.append(
                self.world.issue_intent(lot["merchant"], lot["batch"], lot["lot"], consumers, by=by, agent=agent)
            )
        self.world.send("issue", intents, sender="relayer")

    def redeem(self) -> None:
        """Some coupons at some merchants; one is named twice, and some holders, versions or orders are wrong."""
        intents = []
        for _ in range(2):
            merchant = self._merchant()
            unused = self.random.random() < 0.9
            coupons = self._some(self.rows(COUPONS, *[COUPONS.c.state == "issued"] * unused) or self.rows(COUPONS), 7)
            items = [self._item(row, merchant["id"]) for row in coupons]
            by, agent = self._signer(merchant["id"])
            intents.append(self.world.redeem_intent(merchant["id"], [*items, items[0]], by=by, agent=agent))
        self.world.send("redeem", intents, sender="relayer")

    def _item(self, coupon: RowMapping, merchant: int) -> bytes:
        right = self.random.random() < 0.95
        holder = life_bearers.key_name(self, coupon) if right else self.name_of(1, consumer=True)
        return self.world.redeem_item(
            coupon_id(coupon["batch"], coupon["serial"]),
            lot=coupon["lot"],
            merchant=merchant,
            holder=holder,
            order=self.random.choice([0, 50, 999, 999, 12_345, 12_345, 200_000]),
            version=coupon["version"] + int(self.random.random() < 0.03),
        )

    def change_limits(self) -> None:
        """The ledger's limits, and one merchant's."""
        limits = (self.random.choice([5_000, REWARD_CAP_DAILY]), 10**18, 10**18, self.random.choice([0, 600]))
        self.world.send_as_admin("setLimits", limits)
        self.world.send_as_admin("setRewardCap", self._merchant()["id"], self.random.choice([0, 3_000]))

    def change_roles(self) -> None:
        """Somebody becomes an operator, and ceases to be."""
        account = key(f"operator {self.random.randint(1, 3)}").address
        self.world.send_as_admin(self.random.choice(["grantRole", "revokeRole"]), OPERATOR_ROLE, account)

    def pause(self) -> None:
        """A pause of some minutes, of a day, or one that ends by itself."""
        self.world.send("pause", sender="pauser")
        self.world.pass_time(self.random.choice([300, DAY + 7, 8 * DAY]))
        self.world.send("unpause", sender="pauser")

    def pass_time(self) -> None:
        """Minutes or days."""
        self.world.pass_time(self.random.choice([60, 700, DAY, 2 * DAY]))

    def _signer(self, merchant: int) -> tuple[str, int]:
        """A key and the agent it is of: 0 is the merchant's own wallet."""
        agents = [row["agent"] for row in self.rows(AGENTS, AGENTS.c.merchant == merchant)]
        agent = self.random.choice([0, *agents])
        return (f"agent {merchant}-{agent}", agent) if agent else (self.name_of(merchant), 0)

    def _merchant(self) -> RowMapping:
        shops = self.rows(MERCHANTS, MERCHANTS.c.kind == SHOP)
        return self.random.choice(shops if self.random.random() < 0.9 else self.rows(MERCHANTS))

    def _state(self) -> RowMapping:
        return self.rows(LEDGER_STATE)[0]

    def _some(self, rows: Sequence[RowMapping], most: int) -> Sequence[RowMapping]:
        return self.random.sample(rows, min(most, len(rows)))

    def _name(self, party: RowMapping) -> str:
        return self.names[party["wallet"]]

    def name_of(self, party: int, *, consumer: bool = False) -> str:
        """The name of a party's key."""
        table = CONSUMERS if consumer else MERCHANTS
        return self._name(self.rows(table, table.c.id == party)[0])

    def _remember(self, names: Sequence[str]) -> None:
        self.names |= {key(name).address: name for name in names}
