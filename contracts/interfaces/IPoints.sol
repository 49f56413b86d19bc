// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Points
/// @notice Points of consumers (S4.7, S4.10, S4.11, S4.15), each backed by one minor unit of cash: granted from the operator's
/// cash, spent when a coupon is issued, cashed out by the provider.
interface IPoints {
    /// @notice Points for, or of, a consumer.
    struct PointsItem {
        uint32 consumer;
        uint64 points;
    }

    /// @notice Intent Spend{consumer, merchant, batch, lot, count, points, nonce, deadline}: the consumer pays the batch's points
    /// price for `count` coupons, the merchant issues them from its lot. Both sign the same digest, the merchant by
    /// itself or by an agent that issues; the nonce is the consumer's.
    struct SpendIntent {
        uint32 consumer;
        uint32 merchant;
        uint32 agent;
        uint32 batch;
        uint32 lot;
        uint8 count;
        uint64 points;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
        bytes merchantSignature;
    }

    /// @notice Points were granted. Records of 12 bytes: consumer 4, points 8.
    event Granted(uint64 indexed total, bytes grants);
    /// @notice Points were spent on coupons, whose `Issued` (nonce 0) comes before.
    event Spent(
        uint32 indexed merchant,
        uint32 consumer,
        uint32 batch,
        uint32 first,
        uint8 count,
        uint64 points,
        uint64 nonce
    );
    event CashedOut(uint32 indexed merchant, uint64 points);
    /// @notice Points ended and their backing went back to the operator. Records of 12 bytes: consumer 4, points 8.
    event Expired(uint64 indexed total, bytes expiries);

    /// @notice Grants points to consumers out of the operator's cash, within its daily cap. Role: operator.
    function grant(PointsItem[] calldata grants) external;

    /// @notice Moves points from consumers to the merchants that issue them coupons for it.
    function spend(SpendIntent[] calldata intents) external;

    /// @notice Turns all points of merchants into cash. Anybody may call.
    function cashOut(uint32[] calldata merchants) external;

    /// @notice Ends consumers' points; their backing returns to the operator. Role: operator.
    function expire(PointsItem[] calldata expiries) external;
}
