"""The `coupon` command."""

import sys

import typer

from ledger.cli import batch, consumer, limits, merchant, points, policy, purchase, statement, voucher, wallet
from ledger.cli.balance import balance
from ledger.cli.cash import deposit, pause, pay_out, unpause, withdraw
from ledger.cli.coupons import issue, redeem
from ledger.cli.demo import demo
from ledger.cli.init import init
from ledger.cli.offers import accept, cancel, claim, offer, offers
from ledger.cli.operations import operations
from ledger.cli.replay import replay
from ledger.cli.revoke import revoke
from ledger.cli.root import Root, root
from ledger.cli.settlement import amend, distribute, forfeit, reverse, waiting
from ledger.cli.sharing import copy, transfer
from ledger.cli.trace import trace
from ledger.cli.verify import verify

__all__ = ["app", "main"]

app = typer.Typer(
    name="coupon", cls=Root, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode="rich"
)
app.callback()(root)
SETTLEMENT = "Redemptions that wait"
START, COUPONS, CASH, AUDIT = "Start", "Coupons", "Parties and money", "Look and verify"
SHARING = "Sharing"
app.command("init", rich_help_panel=START)(init)
app.command("replay", rich_help_panel=START)(replay)
app.command("demo", rich_help_panel=START)(demo)
app.add_typer(batch.commands, name="batch", rich_help_panel=COUPONS)
app.command("issue", rich_help_panel=COUPONS)(issue)
app.command("redeem", rich_help_panel=COUPONS)(redeem)
app.command("revoke", rich_help_panel=COUPONS)(revoke)
app.add_typer(voucher.commands, name="voucher", rich_help_panel=COUPONS)
app.command("waiting", rich_help_panel=SETTLEMENT)(waiting)
app.command("amend", rich_help_panel=SETTLEMENT)(amend)
app.command("reverse", rich_help_panel=SETTLEMENT)(reverse)
app.command("forfeit", rich_help_panel=SETTLEMENT)(forfeit)
app.command("distribute", rich_help_panel=SETTLEMENT)(distribute)
app.command("transfer", rich_help_panel=SHARING)(transfer)
app.command("copy", rich_help_panel=SHARING)(copy)
app.command("offer", rich_help_panel=SHARING)(offer)
app.command("claim", rich_help_panel=SHARING)(claim)
app.command("accept", rich_help_panel=SHARING)(accept)
app.command("cancel", rich_help_panel=SHARING)(cancel)
app.command("offers", rich_help_panel=SHARING)(offers)
app.add_typer(merchant.commands, name="merchant", rich_help_panel=CASH)
app.add_typer(consumer.commands, name="consumer", rich_help_panel=CASH)
app.add_typer(purchase.commands, name="purchase", rich_help_panel=CASH)
app.add_typer(statement.commands, name="statement", rich_help_panel=CASH)
app.add_typer(policy.commands, name="policy", rich_help_panel=CASH)
app.add_typer(points.commands, name="points", rich_help_panel=CASH)
app.add_typer(wallet.commands, name="wallet", rich_help_panel=CASH)
app.add_typer(limits.commands, name="limits", rich_help_panel=CASH)
app.command("retire", rich_help_panel=CASH)(limits.retire)
app.command("deposit", rich_help_panel=CASH)(deposit)
app.command("withdraw", rich_help_panel=CASH)(withdraw)
app.command("pay-out", rich_help_panel=CASH)(pay_out)
app.command("pause", rich_help_panel=CASH)(pause)
app.command("unpause", rich_help_panel=CASH)(unpause)
app.command("trace", rich_help_panel=AUDIT)(trace)
app.command("balance", rich_help_panel=AUDIT)(balance)
app.command("verify", rich_help_panel=AUDIT)(verify)
app.command("operations", rich_help_panel=AUDIT)(operations)


def main() -> None:
    """Run the command; its exit code is the process's."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a question mark, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="coupon")
