"""Acts of a random life: each is sent to the contract and done by the ghost, and both must agree on its outcome."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger.chain.protocol import Receipt
from ledger.domain.errors import Reason
from ledger.domain.events import Redeemed
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Terms
from scripts.world import DAY, Reverted, World, key, terms_tuple
from tests.contracts.reading import changing_only_the_seal, events, refused, sealed
from tests.properties import faults
from tests.properties.arithmetic import Moved, moved
from tests.properties.faults import Faults, Presented, Purse
from tests.properties.ghost import PAUSE, Batch, Ghost

NO_FAULT: Faults = frozenset()


def _halts(**errors: bool) -> frozenset[str]:
    return frozenset(name for name, holds in errors.items() if holds)


@dataclass(slots=True)
class Acts:
    """A world and its ghost; `sequence` is the number of the last transaction, `mix` counts what was done."""

    world: World
    ghost: Ghost
    sequence: int
    mix: Counter[str] = field(default_factory=Counter)

    def deposit(self, consumer: bool, party: int, amount: int) -> None:
        """The treasurer brings tokens for a party."""
        broken = faults.of_deposit(self.ghost, consumer, party, amount)
        self.world.book(amount)
        self._send("deposit", [(consumer, party, amount)], broken=[broken], sender="treasurer")
        if not broken:
            self._add(consumer, party, amount)

    def withdraw(self, consumer: bool, party: int, amount: int) -> None:
        """A party orders cash to its wallet; a merchant's order waits, and pays the one before if that is due."""
        broken, paid = faults.of_withdrawal(self.ghost, consumer, party, amount), 0
        waits = not consumer and party not in self.ghost.institutions
        if not broken and waits:
            paid = 0 if faults.of_pay_out(self.ghost, party) else self._pay_out(party)
            self.ghost.requests[party] = (amount, self.ghost.now + self.ghost.withdrawal_delay)
        elif not broken:
            self._add(consumer, party, -amount)
        by = self.ghost.names["consumer" if consumer else "merchant", party]
        order = self.world.withdrawal(party, amount, by=by, consumer=consumer)
        self._send("withdraw", [order], broken=[broken], more_done=1 if paid else 0)

    def pay_out(self, merchant: int) -> None:
        """Anybody has a merchant's request paid."""
        broken = faults.of_pay_out(self.ghost, merchant)
        if not broken:
            self._pay_out(merchant)
        self._send("payOut", [merchant], broken=[broken])

    def withdraw_platform(self, amount: int) -> None:
        """The treasurer takes the platform's cash."""
        halts = _halts(AmountZero=amount == 0, CashInsufficient=amount > self.ghost.merchants[OPERATOR])
        if self._send("withdrawPlatform", amount, key("treasurer").address, sender="treasurer", halts=halts):
            self.ghost.merchants[OPERATOR] -= amount

    def register_consumer(self, recruiter: int) -> None:
        """A merchant recruits one more."""
        number = len(self.ghost.consumers) + 1
        name, by = f"consumer {number}", self.ghost.names["merchant", recruiter]
        broken = faults.of_merchant(self.ghost, recruiter)
        intent = self.world.recruit_intent(recruiter, [self.world.recruit_record(name, recruiter=recruiter)], by=by)
        self._send("registerConsumers", [intent], broken=[broken])
        if not broken:
            self.ghost.consumers[number], self.ghost.recruiters[number] = 0, recruiter
            self.ghost.names["consumer", number] = name

    def suspend(self, kind: str, party: int) -> None:
        """The operator suspends a party or lifts its suspension."""
        suspended = (kind, party) not in self.ghost.suspended
        halts = _halts(OperatorNotSuspendable=kind == "merchant" and party == OPERATOR)
        if self._send(f"suspend{kind.title()}", party, suspended, sender="operator", halts=halts):
            self.ghost.suspended ^= {(kind, party)}

    def change_group(self, group: int, member: bool, merchant: int) -> None:
        """A merchant joins or leaves a group of acceptance."""
        self._send("changeGroup", group, member, [merchant], sender="operator")
        members = self.ghost.groups.setdefault(group or len(self.ghost.groups) + 1, set())
        (members.add if member else members.discard)(merchant)

    def mint(self, terms: Terms) -> None:
        """A batch with its reserve."""
        ghost, cost = self.ghost, terms.reserve_minor
        halts = _halts(LedgerPaused=ghost.paused, CashInsufficient=cost > ghost.merchants[OPERATOR])
        if self._send("mint", terms_tuple(terms), sender="operator", halts=halts):
            ghost.merchants[OPERATOR] -= cost
            ghost.batches[len(ghost.batches) + 1] = Batch(terms, ghost.paused_seconds, cost, terms.size)

    def allocate(self, batch: int, from_lot: int, merchant: int, count: int) -> None:
        """Stock for a merchant, which consents."""
        broken = faults.of_allocation(self.ghost, batch, from_lot, merchant, count)
        by = self.ghost.names["merchant", merchant]
        order = self.world.allocation(batch, merchant, count, by=by, from_lot=from_lot)
        if not self._send("allocate", [order], broken=[broken], sender="operator", halts=self._pause()) or broken:
            return
        found = self.ghost.batches[batch]
        cost = found.terms.issuer_reserve_minor * count
        self.ghost.merchants[merchant] -= cost
        if from_lot == 0:
            found.stock -= count
            end = found.stock + count
        else:
            end = found.lots[from_lot].end
            found.lots[from_lot].end -= count
        found.open_lot(merchant, end - count, end, reserve=cost)

    def recall(self, batch: int, lot: int, merchant: int, count: int, *, signed: bool) -> None:
        """Stock goes back to the operator."""
        broken = faults.of_recall(self.ghost, batch, lot, merchant, count, signed=signed)
        by = self.ghost.names["merchant", merchant] if signed else None
        intent = self.world.recall_intent(merchant, batch, lot, count, by=by)
        sender = "relayer" if signed else "operator"
        if not self._send("recall", [intent], broken=[broken], sender=sender, halts=self._pause()) or broken:
            return
        found = self.ghost.batches[batch]
        source = found.lots[lot]
        released = 0 if found.closed else found.terms.issuer_reserve_minor * count
        source.end -= count
        source.reserve -= released
        self.ghost.merchants[merchant] += released
        found.open_lot(OPERATOR, source.end, source.end + count)

    def issue(self, batch: int, lot: int, merchant: int, consumers: list[tuple[int, int]]) -> None:
        """Coupons leave stock for consumers."""
        broken = faults.of_issue(self.ghost, batch, lot, merchant, consumers)
        intent = self.world.issue_intent(merchant, batch, lot, consumers, by=self.ghost.names["merchant", merchant])
        if self._send("issue", [intent], broken=[broken], halts=self._pause()) and not broken:
            found = self.ghost.batches[batch]
            self.ghost.issue(found, found.lots[lot], consumers)

    def redeem(self, merchant: int, items: Sequence[Presented], *, countersigned: bool = True) -> None:
        """A merchant writes presented coupons off; what each moved must stand in the event to the last cent."""
        by = self.ghost.names["merchant", merchant] if countersigned else "stranger"
        intent = self.world.redeem_intent(merchant, [self._record(merchant, item) for item in items], by=by)
        if halts := self._pause():
            self._send("redeem", [intent], halts=halts)
            return
        unfit = faults.of_merchant(self.ghost, merchant)
        if not countersigned:
            unfit |= {Reason.SIGNATURE_INVALID}
        broken, done = self._redeem(merchant, items, unfit)
        receipt = self._send("redeem", [intent], broken=broken)
        assert receipt is not None
        told = [each for event in events(self.world, receipt) if isinstance(event, Redeemed) for each in event.items]
        found = [(e.coupon, e.order, Moved(e.reward, e.contribution, e.discount, e.parts)) for e in told]
        assert found == done
        assert all(sum(each.parts) == each.reward + each.contribution for each in told)

    def close(self, batch: int) -> None:
        """A finished batch gives its reserve back."""
        found = self.ghost.batches[batch]
        halts = _halts(BatchClosed=found.closed, BatchNotFinished=self.ghost.time < found.closing_time)
        if self._send("close", batch, sender="operator", halts=halts):
            self.ghost.merchants[OPERATOR] += found.reserve
            found.reserve, found.closed = 0, True

    def close_lots(self, batch: int) -> None:
        """All lots of a closed batch give theirs back."""
        found = self.ghost.batches[batch]
        broken = [NO_FAULT if lot.reserve else frozenset({Reason.AMOUNT_ZERO}) for lot in found.lots.values()]
        halts = _halts(BatchNotClosed=not found.closed)
        if self._send("closeLots", batch, list(found.lots), broken=broken, halts=halts):
            for lot in found.lots.values():
                self.ghost.merchants[lot.merchant] += lot.reserve
                lot.reserve = 0

    def pause(self) -> None:
        """Mint, allocate, recall, issue and redeem stop."""
        ghost = self.ghost
        cooling = bool(ghost.pauses) and not ghost.paused and ghost.now < ghost.pauses[-1][1] + DAY
        if self._send("pause", sender="pauser", halts=_halts(LedgerPaused=ghost.paused, PauseCoolingDown=cooling)):
            ghost.pauses.append((ghost.now, ghost.now + PAUSE))

    def unpause(self) -> None:
        """They go on."""
        if self._send("unpause", sender="pauser", halts=_halts(NotPaused=not self.ghost.paused)):
            self.ghost.pauses[-1] = (self.ghost.pauses[-1][0], self.ghost.now)

    def pass_time(self, seconds: int) -> None:
        """The clock goes on."""
        self.world.pass_time(seconds)
        self.ghost.now += seconds

    def _send(
        self,
        function: str,
        *arguments: Any,
        broken: Sequence[Faults] = (NO_FAULT,),
        sender: str = "relayer",
        halts: frozenset[str] = frozenset(),
        more_done: int = 0,
    ) -> Receipt | None:
        """The receipt, or None of a call that reverted as it should: with one of `halts`.

        Items are refused if and only if they break rules, and for one of those. If all are, only the seal changes.
        """
        if halts:
            with pytest.raises(Reverted) as caught:
                self.world.send(function, *arguments, sender=sender)
            assert caught.value.revert is not None
            assert caught.value.revert.name in halts
            self.mix[f"{function} reverted"] += 1
            return None
        with changing_only_the_seal(self.world) if broken and all(broken) else nullcontext():
            receipt = self.world.send(function, *arguments, sender=sender)
        self.sequence += 1
        found = {item.item: item.reason for item in refused(self.world, receipt)}
        assert {
            index: found.get(index) in each if each else index not in found for index, each in enumerate(broken)
        } == (dict.fromkeys(range(len(broken)), True)), (found, broken)
        assert sealed(self.world, receipt).items == len(broken) + more_done
        self.mix.update(f"{function} {reason.title}" for reason in found.values())
        self.mix[f"{function} done"] += len(broken) - len(found)
        return receipt

    def _redeem(self, merchant: int, items: Sequence[Presented], unfit: Faults) -> tuple[list[Faults], list[Any]]:
        """Item by item: what each breaks, and what those that break nothing move."""
        ghost, broken, done = self.ghost, list[Faults](), list[Any]()
        taken = ghost.rewarded[merchant, ghost.today]
        purse = Purse(ghost.merchants[merchant], max(0, ghost.reward_cap_daily - taken))
        for item in items:
            broken.append(unfit or faults.of_presentation(ghost, merchant, item, purse))
            if broken[-1]:
                continue
            batch = ghost.batches[item.batch]
            moving = moved(batch.terms, item.order)
            purse.cash -= moving.contribution
            purse.reward -= moving.reward
            ghost.redeem(merchant, batch, item.serial, moving)
            done.append((coupon_id(item.batch, item.serial), item.order, moving))
        return broken, done

    def _record(self, merchant: int, item: Presented) -> bytes:
        return self.world.redeem_item(
            coupon_id(item.batch, item.serial),
            lot=item.lot,
            merchant=merchant,
            holder=self.ghost.names.get(("consumer", item.signer), "stranger"),
            order=item.order,
            maximum_order=item.maximum_order,
            version=item.version,
            deadline=item.deadline,
        )

    def _pay_out(self, merchant: int) -> int:
        amount = min(self.ghost.requests.pop(merchant)[0], self.ghost.merchants[merchant])
        self.ghost.merchants[merchant] -= amount
        return amount

    def _add(self, consumer: bool, party: int, amount: int) -> None:
        cash = self.ghost.consumers if consumer else self.ghost.merchants
        cash[party] += amount

    def _pause(self) -> frozenset[str]:
        return _halts(LedgerPaused=self.ghost.paused)
