"""py-evm set up for one chain: Prague rules, our genesis, and a virtual machine on any header."""

from collections.abc import Mapping

from eth._utils.db import apply_state_dict
from eth.abc import BlockHeaderAPI, VirtualMachineAPI
from eth.consensus.context import ConsensusContext
from eth.constants import BLANK_ROOT_HASH, POST_MERGE_DIFFICULTY, POST_MERGE_MIX_HASH, POST_MERGE_NONCE, ZERO_ADDRESS
from eth.db.chain import ChainDB
from eth.rlp.headers import BlockHeader as EvmHeader
from eth.vm.chain_context import ChainContext
from eth_typing import Address, BlockNumber, Hash32
from eth_utils.crypto import keccak

from ledger.chain.embedded.database import BlockBufferedDatabase
from ledger.chain.embedded.limits import HEADER_GAS_LIMIT
from ledger.chain.embedded.state import VirtualMachine


class Machine:
    """Makes virtual machines over one database; holds no chain state of its own."""

    def __init__(self, database: BlockBufferedDatabase, chain_id: int) -> None:
        self._context = ChainContext(chain_id)
        self._chain_database = ChainDB(database)
        self._consensus = ConsensusContext(database)
        self.transactions = VirtualMachine.get_transaction_builder()
        self.receipts = VirtualMachine.get_receipt_builder()

    def at(self, header: BlockHeaderAPI) -> VirtualMachineAPI:
        """A machine whose state is that of a header and whose block is the header's."""
        return VirtualMachine(
            header=header,
            chaindb=self._chain_database,
            chain_context=self._context,
            consensus_context=self._consensus,
        )

    def header(self, block_hash: bytes) -> BlockHeaderAPI:
        """A stored header; raises `HeaderNotFound`."""
        return self._chain_database.get_block_header_by_hash(Hash32(block_hash))

    def child(self, parent: BlockHeaderAPI, timestamp: int) -> BlockHeaderAPI:
        """An empty header on top of `parent`, at a moment not before the parent's, in unix seconds.

        Two blocks may carry the same second, as on rollups: with a block for each redemption, time forced to move on
        by a second a block would run ahead of the wall's and let coupons expire early. PREVRANDAO is the hash of the
        parent's hash, so that a replay gives the same blocks; no contract may take it for chance.
        """
        header: BlockHeaderAPI = VirtualMachine.create_header_from_parent(
            parent,
            gas_limit=HEADER_GAS_LIMIT,
            timestamp=timestamp,
            difficulty=POST_MERGE_DIFFICULTY,
            mix_hash=keccak(parent.hash),
            nonce=POST_MERGE_NONCE,
            coinbase=ZERO_ADDRESS,
        )
        return header

    def genesis(self, balances: Mapping[bytes, int], timestamp: int) -> BlockHeaderAPI:
        """Write the state of block 0 into the database and make its header; balances in wei by address."""
        void = EvmHeader(difficulty=0, block_number=BlockNumber(-1), gas_limit=0)
        state = VirtualMachine.build_state(self._chain_database.db, void, self._context)
        apply_state_dict(
            state,
            {Address(a): {"balance": wei, "nonce": 0, "code": b"", "storage": {}} for a, wei in balances.items()},
        )
        state.persist()
        return VirtualMachine.create_genesis_header(
            coinbase=ZERO_ADDRESS,
            difficulty=POST_MERGE_DIFFICULTY,
            extra_data=b"",
            gas_limit=HEADER_GAS_LIMIT,
            mix_hash=POST_MERGE_MIX_HASH,
            nonce=POST_MERGE_NONCE,
            receipt_root=BLANK_ROOT_HASH,
            state_root=state.state_root,
            timestamp=timestamp,
            transaction_root=BLANK_ROOT_HASH,
            base_fee_per_gas=0,
        )
