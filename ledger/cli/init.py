"""`coupon init`: make a ledger."""

import secrets
from typing import Annotated, Literal

import typer

from ledger.cli.errors import OptionInvalid
from ledger.cli.moments import Zone, read_duration, show_duration
from ledger.cli.money import Money
from ledger.cli.names import NAME_LENGTH, printable
from ledger.cli.session import Session, work
from ledger.cli.show import done, facts

DECIMALS_LIMIT = 6
CHAIN_ID_LIMIT = 2**31


Name = Annotated[str, typer.Option("--name", help="What the ledger is called.")]
Currency = Annotated[str, typer.Option("--currency", metavar="CODE", help="ISO 4217 code.")]
Decimals = Annotated[int, typer.Option("--decimals", min=0, max=DECIMALS_LIMIT, help="Digits after the point.")]
ZoneName = Annotated[str, typer.Option("--zone", metavar="ZONE", help="IANA zone in which days are read and shown.")]
ClockMode = Annotated[
    Literal["wall", "replay"], typer.Option("--clock", help="Real time, or the time of what is replayed.")
]
Start = Annotated[
    str | None,
    typer.Option("--start", metavar="MOMENT", help="Where a replay clock begins [dim](default: 1970)[/dim]."),
]
RewardCap = Annotated[
    str,
    typer.Option(
        "--reward-cap-daily",
        metavar="AMOUNT",
        help="Reward and funded discount that one merchant's redemptions may take a day (UTC).",
    ),
]
ReserveCap = Annotated[
    str, typer.Option("--reserve-cap-daily", metavar="AMOUNT", help="Money that mints may reserve a day (UTC).")
]
WithdrawalCap = Annotated[
    str,
    typer.Option(
        "--withdrawal-cap-daily",
        metavar="AMOUNT",
        help="Money that all parties together may withdraw a day (UTC); it bounds what stolen keys take.",
    ),
]
WithdrawalDelay = Annotated[
    str,
    typer.Option(
        "--withdrawal-delay", metavar="DURATION", help="How long a merchant's withdrawal waits: 90m, 24h, 2d."
    ),
]
AdminDelay = Annotated[
    str, typer.Option("--admin-delay", metavar="DURATION", help="How long a change of limits waits.")
]


@work
def init(
    session: Session,
    name: Name = "coupon ledger",
    currency: Currency = "USD",
    decimals: Decimals = 2,
    zone: ZoneName = "UTC",
    clock: ClockMode = "wall",
    start: Start = None,
    reward_cap_daily: RewardCap = "10000",
    reserve_cap_daily: ReserveCap = "10000000",
    withdrawal_cap_daily: WithdrawalCap = "1000000",
    withdrawal_delay: WithdrawalDelay = "24h",
    admin_delay: AdminDelay = "48h",
) -> None:
    """Make a ledger in the state folder: keys, an embedded chain with the contracts, a database."""
    from ledger.charter import Charter
    from ledger.replay.days import zone_named

    if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise OptionInvalid("--currency", f"{currency!r} is no ISO 4217 code, such as USD or EUR")
    if start is not None and clock == "wall":
        raise OptionInvalid("--start", "the wall clock begins now; add --clock replay")
    money, hours = Money(currency, decimals), Zone(zone_named(zone))
    charter = Charter(
        name=printable("--name", name, limit=NAME_LENGTH),
        currency=currency,
        decimals=decimals,
        zone=zone,
        clock=clock,
        chain_id=1 + secrets.randbelow(CHAIN_ID_LIMIT),
        reward_cap_daily=money.read(reward_cap_daily),
        reserve_cap_daily=money.read(reserve_cap_daily),
        withdrawal_cap_daily=money.read(withdrawal_cap_daily),
        withdrawal_delay=read_duration(withdrawal_delay),
        admin_delay=read_duration(admin_delay),
    )
    session.create(charter, start=None if start is None else hours.read(start))
    show_new(session)


def show_new(session: Session) -> None:
    """Where everything of a new ledger is, and what to do first."""
    ledger, money = session.ledger, session.money
    charter, deployment = ledger.charter, ledger.deployment
    password = ledger.folder.path / "password"
    made = password.exists() and session.password is None
    document = {
        "name": charter.name,
        "state": str(ledger.folder.path.resolve()),
        "ledger": deployment.ledger,
        "token": deployment.token,
        "lens": deployment.lens,
        "timelock": deployment.timelock,
        "chain_id": charter.chain_id,
        "clock": charter.clock,
        "now": session.zone.document(ledger.clock.now()),
        "zone": charter.zone,
        "withdrawal_delay_seconds": charter.withdrawal_delay,
        "admin_delay_seconds": charter.admin_delay,
        "password_file": str(password.resolve()) if made else None,
        **money.document(
            reward_cap_daily=charter.reward_cap_daily,
            reserve_cap_daily=charter.reserve_cap_daily,
            withdrawal_cap_daily=charter.withdrawal_cap_daily,
        ),
    }
    warning = f"{password} opens the keys. Move its content to a safe place and set COUPON_PASSWORD instead."
    pairs = [
        ("folder", str(ledger.folder.path)),
        ("contract", f"0x{deployment.ledger.hex()}"),
        ("token", f"0x{deployment.token.hex()}"),
        ("chain id", str(charter.chain_id)),
        ("clock", f"{charter.clock}, now {session.zone.show(ledger.clock.now())}"),
        ("caps a day", f"{money.show(charter.reward_cap_daily)} of reward and discount a merchant, "),
        ("", f"{money.show(charter.reserve_cap_daily)} reserved by mints and points, "),
        ("", f"{money.show(charter.withdrawal_cap_daily)} withdrawn by all parties"),
        ("withdrawals", f"merchants' wait {show_duration(charter.withdrawal_delay)}"),
        ("password", warning if made else "as set in COUPON_PASSWORD"),
        ("next", "coupon deposit operator 1000; coupon merchant add REFERENCE; coupon batch mint --help"),
    ]
    session.output.show(document, done(f"made the ledger {charter.name!r}", repeated=False), facts(pairs))
