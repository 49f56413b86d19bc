"""A world in which every verb was done and refused: its chain holds each of the ledger's events."""

from ledger.domain.errors import Verb
from ledger.domain.ids import GROUP_ISSUER_ONLY
from ledger.domain.terms import Funder
from scripts.world import DAY, OPERATOR, World, key, new_world, some_terms
from tests.ledger.chain.story_accounts import keep_accounts
from tests.ledger.chain.story_settlement import settle
from tests.ledger.chain.story_sharing import hand_on

SHOP, CAFE, BANK = 2, 3, 4


def tell() -> World:
    """The world, at the end of its story."""
    world = new_world()
    world.register_merchants(["shop", "cafe"])
    world.register_merchants(["bank"], kind=2)
    world.register_consumers(["ann", "bob"], recruiter=SHOP, by="shop")
    world.fund(
        [(False, OPERATOR, 10**8), (False, SHOP, 10**6), (False, CAFE, 10**6), (True, 1, 500), (False, BANK, 900)]
    )
    _members(world)
    _coupons(world)
    settle(world)
    hand_on(world)
    _cash(world)
    _refusals(world)
    keep_accounts(world)
    _ends(world)
    return world


def _members(world: World) -> None:
    world.send("appoint", [world.appointment(SHOP, 7, "till", by="shop", allowance=50)], sender="relayer")
    world.send("changeGroup", 0, True, [SHOP, CAFE])
    world.send("changeGroup", 1, False, [CAFE])
    for suspended in (True, False):
        world.send("suspendMerchant", CAFE, suspended)
        world.send("suspendConsumer", 2, suspended)
    world.send_as_admin("setLimits", (10**12, 10**15, 10**18, 3_600))
    world.send_as_admin("setRewardCap", SHOP, 10**11)


def _coupons(world: World) -> None:
    world.mint(some_terms(size=5_000, valid_days=3, group=1))
    world.mint(some_terms(funder=Funder.ISSUER, group=GROUP_ISSUER_ONLY, minimum_order_minor=7))
    for batch in (1, 2):
        world.allocate(batch, SHOP, 600, by="shop")
        world.issue(SHOP, batch, 1, [(1, 300), (2, 2)], by="shop")
        items = [
            world.redeem_item(batch << 40 | serial, lot=1, merchant=SHOP, holder="ann", order=12_345 + serial)
            for serial in _serials(batch)
        ]
        world.redeem(SHOP, items, by="till", agent=7)
        world.send("recall", [world.recall_intent(SHOP, batch, 1, 9, by="shop")], sender="relayer")
    world.allocate(1, CAFE, 3, from_lot=2)


def _serials(batch: int) -> range:
    first = {1: 5_000, 2: 1_000}[batch] - 600
    return range(first, first + 3)


def _cash(world: World) -> None:
    world.send("withdraw", [world.withdrawal(SHOP, 777, by="shop")], sender="relayer")
    world.send("withdraw", [world.withdrawal(1, 5, by="ann", consumer=True)], sender="relayer")
    world.send("withdraw", [world.withdrawal(BANK, 900, by="bank")], sender="relayer")
    world.pass_time(3_600)
    world.send("payOut", [SHOP], sender="stranger")
    world.send("withdrawPlatform", 11, key("admin").address, sender="treasurer")


def _refusals(world: World) -> None:
    """One of each verb."""
    late = world.clock.now() - 1
    world.send("registerMerchants", [world.merchant_registration("late", deadline=late)])
    record = world.recruit_record("late", recruiter=SHOP, deadline=late)
    world.send("registerConsumers", [world.recruit_intent(SHOP, [record], by="shop")], sender="relayer")
    world.send("appoint", [world.appointment(SHOP, 0, "till", by="shop")], sender="relayer")
    world.send("deposit", [(False, 99, 5), (True, 98, 6)], sender="treasurer")
    refused = [world.withdrawal(SHOP, 0, by="shop"), world.withdrawal(1, 0, by="ann", consumer=True)]
    world.send("withdraw", refused, sender="relayer")
    world.send("payOut", [CAFE], sender="relayer")
    world.send("allocate", [world.allocation(1, SHOP, 0)])
    world.send("recall", [world.recall_intent(SHOP, 1, 1, 0, by="shop")], sender="relayer")
    world.send("issue", [world.issue_intent(SHOP, 1, 1, b"", by="shop")], sender="relayer")
    item = world.redeem_item(1 << 40 | 4_400, lot=1, merchant=SHOP, holder="ann", order=500)
    world.redeem(SHOP, [item, item], by="shop")


def _ends(world: World) -> None:
    world.send("pause", sender="pauser")
    world.pass_time(100)
    world.send("unpause", sender="pauser")
    world.pass_time(60 * DAY)
    for batch in (1, 2):
        world.send("close", batch)
    world.send("closeLots", 2, [1, 2], sender="relayer")
    world.send_as_admin("retire", world.clock.now() + 8 * DAY)


VERBS = frozenset(Verb) - {Verb.NONE}
"""Each of them is refused once in the story."""
