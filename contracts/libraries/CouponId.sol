// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Coupon ids
/// @notice A coupon's id is its batch (32 bits) and its serial (40 bits): batch << 40 | serial. Serials below the batch's
/// size were minted; a copy's serial is size + root * copies + index, so no two coupons ever share an id.
library CouponId {
    function pack(uint256 batch, uint256 serial) internal pure returns (uint256 coupon) {
        return (batch << 40) | serial;
    }

    function batchOf(uint256 coupon) internal pure returns (uint32 batch) {
        return uint32(coupon >> 40);
    }

    function serialOf(uint256 coupon) internal pure returns (uint256 serial) {
        return coupon & type(uint40).max;
    }

    /// @notice The serial of a copy.
    function copyOf(uint256 root, uint256 size, uint256 copies, uint256 index) internal pure returns (uint256 serial) {
        return size + root * copies + index;
    }

    /// @notice The minted serial that a serial descends from; a serial that no coupon can have descends from itself.
    function rootOf(uint256 serial, uint256 size, uint256 copies) internal pure returns (uint256 root) {
        if (serial < size || copies == 0) return serial;
        root = (serial - size) / copies;
        return root < size ? root : serial;
    }
}
