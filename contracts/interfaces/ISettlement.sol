// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Settlement
/// @notice Between redemption and distribution: a batch with a settlement delay leaves the incentive in the coupon's pool
/// (`Journey`), where it can be amended, reversed or forfeited before anyone distributes it. The storage is in place; the
/// verbs follow.
interface ISettlement {
    /// @notice Intent Amend{coupon, version, merchant, order, deadline}: the redeeming merchant lowers the order of a
    /// redemption that waits; reward, contribution and discount follow pro rata (N9).
    struct AmendIntent {
        uint72 coupon;
        uint16 version;
        uint32 merchant;
        uint32 agent;
        uint48 orderBefore;
        uint48 order;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Intent Reverse{coupon, version, merchant, deadline}: the redemption is undone, the coupon lives again with a
    /// new version.
    struct ReverseIntent {
        uint72 coupon;
        uint16 version;
        uint32 merchant;
        uint32 agent;
        uint48 order;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Pools came to wait. Records as in `Redeemed`, whose second word then is the hour of distribution.
    event Pooled(uint32 indexed merchant, uint32 agent, bytes items);
    /// @notice Pools were paid out. Records of 64 bytes: coupon 72 bits, version 16, pool 40, zero 128; then the parts.
    event Distributed(uint32 indexed batch, bytes items);
    event Amended(
        uint32 indexed merchant, uint72 coupon, uint16 version, uint48 order, uint40 reward, uint40 contribution, uint40 discount
    );
    event Reversed(uint32 indexed merchant, uint72 coupon, uint16 version, uint40 reward, uint40 contribution, uint40 discount);
    event Forfeited(uint32 indexed batch, uint72 coupon, uint16 version, uint40 reward, uint40 contribution, uint8 cause);

    /// @notice Lowers orders of redemptions that wait.
    function amend(AmendIntent[] calldata intents) external;

    /// @notice Undoes redemptions that wait.
    function reverse(ReverseIntent[] calldata intents) external;

    /// @notice Takes the incentive of suspicious redemptions back: reward to the reserve, contribution to the merchant.
    /// Role: operator.
    function forfeit(uint72[] calldata coupons, uint8 cause) external;

    /// @notice Pays out pools whose delay is over. Anybody may call, paused or not.
    function distribute(uint72[] calldata coupons) external;
}
