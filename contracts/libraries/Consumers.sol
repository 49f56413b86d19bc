// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title Consumers
/// @notice A consumer's first slot as one word, read once and written once: wallet 160 bits, recruiter 32, cash 64.
/// @dev The ledger holds less than 2^63 minor units in all (checked at deposit), so no cash can overflow.
library Consumers {
    function load(T.Consumer storage consumer) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(consumer.slot)
        }
    }

    function wallet(uint256 word) internal pure returns (address) {
        return address(uint160(word));
    }

    function recruiter(uint256 word) internal pure returns (uint256) {
        return (word >> 160) & 0xffffffff;
    }

    /// @notice Adds to the cash, given the word.
    function credit(T.Consumer storage consumer, uint256 word, uint256 amount) internal {
        if (amount == 0) return;
        assembly ("memory-safe") {
            sstore(consumer.slot, add(word, shl(192, amount)))
        }
    }
}
