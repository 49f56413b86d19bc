// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Points
/// @notice Points of consumers (S4.7, S4.10, S4.11, S4.15), each backed by one minor unit of cash: granted from the operator's
/// cash, spent when a coupon is issued, cashed out by the provider. The storage is in place; the verbs follow.
interface IPoints {
    /// @notice Intent Spend{consumer, merchant, points, nonce, deadline}, signed by the consumer when a coupon of a batch with
    /// a points price is issued.
    struct SpendIntent {
        uint32 consumer;
        uint32 merchant;
        uint64 points;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Records of 12 bytes: consumer 4, points 8.
    event Granted(uint32 indexed merchant, bytes grants);
    event Spent(uint32 indexed merchant, uint32 consumer, uint64 points, uint64 nonce);
    event CashedOut(uint32 indexed merchant, uint64 points, uint64 nonce);
    event Expired(uint32 indexed consumer, uint64 points);

    /// @notice Grants points to consumers out of the operator's cash. Role: operator.
    function grant(uint32[] calldata consumers, uint64[] calldata points) external;

    /// @notice Moves points from consumers to the merchants that issue.
    function spend(SpendIntent[] calldata intents) external;

    /// @notice Turns merchants' points into cash.
    function cashOut(uint32[] calldata merchants) external;

    /// @notice Ends consumers' points; their backing returns to the operator. Role: operator.
    function expire(uint32[] calldata consumers, uint64[] calldata points) external;
}
