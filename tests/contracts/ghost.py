"""The ledger's state as its events alone tell it: what a projection must be able to rebuild."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.chain.events import decode
from ledger.chain.protocol import Receipt
from ledger.domain import events
from ledger.domain.ids import OPERATOR, party_key
from scripts.world import DAY, World
from tests.contracts.ghost_coupons import Coupons
from tests.contracts.ghost_records import Agent, Consumer, Limits, Merchant, Pauses

MERCHANT = 1
"""The kind of a merchant whose withdrawals wait."""


@dataclass(slots=True)
class Ghost(Coupons):
    """Parties, batches and coupons by id; amounts in minor units."""

    groups: dict[int, set[int]] = field(default_factory=dict)
    agents: dict[tuple[int, int], Agent] = field(default_factory=dict)
    requests: dict[int, tuple[bytes, int, int]] = field(default_factory=dict)  # payee, amount, ready at
    recoveries: dict[int, tuple[bytes, int]] = field(default_factory=dict)  # wallet, ready at; by party
    policies: list[events.PolicyChanged] = field(default_factory=list)
    statements: dict[tuple[int, int], bytes] = field(default_factory=dict)
    roles: set[tuple[bytes, bytes]] = field(default_factory=set)
    nonces: set[tuple[int, int]] = field(default_factory=set)  # (party, nonce) that may be used, see `_nonce`
    limits: Limits = field(default_factory=Limits)
    backing: int = 0
    retires_at: int = 0
    sequence: int = 0
    rolling: bytes = bytes(24)

    @classmethod
    def of(cls, world: World) -> "Ghost":
        """What a world's logs tell so far; all as if of this moment, which matters where days are counted."""
        ghost = cls()
        logs = world.chain.logs(0, world.chain.head().number, address=world.ledger.address)
        ghost.apply([decode(log) for log in logs], timestamp=world.clock.now())
        return ghost

    def take(self, world: World, receipt: Receipt) -> None:
        """Take over what a transaction just done says."""
        told = [decode(log) for log in receipt.logs if log.address == world.ledger.address]
        self.apply(told, timestamp=world.clock.now())

    def apply(self, happened: Sequence[events.Event], *, timestamp: int) -> None:
        """Take over what a transaction in a block of this moment (unix seconds) did."""
        self.now, today = timestamp, timestamp // DAY
        for event in happened:
            self._note_nonce(event)
            self._note_agent(event)
            if isinstance(event, events.Redeemed | events.Pooled | events.Minted):
                self._counted(event, today)
            known = (
                self._members(event)
                or self._wallets(event)
                or self._cash(event, today)
                or self._points(event, today)
                or self._control(event)
                or self._settlement(event)
                or self._coupons(event)
            )
            assert known or isinstance(event, events.Refusals | events.OfferCancelled), event

    def _members(self, event: events.Event) -> bool:
        match event:
            case events.MerchantsRegistered(first, merchants):
                for index, (wallet, kind) in enumerate(merchants):
                    self.merchants[first + index] = Merchant(wallet, kind)
            case events.ConsumersRegistered(recruiter, _, first, _, wallets):
                for index, wallet in enumerate(wallets):
                    self.consumers[first + index] = Consumer(wallet, recruiter)
            case events.MerchantSuspended(merchant, suspended):
                self.merchants[merchant].suspended = suspended
            case events.ConsumerSuspended(consumer, suspended):
                self.consumers[consumer].suspended = suspended
            case events.RewardCapChanged(merchant, cap):
                self.merchants[merchant].reward_cap = cap
            case events.GroupChanged(group, member, merchants):
                members = self.groups.get(group, set())
                self.groups[group] = members | set(merchants) if member else members - set(merchants)
            case events.Appointed(merchant, agent, key, until, allowance, kind, _):
                self.agents[merchant, agent] = Agent(key, until, allowance, kind)
            case _:
                return False
        return True

    def _wallets(self, event: events.Event) -> bool:
        match event:
            case events.WalletChanged(consumer, party, wallet, _):
                (self.consumers if consumer else self.merchants)[party].wallet = wallet
                self.recoveries.pop(party_key(party, consumer=consumer), None)
            case events.RecoveryStarted(consumer, party, wallet, ready_at):
                self.recoveries[party_key(party, consumer=consumer)] = (wallet, ready_at)
            case events.RecoveryVetoed(consumer, party, _):
                del self.recoveries[party_key(party, consumer=consumer)]
            case events.Retiring(retires_at):
                self.retires_at = retires_at
            case _:
                return False
        return True

    def _cash(self, event: events.Event, today: int) -> bool:
        match event:
            case events.Deposited(consumer, party, amount, _):
                self._credit(party, amount, consumer=consumer)
                if consumer or party != OPERATOR:
                    self.limits.withdrawn.take(today, amount)
            case events.Withdrawn(consumer, party, amount, _, _):
                self._credit(party, -amount, consumer=consumer)
                if consumer or party != OPERATOR:
                    self.limits.withdrawn.add(today, amount)
                if not consumer and self.merchants[party].kind == MERCHANT:
                    del self.requests[party]
            case events.WithdrawalRequested(merchant, amount, to, ready_at, _):
                self.requests[merchant] = (to, amount, ready_at)
            case events.Stated(merchant, _, period, period_days, _, root, totals):
                self.statements[merchant, period] = root
                self.merchants[merchant].stated_until = period + period_days
                for each in totals:
                    self.merchants[merchant].cash -= each.commission
                    self.merchants[OPERATOR].cash += each.commission - each.rebate
                    self.merchants[each.recruiter].cash += each.rebate
            case events.PolicyChanged():
                self.policies.append(event)
            case _:
                return False
        return True

    def _points(self, event: events.Event, today: int) -> bool:
        match event:
            case events.Granted(total, grants):
                self.merchants[OPERATOR].cash -= total
                self.backing += total
                self.limits.reserved.add(today, total)
                for consumer, points in grants:
                    self.consumers[consumer].points += points
            case events.Expired(total, expiries):
                self.merchants[OPERATOR].cash += total
                self.backing -= total
                for consumer, points in expiries:
                    self.consumers[consumer].points -= points
            case events.Spent(merchant, consumer, _, _, _, points, _):
                self.consumers[consumer].points -= points
                self.merchants[merchant].points += points
            case events.CashedOut(merchant, points):
                self.merchants[merchant].points -= points
                self.merchants[merchant].cash += points
                self.backing -= points
            case _:
                return False
        return True

    def _control(self, event: events.Event) -> bool:
        match event:
            case events.LimitsChanged(reward, reserve, withdrawal, delay):
                limits = self.limits
                limits.reward_cap, limits.reserve_cap = reward, reserve
                limits.withdrawal_cap, limits.withdrawal_delay = withdrawal, delay
            case events.Paused(_, until):
                self.pauses = Pauses(self.now, until, self.pauses.seconds(self.now))
            case events.Unpaused(_, total):
                self.pauses = Pauses(0, self.now, total)
            case events.Sealed(sequence, _, rolling):
                self.sequence, self.rolling = sequence, rolling
            case events.RoleGranted(role, account, _):
                self.roles.add((role, account))
            case events.RoleRevoked(role, account, _):
                self.roles.discard((role, account))
            case _:
                return False
        return True

    def _counted(self, event: events.Redeemed | events.Pooled | events.Minted, today: int) -> None:
        """What counts against the day's caps."""
        if isinstance(event, events.Minted):
            self.limits.reserved.add(today, event.reserve)
            return
        merchant = self.merchants[event.merchant]
        if drawn := sum(self._drawn(item) for item in event.items):
            merchant.reward_today = drawn + (merchant.reward_today if merchant.reward_day == today else 0)
            merchant.reward_day = today

    def _note_agent(self, event: events.Event) -> None:
        """What an agent did is taken from its allowance."""
        match event:
            case events.ConsumersRegistered(merchant, agent, _, _, wallets):
                used = (merchant, agent, len(wallets))
            case events.Issued(batch, lot, _, _, agent, consumers):
                used = (self.lots[batch, lot].merchant, agent, sum(count for _, count in consumers))
            case events.IssuedToBearers(batch, lot, _, _, agent, keys):
                used = (self.lots[batch, lot].merchant, agent, len(keys))
            case events.Redeemed(merchant, agent, items) | events.Pooled(merchant, agent, items):
                used = (merchant, agent, len(items))
            case events.Amended(merchant, agent) | events.Reversed(merchant, agent) | events.Stated(merchant, agent):
                used = (merchant, agent, 1)
            case _:
                return
        if used[1]:
            self.agents[used[0], used[1]].allowance -= used[2]

    def _note_nonce(self, event: events.Event) -> None:
        """The nonce that an event names.

        Whether it is used the event does not tell where an operator recalls or allocates without a signature, nor for
        nonce 0, which also stands where there is none.
        """
        nonce: int = getattr(event, "nonce", 0)
        match event:
            case events.ConsumersRegistered(recruiter=merchant) | events.Appointed(merchant=merchant):
                self.nonces.add((merchant, nonce))
            case events.WithdrawalRequested(merchant=merchant) | events.Allocated(merchant=merchant):
                self.nonces.add((merchant, nonce))
            case events.Recalled(batch=batch, from_lot=lot) | events.Issued(batch=batch, lot=lot):
                self.nonces.add((self.lots[batch, lot].merchant, nonce))
            case events.IssuedToBearers(batch=batch, lot=lot):
                self.nonces.add((self.lots[batch, lot].merchant, nonce))
            case events.OfferCancelled(consumer=consumer) | events.Spent(consumer=consumer):
                self.nonces.add((party_key(consumer, consumer=True), nonce))
            case events.Withdrawn(consumer=of, party=party) | events.WalletChanged(consumer=of, party=party):
                self.nonces.add((party_key(party, consumer=of), nonce))
            case _:
                return
