// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerStorage} from "./LedgerStorage.sol";

/// @title Credits
/// @notice Sums merchants' credits in memory and writes each once: a table of places by id, written through when two ids
/// meet in one place.
/// @dev A place is merchant << 64 | sum. The ledger holds less than 2^63 minor units in all (checked at deposit), so no
/// sum and no cash can overflow.
library Credits {
    uint256 private constant PLACES = 32;

    function open() internal pure returns (uint256[PLACES] memory table) {}

    function add(LedgerStorage.Layout storage $, uint256[PLACES] memory table, uint256 merchant, uint256 amount)
        internal
    {
        uint256 pointer;
        uint256 place;
        assembly ("memory-safe") {
            pointer := add(table, shl(5, and(merchant, sub(PLACES, 1))))
            place := mload(pointer)
        }
        unchecked {
            if (place >> 64 != merchant) {
                write($, place);
                place = merchant << 64;
            }
            place += amount;
        }
        assembly ("memory-safe") {
            mstore(pointer, place)
        }
    }

    /// @notice Writes every sum.
    function close(LedgerStorage.Layout storage $, uint256[PLACES] memory table) internal {
        for (uint256 i; i < PLACES; ++i) {
            uint256 place;
            assembly ("memory-safe") {
                place := mload(add(table, shl(5, i)))
            }
            write($, place);
        }
    }

    function write(LedgerStorage.Layout storage $, uint256 place) private {
        unchecked {
            if (uint64(place) != 0) $.merchants[uint32(place >> 64)].cash += uint64(place);
        }
    }
}
