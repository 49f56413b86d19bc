"""Every verb that parties sign, with a good intent of each by number, and all places of signatures in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.chain.packing import ANY_MERCHANT, redeem_record
from ledger.domain.intents import Present
from scripts.world import key
from scripts.world.accounts import spending, statement, veto, wallet_change
from scripts.world.settlement import amendment, reversal
from scripts.world.sharing import bearer_intent, cancelled, claimed, copy_item, offered, transfer_item
from tests.abuse.stage import EVE, POINTS_PRICE, TILL, Stage
from tests.contracts.books import RECOVERIES, field, place, word
from tests.contracts.parties import ANN, BAKERY, BOB, BOOKSHOP, CID, CINEMA
from tests.contracts.reading import Attempt
from tests.contracts.stating import TODAY

Build = Callable[[Stage, int, int], Any]
"""The good intent of a number, valid until a moment."""

NONCES: Final = 1_000_000
"""Times a verb's own factor: where its nonces begin, so that no two verbs of a party share one."""


def register_merchant(stage: Stage, which: int, until: int) -> Any:
    return stage.world.merchant_registration(f"new shop {which}", deadline=until)


def recruit(stage: Stage, which: int, until: int) -> Any:
    record = stage.world.recruit_record(f"newcomer {which}", recruiter=BAKERY, deadline=until)
    nonce = NONCES + which
    return stage.world.recruit_intent(BAKERY, [record], by="bakery", nonce=nonce, deadline=until)


def appoint(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"by": "bookshop", "nonce": NONCES + which, "deadline": until}
    return stage.world.appointment(BOOKSHOP, 100 + which, f"kiosk {which}", **fields)


def withdraw(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"by": "Ann", "consumer": True, "nonce": NONCES + which, "deadline": until}
    return stage.world.withdrawal(ANN, 50 + which, **fields)


def withdraw_of_merchant(stage: Stage, which: int, until: int) -> Any:
    return stage.world.withdrawal(CINEMA, 50 + which, by="cinema", nonce=NONCES + which, deadline=until)


def allocate(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"by": "bakery", "nonce": 2 * NONCES + which, "deadline": until}
    return stage.world.allocation(stage.funded, BAKERY, 3 + which, **fields)


def recall(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"by": "bakery", "nonce": 3 * NONCES + which, "deadline": until}
    return stage.world.recall_intent(BAKERY, stage.funded, 1, 3 + which, **fields)


def issue(stage: Stage, which: int, until: int) -> Any:
    to = [(ANN, 2), (BOB, 1)]
    return stage.world.issue_intent(BAKERY, stage.plain, 1, to, by="bakery", nonce=4 * NONCES + which, deadline=until)


def issue_by_agent(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"by": "till", "agent": TILL, "nonce": 5 * NONCES + which, "deadline": until}
    return stage.world.issue_intent(BAKERY, stage.plain, 1, [(BOB, 3)], **fields)


def issue_to_bearers(stage: Stage, which: int, until: int) -> Any:
    keys = [f"voucher {which}", f"card {which}"]
    return bearer_intent(
        stage.world, BAKERY, stage.plain, 1, keys, by="bakery", nonce=6 * NONCES + which, deadline=until
    )


def redeem(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"lot": 1, "merchant": BOOKSHOP, "holder": "Ann", "order": 1_000, "deadline": until}
    item = stage.world.redeem_item(stage.anns[which], **fields)
    return stage.world.redeem_intent(BOOKSHOP, [item], by="bookshop", deadline=until)


def redeem_by_agent(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"lot": 1, "merchant": BOOKSHOP, "holder": "Ann", "order": 900, "maximum_order": 1_000}
    item = stage.world.redeem_item(stage.anns[20 + which], **fields, deadline=until)
    return stage.world.redeem_intent(BOOKSHOP, [item], by="till", agent=TILL, deadline=until)


def redeem_of_bearer(stage: Stage, which: int, until: int) -> Any:
    """A printed voucher, presented to whoever takes it."""
    coupon = stage.bearers[which]
    signature = stage.world.sign(key(f"bearer {which}"), Present(coupon, 0, 0, 1_000, until))
    values: dict[str, Any] = {"lot": 1, "order": 1_000, "maximum_order": 1_000, "deadline": until, "version": 0}
    item = redeem_record(coupon=coupon, signature=signature, flags=ANY_MERCHANT, **values)
    return stage.world.redeem_intent(BOOKSHOP, [item], by="bookshop", deadline=until)


def transfer(stage: Stage, which: int, until: int) -> Any:
    return transfer_item(stage.world, stage.anns[40 + which], lot=1, to=BOB, holder="Ann", deadline=until)


def transfer_of_bearer(stage: Stage, which: int, until: int) -> Any:
    coupon = stage.bearers[20 + which]
    return transfer_item(stage.world, coupon, lot=1, to=BOB, holder=f"bearer {20 + which}", deadline=until)


def copy(stage: Stage, which: int, until: int) -> Any:
    coupon, index = stage.anns[60 + which], which % 2
    return copy_item(stage.world, coupon, lot=1, to=BOB, holder="Ann", index=index, deadline=until)


