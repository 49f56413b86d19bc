"""The lines of batches.csv: a batch and its terms."""

from collections.abc import Mapping
from dataclasses import fields
from typing import get_args

from ledger.replay.csv_fields import LineRefused, Row
from ledger.replay.csv_lines import Columns
from ledger.replay.facts import (
    Accepts,
    BatchFact,
    DiscountKind,
    Funder,
    MerchantFact,
    RemainderRole,
    ShareMode,
    SplitBps,
    TermsFact,
)
from ledger.replay.limits import BPS_MAX, broken_rules

SPLIT_COLUMNS = tuple(f"split_{part.name}_bps" for part in fields(SplitBps))
TERMS_COLUMNS = (
    "valid_days",
    "share_mode",
    "copies_per_coupon",
    "hops",
    "accepts",
    "minimum_order",
    "reward",
    "reward_cap_bps",
    "contribution_bps",
    "contribution_cap",
    "discount_kind",
    "discount",
    "discount_bps",
    "funder",
    "settlement_delay_hours",
    "points_price",
    "revocable",
    "bearer",
    "remainder_role",
    "text",
)
BATCHES = Columns(("batch", "minted_at", "size", "opens", "closes"), (*TERMS_COLUMNS, *SPLIT_COLUMNS))


RESERVED_WORDS = ("all", "issuer")
"""What `accepts` may say besides the keys of merchants."""


def read_batch(row: Row, merchants: Mapping[str, MerchantFact]) -> BatchFact:
    """The batch on one line; raises LineRefused with every rule its terms break."""
    key, at, size = row.key("batch"), row.moment("minted_at"), row.whole("size")
    terms = _terms(row, _accepts(row, merchants, minted_at=at))
    broken = broken_rules(terms, size)
    if broken:
        raise LineRefused("; ".join(broken))
    return BatchFact(key=key, at=at, terms=terms, size=size)


def _terms(row: Row, accepts: Accepts) -> TermsFact:
    reward = row.amount("reward")
    return TermsFact(
        opens=row.moment("opens"),
        closes=row.end("closes"),
        split=SplitBps(*(row.whole(column, 0) for column in SPLIT_COLUMNS)),
        remainder_role=row.word("remainder_role", get_args(RemainderRole), "platform"),
        text=row.text("text"),
        valid_days=row.whole("valid_days", 0),
        share_mode=row.word("share_mode", get_args(ShareMode), "none"),
        copies_per_coupon=row.whole("copies_per_coupon", 0),
        hops=row.whole("hops", 0),
        accepts=accepts,
        minimum_order_minor=row.amount("minimum_order"),
        reward_minor=reward,
        reward_cap_bps=row.whole("reward_cap_bps", BPS_MAX if reward else 0),
        contribution_bps=row.whole("contribution_bps", 0),
        contribution_cap_minor=row.amount("contribution_cap"),
        discount_kind=row.word("discount_kind", get_args(DiscountKind), "none"),
        discount_minor=row.amount("discount"),
        discount_bps=row.whole("discount_bps", 0),
        funder=row.word("funder", get_args(Funder), "operator"),
        settlement_delay_hours=row.whole("settlement_delay_hours", 0),
        points_price=row.whole("points_price", 0),
        revocable=row.flag("revocable"),
        bearer=row.flag("bearer"),
    )


def _accepts(row: Row, merchants: Mapping[str, MerchantFact], *, minted_at: int) -> Accepts:
    """`all`, `issuer`, or the merchants of a group, which must have settled in before the batch is minted."""
    text = row.text("accepts")
    if text.casefold() in ("", "all"):
        return "all"
    if text.casefold() == "issuer":
        return "issuer"
    keys = tuple(key.strip() for key in text.split(";"))
    for key in keys:
        if key not in merchants:
            raise LineRefused(f"accepts names the merchant {key!r}, which no good line of merchants.csv has")
        if merchants[key].at > minted_at:
            raise LineRefused(f"accepts names the merchant {key!r}, which registers only after minted_at")
    if len(set(keys)) != len(keys):
        raise LineRefused("accepts names a merchant twice")
    return keys
