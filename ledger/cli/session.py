"""One run of a command: its state folder, its ledger once it is needed, and what it says."""

from __future__ import annotations

import functools
import inspect
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import RenderableType
from rich.text import Text

from ledger.cli.errors import (
    ConfirmationNeeded,
    FolderUnusable,
    NotConfirmed,
    TextInvalid,
    describe,
    exit_code,
    named_errors,
)
from ledger.cli.moments import Zone
from ledger.cli.money import Money
from ledger.cli.names import KEY_LENGTH, printable, short
from ledger.cli.output import Output
from ledger.cli.show import done, facts

if TYPE_CHECKING:
    from ledger.charter import Charter
    from ledger.intake.desk import Accepted
    from ledger.ledger import Ledger
    from ledger.nouns.operations import Operation
    from ledger.settings import Settings

STATE = Annotated[
    Path | None,
    typer.Option("--state", metavar="DIR", help="The ledger's folder [dim](COUPON_STATE, or else ./state)[/dim]."),
]
JSON = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Idempotency key: the same key does the same thing only once [dim](default: a new one)[/dim].",
    ),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Operations that were done; `repeated` if they had been before."""

    operations: tuple[Operation, ...]
    repeated: bool


class Session:
    """What every command works with."""

    def __init__(self, state: Path | None, *, as_json: bool) -> None:
        self._state, self.output = state, Output(as_json=as_json)
        self._opened: Ledger | None = None

    @cached_property
    def settings(self) -> Settings:
        """The settings in force."""
        from ledger.settings import Settings

        return Settings()

    @property
    def folder(self) -> Path:
        """The state folder."""
        return self._state or self.settings.state

    def go_into(self, name: str) -> None:
        """Work in a folder inside the state folder from here on."""
        self._state = self.folder / name

    @property
    def password(self) -> str | None:
        """What opens the keystore, None where it lies in its file."""
        secret = self.settings.password
        return None if secret is None else secret.get_secret_value()

    @property
    def ledger(self) -> Ledger:
        """The ledger, opened at the first use, with everything finished that an earlier run had left."""
        if self._opened is None:
            with self.output.waiting("opening the ledger"):
                from ledger.ledger import open_ledger

                try:
                    self._opened = open_ledger(self.folder, password=self.password)
                except OSError as error:
                    raise FolderUnusable(self.folder, error) from error
            self._finish_earlier(self._opened)
        return self._opened

    def create(self, charter: Charter, *, start: int | None = None) -> Ledger:
        """A new ledger in the state folder; `start` is the first moment of a replay clock, Unix seconds."""
        with self.output.waiting("deploying the contracts"):
            from ledger.ledger import create_ledger

            try:
                self._opened = create_ledger(self.folder, charter, password=self.password, start=start)
            except OSError as error:
                raise FolderUnusable(self.folder, error) from error
            self._opened.settle()
        return self._opened

    @property
    def money(self) -> Money:
        """The ledger's currency."""
        return Money(self.ledger.charter.currency, self.ledger.charter.decimals)

    @property
    def zone(self) -> Zone:
        """The zone in which the ledger's days are shown."""
        return _zone(self.ledger.charter)

    def settle(self, *accepted: Accepted) -> Outcome:
        """Bring operations to their end; raises `OperationRefused` where the chain refuses one."""
        with self.output.progress("settling") as progress:
            counted = 0

            def count(settled: int) -> None:
                nonlocal counted
                counted += settled
                progress.update(counted)

            self.ledger.settle(lambda each: count(each.included + each.refused))
        operations = tuple(self.ledger.operations.done(each.id) for each in accepted)
        return Outcome(operations, all(each.repeated for each in accepted))

    def report(
        self,
        outcome: Outcome,
        sentence: str,
        *,
        document: Mapping[str, Any],
        details: Iterable[tuple[str, RenderableType | None]] = (),
        more: Iterable[RenderableType] = (),
    ) -> None:
        """What a write did, with its place on the chain."""
        operations = [operation_document(each) for each in outcome.operations]
        places = dict.fromkeys(_place(each) for each in outcome.operations)
        self.output.show(
            {**document, "repeated": outcome.repeated, "operations": operations},
            done(sentence, repeated=outcome.repeated),
            facts([*details, *(("chain", Text(place, style="dim")) for place in places)]),
            *more,
        )

    def confirm(self, what: str, *, yes: bool) -> None:
        """Go on only after a yes; raises ConfirmationNeeded where there is nobody to ask, NotConfirmed."""
        if yes:
            return
        if not self.output.asks:
            raise ConfirmationNeeded(what)
        if not typer.confirm(f"{what}. Go on?", err=True):
            raise NotConfirmed

    def fail(self, error: Exception) -> typer.Exit:
        """Say what is wrong; the exit to raise."""
        charter = self._opened.charter if self._opened else None
        money = Money(charter.currency, charter.decimals) if charter else None
        self.output.error(*describe(error, money, _zone(charter) if charter else None))
        return typer.Exit(exit_code(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._opened is not None:
            self._opened.close()

    def _finish_earlier(self, ledger: Ledger) -> None:
        with self.output.progress("finishing what an earlier run had left"):
            left = ledger.settle()
        if left.included or left.refused:
            self.output.note(f"finished what an earlier run had left: {left.included} done, {left.refused} refused")


def work(do: Callable[..., None]) -> Callable[..., None]:
    """A command out of a function of a session: it gets `--state` and `--json`, and its errors become one line."""
    signature = inspect.signature(do, eval_str=True)

    @functools.wraps(do)
    def run(**given: Any) -> None:
        with Session(given.pop("state"), as_json=given.pop("as_json")) as session:
            try:
                _check_texts(given.values())
                do(session, **given)
            except named_errors() as error:
                raise session.fail(error) from error

    shared = [
        inspect.Parameter("state", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=STATE),
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JSON),
    ]
    own = list(signature.parameters.values())[1:]
    run.__signature__ = signature.replace(parameters=[*own, *shared])  # type: ignore[attr-defined]
    return run


def _check_texts(values: Iterable[Any]) -> None:
    """Bytes that are no text in the system's encoding come as halves of letters, which nothing can store."""
    for value in values:
        if isinstance(value, list):
            _check_texts(value)
        elif isinstance(value, str | Path) and any("\ud800" <= letter <= "\udfff" for letter in str(value)):
            raise TextInvalid(str(value))


def key_of(given: str | None) -> str:
    """The key as given, or one that nobody had before; raises OptionInvalid."""
    return secrets.token_hex(16) if given is None else printable("--key", given, limit=KEY_LENGTH)


def operation_document(operation: Operation) -> dict[str, Any]:
    """An operation for JSON."""
    return {
        "id": operation.id,
        "verb": operation.verb,
        "state": operation.state,
        "reason": operation.reason,
        "block": operation.block,
        "transaction": operation.transaction,
        "gas_used": operation.gas_used,
    }


def _place(operation: Operation) -> str:
    transaction = short(operation.transaction) if operation.transaction else "no transaction"
    return f"block {operation.block:,}, transaction {transaction}, {operation.gas_used or 0:,} gas"


def _zone(charter: Charter) -> Zone:
    from ledger.replay.days import zone_named

    return Zone(zone_named(charter.zone))
