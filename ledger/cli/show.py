"""How things look on a terminal: facts in two columns, tables with numbers to the right, sentences."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Facts = Iterable[tuple[str, RenderableType | None]]

_BAR_CELLS: Final = 24
_RULES: Final = box.Box("    \n    \n ── \n    \n    \n ── \n    \n    \n")
"""A rule below the header and one above the sums, nothing else."""


def done(sentence: str, *, repeated: bool) -> Text:
    """What a write did."""
    if repeated:
        return Text.assemble(("Done before: ", "bold yellow"), sentence)
    return Text.assemble(("Done: ", "bold green"), sentence)


def heading(text: str) -> Text:
    """What the following is about."""
    return Text(text, style="bold")


def facts(pairs: Facts) -> RenderableType:
    """Labels and values; a value of None is left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in pairs:
        if value is not None:
            grid.add_row(label, plain(value) if isinstance(value, str) else value)
    return Padding(grid, (0, 0, 0, 2), expand=False)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], *, totals: Iterable[str] = ()) -> RenderableType:
    """A table; a column whose name begins with `>` holds numbers, and one with `*` may be folded."""
    made = Table(
        box=_RULES,
        header_style="bold",
        show_footer=bool(totals),
        footer_style="bold",
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
    )
    for name, total in zip(columns, [*totals] or [""] * 99, strict=False):
        folds = name.startswith("*")
        made.add_column(
            Text(name.lstrip(">*"), overflow="fold"),
            footer=total,
            justify="right" if name.startswith(">") else "left",
            no_wrap=not folds,
            overflow="fold" if folds else "ellipsis",
        )
    for row in rows:
        made.add_row(*(plain(cell) for cell in row))
    return made


def section(title: str, body: RenderableType) -> Group:
    """A part of a longer answer."""
    return Group(Text(), heading(title), body)


def nothing(what: str) -> Text:
    """An empty list."""
    return Text(what, style="dim")


def plain(text: str) -> str:
    """Text of people as it may be shown: what would steer the terminal is shown as a question mark."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def funnel(steps: Mapping[str, int]) -> RenderableType:
    """How many got how far, as bars beside the first."""
    most = max(1, *steps.values())
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(justify="right")
    grid.add_column()
    for name, count in steps.items():
        cells = -(-_BAR_CELLS * count // most)
        grid.add_row(name, f"{count:,}", Text("█" * cells, style="cyan"))
    return Padding(grid, (0, 0, 0, 2), expand=False)


def percent(bps: int) -> str:
    """Basis points as people say them."""
    return f"{bps / 100:g}%"


def number(value: int) -> str:
    """A count with thousands separators."""
    return f"{value:,}"


def coupons(count: int) -> str:
    """How many coupons."""
    return "1 coupon" if count == 1 else f"{count:,} coupons"


def state_of(suspended: bool) -> str:
    """Whether a party may act."""
    return "suspended" if suspended else "in force"


def joined(parts: Iterable[Any]) -> str:
    """A list in a sentence."""
    return ", ".join(str(part) for part in parts)
