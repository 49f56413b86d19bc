"""Reading a log's data by hand."""

from eth_hash.auto import keccak

from ledger.chain.protocol import Log


def topic(signature: str) -> bytes:
    """The first topic of an event."""
    return keccak(signature.encode())


def indexed(log: Log) -> int:
    """The value of the second topic."""
    return int.from_bytes(log.topics[1], "big")


def word(log: Log, index: int) -> int:
    """One word of the data."""
    return int.from_bytes(log.data[32 * index : 32 * index + 32], "big")


def address(log: Log, index: int) -> bytes:
    """The 20 bytes in a word of the data."""
    return log.data[32 * index + 12 : 32 * index + 32]


def packed(log: Log, index: int) -> bytes:
    """The dynamic argument whose offset stands in word `index`."""
    start = word(log, index)
    length = int.from_bytes(log.data[start : start + 32], "big")
    return log.data[start + 32 : start + 32 + length]


def records(data: bytes, size: int) -> list[bytes]:
    """Packed bytes cut into records."""
    return [data[at : at + size] for at in range(0, len(data), size)]
