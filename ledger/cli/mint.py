"""`coupon batch mint`: every term as an option, or in a file."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ledger.cli.batch_page import terms_facts
from ledger.cli.session import Key, Session, key_of, work
from ledger.cli.show import coupons
from ledger.cli.terms import NAMES, read_file, read_terms

WHO, MONEY, PASS_ON = "Who and when", "Money", "Passing on"


def _term(name: str, help: str, *, panel: str, metavar: str | None = None) -> typer.models.OptionInfo:
    made: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=help, rich_help_panel=panel)
    return made


Size = Annotated[int | None, _term("--size", "How many coupons.", panel=WHO)]
Opens = Annotated[
    str | None, _term("--opens", "Redeemable from here on [dim](default: at once)[/dim].", panel=WHO, metavar="MOMENT")
]
Closes = Annotated[
    str | None, _term("--closes", "The end of the window; a day counts to its end.", panel=WHO, metavar="MOMENT")
]
ValidDays = Annotated[
    int | None,
    _term(
        "--valid-days", "Valid this many whole days (UTC) after issue; the window then bounds the issuing.", panel=WHO
    ),
]
Accepts = Annotated[
    str | None,
    _term(
        "--accepts",
        "Who redeems: all, issuer (the issuing merchant only), or a group's number.",
        panel=WHO,
        metavar="WHO",
    ),
]
MinimumOrder = Annotated[
    str | None, _term("--minimum-order", "No redemption below this order.", panel=WHO, metavar="AMOUNT")
]
Reward = Annotated[
    str | None, _term("--reward", "Reward of a coupon, reserved at mint.", panel=MONEY, metavar="AMOUNT")
]
RewardCap = Annotated[
    int | None,
    _term(
        "--reward-cap-bps", "At most this part of the order [dim](10,000 = all of it, the default)[/dim].", panel=MONEY
    ),
]
ContributionBps = Annotated[
    int | None,
    _term("--contribution-bps", "Part of the order that the redeeming merchant adds, in basis points.", panel=MONEY),
]
ContributionCap = Annotated[str | None, _term("--contribution-cap", "At most this.", panel=MONEY, metavar="AMOUNT")]
Split = Annotated[
    str | None,
    _term(
        "--split",
        "Basis points of platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter: 10,000 in all.",
        panel=MONEY,
        metavar="ROLE=BPS,...",
    ),
]
RemainderRole = Annotated[
    Literal["platform", "issuer", "redeemer", "consumer", "recruiter"] | None,
    _term(
        "--remainder-role",
        "Who gets what rounding and absent roles leave [dim](platform)[/dim].",
        panel=MONEY,
        metavar="ROLE",
    ),
]
Discount = Annotated[
    str | None,
    _term("--discount", "What the consumer saves; with --discount-bps at most this.", panel=MONEY, metavar="AMOUNT"),
]
DiscountBps = Annotated[
    int | None, _term("--discount-bps", "The discount as a part of the order, in basis points.", panel=MONEY)
]
FunderOption = Annotated[
    Literal["operator", "issuer", "redeemer"] | None,
    _term("--funder", "Who pays for the discount: operator (default), issuer or redeemer.", panel=MONEY, metavar="WHO"),
]
SettlementDelay = Annotated[
    int | None, _term("--settlement-delay-hours", "Hours between redemption and distribution.", panel=MONEY)
]
ShareModeOption = Annotated[
    Literal["none", "transfer", "copy"] | None,
    _term("--share-mode", "none (default), transfer or copy.", panel=PASS_ON, metavar="MODE"),
]
Copies = Annotated[int | None, _term("--copies", "Copies of each coupon, 1 to 255; only with copy.", panel=PASS_ON)]
Hops = Annotated[
    int | None, _term("--hops", "How often it may be passed on, 1 to 15; only when shared.", panel=PASS_ON)
]
PointsPrice = Annotated[int | None, _term("--points-price", "Points that one costs at issue.", panel=PASS_ON)]
Revocable = Annotated[bool | None, _term("--revocable", "The operator may take coupons back.", panel=PASS_ON)]
Bearer = Annotated[
    bool | None, _term("--bearer", "May be printed: whoever holds the paper holds the coupon.", panel=PASS_ON)
]
Wording = Annotated[
    str | None, _term("--text", "The wording for people; its SHA-256 goes on the chain.", panel=WHO, metavar="TEXT")
]
TermsFile = Annotated[
    Path | None, typer.Option("--terms", metavar="FILE", help="Terms in a .toml or .json file; options go before it.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Reserve the money without being asked.")]


@work
def mint(
    session: Session,
    terms: TermsFile = None,
    size: Size = None,
    opens: Opens = None,
    closes: Closes = None,
    valid_days: ValidDays = None,
    accepts: Accepts = None,
    minimum_order: MinimumOrder = None,
    text: Wording = None,
    reward: Reward = None,
    reward_cap_bps: RewardCap = None,
    contribution_bps: ContributionBps = None,
    contribution_cap: ContributionCap = None,
    split: Split = None,
    remainder_role: RemainderRole = None,
    discount: Discount = None,
    discount_bps: DiscountBps = None,
    funder: FunderOption = None,
    settlement_delay_hours: SettlementDelay = None,
    share_mode: ShareModeOption = None,
    copies: Copies = None,
    hops: Hops = None,
    points_price: PointsPrice = None,
    revocable: Revocable = None,
    bearer: Bearer = None,
    yes: Yes = False,
    key: Key = None,
) -> None:
    """Mint a batch: coupons under one set of terms, with the money for all they promise set aside."""
    # The options are the terms' own names: none is written down twice.
    options = locals()
    given = {name: options[name] for name in NAMES if options[name] is not None}
    _mint(session, {**(read_file(terms) if terms else {}), **given}, yes=yes, key=key)


def _mint(session: Session, given: dict[str, object], *, yes: bool, key: str | None) -> None:
    from ledger.domain.events import Minted
    from ledger.intake.mint import Mint

    ledger, money = session.ledger, session.money
    terms = read_terms(given, money, session.zone)
    terms.check()
    cash = ledger.members.find("merchant", "operator").cash
    taken = f"this takes {money.show(terms.reserve_minor)} of the operator's {money.show(cash)} into reserve"
    if terms.reserve_minor:
        session.confirm(f"Minting {coupons(terms.size)}: {taken}", yes=yes)
    outcome = session.settle(ledger.batches.mint(Mint(terms), key=key_of(key)))
    event = next(each for each in ledger.operations.events(outcome.operations[0].id) if isinstance(each, Minted))
    session.report(
        outcome,
        f"minted batch {event.batch}: {coupons(terms.size)}, {event.batch}/0 to {event.batch}/{terms.size - 1}",
        document={"batch": {"id": event.batch, "size": terms.size, **money.document(reserve=event.reserve)}},
        details=(("reserved", money.show(event.reserve)), *terms_facts(session, terms)),
    )
