// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Sharing
/// @notice Passing coupons on: transfer (the giver loses it, S1.18) or copy (both hold one, S1.19), to a party or to whoever
/// holds a link's key (S1.21), free or at a price (S1.25); coupons of bearers, and revoking.
/// @dev A shared coupon's lane says "travelled" and its `Journey` holds who has it, the first and the last sharer, and its
/// version, which every signature of a holder names: no signature works twice. A transfer makes the next version; a copy
/// leaves the root as it is, and its index is used once.
interface ISharing {
    /// @notice Intent Offer{coupon, version, copy, to, claimKey, price, nonce, deadline}, signed by the holder. `to` is a
    /// consumer, or 0 for whoever proves `claimKey`; a copy may be claimed as often as the terms allow, each index once.
    /// The deadline is that of the whole offer.
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

    /// @notice Takes an offer up; `lot` is that of the coupon (of a copy's root). `claimSignature` is the claim key's of
    /// Claim{offer, index, claimant}, `offer` being the offer's struct hash: it names who claims, so a copied link cannot
    /// be front-run. `acceptSignature` is the claimant's of AcceptOffer{offer, index, claimant, price}, needed whenever a
    /// price is asked or the offer names its party.
    struct ClaimIntent {
        OfferIntent offer;
        uint32 lot;
        uint8 index;
        uint32 claimant;
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

    /// @notice Intent IssueToBearers{merchant, batch, lot, keys, nonce, deadline}, signed by the merchant or its agent.
    /// `keys` holds addresses of 20 bytes: each coupon goes to whoever holds that (printed) key. Done or refused whole.
    struct BearerIssueIntent {
        uint32 merchant;
        uint32 agent;
        uint32 batch;
        uint32 lot;
        uint64 nonce;
        uint40 deadline;
        bytes keys;
        bytes signature;
    }

    /// @notice Coupons went from holder to holder. Records of 32 bytes: coupon 72 bits, version 16 (the new one), from 32
    /// (0: a bearer), to 32, price 40, zero 64.
    event Transferred(uint32 indexed batch, bytes transfers);
    /// @notice Coupons were copied. Records of 32 bytes: root 72 bits, index 8, from 32, to 32, price 40, zero 72. The copy's
    /// serial is size + root serial * copies + index.
    event Copied(uint32 indexed batch, bytes copies);
    event OfferCancelled(uint32 indexed consumer, uint64 nonce);
    /// @notice Coupons of a revocable batch became void. Records of 5 bytes: serial.
    event Revoked(uint32 indexed batch, uint8 cause, bytes serials);
    /// @notice Serials from `first` on went to bearers. Records of 20 bytes: key.
    event IssuedToBearers(uint32 indexed batch, uint32 lot, uint32 first, uint64 nonce, uint32 agent, bytes keys);

    /// @notice Gives coupons to consumers, free. Records of 96 bytes: coupon 72 bits, lot 32, to 32, deadline 32, version
    /// 16, zero 72; then the holder's (or the bearer key's) compact signature (64) of Transfer{coupon, version, to, deadline}.
    function transfer(bytes calldata items) external;

    /// @notice Gives copies to consumers, free. Records of 96 bytes: root 72 bits, lot 32, to 32, deadline 32, version 16,
    /// index 8, zero 64; then the holder's compact signature (64) of Copy{coupon, version, index, to, deadline}.
    function copy(bytes calldata items) external;

    /// @notice Takes up offers, each done or refused by itself.
    function claim(ClaimIntent[] calldata claims) external;

    /// @notice Cancels offers before they are taken up.
    function cancel(CancelIntent[] calldata cancels) external;

    /// @notice Issues coupons from merchants' stock to bearers (vouchers, cards).
    function issueToBearers(BearerIssueIntent[] calldata intents) external;

    /// @notice Voids issued coupons of a revocable batch that are not redeemed. Role: operator.
    function revoke(uint72[] calldata coupons, uint8 cause) external;
}
