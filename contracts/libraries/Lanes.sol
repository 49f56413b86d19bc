// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Lanes
/// @notice Packed arrays in storage: eight holders of 32 bits a word, sixteen days of 16 bits a word.
/// @dev An array is named by its first slot, so that a transaction hashes it once a batch. A run is written word by word:
/// neighbours share the price of their slot.
library Lanes {
    uint256 internal constant STOCK = 0;
    uint256 internal constant SPENT = type(uint32).max;
    uint256 internal constant TRAVELLED = type(uint32).max - 1;
    uint256 internal constant VOID = type(uint32).max - 2;
    uint256 internal constant BEARER = type(uint32).max - 3;
    uint256 internal constant HOLDER_LIMIT = type(uint32).max - 8; // no party has a higher id

    function slotOf(uint256[1 << 29] storage lanes) internal pure returns (uint256 slot) {
        assembly ("memory-safe") {
            slot := lanes.slot
        }
    }

    function slotOfDays(uint256[1 << 28] storage issueDays) internal pure returns (uint256 slot) {
        assembly ("memory-safe") {
            slot := issueDays.slot
        }
    }

    /// @notice The word in which the lane of `serial` stands.
    function wordOf(uint256 lanes, uint256 serial) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(lanes, shr(3, serial)))
        }
    }

    /// @notice The holder in the lane of `serial`, out of its word.
    function holderIn(uint256 word, uint256 serial) internal pure returns (uint256 holder) {
        unchecked {
            return (word >> ((serial & 7) << 5)) & 0xffffffff;
        }
    }

    /// @notice Writes `holder` to the lane of `serial`, given its word.
    function put(uint256 lanes, uint256 serial, uint256 word, uint256 holder) internal {
        unchecked {
            uint256 shift = (serial & 7) << 5;
            word = (word & ~(0xffffffff << shift)) | (holder << shift);
        }
        assembly ("memory-safe") {
            sstore(add(lanes, shr(3, serial)), word)
        }
    }

    /// @notice Writes one holder to `count` lanes from `serial` on; the lanes must be empty.
    function fill(uint256[1 << 29] storage lanes, uint256 serial, uint256 holder, uint256 count) internal {
        unchecked {
            for (uint256 end = serial + count; serial < end; ++serial) {
                lanes[serial >> 3] |= holder << ((serial & 7) << 5);
            }
        }
    }

    /// @notice The day in the place of `serial`.
    function dayOf(uint256 issueDays, uint256 serial) internal view returns (uint256 day) {
        assembly ("memory-safe") {
            day := and(shr(shl(4, and(serial, 15)), sload(add(issueDays, shr(4, serial)))), 0xffff)
        }
    }

    /// @notice Writes the same day to `count` places from `serial` on; the places must be empty.
    function fillDays(uint256[1 << 28] storage issueDays, uint256 serial, uint256 count, uint256 day) internal {
        unchecked {
            uint256 end = serial + count;
            while (serial < end) {
                uint256 wordEnd = (serial | 15) + 1;
                if (wordEnd > end) wordEnd = end;
                uint256 word;
                for (uint256 place = serial; place < wordEnd; ++place) {
                    word |= day << ((place & 15) << 4);
                }
                issueDays[serial >> 4] |= word;
                serial = wordEnd;
            }
        }
    }
}
