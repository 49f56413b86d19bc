"""Why the index stops: the chain, or the node before it, contradicts what was read; the tables stay as they are."""


class IndexStopped(Exception):
    """The index cannot go on."""


class ReorgDetected(IndexStopped):
    """A block that was read as final is no longer on the chain; `expected` and `found` are its hashes."""

    def __init__(self, block_number: int, expected: bytes, found: bytes) -> None:
        self.block_number, self.expected, self.found = block_number, expected, found
        super().__init__(
            f"block {block_number} was 0x{expected.hex()} and is now 0x{found.hex()}; rebuild the index from this chain"
        )


class HeadBehind(IndexStopped):
    """The chain's newest final block lies before the one the index has come to."""

    def __init__(self, head: int, indexed: int) -> None:
        self.head, self.indexed = head, indexed
        super().__init__(f"the chain ends at block {head}, the index has read up to {indexed}: this is an older chain")


class SealBroken(IndexStopped):
    """A log is missing or changed: `what` (sequence, rolling hash or seal) is not as the events before it say."""

    def __init__(self, what: str, block_number: int, *, expected: object, found: object) -> None:
        self.what, self.block_number, self.expected, self.found = what, block_number, expected, found
        super().__init__(
            f"the {what} in block {block_number} is {_plain(found)}, not {_plain(expected)}: the node left out or "
            "changed a log; read the block from another node"
        )


class RowMissing(IndexStopped):
    """An event speaks of something that the tables do not have: they were changed by another hand."""

    def __init__(self, table: str, key: tuple[object, ...]) -> None:
        self.table, self.key = table, key
        super().__init__(f"the table {table} has no row {key}, which an event speaks of; rebuild the index")


def _plain(value: object) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
