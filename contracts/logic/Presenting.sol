// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Intents} from "../libraries/Intents.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {RedeemItem} from "../libraries/RedeemItem.sol";
import {Signers} from "../libraries/Signers.sol";
import {Acceptance} from "./Acceptance.sol";

/// @title Presenting
/// @notice Finds the coupon that an item presents, and who signed for it.
/// @dev A refusal is the number of a `Reason` (0: none), see `Redeeming`.
library Presenting {
    using RedeemItem for uint256;
    using Consumers for T.Consumer;
    using Journeys for T.Journey;

    /// @notice Where the coupon at hand is: in its lane, or (`journey` not 0) in its journey. `holder` 0: a bearer.
    struct Coupon {
        uint256 holder;
        uint256 journey;
        uint256 lanes; // the word of its lane
    }

    /// @notice The item by itself, its batch, its lot and its order; then finds the coupon, in its lane or in its journey.
    function couponRefusal(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Coupon memory coupon,
        uint256 word
    ) internal returns (uint256 refused) {
        if (word.deadline() < block.timestamp) return uint256(T.Reason.DeadlinePassed);
        uint256 order = word.order();
        if (order == 0) return uint256(T.Reason.OrderZero);
        if (order > word.maximumOrder()) return uint256(T.Reason.OrderAboveMaximum);
        refused = Acceptance.openBatch($, context, word.batch());
        if (refused != 0) return refused;
        uint256 serial = word.serial();
        // The common coupon was minted and is presented to the merchant by name.
        uint256 root = serial;
        if (word.flags() != 0 || serial >= context.size) {
            (refused, root) = _uncommonRefusal(context, word);
            if (refused != 0) return refused;
        }
        refused = Acceptance.openLot($, context, word.lot(), root);
        if (refused != 0) return refused;
        if (order < context.minimumOrder) return uint256(T.Reason.OrderBelowMinimum);
        if (word.version() == 0 && serial < context.size) {
            uint256 lanes = Lanes.wordOf(context.lanes, serial);
            coupon.lanes = lanes;
            coupon.journey = 0;
            coupon.holder = Lanes.holderIn(lanes, serial);
            if (coupon.holder >= Lanes.BEARER) refused = _openLane($, coupon, word);
        } else {
            refused = _openJourney($, context, coupon, word);
        }
        if (context.isPlain || refused != 0) return refused;
        return _dayRefusal(context, root);
    }

    /// @dev Flags, and the minted serial that the coupon descends from.
    function _uncommonRefusal(Acceptance.Context memory context, uint256 word)
        private
        pure
        returns (uint256 refused, uint256 root)
    {
        uint256 flags = word.flags();
        if (flags > RedeemItem.ANY_MERCHANT) return (uint256(T.Reason.ItemsMalformed), 0);
        T.Batch memory terms = context.terms;
        if (flags != 0 && terms.flags & BatchWords.FLAG_BEARER == 0) return (uint256(T.Reason.BearerNotAllowed), 0);
        return (0, CouponId.rootOf(word.serial(), terms.size, terms.copies));
    }

    /// @dev A lane that names no consumer: a bearer's coupon, or one that is no more in its lane.
    function _openLane(LedgerStorage.Layout storage $, Coupon memory coupon, uint256 word)
        private
        view
        returns (uint256 refused)
    {
        refused = _laneRefusal($, coupon.holder, word);
        coupon.holder = 0;
    }

    function _laneRefusal(LedgerStorage.Layout storage $, uint256 lane, uint256 word) private view returns (uint256) {
        if (lane == Lanes.BEARER) return 0;
        if (lane == Lanes.SPENT) return uint256(T.Reason.CouponRedeemed);
        if (lane == Lanes.VOID) return uint256(T.Reason.CouponVoid);
        return uint256(Journeys.refusalOf($.journeys[uint72(word.coupon())].load()));
    }

    function _openJourney(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Coupon memory coupon,
        uint256 word
    ) private view returns (uint256) {
        uint256 journey = $.journeys[uint72(word.coupon())].load();
        if (journey == 0) {
            uint256 serial = word.serial();
            if (serial >= context.size) return uint256(T.Reason.CouponNotIssued);
            uint256 lane = Lanes.holderIn(Lanes.wordOf(context.lanes, serial), serial);
            return lane > Lanes.BEARER ? _laneRefusal($, lane, word) : uint256(T.Reason.VersionStale);
        }
        if (!Journeys.isLive(journey)) return uint256(Journeys.refusalOf(journey));
        if (Journeys.version(journey) != word.version()) return uint256(T.Reason.VersionStale);
        if (Journeys.lot(journey) != word.lot()) return uint256(T.Reason.LotMismatch);
        coupon.journey = journey;
        coupon.holder = Journeys.holder(journey);
        return 0;
    }

    function _dayRefusal(Acceptance.Context memory context, uint256 root) private view returns (uint256) {
        uint256 validDays = context.terms.validDays;
        if (validDays == 0) return 0;
        uint256 lastDay = Lanes.dayOf(context.issueDays, root) + validDays;
        return context.ledgerTime / 1 days > lastDay ? uint256(T.Reason.CouponExpired) : 0;
    }

    /// @notice The consumer's word (0: a bearer), if it or the bearer's key signed the presentation.
    function signerRefusal(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        uint256 holder,
        uint256 word,
        bytes32 r,
        bytes32 vs
    ) internal view returns (uint256 refused, uint256 party) {
        bytes32 digest = Intents.present(context.domain, word, word.flags() == 0 ? context.merchant : 0);
        if (holder == 0) {
            bool held = Signers.signedByKey($.bearers[uint72(word.coupon())], digest, r, vs);
            return (held ? 0 : uint256(T.Reason.SignatureInvalid), 0);
        }
        party = $.consumers[uint32(holder)].load();
        address wallet = Consumers.wallet(party);
        if (wallet == address(0)) return (uint256(T.Reason.ConsumerSuspended), 0);
        return (Signers.signedBy(wallet, digest, r, vs) ? 0 : uint256(T.Reason.SignatureInvalid), party);
    }
}
