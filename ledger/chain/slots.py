"""The ledger's storage by name: where each thing lies (`LedgerStorage.sol`), and reading many slots at once."""

from collections.abc import Sequence
from typing import Final

from eth_hash.auto import keccak

from ledger.chain.contract import Contract
from ledger.chain.protocol import Chain

HEAD: Final = 0
LIMITS: Final = 1
SEAL: Final = 2
STANDING: Final = 3

LANES_A_WORD: Final = 8
DAYS_A_WORD: Final = 16
MEMBERS_A_WORD: Final = 256

MERCHANTS, CONSUMERS, AGENTS = 4, 5, 6
GROUP_MEMBERS = 9
BATCHES, LOTS, LANES, ISSUE_DAYS = 10, 11, 12, 13
JOURNEYS, WITHDRAWALS, RECOVERIES, STATEMENTS, POLICIES = 14, 15, 16, 17, 18
OUTFLOW: Final = 19
BEARERS, AMENDMENTS = 20, 21
ROLES = 22
"""Slots of mappings; a test holds them against the compiler's layout."""

_WORD_BYTES: Final = 32


class SlotReader:
    """Slots of the ledger out of its function `slots`; a `SlotSource` of the audit."""

    def __init__(self, chain: Chain, ledger: Contract) -> None:
        self._chain, self._ledger = chain, ledger
        self._selector = ledger.encode("slots", [])[:4]

    def slots(self, keys: Sequence[int], *, block: int) -> list[int]:
        """The words in these slots as they were after a block, in order; a slot never written is 0."""
        words = (_WORD_BYTES, len(keys), *keys)
        data = self._selector + b"".join(word.to_bytes(_WORD_BYTES, "big") for word in words)
        answer = self._chain.call(self._ledger.address, data, block=block)
        starts = range(2 * _WORD_BYTES, len(answer), _WORD_BYTES)
        return [int.from_bytes(answer[start : start + _WORD_BYTES], "big") for start in starts]


def merchant(number: int) -> int:
    """The first of a merchant's two slots."""
    return _in_mapping(MERCHANTS, number)


def consumer(number: int) -> int:
    """The first of a consumer's two slots."""
    return _in_mapping(CONSUMERS, number)


def agent(merchant_number: int, number: int) -> int:
    """An agent's slot."""
    return _in_mapping(_in_mapping(AGENTS, merchant_number), number)


def group_members(group: int, word: int) -> int:
    """The slot of 256 merchants' membership in a group, a bit each."""
    return _in_mapping(_in_mapping(GROUP_MEMBERS, group), word)


def batch(number: int) -> int:
    """The first of a batch's four slots."""
    return _in_mapping(BATCHES, number)


def lot(batch_number: int, number: int) -> int:
    """A lot's slot."""
    return _in_mapping(_in_mapping(LOTS, batch_number), number)


def lanes(batch_number: int) -> int:
    """The slot of a batch's first word of holders; the others follow, eight serials each."""
    return _in_mapping(LANES, batch_number)


def issue_days(batch_number: int) -> int:
    """The slot of a batch's first word of days of issue; the others follow, sixteen serials each."""
    return _in_mapping(ISSUE_DAYS, batch_number)


def withdrawal(merchant_number: int) -> int:
    """The slot of a merchant's withdrawal that waits."""
    return _in_mapping(WITHDRAWALS, merchant_number)


def journey(coupon: int) -> int:
    """The slot of a coupon that travelled or awaits settlement."""
    return _in_mapping(JOURNEYS, coupon)


def recovery(party: int) -> int:
    """The slot of a party's recovery; `party` as `party_key` has it."""
    return _in_mapping(RECOVERIES, party)


def statement(merchant_number: int, period: int) -> int:
    """The slot of the root of a merchant's purchase lines of a period."""
    return _in_mapping(STATEMENTS, merchant_number << 32 | period)


def policy(number: int) -> int:
    """The slot of a version of the commission policy."""
    return _in_mapping(POLICIES, number)


def bearer(coupon: int) -> int:
    """The slot of the key whose holder may use a coupon."""
    return _in_mapping(BEARERS, coupon)


def amendment(coupon: int) -> int:
    """The slot of the order, as redeemed, of a redemption that was amended since."""
    return _in_mapping(AMENDMENTS, coupon)


def role(name: bytes, account: bytes) -> int:
    """The slot that is 1 while an account has a role (OpenZeppelin AccessControl)."""
    members = _in_mapping(ROLES, int.from_bytes(name, "big"))
    return _in_mapping(members, int.from_bytes(account, "big"))


def _in_mapping(slot: int, key: int) -> int:
    preimage = key.to_bytes(_WORD_BYTES, "big") + slot.to_bytes(_WORD_BYTES, "big")
    return int.from_bytes(keccak(preimage), "big")
