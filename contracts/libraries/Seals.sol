// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title Seals
/// @notice Emits every log of the ledger and chains them: a log that a node drops or changes is noticed.
library Seals {
    struct Seal {
        bytes32 rolling;
        uint256 items;
    }

    /// @notice Starts a transaction's seal from the last one.
    function open(T.SealState storage state) internal view returns (Seal memory seal) {
        seal.rolling = bytes32(uint256(state.rolling) << 64);
    }

    /// @notice Emits one log of two topics and chains it.
    function log(Seal memory seal, bytes32 topic, uint256 indexedValue, bytes memory data) internal {
        bytes32 rolling = seal.rolling;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            let length := mload(data)
            log2(add(data, 0x20), length, topic, indexedValue)
            mstore(pointer, rolling)
            mstore(add(pointer, 0x20), topic)
            mstore(add(pointer, 0x40), indexedValue)
            mstore(add(pointer, 0x60), keccak256(add(data, 0x20), length))
            rolling := keccak256(pointer, 0x80)
        }
        seal.rolling = rolling;
    }

    /// @notice Ends the transaction: stores and emits its seal.
    function close(Seal memory seal, T.SealState storage state) internal {
        uint64 sequence = state.sequence + 1;
        uint192 rolling = uint192(uint256(seal.rolling) >> 64);
        state.sequence = sequence;
        state.rolling = rolling;
        emit L.Sealed(sequence, uint32(seal.items), rolling);
    }
}
