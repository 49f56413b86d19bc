"""What the rest of the ledger may ask of a chain, embedded or behind JSON-RPC.

Raw bytes everywhere; integers in wei, gas and unix seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

BlockTag = int | Literal["latest"]
"""A block's number, or the head."""

TopicFilter = Sequence[bytes | Sequence[bytes] | None]
"""By position: one 32-byte topic, several of which one must match, or None for any (as in `eth_getLogs`)."""


class Rejection(StrEnum):
    """Why a transaction was not taken; nothing of it is on the chain and it used no nonce."""

    ALREADY_KNOWN = "already known"
    NONCE_TOO_LOW = "nonce too low"
    NONCE_TOO_HIGH = "nonce too high"
    INSUFFICIENT_FUNDS = "insufficient funds"
    GAS_TOO_HIGH = "gas above the cap of a transaction"
    GAS_TOO_LOW = "gas below the intrinsic cost"
    FEE_TOO_LOW = "fee below the base fee"
    WRONG_CHAIN = "signed for another chain"
    MALFORMED = "malformed transaction"
    INVALID = "invalid transaction"


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one sent transaction: its hash and, if it was not taken, the reason and the chain's own words."""

    hash: bytes
    rejection: Rejection | None = None
    detail: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the chain took it; on the embedded chain it is then executed and on disk."""
        return self.rejection is None


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the contract emitted it; `log_index` counts within the block."""

    block_number: int
    block_hash: bytes
    transaction_hash: bytes
    transaction_index: int
    log_index: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one included transaction did; `contract_address` is set when it deployed one."""

    transaction_hash: bytes
    transaction_index: int
    block_number: int
    block_hash: bytes
    sender: bytes
    to: bytes | None
    contract_address: bytes | None
    succeeded: bool
    gas_used: int
    cumulative_gas_used: int
    effective_gas_price: int
    logs: tuple[Log, ...]


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """The head of one block; `timestamp` in unix seconds."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    state_root: bytes
    transactions_root: bytes
    receipts_root: bytes
    gas_used: int
    gas_limit: int
    base_fee_per_gas: int


@dataclass(frozen=True, slots=True)
class StorageProof:
    """One storage slot with its Merkle path (RLP nodes, root first); an absent slot has value 32 zero bytes."""

    key: bytes
    value: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AccountProof:
    """An account in one block's state with its Merkle path (RLP nodes, root first), as `eth_getProof`."""

    block_number: int
    state_root: bytes
    address: bytes
    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes
    path: tuple[bytes, ...]
    storage: tuple[StorageProof, ...]


@dataclass(frozen=True, slots=True)
class Finality:
    """When a block can no longer be withdrawn: at once, by the node's `finalized` tag, or `depth` blocks later."""

    kind: Literal["instant", "tags", "depth"]
    depth: int = 0


class Chain(Protocol):
    """A chain of one id; every method may be called from any thread and raises only `ChainError`s."""

    @property
    def chain_id(self) -> int:
        """The EIP-155 id."""

    @property
    def finality(self) -> Finality:
        """The finality profile."""

    def send_raw(self, transactions: Sequence[bytes]) -> list[SendResult]:
        """Offer signed transactions, in order; the answers are in the same order and one refused stops no other."""

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """Receipts by transaction hash, in the order asked; None for one that is in no block."""

    def logs(
        self, from_block: int, to_block: int, *, address: bytes | None = None, topics: TopicFilter | None = None
    ) -> list[Log]:
        """Logs of a run of blocks, both ends included, by block and log index."""

    def head(self) -> BlockHeader:
        """The newest block."""

    def finalized(self) -> BlockHeader:
        """The newest block that can no longer be withdrawn."""

    def block(self, number: BlockTag) -> BlockHeader:
        """The block of a number, or `BlockUnknown`."""

    def call(
        self,
        to: bytes,
        data: bytes,
        *,
        sender: bytes | None = None,
        block: BlockTag | None = None,
        gas: int | None = None,
    ) -> bytes:
        """What a contract answers, nothing being changed; `block` None asks as if in the next block, now.

        Raises `CallReverted` with the contract's data, or `CallHalted`.
        """

    def nonce(self, address: bytes, *, block: BlockTag = "latest") -> int:
        """How many transactions an account has sent."""

    def balance(self, address: bytes, *, block: BlockTag = "latest") -> int:
        """An account's balance in wei."""

    def code(self, address: bytes, *, block: BlockTag = "latest") -> bytes:
        """An account's code, empty where no contract stands."""

    def storage_at(self, address: bytes, key: bytes, *, block: BlockTag = "latest") -> bytes:
        """The 32 bytes in one storage slot, whose key is 32 bytes."""

    def proof(self, address: bytes, keys: Sequence[bytes], *, block: BlockTag = "latest") -> AccountProof:
        """An account and some of its slots (32-byte keys), with paths to the block's state root."""

    def close(self) -> None:
        """Let go of the chain's resources; a second time does nothing."""
