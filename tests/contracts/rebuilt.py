"""The ledger's whole storage, slot by slot, as its events tell it; and the root that a chain has of such a storage."""

from collections.abc import Iterator

import rlp
from eth_hash.auto import keccak
from trie.hexary import HexaryTrie

from ledger.chain import slots
from ledger.domain.ids import LANE_BEARER, LANE_SPENT, LANE_TRAVELLED, LANE_VOID, batch_of, party_key, serial_of
from ledger.domain.terms import Terms
from scripts.world import World
from tests.contracts.books import NONCES, PARTY_OF, place, words
from tests.contracts.ghost import Ghost
from tests.contracts.ghost_records import Coupon, State

ACTIVE, SUSPENDED = 1, 2

Slot = tuple[int, int]
"""A slot and the word in it."""


def check_rebuilt(world: World, ghost: Ghost) -> int:
    """Every slot of the ledger holds what its events told, and no other slot holds anything; how many there are."""
    told = {slot: word for slot, word in storage(ghost) if word}
    stored = words(world, sorted(told))
    assert dict(zip(sorted(told), stored, strict=True)) == told
    told.update(_nonces(world, ghost))
    assert root_of(told) == world.chain.proof(world.ledger.address, []).storage_root
    return len(told)


def root_of(told: dict[int, int]) -> bytes:
    """The root of the storage trie."""
    tree = HexaryTrie({})
    for slot, word in told.items():
        tree[keccak(slot.to_bytes(32, "big"))] = rlp.encode(word)
    return bytes(tree.root_hash)


def storage(ghost: Ghost) -> Iterator[Slot]:
    """All slots but those of nonces; a lane or a day stands in a word with its neighbours'."""
    yield from _counters(ghost)
    yield from _parties(ghost)
    yield from _records(ghost)
    yield from _batches(ghost)
    for coupon, known in ghost.coupons.items():
        if known.version:
            yield slots.journey(coupon), _journey(known)
        yield slots.amendment(coupon), known.amended_from
        yield slots.bearer(coupon), _number(known.key)
    yield from _lanes(ghost)


def _nonces(world: World, ghost: Ghost) -> Iterator[Slot]:
    """Of nonces the events tell which may be used, and the chain which of these are."""
    named: dict[int, int] = {}
    for party, nonce in ghost.nonces:
        slot = place(NONCES, party, nonce >> 8)
        named[slot] = named.get(slot, 0) | 1 << (nonce & 255)
    for slot, stored in zip(named, words(world, list(named)), strict=True):
        assert stored & ~named[slot] == 0, "a nonce is used that no event names"
        if stored:
            yield slot, stored


def _number(address: bytes) -> int:
    return int.from_bytes(address, "big")


def _packed(*fields: tuple[int, int]) -> int:
    """A word of (value, bits), the first lowest."""
    word = shift = 0
    for value, bits in fields:
        assert 0 <= value < 1 << bits
        word |= value << shift
        shift += bits
    assert shift <= 256
    return word


def _counters(ghost: Ghost) -> Iterator[Slot]:
    pauses, limits = ghost.pauses, ghost.limits
    counts = (len(each) for each in (ghost.batches, ghost.merchants, ghost.consumers, ghost.groups))
    paused = ((pauses.at, 40), (pauses.until, 40), (pauses.total, 32))
    yield slots.HEAD, _packed(*paused, *((count, 32) for count in counts))
    reserved, withdrawn = limits.reserved, limits.withdrawn
    caps = ((limits.reward_cap, 64), (limits.reserve_cap, 64))
    yield slots.LIMITS, _packed(*caps, (reserved.amount, 64), (reserved.day, 32), (limits.withdrawal_delay, 32))
    yield slots.OUTFLOW, _packed((limits.withdrawal_cap, 64), (withdrawn.amount, 64), (withdrawn.day, 32))
    yield slots.SEAL, _packed((ghost.sequence, 64), (_number(ghost.rolling), 192))
    yield slots.STANDING, _packed((ghost.backing, 64), (ghost.retires_at, 40), (len(ghost.policies), 32))


def _parties(ghost: Ghost) -> Iterator[Slot]:
    for number, merchant in ghost.merchants.items():
        wallet, status = _number(merchant.wallet), SUSPENDED if merchant.suspended else ACTIVE
        today = ((merchant.reward_today, 64), (merchant.reward_day, 32), (merchant.stated_until, 32))
        yield slots.merchant(number), _packed((wallet, 160), (merchant.cash, 64), (status, 8), (merchant.kind, 8))
        yield slots.merchant(number) + 1, _packed((merchant.points, 64), (merchant.reward_cap, 64), *today)
        yield place(PARTY_OF, wallet), number
    for number, consumer in ghost.consumers.items():
        wallet = _number(consumer.wallet)
        signing, parked = (0, wallet) if consumer.suspended else (wallet, 0)
        yield slots.consumer(number), _packed((signing, 160), (consumer.recruiter, 32), (consumer.cash, 64))
        yield slots.consumer(number) + 1, _packed((parked, 160), (consumer.points, 64))
        yield place(PARTY_OF, wallet), party_key(number, consumer=True)
    for (merchant_number, number), agent in ghost.agents.items():
        fields = ((_number(agent.key), 160), (agent.until, 40), (agent.allowance, 40), (agent.kind, 8))
        yield slots.agent(merchant_number, number), _packed(*fields)


