"""Each item sent to the chain is found again by the name of its effect, done or refused with its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.chain.source import ChainSource
from ledger.domain.errors import Reason, Verb
from ledger.domain.ids import OPERATOR, coupon_id
from ledger.domain.terms import Funder, ShareMode
from ledger.index import Index
from ledger.store.effects import (
    by_consumer_nonce,
    by_nonce,
    by_transaction,
    by_wallet,
    of_claim,
    of_copy,
    of_redemption,
    of_revocation,
    of_transfer,
)
from ledger.store.engine import Store
from ledger.store.projections import EFFECTS, WITHDRAWAL_REQUESTS
from scripts.world import World, key, new_world, some_terms
from scripts.world.sharing import bearer_intent, cancelled, claimed, copy_item, offered, transfer_item
from tests.ledger.index.desk import new_store, rows


class Shop:
    """A world with a shop (2), an institution (3), one consumer, money, a batch and a lot of the shop; indexed."""

    def __init__(self, store: Store) -> None:
        self.world: World = new_world()
        self.store = store
        source = ChainSource(self.world.chain, self.world.deployment.ledger, self.world.deployment.block)
        self.index = Index(store, source)
        self.world.register_merchants(["shop"])
        self.world.register_merchants(["bank"], kind=2)
        self.world.register_consumers(["anna"], recruiter=2, by="shop")
        self.world.fund([(False, OPERATOR, 10**7), (False, 2, 10**5), (False, 3, 10**4), (True, 1, 10**4)])
        self.world.mint(some_terms(size=100, funder=Funder.ISSUER))
        self.world.allocate(1, 2, 40, by="shop")

    def reasons(self, effect: str) -> list[str]:
        """What became of items of that name, in order."""
        self.index.catch_up()
        return [Reason(row["reason"]).title for row in rows(self.store, EFFECTS, EFFECTS.c.effect == effect)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    store = new_store(tmp_path / "ledger.db")
    yield Shop(store)
    store.close()


def test_registrations_are_named_by_their_wallets(shop: Shop) -> None:
    shop.world.register_merchants(["shop", "kiosk"])
    assert shop.reasons(by_wallet(Verb.REGISTER_MERCHANT, key("shop").address)) == ["None", "WalletTaken"]
    assert shop.reasons(by_wallet(Verb.REGISTER_MERCHANT, key("kiosk").address)) == ["None"]
    shop.world.register_consumers(["anna", "ben"], recruiter=2, by="shop")
    assert shop.reasons(by_wallet(Verb.REGISTER_CONSUMER, key("anna").address)) == ["None", "WalletTaken"]
    assert shop.reasons(by_wallet(Verb.REGISTER_CONSUMER, key("ben").address)) == ["None"]


def test_an_appointment_is_named_by_its_nonce(shop: Shop) -> None:
    shop.world.send("appoint", [shop.world.appointment(2, 1, "till", by="shop", nonce=700)])
    shop.world.send("appoint", [shop.world.appointment(2, 1, "till", by="anna", nonce=701)])
    assert shop.reasons(by_nonce(Verb.APPOINT, 2, 700)) == ["None"]
    assert shop.reasons(by_nonce(Verb.APPOINT, 2, 701)) == ["SignatureInvalid"]


def test_stock_is_named_by_nonces(shop: Shop) -> None:
    """An event of a recall names no merchant: the lot's is taken."""
    shop.world.send("allocate", [shop.world.allocation(1, 2, 5, by="shop", nonce=800)] * 2)
    assert shop.reasons(by_nonce(Verb.ALLOCATE, 2, 800)) == ["None", "NonceUsed"]
    recalls = [shop.world.recall_intent(2, 1, 1, count, by="shop", nonce=801) for count in (3, 900)]
    shop.world.send("recall", recalls, sender="relayer")
    assert shop.reasons(by_nonce(Verb.RECALL, 2, 801)) == ["None", "LotExhausted"]


def test_issue_and_redeem_are_named_by_nonce_and_by_coupon(shop: Shop) -> None:
    intents = [shop.world.issue_intent(2, 1, 1, [(1, 2)], by=by, nonce=900) for by in ("shop", "shop", "anna")]
    shop.world.send("issue", intents, sender="relayer")
    assert shop.reasons(by_nonce(Verb.ISSUE, 2, 900)) == ["None", "NonceUsed", "NonceUsed"]
    coupon = coupon_id(1, 60)
    item = shop.world.redeem_item(coupon, lot=1, merchant=2, holder="anna", order=1_000)
    stale = shop.world.redeem_item(coupon, lot=1, merchant=2, holder="anna", order=1_000, version=3)
    shop.world.redeem(2, [stale, item, item], by="shop")
    assert shop.reasons(of_redemption(coupon, 0, 2)) == ["None", "CouponRedeemed"]
    assert shop.reasons(of_redemption(coupon, 3, 2)) == ["VersionStale"]


