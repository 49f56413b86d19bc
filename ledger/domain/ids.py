"""Ids as the chain packs them."""

from ledger.domain.errors import OutOfRange

OPERATOR = 1
"""The operator's merchant id."""

GROUP_ALL = 0
GROUP_ISSUER_ONLY = 2**32 - 1
LANE_STOCK = 0
LANE_SPENT = 2**32 - 1
LANE_TRAVELLED = 2**32 - 2
LANE_VOID = 2**32 - 3
LANE_BEARER = 2**32 - 4

VERSION_LIMIT = 4_095
"""The last version of a coupon: at it nothing is left but using it."""

_SERIAL_BITS = 40


def coupon_id(batch: int, serial: int) -> int:
    """Batch (32 bits) and serial (40 bits) as one number; raises `OutOfRange`."""
    if not 0 < batch < 2**32:
        raise OutOfRange("batch", batch, low=1, high=2**32 - 1)
    if not 0 <= serial < 2**_SERIAL_BITS:
        raise OutOfRange("serial", serial, low=0, high=2**_SERIAL_BITS - 1)
    return batch << _SERIAL_BITS | serial


def copy_serial(root: int, index: int, *, size: int, copies: int) -> int:
    """The serial of a copy: `size` minted serials, then `copies` to each root."""
    return size + root * copies + index


def root_serial(serial: int, *, size: int, copies: int) -> int:
    """The minted serial that a serial descends from, itself if it was minted."""
    return serial if serial < size else (serial - size) // copies


def batch_of(coupon: int) -> int:
    """The batch in a coupon's id."""
    return coupon >> _SERIAL_BITS


def serial_of(coupon: int) -> int:
    """The serial in a coupon's id."""
    return coupon & (1 << _SERIAL_BITS) - 1


def party_key(party: int, *, consumer: bool) -> int:
    """One number for a merchant or a consumer, as the contract keys nonces and wallets."""
    return 1 << 32 | party if consumer else party
