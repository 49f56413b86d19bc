"""Where the command writes: one JSON document, or text for people; progress and errors on the other stream."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.text import Text

PATIENCE_SECONDS: Final = 1.0
"""What takes longer shows how far it is."""

_WIDTH_OF_A_PIPE: Final = 200
"""Columns where there is no terminal: nothing is folded for whoever reads lines."""


class Output:
    """Writes what a command did; `as_json` for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._console, self._notes = _console(stderr=False), _console(stderr=True)

    def show(self, document: Mapping[str, Any], *people: RenderableType) -> None:
        """The document for programs, or the same for people."""
        if self.as_json:
            self._write(document)
            return
        for each in people:
            self._console.print(each)

    def error(self, name: str, message: str) -> None:
        """Why nothing was done: one line, or one JSON object on the ordinary stream."""
        if self.as_json:
            self._write({"error": name, "message": message})
            return
        self._notes.print(Text.assemble(("error: ", "bold red"), (name, "bold"), f": {message}"), soft_wrap=True)

    def note(self, text: str) -> None:
        """Something to know besides the result."""
        self._notes.print(Text(text, style="dim"), soft_wrap=True)

    @property
    def asks(self) -> bool:
        """Whether there is a person to ask."""
        return not self.as_json and self._notes.is_terminal and sys.stdin.isatty()

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """A spinner on a terminal while something goes on that cannot say how far it is."""
        if not self._notes.is_terminal:
            yield
            return
        with self._notes.status(what):
            yield

    @contextmanager
    def progress(self, what: str) -> Iterator["Progress"]:
        """A bar on a terminal, or one line elsewhere, for what takes over a second."""
        progress = Progress(self._notes, what)
        try:
            yield progress
        finally:
            progress.close()

    def _write(self, document: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=_plain) + "\n")


class Progress:
    """How far something is; nothing is shown before it has taken a second."""

    def __init__(self, console: Console, what: str) -> None:
        self._console, self._what = console, what
        self._began, self._said = time.monotonic(), False
        self._bar: Any = None

    def update(self, done: int, total: int | None = None, note: str = "") -> None:
        """`done` of `total`, which is None while nobody knows."""
        if time.monotonic() - self._began < PATIENCE_SECONDS:
            return
        if not self._console.is_terminal:
            if not self._said:
                self._said = True
                self._console.print(f"{self._what}: {_of(done, total)}; this takes a while", soft_wrap=True)
            return
        if self._bar is None:
            self._bar = _bar(self._console)
            self._bar.add_task(self._what, note="")
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total, note=note)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def _bar(console: Console) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("{task.fields[note]}"), console=console, transient=True)


def _of(done: int, total: int | None) -> str:
    return f"{done:,}" if total is None else f"{done:,} of {total:,}"


def _console(*, stderr: bool) -> Console:
    # References and names are people's own: nothing in them is markup.
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_PIPE
    return console


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    raise TypeError(f"{type(value).__name__} has no plain form")
