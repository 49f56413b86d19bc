"""The four stored words of a batch, as `BatchWords.sol` packs them: from the lowest bit, in the order of `Batch`."""

from dataclasses import dataclass

from ledger.domain.terms import Funder, Role, ShareMode, Terms

_ACCEPTANCE = (32, 40, 40, 16, 8, 8, 8, 32, 48, 16, 8)
_MONEY = (40, 16, 16, 40, 16, 40, 8, 8, 40, 32)
_STATE = (16, 16, 16, 16, 16, 16, 16, 64, 32, 32, 8)
_REVOCABLE, _BEARER = 1, 2


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch as it stands: its terms and what moves, amounts in minor units."""

    terms: Terms
    paused_at_mint: int
    reserve: int
    lots: int
    stock: int
    closed: bool


def unpack(acceptance: int, money: int, state: int, text: bytes) -> BatchState:
    """The batch in its four words."""
    size, opens, closes, days, mode, copies, hops, group, minimum, delay, flags = _fields(acceptance, _ACCEPTANCE)
    reward, cap, share, share_cap, off, off_minor, funder, remainder, points, paused = _fields(money, _MONEY)
    *split, reserve, lots, stock, closed = _fields(state, _STATE)
    terms = Terms(
        size=size,
        opens=opens,
        closes=closes,
        valid_days=days,
        share_mode=ShareMode(mode),
        copies=copies,
        hops=hops,
        group=group,
        minimum_order_minor=minimum,
        settlement_delay_hours=delay,
        revocable=bool(flags & _REVOCABLE),
        bearer=bool(flags & _BEARER),
        reward_minor=reward,
        reward_cap_bps=cap,
        contribution_bps=share,
        contribution_cap_minor=share_cap,
        discount_bps=off,
        discount_minor=off_minor,
        funder=Funder(funder),
        remainder_role=Role(remainder),
        points_price=points,
        split_bps=(split[0], split[1], split[2], split[3], split[4], split[5], split[6]),
        text=text,
    )
    return BatchState(terms, paused, reserve, lots, stock, bool(closed))


def _fields(word: int, widths: tuple[int, ...]) -> list[int]:
    values = []
    for width in widths:
        values.append(word & ((1 << width) - 1))
        word >>= width
    return values