def test_sharing_is_named_by_coupon_and_receiver_whichever_verb_brought_it(shop: Shop) -> None:
    world = shop.world
    world.register_consumers(["ben"], recruiter=2, by="shop")
    world.mint(some_terms(size=10, share_mode=ShareMode.COPY, copies=1, hops=2))
    world.allocate(2, 2, 10)
    world.issue(2, 2, 1, [(1, 2)], by="shop")
    first, second = coupon_id(2, 0), coupon_id(2, 1)
    given = transfer_item(world, first, lot=1, to=2, holder="anna")
    world.send("transfer", given + given, sender="relayer")
    assert shop.reasons(of_transfer(first, 0, 2)) == ["None", "VersionStale"]
    copied = copy_item(world, second, lot=1, to=2, holder="anna")
    world.send("copy", copied + copied, sender="relayer")
    assert shop.reasons(of_copy(second, 0, 2)) == ["None", "CopyUnavailable"]
    offer = offered(world, second, holder="anna", claim_key="link", nonce=77)
    claim = claimed(world, offer, lot=1, claimant=2, claim_key="link")
    world.send("claim", [claim, claim], sender="relayer")
    assert shop.reasons(of_transfer(second, 0, 2)) == ["None"]
    assert shop.reasons(of_claim(second, 0, 0, 2)) == ["VersionStale"]
    world.send("cancel", [cancelled(world, 1, 77, by="anna")] * 2, sender="relayer")
    assert shop.reasons(by_consumer_nonce(Verb.CANCEL, 1, 77)) == ["None", "NonceUsed"]


def test_vouchers_are_named_by_nonce_and_what_is_revoked_by_its_coupon(shop: Shop) -> None:
    world = shop.world
    world.mint(some_terms(size=10, bearer=True, revocable=True))
    world.allocate(2, 2, 10)
    intents = [bearer_intent(world, 2, 2, 1, ["one", "two"], by=by, nonce=901) for by in ("shop", "shop", "anna")]
    world.send("issueToBearers", intents, sender="relayer")
    assert shop.reasons(by_nonce(Verb.ISSUE_TO_BEARERS, 2, 901)) == ["None", "NonceUsed", "NonceUsed"]
    first, second = coupon_id(2, 0), coupon_id(2, 1)
    taken = transfer_item(world, second, lot=1, to=1, holder="two")
    world.send("transfer", taken + taken, sender="relayer")
    assert shop.reasons(of_transfer(second, 0, 1)) == ["None", "VersionStale"]
    world.send("revoke", [first, second, first, coupon_id(1, 0), coupon_id(2, 5)], 3)
    assert [shop.reasons(of_revocation(each)) for each in (first, second)] == [["None", "CouponVoid"], ["None"]]
    assert shop.reasons(of_revocation(coupon_id(1, 0))) == ["NotRevocable"]
    assert shop.reasons(of_revocation(coupon_id(2, 5))) == ["CouponNotIssued"]


def test_a_consumers_withdrawal_is_not_taken_for_a_merchants(shop: Shop) -> None:
    """Both may use one nonce; refused records carry the consumer's flag in bit 64."""
    for consumer, by, party in ((True, "anna", 1), (False, "bank", 3)):
        orders = [shop.world.withdrawal(party, 10, by=by, consumer=consumer, nonce=5) for _ in range(2)]
        shop.world.send("withdraw", orders, sender="relayer")
    assert shop.reasons(by_consumer_nonce(Verb.WITHDRAW, 1, 5)) == ["None", "NonceUsed"]
    assert shop.reasons(by_nonce(Verb.WITHDRAW, 3, 5)) == ["None", "NonceUsed"]


def test_a_merchants_withdrawal_is_done_when_it_is_noted_and_waits_until_it_is_paid(shop: Shop) -> None:
    shop.world.send("withdraw", [shop.world.withdrawal(2, 10, by="shop", nonce=6)], sender="relayer")
    assert shop.reasons(by_nonce(Verb.WITHDRAW, 2, 6)) == ["None"]
    assert [row["amount"] for row in rows(shop.store, WITHDRAWAL_REQUESTS)] == [10]
    shop.world.pass_time(1)
    receipt = shop.world.send("payOut", [2, 3], sender="stranger")
    assert shop.reasons(by_transaction(receipt.transaction_hash, 1)) == ["AmountZero"]
    assert not rows(shop.store, WITHDRAWAL_REQUESTS)


def test_refused_items_of_a_role_are_named_by_their_transaction(shop: Shop) -> None:
    receipt = shop.world.fund([(False, 2, 5), (False, 99, 5), (True, 7, 5)])
    refused = [shop.reasons(by_transaction(receipt.transaction_hash, item)) for item in range(3)]
    assert refused == [[], ["MerchantUnknown"], ["ConsumerUnknown"]]
