// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Redeem items
/// @notice Fields of the word that says what to redeem: coupon 72 bits, lot 32, order 48, maximumOrder 48, deadline 32,
/// version 16, flags 8.
library RedeemItem {
    uint256 internal constant ANY_MERCHANT = 1;

    function coupon(uint256 word) internal pure returns (uint256) {
        return word >> 184;
    }

    function batch(uint256 word) internal pure returns (uint256) {
        return word >> 224;
    }

    function serial(uint256 word) internal pure returns (uint256) {
        return (word >> 184) & 0xffffffffff;
    }

    function lot(uint256 word) internal pure returns (uint256) {
        return (word >> 152) & 0xffffffff;
    }

    function order(uint256 word) internal pure returns (uint256) {
        return (word >> 104) & 0xffffffffffff;
    }

    function maximumOrder(uint256 word) internal pure returns (uint256) {
        return (word >> 56) & 0xffffffffffff;
    }

    function deadline(uint256 word) internal pure returns (uint256) {
        return (word >> 24) & 0xffffffff;
    }

    function version(uint256 word) internal pure returns (uint256) {
        return (word >> 8) & 0xffff;
    }

    /// @notice ANY_MERCHANT: the presentation names no merchant. No other flag has a meaning.
    function flags(uint256 word) internal pure returns (uint256) {
        return word & 0xff;
    }

    /// @notice The subject of a refusal: coupon 72 bits, version 16.
    function subject(uint256 word) internal pure returns (uint256) {
        return (coupon(word) << 16) | version(word);
    }
}
