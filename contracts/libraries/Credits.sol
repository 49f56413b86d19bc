// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LedgerStorage} from "./LedgerStorage.sol";

/// @title Credits
/// @notice Sums merchants' credits in memory and writes each once: a table of places by id, written through when two ids
/// meet in one place.
/// @dev A place is merchant << 64 | sum. The ledger holds less than 2^64 minor units in all (checked at deposit), so no
/// sum and no cash can overflow.
library Credits {
    uint256 private constant PLACES = 32;

    function open() internal pure returns (uint256[PLACES] memory table) {}

    function add(LedgerStorage.Layout storage $, uint256[PLACES] memory table, uint256 merchant, uint256 amount)
        internal
    {
        unchecked {
            if (amount == 0) return;
            uint256 place = table[merchant & (PLACES - 1)];
            if (place >> 64 != merchant) {
                write($, place);
                place = merchant << 64;
            }
            table[merchant & (PLACES - 1)] = place + amount;
        }
    }

    /// @notice Writes every sum.
    function close(LedgerStorage.Layout storage $, uint256[PLACES] memory table) internal {
        unchecked {
            for (uint256 i; i < PLACES; ++i) {
                write($, table[i]);
            }
        }
    }

    function write(LedgerStorage.Layout storage $, uint256 place) private {
        unchecked {
            if (place != 0) $.merchants[uint32(place >> 64)].cash += uint64(place);
        }
    }
}
