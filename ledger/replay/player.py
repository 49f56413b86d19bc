"""Plays a plan on a ledger whose clock it sets: the facts happen again, at their own time, and a cut run goes on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection

from ledger.chain.clock import ReplayClock
from ledger.domain.errors import LedgerError
from ledger.domain.rebate import EqualCodes
from ledger.domain.terms import Terms
from ledger.intake import control
from ledger.intake.desk import INTENT_SECONDS, Desk
from ledger.intake.policy import ChangePolicy
from ledger.ledger import Ledger
from ledger.replay import book as books
from ledger.replay.acts import Acts, rule_of
from ledger.replay.book import Book, Standing
from ledger.replay.facts import BatchFact, Plan, PolicyFact, StatementFact
from ledger.replay.steps import Need, Step, steps_of
from ledger.store.outbox import OperationState

HOUR, DAY = 3_600, 86_400
WINDOW_STEPS = 2_000
WINDOW_SECONDS = INTENT_SECONDS // 2
"""What is signed at the window's start must still be good at its end, which is the time of its block."""

TIMED = frozenset(
    {"mint", "allocate", "issue", "transfer", "copy", "redeem", "amend", "reverse", "distribute", "state"}
)
"""What depends on the time of its block; such steps of different days do not share one."""


class ClockNotReplay(LedgerError):
    """A replay sets the time; a ledger on the wall's time cannot be replayed into."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"ledger {name!r} keeps the wall's time; make one with `coupon init --clock replay`")


class CurrencyMismatch(LedgerError):
    """The source's money is not the ledger's."""

    def __init__(self, source: str, ledger: str) -> None:
        self.source, self.ledger = source, ledger
        super().__init__(f"the source is in {source}, the ledger in {ledger}; make a ledger in {source}")


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps behind the replay and in all, and the moment it has come to (Unix seconds)."""

    position: int
    total: int
    at: int


@dataclass(slots=True)
class _Window:
    steps: list[Step] = field(default_factory=list)
    gives: set[Need] = field(default_factory=set)
    timed: bool = False
    hour: int | None = None
    """The one hour that the window must end in, once it holds a step that says so."""

    def add(self, step: Step) -> None:
        """Take a step in."""
        self.steps.append(step)
        self.gives |= step.gives
        self.timed |= step.kind in TIMED
        if step.hourly:
            self.hour = step.at // HOUR


