"""The embedded chain itself: one lock, one file, one block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from eth.abc import BlockHeaderAPI, SignedTransactionAPI, VirtualMachineAPI
from eth.exceptions import HeaderNotFound
from eth.vm.interrupt import EVMMissingData
from eth_typing import Address
from eth_utils.crypto import keccak
from trie.exceptions import MissingTrieNode

from ledger.chain.clock import Clock
from ledger.chain.embedded import calls, index, proofs
from ledger.chain.embedded.admission import Refused, read
from ledger.chain.embedded.calls import Question
from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.integrity import verify_block
from ledger.chain.embedded.limits import CALL_GAS
from ledger.chain.embedded.machine import Machine
from ledger.chain.embedded.mining import BlockInHand, SealedBlock, seal
from ledger.chain.embedded.store import Store
from ledger.chain.embedded.tries import StoredBlock, read_block
from ledger.chain.errors import BlockUnknown, ChainIdMismatch, ClockMismatch, StateMissing
from ledger.chain.hashing import use_fastest_keccak
from ledger.chain.protocol import (
    AccountProof,
    BlockHeader,
    BlockTag,
    Finality,
    Log,
    Receipt,
    Rejection,
    SendResult,
    TopicFilter,
)


class EmbeddedChain:
    """A `Chain` in this process; safe to use from many threads, which take turns.

    `path` None keeps it in memory. `name`, `balances` (wei by address) and the clock's moment go into a new file and
    are ignored for an old one, which must have the same chain id and kind of clock.
    """

    def __init__(
        self,
        path: Path | None,
        clock: Clock,
        *,
        chain_id: int,
        name: str = "",
        balances: Mapping[bytes, int] | None = None,
    ) -> None:
        use_fastest_keccak()
        self._clock = clock
        self._chain_id = chain_id
        # py-evm's state, its caches and the one SQLite connection are none of them thread-safe, reads included.
        self._lock = RLock()
        self._store = Store(path)
        try:
            self._database = BlockBufferedDatabase(self._store)
            self._machine = Machine(self._database, chain_id)
            self._header, self._head = self._open(name, balances or {})
            self._name = self._store.meta("name") or ""
        except BaseException:
            self._store.close()
            raise

    def _open(self, name: str, balances: Mapping[bytes, int]) -> tuple[BlockHeaderAPI, BlockHeader]:
        head = index.head(self._store)
        if head is None:
            header = self._machine.genesis(balances, self._clock.now())
            genesis = seal(self._database, header, receipts=[], logs=[])
            meta = {"chain_id": str(self._chain_id), "clock": self._clock.mode, "name": name}
            self._store.commit(genesis.write, meta=meta)
            self._database.keep()
            return header, BlockHeader(*genesis.write.block)
        stored_id, stored_clock = self._store.meta("chain_id"), self._store.meta("clock")
        if stored_id != str(self._chain_id):
            raise ChainIdMismatch(int(stored_id or 0), self._chain_id)
        if stored_clock != self._clock.mode:
            raise ClockMismatch(str(stored_clock), self._clock.mode)
        return self._machine.header(head.hash), head

    @property
    def chain_id(self) -> int:
        """The EIP-155 id."""
        return self._chain_id

    @property
    def name(self) -> str:
        """The name it was created with; one on the replay clock says so."""
        return f"{self._name} (replay)" if self._clock.mode == "replay" else self._name

    @property
    def clock(self) -> Clock:
        """The clock that blocks take their time from."""
        return self._clock

    @property
    def finality(self) -> Finality:
        """Instant: a block is on disk before anybody hears of it, and none is ever withdrawn."""
        return Finality("instant")

    def send_raw(self, transactions: Sequence[bytes]) -> list[SendResult]:
        """Execute signed transactions, in order, and put them on disk before answering.

        They share one block as far as its gas allows and go on in the next; a refused one is in none.
        """
        with self._lock, self._giving_up_cleanly():
            block = self._new_block()
            results: list[SendResult] = []
            for raw in transactions:
                try:
                    transaction = read(raw, self._machine.transactions, chain_id=self._chain_id)
                    if not block.has_room_for(transaction):
                        self._commit(block.seal())
                        block = self._new_block()
                    self._add(block, transaction)
                    results.append(SendResult(transaction.hash))
                except Refused as refused:
                    results.append(SendResult(keccak(raw), refused.rejection, refused.detail))
            if not block.is_empty:
                self._commit(block.seal())
            return results

    def _add(self, block: BlockInHand, transaction: SignedTransactionAPI) -> None:
        try:
            block.add(transaction)
        except Refused as refused:
            # A known transaction's nonce is always used up; only then is the look into the store needed.
            known = refused.rejection is Rejection.NONCE_TOO_LOW and (
                block.holds(transaction.hash) or index.is_known(self._store, transaction.hash)
            )
            if known:
                raise Refused(Rejection.ALREADY_KNOWN, "it is in a block already") from refused
            raise

    def _new_block(self) -> BlockInHand:
        header = self._machine.child(self._header, max(self._header.timestamp, self._clock.now()))
        return BlockInHand(self._machine, self._database, header)

    def _commit(self, sealed: SealedBlock) -> None:
        self._store.commit(sealed.write)
        self._database.keep()
        self._header, self._head = sealed.header, BlockHeader(*sealed.write.block)

    @contextmanager
    def _giving_up_cleanly(self) -> Iterator[None]:
        try:
            yield
        except (EVMMissingData, MissingTrieNode) as error:
            raise StateMissing(str(error)) from error
        finally:
            self._database.drop()

    def receipts(self, hashes: Sequence[bytes]) -> list[Receipt | None]:
        """Receipts by transaction hash, in the order asked; None for one that is in no block."""
        with self._lock:
            return [index.receipt(self._store, transaction_hash) for transaction_hash in hashes]

    def logs(
        self, from_block: int, to_block: int, *, address: bytes | None = None, topics: TopicFilter | None = None
    ) -> list[Log]:
        """Logs of a run of blocks, both ends included, by block and log index."""
        return self.logs_of(from_block, to_block, addresses=[] if address is None else [address], topics=topics or [])

    def logs_of(self, from_block: int, to_block: int, *, addresses: Sequence[bytes], topics: TopicFilter) -> list[Log]:
        """As `logs`, of several contracts, or of any if none is named."""
        with self._lock:
            return index.logs(self._store, from_block, to_block, addresses=addresses, topics=topics)

    def head(self) -> BlockHeader:
        """The newest block."""
        return self._head

    def finalized(self) -> BlockHeader:
        """The newest block, for every block here is final."""
        return self._head

    def block(self, number: BlockTag) -> BlockHeader:
        """The block of a number, or `BlockUnknown`."""
        with self._lock:
            if number == "latest":
                return self._head
            found = index.block(self._store, number)
            if found is None:
                raise BlockUnknown(number, self._head.number)
            return found

    def call(
        self,
        to: bytes,
        data: bytes,
        *,
        sender: bytes | None = None,
        block: BlockTag | None = None,
        gas: int | None = None,
    ) -> bytes:
        """What a contract answers; see `Chain.call`."""
        return self.ask(Question(to, data, sender=sender), block=block, gas=gas or CALL_GAS)

    def ask(self, question: Question, *, block: BlockTag | None = None, gas: int = CALL_GAS) -> bytes:
        """As `call`, also with a value, or for the code that a deployment would leave."""
        with self._reading(block) as machine:
            return calls.call(machine, question, gas=gas)

    def estimate_gas(self, question: Question, *, block: BlockTag | None = None) -> int:
        """The gas with which a transaction succeeds, or the error of `call` if none is enough."""
        with self._lock, self._giving_up_cleanly():
            header = self._header_at(block)
            return calls.estimate_gas(lambda: self._machine.at(header), question)

    def nonce(self, address: bytes, *, block: BlockTag = "latest") -> int:
        """How many transactions an account has sent."""
        with self._reading(block) as machine:
            return machine.state.get_nonce(Address(address))

    def balance(self, address: bytes, *, block: BlockTag = "latest") -> int:
        """An account's balance in wei."""
        with self._reading(block) as machine:
            return machine.state.get_balance(Address(address))

    def code(self, address: bytes, *, block: BlockTag = "latest") -> bytes:
        """An account's code, empty where no contract stands."""
        with self._reading(block) as machine:
            return machine.state.get_code(Address(address))

    def storage_at(self, address: bytes, key: bytes, *, block: BlockTag = "latest") -> bytes:
        """The 32 bytes in one storage slot."""
        with self._reading(block) as machine:
            return machine.state.get_storage(Address(address), int.from_bytes(key, "big")).to_bytes(32, "big")

    def proof(self, address: bytes, keys: Sequence[bytes], *, block: BlockTag = "latest") -> AccountProof:
        """An account and some of its slots, with paths to the block's state root."""
        with self._lock, self._giving_up_cleanly():
            return proofs.prove(self._database, self.block(block), address, keys)

    @contextmanager
    def _reading(self, block: BlockTag | None) -> Iterator[VirtualMachineAPI]:
        with self._lock, self._giving_up_cleanly():
            yield self._machine.at(self._header_at(block))

    def _header_at(self, block: BlockTag | None) -> BlockHeaderAPI:
        if block is None:
            return self._machine.child(self._header, max(self._header.timestamp, self._clock.now()))
        if block == "latest" or block == self._head.number:
            return self._header
        return self._machine.header(self.block(block).hash)

    def stored_block(self, number: BlockTag) -> StoredBlock:
        """A block with its whole header, transactions and receipts, read from its tries."""
        with self._lock, self._giving_up_cleanly():
            return read_block(self._database, self._machine, self._header_at(number))

    def number_of(self, block_hash: bytes) -> int:
        """The number of the block with a hash, or `BlockUnknown`."""
        with self._lock:
            try:
                return self._machine.header(block_hash).block_number
            except HeaderNotFound as error:
                raise BlockUnknown(block_hash, self._head.number) from error

    def verify(self, number: int) -> None:
        """Raise `ChainFileDamaged` unless all that the file holds of a block agrees with the block's hash."""
        with self._lock:
            verify_block(self._store, self._database, self._machine, number=number)

    def size_bytes(self) -> int:
        """How large the file is."""
        with self._lock:
            return self._store.size_bytes()

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        with self._lock:
            self._store.close()
