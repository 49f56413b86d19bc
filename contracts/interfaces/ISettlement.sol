// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Settlement
/// @notice Between redemption and distribution: a batch with a settlement delay leaves reward, contribution and discount in
/// the coupon's pool (`Journey`), where the redemption can be amended, reversed or forfeited before anyone distributes it.
/// @dev A redemption that waits has made a new version of the coupon; amending and reversing name it and make the next.
interface ISettlement {
    /// @notice Intent Amend{coupon, version, merchant, order, deadline}: the redeeming merchant lowers the order of a
    /// redemption that waits; reward, contribution and discount follow pro rata, rounded down (N9). Agents that redeem may.
    struct AmendIntent {
        uint72 coupon;
        uint16 version;
        uint32 merchant;
        uint32 agent;
        uint48 order;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Intent Reverse{coupon, version, merchant, deadline}: the redemption is undone, the coupon lives again with a
    /// new version. Agents that redeem may.
    struct ReverseIntent {
        uint72 coupon;
        uint16 version;
        uint32 merchant;
        uint32 agent;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Coupons were redeemed and their pools wait. Records of 64 bytes: as in `Redeemed`, the version being the one
    /// presented; the second word is the hour (since 1970) from which the pool may be distributed.
    event Pooled(uint32 indexed merchant, uint32 agent, bytes items);
    /// @notice Pools were paid out. Records of 64 bytes as in `Redeemed`, with the version and the amounts as amended.
    event Distributed(uint32 indexed batch, bytes items);
    /// @notice `version` is the one the intent named; reward, contribution and discount are what the pool holds now.
    event Amended(
        uint32 indexed merchant,
        uint32 agent,
        uint72 coupon,
        uint16 version,
        uint48 order,
        uint40 reward,
        uint40 contribution,
        uint40 discount
    );
    /// @notice `version` is the one the intent named; the amounts are what the pool gave back.
    event Reversed(
        uint32 indexed merchant,
        uint32 agent,
        uint72 coupon,
        uint16 version,
        uint40 reward,
        uint40 contribution,
        uint40 discount
    );
    /// @notice The amounts are what the pool gave back; if not `discountToo`, the discount was paid to the redeemer.
    event Forfeited(
        uint32 indexed batch,
        uint72 coupon,
        uint16 version,
        uint8 cause,
        bool discountToo,
        uint40 reward,
        uint40 contribution,
        uint40 discount
    );

    /// @notice Lowers orders of redemptions that wait.
    function amend(AmendIntent[] calldata intents) external;

    /// @notice Undoes redemptions that wait.
    function reverse(ReverseIntent[] calldata intents) external;

    /// @notice Takes suspicious redemptions' pools back: reward to the reserve, contribution to the merchant, and the
    /// discount to its funder (`discountToo`) or else to the merchant. The coupon stays used. Role: operator.
    function forfeit(uint72[] calldata coupons, uint8 cause, bool discountToo) external;

    /// @notice Pays out pools whose delay is over. Anybody may call, paused or not.
    function distribute(uint72[] calldata coupons) external;
}
