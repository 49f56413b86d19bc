// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title Journeys
/// @notice The slot of a coupon that travelled or awaits settlement as one word, read once and written once. From the lowest
/// bit: holder 32, sharer 32, firstSharer 32, lot 32, redeemer 32, order 48, until 24, version 12, hops 4, state 8.
library Journeys {
    uint256 internal constant VERSION_LIMIT = 0xfff;
    uint256 private constant REDEMPTION = ((1 << 104) - 1) << 128; // redeemer, order, until
    uint256 private constant STATE = 0xff << 248;

    function load(T.Journey storage journey) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(journey.slot)
        }
    }

    function store(T.Journey storage journey, uint256 word) internal {
        assembly ("memory-safe") {
            sstore(journey.slot, word)
        }
    }

    /// @notice The journey of a coupon that has had none, at its first version.
    function begin(uint256 holder_, uint256 lot_, T.JourneyState state_) internal pure returns (uint256 word) {
        return holder_ | (lot_ << 96) | (1 << 232) | (uint256(state_) << 248);
    }

    /// @notice Gives the coupon on: the giver becomes its sharer, and the first giver stays known.
    function pass(uint256 word, uint256 to) internal pure returns (uint256) {
        uint256 last = sharer(word);
        uint256 first = firstSharer(word);
        if (first == 0) first = last;
        uint256 kept = (word >> 96) << 96;
        return (kept | to | (holder(word) << 32) | (first << 64)) + (1 << 244);
    }

    /// @notice The next version; it stays at the limit, where nothing but redeeming is left.
    function bump(uint256 word) internal pure returns (uint256) {
        return version(word) == VERSION_LIMIT ? word : word + (1 << 232);
    }

    function withState(uint256 word, T.JourneyState state_) internal pure returns (uint256) {
        return (word & ~STATE) | (uint256(state_) << 248);
    }

    /// @notice Notes the redemption that waits; zeros take it away.
    function withRedemption(uint256 word, uint256 redeemer_, uint256 order_, uint256 until_)
        internal
        pure
        returns (uint256)
    {
        return (word & ~REDEMPTION) | (redeemer_ << 128) | (order_ << 160) | (until_ << 208);
    }

    function holder(uint256 word) internal pure returns (uint256) {
        return word & 0xffffffff;
    }

    function sharer(uint256 word) internal pure returns (uint256) {
        return (word >> 32) & 0xffffffff;
    }

    function firstSharer(uint256 word) internal pure returns (uint256) {
        return (word >> 64) & 0xffffffff;
    }

    function lot(uint256 word) internal pure returns (uint256) {
        return (word >> 96) & 0xffffffff;
    }

    function redeemer(uint256 word) internal pure returns (uint256) {
        return (word >> 128) & 0xffffffff;
    }

    function order(uint256 word) internal pure returns (uint256) {
        return (word >> 160) & 0xffffffffffff;
    }

    function until(uint256 word) internal pure returns (uint256) {
        return (word >> 208) & 0xffffff;
    }

    function version(uint256 word) internal pure returns (uint256) {
        return (word >> 232) & 0xfff;
    }

    function hops(uint256 word) internal pure returns (uint256) {
        return (word >> 244) & 0xf;
    }

    function state(uint256 word) internal pure returns (T.JourneyState) {
        return T.JourneyState(word >> 248);
    }

    function isLive(uint256 word) internal pure returns (bool) {
        return word >> 248 == uint256(T.JourneyState.Live);
    }

    function isPending(uint256 word) internal pure returns (bool) {
        uint256 number = word >> 248;
        return number == uint256(T.JourneyState.Pending) || number == uint256(T.JourneyState.PendingAmended);
    }

    /// @notice Why a coupon that is not at hand as it was named is refused.
    function refusalOf(uint256 word) internal pure returns (T.Reason) {
        T.JourneyState now_ = state(word);
        if (now_ == T.JourneyState.Void) return T.Reason.CouponVoid;
        return now_ == T.JourneyState.Live ? T.Reason.VersionStale : T.Reason.CouponRedeemed;
    }
}
