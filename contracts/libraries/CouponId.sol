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
}
