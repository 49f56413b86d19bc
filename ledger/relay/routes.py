"""How each verb reaches the contract: its function, who sends it, and what it costs at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Shape(Enum):
    """How operations of a verb share a transaction."""

    ALONE = auto()
    """One a transaction, the payload's arguments being the function's."""

    LIST = auto()
    """Many, each one element of the function's only argument."""

    BY_MERCHANT = auto()
    """Many, packed records gathered under one signature of each merchant."""

    PACKED = auto()
    """Many, packed records joined to the function's only argument."""

    BY_CAUSE = auto()
    """Many, each one element of the function's first argument; those of one cause, its second, go together."""


@dataclass(frozen=True, slots=True)
class Route:
    """A verb's way; gas is an upper bound: for the transaction, an operation, a part.

    Parts are the groups of gathered operations, the coupons of an issue, the lots of a closing, a group's merchants.
    """

    function: str
    sender: str
    shape: Shape
    fixed_gas: int
    item_gas: int
    part_gas: int = 0
    target: str = "ledger"


ROUTES: Final[Mapping[str, Route]] = {
    # In the order in which the verbs of one round are sent.
    "unpause": Route("unpause", "pauser", Shape.ALONE, 80_000, 0),
    "register_merchant": Route("registerMerchants", "operator", Shape.LIST, 150_000, 90_000),
    "register_consumer": Route("registerConsumers", "relayer", Shape.BY_MERCHANT, 150_000, 65_000, 60_000),
    "book": Route("mint", "treasurer", Shape.ALONE, 120_000, 0, target="token"),
    "deposit": Route("deposit", "treasurer", Shape.LIST, 200_000, 18_000),
    "suspend_merchant": Route("suspendMerchant", "operator", Shape.ALONE, 80_000, 0),
    "suspend_consumer": Route("suspendConsumer", "operator", Shape.ALONE, 120_000, 0),
    "appoint": Route("appoint", "relayer", Shape.LIST, 150_000, 110_000),
    "change_group": Route("changeGroup", "operator", Shape.ALONE, 150_000, 0, 2_000),
    "schedule": Route("schedule", "admin", Shape.ALONE, 110_000, 0, target="timelock"),
    "execute": Route("execute", "admin", Shape.ALONE, 200_000, 0, target="timelock"),
    "mint": Route("mint", "operator", Shape.ALONE, 280_000, 0),
    "allocate": Route("allocate", "operator", Shape.LIST, 150_000, 110_000),
    "recall": Route("recall", "relayer", Shape.LIST, 150_000, 130_000),
    "issue": Route("issue", "relayer", Shape.LIST, 150_000, 140_000, 6_000),
    "issue_to_bearers": Route("issueToBearers", "relayer", Shape.LIST, 150_000, 140_000, 32_000),
    "spend": Route("spend", "relayer", Shape.LIST, 150_000, 190_000, 6_000),
    # Copies come before what uses their roots up.
    "copy": Route("copy", "relayer", Shape.PACKED, 200_000, 60_000),
    "claim": Route("claim", "relayer", Shape.LIST, 200_000, 100_000),
    "transfer": Route("transfer", "relayer", Shape.PACKED, 200_000, 60_000),
    "revoke": Route("revoke", "operator", Shape.BY_CAUSE, 150_000, 20_000),
    "amend": Route("amend", "relayer", Shape.LIST, 200_000, 80_000),
    "reverse": Route("reverse", "relayer", Shape.LIST, 200_000, 45_000),
    "forfeit": Route("forfeit", "operator", Shape.ALONE, 130_000, 0),
    # What is paid out can be contributed at once.
    "distribute": Route("distribute", "relayer", Shape.LIST, 200_000, 45_000),
    "redeem": Route("redeem", "relayer", Shape.BY_MERCHANT, 250_000, 55_000, 55_000),
    "state": Route("state", "relayer", Shape.LIST, 150_000, 95_000, 9_000),
    "cancel": Route("cancel", "relayer", Shape.LIST, 150_000, 60_000),
    "withdraw": Route("withdraw", "relayer", Shape.LIST, 150_000, 120_000),
    "pay_out": Route("payOut", "relayer", Shape.LIST, 150_000, 70_000),
    "withdraw_platform": Route("withdrawPlatform", "treasurer", Shape.ALONE, 150_000, 0),
    "close": Route("close", "operator", Shape.ALONE, 110_000, 0),
    "close_lots": Route("closeLots", "relayer", Shape.ALONE, 150_000, 0, 18_000),
    "grant": Route("grant", "operator", Shape.LIST, 200_000, 40_000),
    "expire": Route("expire", "operator", Shape.LIST, 150_000, 14_000),
    "cash_out": Route("cashOut", "relayer", Shape.LIST, 150_000, 18_000),
    "change_wallet": Route("changeWallet", "relayer", Shape.LIST, 150_000, 120_000),
    "start_recovery": Route("startRecovery", "operator", Shape.ALONE, 120_000, 0),
    # A wallet that is a contract is asked whether it signed, which the ledger sets much aside for.
    "veto_recovery": Route("vetoRecovery", "relayer", Shape.ALONE, 500_000, 0),
    "stop_recovery": Route("vetoRecovery", "pauser", Shape.ALONE, 80_000, 0),
    "complete_recovery": Route("completeRecovery", "relayer", Shape.ALONE, 120_000, 0),
    "pause": Route("pause", "pauser", Shape.ALONE, 80_000, 0),
}
