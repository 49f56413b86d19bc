// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Lanes
/// @notice Packed arrays in storage: eight holders of 32 bits a word, sixteen days of 16 bits a word.
/// @dev A run is written word by word, so that neighbours share the price of their slot.
library Lanes {
    uint32 internal constant STOCK = 0;
    uint32 internal constant SPENT = type(uint32).max;
    uint32 internal constant TRAVELLED = type(uint32).max - 1;
    uint32 internal constant VOID = type(uint32).max - 2;

    /// @notice The holder in the lane of `serial`.
    function get(uint256[1 << 29] storage lanes, uint256 serial) internal view returns (uint32 holder) {
        return uint32(lanes[serial >> 3] >> ((serial & 7) << 5));
    }

    /// @notice Writes one lane.
    function set(uint256[1 << 29] storage lanes, uint256 serial, uint32 holder) internal {
        uint256 shift = (serial & 7) << 5;
        uint256 word = lanes[serial >> 3];
        lanes[serial >> 3] = (word & ~(uint256(type(uint32).max) << shift)) | (uint256(holder) << shift);
    }

    /// @notice The day in the place of `serial`.
    function day(uint256[1 << 28] storage days_, uint256 serial) internal view returns (uint16) {
        return uint16(days_[serial >> 4] >> ((serial & 15) << 4));
    }

    /// @notice Writes the same day to `count` places from `serial` on; the places must be empty.
    function fillDays(uint256[1 << 28] storage days_, uint256 serial, uint256 count, uint256 value) internal {
        uint256 end = serial + count;
        while (serial < end) {
            uint256 wordEnd = (serial | 15) + 1;
            if (wordEnd > end) wordEnd = end;
            uint256 word;
            for (uint256 place = serial; place < wordEnd; ++place) word |= value << ((place & 15) << 4);
            days_[serial >> 4] |= word;
            serial = wordEnd;
        }
    }
}