class Player:
    """Accepts a plan's facts window by window and settles each window before the next."""

    def __init__(self, ledger: Ledger, plan: Plan) -> None:
        if not isinstance(ledger.clock, ReplayClock):
            raise ClockNotReplay(ledger.charter.name)
        if (plan.currency, plan.decimals) != (ledger.charter.currency, ledger.charter.decimals):
            raise CurrencyMismatch(
                f"{plan.currency} ({plan.decimals} decimals)",
                f"{ledger.charter.currency} ({ledger.charter.decimals} decimals)",
            )
        self._ledger, self._clock = ledger, ledger.clock
        self._steps = steps_of(plan.facts)
        self._name = f"replay/{_fingerprint(plan)}"
        self._book = Book(self._name)
        self._acts = Acts(self._book, treasurer=ledger.role("treasurer").address)
        self._edges = sorted({edge for fact in plan.facts if isinstance(fact, BatchFact) for edge in _edges(fact)})

    def play(self, progress: Callable[[Progress], None] | None = None) -> Standing:
        """Go on from where the last run stopped, to the end."""
        with self._ledger.store.read() as connection:
            standing = books.load(connection, self._name)
            self._book.read_parties(connection)
            self._book.read(connection, self._steps[: standing.position])
        while standing.position < len(self._steps):
            fact = self._steps[standing.position].facts[0]
            if isinstance(fact, PolicyFact):
                self._announce(standing, fact)
            else:
                self._play_window(standing)
            if progress is not None:
                progress(Progress(standing.position, len(self._steps), self._clock.now()))
        return standing

    def finish(self) -> int:
        """Let the time come at which the plan's batches can be closed, and close them; how many were."""
        self._ledger.settle()
        closed = 0
        for batch in self._book.batches.values():
            summary = self._ledger.batches.get(batch)
            if not summary.closed:
                self._close(batch, summary.terms)
                closed += 1
            self._close_lots(batch)
        return closed

    def _close(self, batch: int, terms: Terms) -> None:
        pausing = self._ledger.operations.pausing()
        paused = pausing.total + (pausing.until - pausing.at if pausing.at else 0)
        closing = terms.closes + (terms.valid_days + 1) * DAY + terms.settlement_delay_hours * 3600
        self._set_clock(closing + control.CLOSING_GRACE + paused)
        self._ledger.batches.close(control.Close(batch), key=f"{self._name}/close/{batch}")
        self._ledger.settle()

    def _close_lots(self, batch: int) -> None:
        holding = [lot.lot for lot in self._ledger.batches.lots(batch) if lot.reserve]
        for start in range(0, len(holding), control.LOTS_LIMIT):
            lots = tuple(holding[start : start + control.LOTS_LIMIT])
            self._ledger.batches.close_lots(
                control.CloseLots(batch, lots), key=f"{self._name}/close lots/{batch}/{lots[0]}"
            )
        self._ledger.settle()

    def _play_window(self, standing: Standing) -> None:
        if standing.accepted == standing.position:
            self._accept_window(standing)
        # A window that an earlier run accepted is settled at its own time too.
        self._set_clock(self._steps[standing.accepted - 1].at)
        self._ledger.settle()
        self._settle_window(standing)

    def _announce(self, standing: Standing, fact: PolicyFact) -> None:
        step = self._steps[standing.position]
        self._set_clock(step.at)
        refusal = self._change_policy(fact, key=self._book.key(step))
        if refusal:
            standing.refuse(step.kind, refusal)
        else:
            standing.count(step.kind)
        standing.position = standing.accepted = standing.position + 1
        with self._ledger.store.write() as connection:
            books.save(connection, self._name, standing)

    def _change_policy(self, fact: PolicyFact, *, key: str) -> str:
        """A policy goes through the admin's timelock: two operations; the name of the rule that refuses one."""
        codes = EqualCodes[fact.equal_codes.upper()]
        request = ChangePolicy(fact.commission_bps, fact.rebate_bps, codes, fact.starts_at)
        try:
            scheduled = self._ledger.statements.change_policy(request, key=f"{key}/schedule")
            self._ledger.settle()
            executed = self._ledger.admin.execute(scheduled.id, key=f"{key}/execute")
        except LedgerError as error:
            return rule_of(error)
        self._ledger.settle()
        operation = self._ledger.operations.get(executed.id)
        return "" if operation.state == OperationState.INCLUDED else operation.reason or ""

    def _accept_window(self, standing: Standing) -> None:
        """Accept steps in one database transaction until one needs what another of them gives, or its time is over.

        What the desk refused is kept with what it took: a run that goes on from here has the same window.
        """
        window = _Window()
        with self._ledger.desk() as desk:
            for step in islice(self._steps, standing.position, None):
                if window.steps and self._ends_before(window, step):
                    break
                self._set_clock(step.at)
                refusal = self._hand_in(desk, step)
                if refusal:
                    standing.not_taken[str(step.number)] = refusal
                window.add(step)
            standing.accepted = standing.position + len(window.steps)
            books.save(desk.connection, self._name, standing)

    def _hand_in(self, desk: Desk, step: Step) -> str:
        """Accept a step whole, or nothing of it; the name of the rule that refuses it."""
        try:
            with desk.connection.begin_nested():
                self._acts.do(desk, step)
        except LedgerError as error:
            return rule_of(error)
        return ""

    def _ends_before(self, window: _Window, step: Step) -> bool:
        if step.kind == "policy":
            return True
        if len(window.steps) >= WINDOW_STEPS or step.needs & window.gives:
            return True
        first = window.steps[0].at
        if step.at - first > WINDOW_SECONDS or window.hour not in (None, step.at // HOUR):
            return True
        if not window.timed and step.kind not in TIMED:
            return False
        return first // DAY != step.at // DAY or any(first < edge <= step.at for edge in self._edges)

    def _settle_window(self, standing: Standing) -> None:
        """Count what became of the accepted steps and keep the position behind them."""
        steps = self._steps[standing.position : standing.accepted]
        with self._ledger.store.write() as connection:
            outcomes = self._book.outcomes(connection, steps)
            for step in steps:
                if step.kind == "distribute" and str(step.number) not in standing.not_taken:
                    self._count_many(connection, standing, step)
                    continue
                number = _number_of(step)
                state, reason = outcomes.get(self._book.key(step), ("", None))
                refusal = standing.not_taken.get(str(step.number))
                if refusal is not None:
                    standing.refuse(step.kind, refusal, number)
                elif state == OperationState.REFUSED:
                    standing.refuse(step.kind, reason or "", number)
                else:
                    standing.count(step.kind, number)
            standing.position = standing.accepted
            standing.not_taken.clear()
            books.save(connection, self._name, standing)
            self._book.read(connection, steps)

    def _count_many(self, connection: Connection, standing: Standing, step: Step) -> None:
        for state, reason in self._book.many(connection, step):
            if state == OperationState.REFUSED:
                standing.refuse(step.kind, reason or "")
            else:
                standing.count(step.kind)

    def _set_clock(self, moment: int) -> None:
        if moment > self._clock.now():
            self._clock.set(moment)


def _number_of(step: Step) -> int:
    """What a step counts for: its facts, or its purchases."""
    if step.kind == "purchases":
        return sum(len(fact.lines) for fact in step.facts if isinstance(fact, StatementFact))
    return len(step.facts)


def _edges(fact: BatchFact) -> tuple[int, int]:
    return fact.terms.opens, fact.terms.closes


def _fingerprint(plan: Plan) -> str:
    """A name for this very plan: another cut of the same source is another replay."""
    content = hashlib.sha256(repr(plan.facts).encode()).hexdigest()[:16]
    return f"{plan.name}/{content}"
