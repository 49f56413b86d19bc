"""Named errors of a chain, one per rule, each carrying both compared values."""

from pathlib import Path


class ChainError(Exception):
    """The one ancestor of everything a chain may raise."""


class CallReverted(ChainError):
    """A call was reverted by the called contract; `data` is what the contract said, undecoded."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"execution reverted: 0x{data.hex()}")
        self.data = data


class ArgumentsInvalid(ChainError):
    """A call's arguments do not fit the types of the function."""

    def __init__(self, function: str, detail: str) -> None:
        self.function, self.detail = function, detail
        super().__init__(f"{function} does not take these arguments: {detail}")


class CallHalted(ChainError):
    """A call ended without an answer: out of gas, an invalid opcode, a stack too deep."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"execution halted: {reason}")
        self.reason = reason


class BlockUnknown(ChainError):
    """A block above the head, or a hash of no block, was asked for."""

    def __init__(self, asked: int | bytes, head: int) -> None:
        name = f"0x{asked.hex()}" if isinstance(asked, bytes) else str(asked)
        super().__init__(f"block {name} is not on this chain, whose head is {head}")
        self.asked = asked
        self.head = head


class ChainIdMismatch(ChainError):
    """A chain file was opened with another chain id than it was created with."""

    def __init__(self, stored: int, asked: int) -> None:
        super().__init__(f"the chain file holds chain {stored}, not chain {asked}")
        self.stored = stored
        self.asked = asked


class ClockMismatch(ChainError):
    """A chain file was opened with another kind of clock than it was created with."""

    def __init__(self, stored: str, asked: str) -> None:
        super().__init__(f"the chain file runs on the {stored} clock, not on the {asked} clock")
        self.stored = stored
        self.asked = asked


class ClockBackwards(ChainError):
    """A replay clock was set to a moment before its present one; both in unix seconds."""

    def __init__(self, present: int, asked: int) -> None:
        super().__init__(f"the replay clock stands at {present} and cannot go back to {asked}")
        self.present = present
        self.asked = asked


class ChainFileInUse(ChainError):
    """Another process holds the chain file; one process at a time may have it open."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another process has the chain file {path} open")
        self.path = path


class ChainFileForeign(ChainError):
    """The file is not a chain file, or one of another layout version."""

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(f"{path} is no chain file of layout {expected}: found {found}")
        self.path = path
        self.found = found
        self.expected = expected


class ChainClosed(ChainError):
    """The chain was used after it had been closed."""

    def __init__(self) -> None:
        super().__init__("the chain is closed")


class ChainStorageFailed(ChainError):
    """The chain file could not be read or written: a full disk, a broken file; the block in hand was dropped whole."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the chain file {path} failed: {reason}")
        self.path = path
        self.reason = reason


class ChainFileDamaged(ChainError):
    """What the chain file says of a block in one place is not what it says in another."""

    def __init__(self, number: int, part: str, found: object, expected: object) -> None:
        super().__init__(f"block {number} of the chain file is damaged: its {part} is {found!r}, not {expected!r}")
        self.number = number
        self.part = part
        self.found = found
        self.expected = expected


class LogUnknown(ChainError):
    """A log of the ledger has a topic that is none of its events: this program is older than the contract."""

    def __init__(self, topic: bytes, transaction: bytes) -> None:
        self.topic, self.transaction = topic, transaction
        super().__init__(f"unknown event 0x{topic.hex()} in transaction 0x{transaction.hex()}; update the program")


class StateMissing(ChainError):
    """The chain file is damaged: it names a part of the state, a trie's node or a contract's code, and lacks it."""

    def __init__(self, part: str) -> None:
        super().__init__(f"the chain file lacks a part of its state: {part}")
        self.part = part