def claim_link(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {
        "holder": "Ann",
        "claim_key": f"link {which}",
        "nonce": 7 * NONCES + which,
        "deadline": until,
    }
    offer = offered(stage.world, stage.anns[80 + which], **fields)
    return claimed(stage.world, offer, lot=1, claimant=BOB, claim_key=f"link {which}")


def claim_copy(stage: Stage, which: int, until: int) -> Any:
    """The second copy, at a price."""
    fields: dict[str, Any] = {"claim_key": f"link {which}", "price": 70, "nonce": 8 * NONCES + which, "deadline": until}
    offer = offered(stage.world, stage.anns[100 + which], holder="Ann", copy=True, **fields)
    return claimed(stage.world, offer, lot=1, claimant=BOB, index=1, claim_key=f"link {which}", accepted_by="Bob")


def claim_named(stage: Stage, which: int, until: int) -> Any:
    fields: dict[str, Any] = {"to": BOB, "price": 60, "nonce": 9 * NONCES + which, "deadline": until}
    offer = offered(stage.world, stage.anns[120 + which], holder="Ann", **fields)
    return claimed(stage.world, offer, lot=1, claimant=BOB, accepted_by="Bob")


def cancel(stage: Stage, which: int, until: int) -> Any:
    return cancelled(stage.world, BOB, NONCES + which, by="Bob", deadline=until)


def amend(stage: Stage, which: int, until: int) -> Any:
    return amendment(stage.world, stage.waiting[which], 500, merchant=CINEMA, by="cinema", deadline=until)


def reverse(stage: Stage, which: int, until: int) -> Any:
    return reversal(stage.world, stage.waiting[20 + which], merchant=CINEMA, by="cinema", deadline=until)


def state(stage: Stage, which: int, until: int) -> Any:
    totals = [(BAKERY, 600 + which), (CINEMA, 40)]
    fields: dict[str, Any] = {"by": "bookshop", "period": TODAY - 40 + which, "period_days": 1, "deadline": until}
    return statement(stage.world, BOOKSHOP, totals, **fields)


def spend(stage: Stage, which: int, until: int) -> Any:
    keys: dict[str, Any] = {"consumer_key": "Ann", "merchant_key": "bakery"}
    fields: dict[str, Any] = {"points": 2 * POINTS_PRICE, "count": 2, "nonce": 10 * NONCES + which, "deadline": until}
    return spending(stage.world, ANN, BAKERY, stage.priced, **keys, **fields)


def change_wallet(stage: Stage, which: int, until: int) -> Any:
    """Eve's wallets follow each other."""
    by = f"Eve {which}" if which else "Eve"
    fields: dict[str, Any] = {"by": by, "consumer": True, "nonce": NONCES + which, "deadline": until}
    return wallet_change(stage.world, EVE, f"Eve {which + 1}", **fields)


def veto_recovery(stage: Stage, which: int, _until: int) -> Any:
    """Cid stops the recovery that is under way."""
    found = word(stage.world, place(RECOVERIES, 1 << 32 | CID))
    ready_at = field(found, 160, 40)
    name = "Cid's next" if which == 0 else f"Cid's next but {which}"
    return (True, CID, veto(stage.world, CID, name, by="Cid", ready_at=ready_at, consumer=True))


def _listed(items: Sequence[Any]) -> tuple[Any, ...]:
    return (list(items),)


def _joined(items: Sequence[Any]) -> tuple[Any, ...]:
    return (b"".join(items),)


def _alone(items: Sequence[Any]) -> tuple[Any, ...]:
    (item,) = items
    return tuple(item)


@dataclass(frozen=True, slots=True)
class Verb:
    """A function of the ledger with its good intents."""

    function: str
    build: Build
    pack: Callable[[Sequence[Any]], tuple[Any, ...]] = _listed
    sender: str = "relayer"
    in_order: bool = False
    """Its intents are good one after the other only."""

    def attempt(self, stage: Stage, *which: int, deadline: int | None = None) -> Attempt:
        """The call with intents of these numbers."""
        until = stage.world.deadline if deadline is None else deadline
        return Attempt(self.function, self.pack([self.build(stage, each, until) for each in which]), self.sender)


VERBS: Final[dict[str, Verb]] = {
    "register a merchant": Verb("registerMerchants", register_merchant, sender="operator"),
    "recruit": Verb("registerConsumers", recruit),
    "appoint": Verb("appoint", appoint),
    "withdraw": Verb("withdraw", withdraw),
    "withdraw of a merchant": Verb("withdraw", withdraw_of_merchant),
    "allocate": Verb("allocate", allocate, sender="operator"),
    "recall": Verb("recall", recall),
    "issue": Verb("issue", issue),
    "issue by an agent": Verb("issue", issue_by_agent),
    "issue to bearers": Verb("issueToBearers", issue_to_bearers),
    "redeem": Verb("redeem", redeem),
    "redeem by an agent": Verb("redeem", redeem_by_agent),
    "redeem a bearer's": Verb("redeem", redeem_of_bearer),
    "transfer": Verb("transfer", transfer, _joined),
    "transfer a bearer's": Verb("transfer", transfer_of_bearer, _joined),
    "copy": Verb("copy", copy, _joined),
    "claim by link": Verb("claim", claim_link),
    "claim a copy at a price": Verb("claim", claim_copy),
    "claim what was offered by name": Verb("claim", claim_named),
    "cancel": Verb("cancel", cancel),
    "amend": Verb("amend", amend),
    "reverse": Verb("reverse", reverse),
    "state": Verb("state", state, in_order=True),
    "spend": Verb("spend", spend),
    "change a wallet": Verb("changeWallet", change_wallet, in_order=True),
    "veto": Verb("vetoRecovery", veto_recovery, _alone, in_order=True),
}
