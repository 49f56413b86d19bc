// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Sharing
/// @notice Passing coupons on: transfer (the giver loses it, S1.18) or copy (both hold one, S1.19), to a party or to whoever
/// holds a link's key (S1.21), free or at a price (S1.25). The storage for it is in place (`Journey`); the verbs follow.
/// @dev A shared coupon's lane says "travelled" and its `Journey` holds who had it, the first and the last sharer, and its
/// version, which every signature of a holder names: no signature works twice.
interface ISharing {
    /// @notice Intent Offer{coupon, version, copy, to, claimKey, price, nonce, deadline}, signed by the holder. `to` is a
    /// consumer, or 0 for whoever proves `claimKey`; a copy may be claimed as often as the terms allow, each index once.
    struct OfferIntent {
        uint72 coupon;
        uint16 version;
        bool copy;
        uint32 to;
        address claimKey;
        uint40 price;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Takes an offer up. `claimSignature` is the claim key's of Claim{offer, index, claimant}: it names who claims,
    /// so a copied link cannot be front-run. `acceptSignature` is the claimant's of AcceptOffer{offer, claimant, price,
    /// deadline}, needed whenever a price is asked or a stranger pushes.
    struct ClaimIntent {
        OfferIntent offer;
        uint32 lot;
        uint8 index;
        uint32 claimant;
        uint40 deadline;
        bytes claimSignature;
        bytes acceptSignature;
    }

    /// @notice Intent Cancel{consumer, nonce, deadline}: no offer of this nonce is taken up any more.
    struct CancelIntent {
        uint32 consumer;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Coupons went from holder to holder. Records of 32 bytes: coupon 72 bits, version 16 (the new one), from 32,
    /// to 32, price 40, zero 64.
    event Transferred(uint32 indexed batch, bytes transfers);
    /// @notice Coupons were copied. Records of 32 bytes: root 72 bits, index 8, from 32, to 32, price 40, zero 72. The copy's
    /// serial is size + root serial * copies + index.
    event Copied(uint32 indexed batch, bytes copies);
    event OfferCancelled(uint32 indexed consumer, uint64 nonce);
    /// @notice A coupon of a revocable batch became void.
    event Revoked(uint32 indexed batch, uint40 serial, uint8 cause);

    /// @notice Takes up offers, each done or refused by itself.
    function claim(ClaimIntent[] calldata claims) external;

    /// @notice Cancels offers before they are taken up.
    function cancel(CancelIntent[] calldata cancels) external;

    /// @notice Voids issued coupons of a revocable batch. Role: operator.
    function revoke(uint72[] calldata coupons, uint32[] calldata lots, uint8 cause) external;
}
