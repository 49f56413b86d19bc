"""The root of the command: its help, its version, and how it says that it was called wrongly."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ledger.cli.errors import EXIT_BAD_INPUT
from ledger.cli.output import Output


class Root(TyperGroup):
    """The group of all commands; with `--json` a wrong call is a JSON object too."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """See `typer.core.TyperGroup.main`."""
        words = list(sys.argv[1:] if args is None else args)
        options = {
            "prog_name": prog_name,
            "complete_var": complete_var,
            "windows_expand_args": windows_expand_args,
            **extra,
        }
        if not standalone_mode or not _asks_for_json(words):
            return super().main(args, standalone_mode=standalone_mode, **options)
        try:
            code = super().main(args, standalone_mode=False, **options)
        except typer.TyperException as error:
            Output(as_json=True).error("UsageError", error.format_message())
            sys.exit(EXIT_BAD_INPUT)
        sys.exit(code if isinstance(code, int) else 0)


def version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        from importlib.metadata import version as version_of

        typer.echo(f"coupon {version_of('coupon-ledger')}")
        raise typer.Exit


def root(
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Coupons whose IDs, holders, balances and reward pools live on a chain.

    Begin with [bold]coupon init[/bold]. Every command takes [bold]--state DIR[/bold] and [bold]--json[/bold].
    """


def _asks_for_json(words: Sequence[str]) -> bool:
    before = words[: words.index("--")] if "--" in words else words
    return "--json" in before
