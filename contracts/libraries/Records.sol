// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Seals} from "./Seals.sol";

/// @title Records
/// @notice A growing `bytes` of packed records, and the record of a refusal.
library Records {
    using Seals for Seals.Seal;

    /// @notice Refusals of one verb within a transaction.
    struct Refusals {
        T.Verb verb;
        bytes records;
        uint256 capacity;
    }

    /// @notice Room for `capacity` bytes, empty.
    function allocate(uint256 capacity) internal pure returns (bytes memory records) {
        records = new bytes(capacity);
        assembly ("memory-safe") {
            mstore(records, 0)
        }
    }

    /// @notice The same records with room for `capacity` bytes in all.
    function grown(bytes memory old, uint256 capacity) internal pure returns (bytes memory records) {
        records = allocate(capacity);
        assembly ("memory-safe") {
            mcopy(add(records, 0x20), add(old, 0x20), mload(old))
            mstore(records, mload(old))
        }
    }

    /// @notice Appends a word; the caller allocated the room.
    function push(bytes memory records, uint256 word) internal pure {
        assembly ("memory-safe") {
            let length := mload(records)
            mstore(add(add(records, 0x20), length), word)
            mstore(records, add(length, 0x20))
        }
    }

    /// @notice Appends the upper `size` bytes of a word; the caller allocated the room and a word more.
    function pushBytes(bytes memory records, bytes32 word, uint256 size) internal pure {
        assembly ("memory-safe") {
            let length := mload(records)
            mstore(add(add(records, 0x20), length), word)
            mstore(records, add(length, size))
        }
    }

    /// @notice Notes a refusal; room is made when the first or one too many comes.
    function refuse(
        Refusals memory refusals,
        T.Reason reason,
        uint256 group,
        uint256 item,
        uint256 party,
        uint256 subject
    ) internal pure {
        if (refusals.records.length == refusals.capacity) {
            refusals.capacity = refusals.capacity * 2 + 512;
            refusals.records = grown(refusals.records, refusals.capacity);
        }
        uint256 word = (uint256(refusals.verb) << 248) | (uint256(reason) << 240) | ((group & 0xffff) << 224);
        push(refusals.records, word | ((item & 0xffff) << 208) | (party << 160) | subject);
    }

    /// @notice Emits the refusals, if any.
    function emitAll(Refusals memory refusals, Seals.Seal memory seal) internal {
        if (refusals.records.length == 0) return;
        seal.log(L.Refused.selector, uint256(refusals.verb), abi.encode(refusals.records));
    }
}
