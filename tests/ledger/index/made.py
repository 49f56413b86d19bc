"""A long chain of events made without a contract, consistent to the last cent: for sizes that no test can mine."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from ledger.domain import events
from ledger.domain.blocks import Block, BlockPlace, Occurrence
from ledger.domain.ids import coupon_id
from ledger.domain.split import earning
from ledger.domain.terms import Terms
from scripts.world import NOW, some_terms

MERCHANTS, CONSUMERS = 400, 2_500
COUPONS_A_BLOCK, REDEMPTIONS_A_BLOCK = 5_000, 450
ITEMS_AN_INTENT = 90


def hash_of(*parts: object) -> bytes:
    return sha256(repr(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class MadeSource:
    """One batch; `coupons` issued, then `redemptions` of them at other merchants than issued them."""

    coupons: int
    redemptions: int
    first_block: int = 1

    @property
    def terms(self) -> Terms:
        """Every kind of money in play."""
        return some_terms(size=self.coupons)

    def head(self) -> BlockPlace:
        """The last block."""
        number = self._blocks - 1 + self.first_block
        return BlockPlace(number, hash_of("block", number))

    def blocks(self, first: int, last: int, *, rolling: bytes) -> Iterator[Block]:
        """Blocks with one transaction each."""
        for number in range(first, last + 1):
            found = [*self._events(number), events.Sealed(number, 1, hash_of("seal", number)[:24])]
            block, transaction = hash_of("block", number), hash_of("transaction", number)
            occurrences = tuple(
                Occurrence(event, number, block, transaction, index, NOW + 12 * number)
                for index, event in enumerate(found)
            )
            rolled = (hash_of("seal", number)[:24],)
            yield Block(number, block, hash_of("block", number - 1), occurrences, rolled)

    @property
    def issuing(self) -> int:
        """Blocks that issue."""
        return -(-self.coupons // COUPONS_A_BLOCK)

    @property
    def _blocks(self) -> int:
        return 1 + self.issuing + -(-self.redemptions // REDEMPTIONS_A_BLOCK)

    def _events(self, number: int) -> Iterator[events.Event]:
        if number == self.first_block:
            yield from self._opening()
        elif number <= self.first_block + self.issuing:
            yield from self._issue(number - self.first_block - 1)
        else:
            yield from self._redeem(number - self.first_block - 1 - self.issuing)

    def _opening(self) -> Iterator[events.Event]:
        yield events.MerchantsRegistered(1, ((hash_of("merchant", 1)[:20], 3),))
        yield events.LimitsChanged(2**60, 2**60, 10**18, 0)
        others = tuple((hash_of("merchant", each)[:20], 1) for each in range(2, MERCHANTS + 2))
        yield events.MerchantsRegistered(2, others)
        wallets = tuple(hash_of("consumer", each)[:20] for each in range(1, CONSUMERS + 1))
        yield events.ConsumersRegistered(2, 0, 1, 1, wallets)
        for party in range(1, MERCHANTS + 2):
            yield events.Deposited(False, party, self.terms.reserve_minor if party == 1 else 10**9, bytes(20))
        yield events.Minted(1, self.terms, self.terms.reserve_minor, 0)
        yield events.Allocated(1, 0, 1, 2, self.coupons, 0, 1)

    def _issue(self, run: int) -> Iterator[events.Event]:
        first = run * COUPONS_A_BLOCK
        count = min(COUPONS_A_BLOCK, self.coupons - first)
        consumers = tuple((serial % CONSUMERS + 1, 1) for serial in range(first, first + count))
        yield events.Issued(1, 1, first, run + 2, 0, consumers)

    def _redeem(self, run: int) -> Iterator[events.Event]:
        first = run * REDEMPTIONS_A_BLOCK
        last = min(first + REDEMPTIONS_A_BLOCK, self.redemptions)
        for start in range(first, last, ITEMS_AN_INTENT):
            serials = range(start, min(start + ITEMS_AN_INTENT, last))
            # Serials far apart, as they come in a shop.
            items = tuple(self._item(serial * 7_919 % self.coupons) for serial in serials)
            yield events.Redeemed(3 + start // ITEMS_AN_INTENT % (MERCHANTS - 2), 0, items)

    def _item(self, serial: int) -> events.RedeemedItem:
        order = 100 + serial * 37 % 50_000
        earned = earning(self.terms, order)
        platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter = earned.parts
        return events.RedeemedItem(
            coupon=coupon_id(1, serial),
            version=0,
            order=order,
            reward=earned.reward,
            contribution=earned.contribution,
            discount=earned.discount,
            parts=(platform, issuer, redeemer, consumer, sharer, first_sharer, recruiter),
        )