def _records(ghost: Ghost) -> Iterator[Slot]:
    for group, members in ghost.groups.items():
        for word in {merchant // slots.MEMBERS_A_WORD for merchant in members}:
            bits = (merchant % 256 for merchant in members if merchant // slots.MEMBERS_A_WORD == word)
            yield slots.group_members(group, word), sum(1 << bit for bit in bits)
    for merchant, (payee, amount, ready_at) in ghost.requests.items():
        yield slots.withdrawal(merchant), _packed((_number(payee), 160), (amount, 64), (ready_at, 32))
    for party, (wallet, ready_at) in ghost.recoveries.items():
        yield slots.recovery(party), _packed((_number(wallet), 160), (ready_at, 40))
    for (merchant, period), root in ghost.statements.items():
        yield slots.statement(merchant, period), _number(root)
    for each in ghost.policies:
        shares = ((each.commission_bps, 16), (each.rebate_bps, 16), (each.equal_codes, 8))
        yield slots.policy(each.policy), _packed((each.starts_at, 40), *shares)
    for role, account in ghost.roles:
        yield slots.role(role, account), 1


def _batches(ghost: Ghost) -> Iterator[Slot]:
    for number, batch in ghost.batches.items():
        slot, lots = slots.batch(number), sum(of == number for of, _ in ghost.lots)
        acceptance, money = _terms(batch.terms, batch.paused_at_mint)
        split = _packed(*((bps, 16) for bps in batch.terms.split_bps))
        moving = ((batch.reserve, 64), (lots, 32), (batch.stock, 32), (batch.closed, 8))
        yield from ((slot, acceptance), (slot + 1, money), (slot + 2, _packed((split, 112), *moving)))
        yield slot + 3, _number(batch.terms.text)
    for (number, lot), each in ghost.lots.items():
        run = ((each.merchant, 32), (each.first, 32), (each.next, 32), (each.end, 32))
        yield slots.lot(number, lot), _packed(*run, (each.reserve, 64))


def _terms(terms: Terms, paused_at_mint: int) -> tuple[int, int]:
    acceptance = _packed(
        *((terms.size, 32), (terms.opens, 40), (terms.closes, 40), (terms.valid_days, 16), (terms.share_mode, 8)),
        *((terms.copies, 8), (terms.hops, 8), (terms.group, 32), (terms.minimum_order_minor, 48)),
        *((terms.settlement_delay_hours, 16), (terms.revocable | terms.bearer << 1, 8)),
    )
    money = _packed(
        *((terms.reward_minor, 40), (terms.reward_cap_bps, 16), (terms.contribution_bps, 16)),
        *((terms.contribution_cap_minor, 40), (terms.discount_bps, 16), (terms.discount_minor, 40)),
        *((terms.funder, 8), (terms.remainder_role, 8), (terms.points_price, 40), (paused_at_mint, 32)),
    )
    return acceptance, money


def _journey(coupon: Coupon) -> int:
    last = coupon.givers[-1] if coupon.givers else 0
    first = coupon.givers[0] if len(coupon.givers) > 1 else 0
    return _packed(
        *((coupon.holder, 32), (last, 32), (first, 32), (coupon.number, 32), (coupon.redeemer, 32)),
        *((coupon.order, 48), (coupon.until, 24), (coupon.version, 12), (len(coupon.givers), 4), (coupon.state, 8)),
    )


def _lanes(ghost: Ghost) -> Iterator[Slot]:
    found: dict[int, int] = {}
    for coupon, known in ghost.coupons.items():
        batch, serial = batch_of(coupon), serial_of(coupon)
        terms = ghost.batches[batch].terms
        if serial >= terms.size:
            continue
        slot = slots.lanes(batch) + serial // slots.LANES_A_WORD
        found[slot] = found.get(slot, 0) | _lane(known) << 32 * (serial % slots.LANES_A_WORD)
        if terms.valid_days:
            slot = slots.issue_days(batch) + serial // slots.DAYS_A_WORD
            found[slot] = found.get(slot, 0) | ghost.days[coupon] << 16 * (serial % slots.DAYS_A_WORD)
    yield from found.items()


def _lane(coupon: Coupon) -> int:
    if coupon.version:
        return LANE_TRAVELLED
    return {State.REDEEMED: LANE_SPENT, State.VOID: LANE_VOID}.get(coupon.state, coupon.holder or LANE_BEARER)
