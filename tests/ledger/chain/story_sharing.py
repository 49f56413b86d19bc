"""The part of the story that tells of coupons handed on, of bearers and of revoking, with a refusal of each verb."""

from ledger.chain.events import decode
from ledger.domain.events import Minted
from ledger.domain.terms import ShareMode
from scripts.world import World, some_terms
from scripts.world.sharing import (
    bearer_intent,
    bearer_item,
    cancelled,
    claimed,
    copy_item,
    offered,
    transfer_item,
)

SHOP, ANN, BOB = 2, 1, 2
OFFER_NONCE = 4_711


def hand_on(world: World) -> None:
    """Ann gives, copies and sells; one offer is taken back; vouchers are used, taken into an account and made void."""
    _between_accounts(world)
    _between_bearers(world)


def _between_accounts(world: World) -> None:
    batch = _stocked(world, share_mode=ShareMode.COPY, copies=2, hops=3)
    world.issue(SHOP, batch, 1, [(ANN, 4)], by="shop")
    given, copied, sold, kept = (batch << 40 | 70 + each for each in range(4))
    world.fund([(True, BOB, 900)])
    gift = transfer_item(world, given, lot=1, to=BOB, holder="ann")
    world.send("transfer", gift + gift, sender="relayer")
    copy = copy_item(world, copied, lot=1, to=BOB, holder="ann", index=1)
    world.send("copy", copy + copy, sender="relayer")
    for coupon, copying, index in ((sold, False, 0), (copied, True, 0)):
        offer = offered(world, coupon, holder="ann", copy=copying, claim_key="link", price=333)
        taken = claimed(world, offer, lot=1, claimant=BOB, index=index, claim_key="link", accepted_by="bob")
        world.send("claim", [taken, taken], sender="relayer")
    offered(world, kept, holder="ann", claim_key="link", nonce=OFFER_NONCE)
    world.send("cancel", [cancelled(world, ANN, OFFER_NONCE, by="ann")] * 2, sender="relayer")


def _between_bearers(world: World) -> None:
    batch = _stocked(world, bearer=True, revocable=True)
    used, taken, void = (batch << 40 | 70 + each for each in range(3))
    intent = bearer_intent(world, SHOP, batch, 1, ["one", "two", "three"], by="till", agent=7)
    world.send("issueToBearers", [intent, intent], sender="relayer")
    world.redeem(SHOP, [bearer_item(world, used, lot=1, key_name="one", order=5_000)], by="shop")
    world.send("transfer", transfer_item(world, taken, lot=1, to=ANN, holder="two"), sender="relayer")
    world.send("revoke", [taken, void, void], 9)


def _stocked(world: World, **terms: object) -> int:
    """A batch of a hundred, of which the shop has the last thirty."""
    receipt = world.mint(some_terms(size=100, **terms))
    batch = next(event.batch for event in map(decode, receipt.logs) if isinstance(event, Minted))
    world.allocate(batch, SHOP, 30, by="shop")
    return batch
