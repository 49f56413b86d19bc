// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISharing} from "../interfaces/ISharing.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";

/// @title Handing on
/// @notice What the sharings of one transaction have in common: the batch at hand, its records, and the two ways a coupon is
/// handed on.
library Handing {
    using Seals for Seals.Seal;
    using Records for bytes;
    using Journeys for T.Journey;
    using Journeys for uint256;

    struct Context {
        bytes32 domain;
        uint256 ledgerTime;
        uint256 batches;
        uint256 consumers;
        bytes32 topic; // Transferred or Copied
        bytes records; // grow as they come: room for all that may come, batch by batch, would be quadratic
        uint256 capacity;
        // the batch
        uint256 batch;
        T.Reason batchRefusal;
        uint256 size;
        uint256 shareMode;
        uint256 copies;
        uint256 hops;
        uint256 validDays;
        uint256 lanes; // first slots
        uint256 issueDays;
        // the lot of coupons in their lanes
        uint256 lot;
        uint256 first;
        uint256 issued; // serials from the first on
        // the coupon
        uint256 journey;
        uint256 lane; // the word of its lane
        uint256 holder; // 0: a bearer
    }

    /// @dev What is handed on.
    struct Share {
        uint256 coupon;
        uint256 lot;
        uint256 to;
        uint256 version;
        uint256 index; // of a copy
        uint256 price;
    }

    function open(LedgerStorage.Layout storage $, T.Head memory head, bytes32 domain)
        internal
        view
        returns (Context memory context)
    {
        context.domain = domain;
        context.ledgerTime = LedgerTime.ledgerTime(head);
        context.batches = head.batches;
        context.consumers = $.head.consumers;
        context.batchRefusal = T.Reason.BatchUnknown;
    }

    /// @notice Emits the records of the batch at hand.
    function close(Context memory context, Seals.Seal memory seal) internal {
        if (context.records.length == 0) return;
        seal.log(context.topic, context.batch, abi.encode(context.records));
        context.records = "";
        context.capacity = 0;
    }

    /// @notice Makes the coupon the one at hand: it lives, is in date, at the version named, and was issued from the lot.
    function openCoupon(
        LedgerStorage.Layout storage $,
        Context memory context,
        Seals.Seal memory seal,
        Share memory share
    ) internal returns (T.Reason refused) {
        uint256 batch = CouponId.batchOf(share.coupon);
        if (batch != context.batch) _openBatch($, context, seal, batch);
        if (context.batchRefusal != T.Reason.None) return context.batchRefusal;
        uint256 serial = CouponId.serialOf(share.coupon);
        if (serial < context.size && share.version == 0) refused = _openLane($, context, share, serial);
        else refused = _openJourney($, context, share, serial);
        if (refused != T.Reason.None) return refused;
        if (context.validDays == 0) return T.Reason.None;
        uint256 root = CouponId.rootOf(serial, context.size, context.copies);
        bool over = context.ledgerTime / 1 days > Lanes.dayOf(context.issueDays, root) + context.validDays;
        return over ? T.Reason.CouponExpired : T.Reason.None;
    }

    /// @notice Why the coupon at hand may not go to `to` this way.
    function refusalOf(Context memory context, Share memory share, bool copying) internal pure returns (T.Reason) {
        if (share.to == 0 || share.to > context.consumers) return T.Reason.ConsumerUnknown;
        if (share.to == context.holder) return T.Reason.RecipientInvalid;
        if (copying) {
            bool root = CouponId.serialOf(share.coupon) < context.size;
            if (context.shareMode != uint256(T.ShareMode.Copy) || !root || context.holder == 0) {
                return T.Reason.ShareNotAllowed;
            }
            if (share.index >= context.copies) return T.Reason.CopyUnavailable;
        } else {
            // A bearer's coupon that comes into an account is not shared yet.
            if (context.holder == 0) return T.Reason.None;
            if (context.shareMode == uint256(T.ShareMode.None)) return T.Reason.ShareNotAllowed;
            if (context.journey.version() == Journeys.VERSION_LIMIT) return T.Reason.VersionExhausted;
        }
        return context.journey.hops() < context.hops ? T.Reason.None : T.Reason.HopsExhausted;
    }

    /// @notice The holder's coupon becomes another's, at its next version.
    function move(
        LedgerStorage.Layout storage $,
        Context memory context,
        Seals.Seal memory seal,
        Share memory share
    ) internal {
        uint256 journey = context.journey;
        if (journey == 0) {
            Lanes.put(context.lanes, CouponId.serialOf(share.coupon), context.lane, Lanes.TRAVELLED);
            journey = Journeys.begin(context.holder, share.lot, T.JourneyState.Live);
        } else {
            journey = journey.bump();
        }
        if (context.holder == 0) {
            delete $.bearers[uint72(share.coupon)];
            journey |= share.to;
        } else {
            journey = journey.pass(share.to);
        }
        $.journeys[uint72(share.coupon)].store(journey);
        uint256 record = (share.coupon << 184) | (journey.version() << 168);
        _note(context, seal, ISharing.Transferred.selector, record | _from(context, share, 136));
    }

    /// @notice A new coupon for another, whose parent is the holder's.
    function copy(
        LedgerStorage.Layout storage $,
        Context memory context,
        Seals.Seal memory seal,
        Share memory share
    ) internal returns (T.Reason) {
        uint256 root = CouponId.serialOf(share.coupon);
        uint256 serial = CouponId.copyOf(root, context.size, context.copies, share.index);
        T.Journey storage slot = $.journeys[uint72(CouponId.pack(context.batch, serial))];
        if (slot.load() != 0) return T.Reason.CopyUnavailable;
        uint256 journey = context.journey;
        // What the root went through is the copy's path too; its own life begins at version 1.
        uint256 path = Journeys.begin(context.holder, share.lot, T.JourneyState.Live);
        path |= (journey.sharer() << 32) | (journey.firstSharer() << 64) | (journey.hops() << 244);
        slot.store(path.pass(share.to));
        uint256 record = (share.coupon << 184) | (share.index << 176);
        _note(context, seal, ISharing.Copied.selector, record | _from(context, share, 144));
        return T.Reason.None;
    }

    function _from(Context memory context, Share memory share, uint256 shift) private pure returns (uint256) {
        return (context.holder << shift) | (share.to << (shift - 32)) | (share.price << (shift - 72));
    }

    function _note(Context memory context, Seals.Seal memory seal, bytes32 topic, uint256 record) private {
        if (context.topic != topic) close(context, seal);
        context.topic = topic;
        if (context.records.length == context.capacity) {
            context.capacity = context.capacity * 2 + 512;
            context.records = Records.grown(context.records, context.capacity);
        }
        context.records.push(record);
    }

    function _openBatch(
        LedgerStorage.Layout storage $,
        Context memory context,
        Seals.Seal memory seal,
        uint256 batch
    ) private {
        close(context, seal);
        T.Batch memory terms = $.batches[uint32(batch)];
        context.batch = batch;
        context.size = terms.size;
        context.shareMode = uint256(terms.shareMode);
        context.copies = terms.copies;
        context.hops = terms.hops;
        context.validDays = terms.validDays;
        context.lot = 0;
        context.lanes = Lanes.slotOf($.lanes[uint32(batch)]);
        context.issueDays = Lanes.slotOfDays($.issueDays[uint32(batch)]);
        context.batchRefusal = T.Reason.None;
        if (batch == 0 || batch > context.batches) context.batchRefusal = T.Reason.BatchUnknown;
        else if (terms.closed) context.batchRefusal = T.Reason.BatchClosed;
        else if (context.ledgerTime >= LedgerTime.redeemEnd(terms)) context.batchRefusal = T.Reason.BatchExpired;
    }

    function _openLane(LedgerStorage.Layout storage $, Context memory context, Share memory share, uint256 serial)
        private
        view
        returns (T.Reason)
    {
        context.journey = 0;
        context.lane = Lanes.wordOf(context.lanes, serial);
        uint256 holder = Lanes.holderIn(context.lane, serial);
        if (holder == Lanes.STOCK) return T.Reason.CouponNotIssued;
        if (holder > Lanes.BEARER) {
            if (holder == Lanes.SPENT) return T.Reason.CouponRedeemed;
            if (holder == Lanes.VOID) return T.Reason.CouponVoid;
            return Journeys.refusalOf($.journeys[uint72(share.coupon)].load());
        }
        if (share.lot != context.lot || share.lot == 0) _openLot($, context, share.lot);
        context.holder = holder == Lanes.BEARER ? 0 : holder;
        unchecked {
            // A serial below the first wraps round to a number above any count.
            return serial - context.first < context.issued ? T.Reason.None : T.Reason.LotMismatch;
        }
    }

    function _openLot(LedgerStorage.Layout storage $, Context memory context, uint256 lotId) private view {
        T.Lot memory lot = $.lots[uint32(context.batch)][uint32(lotId)];
        context.lot = lotId;
        context.first = lot.first;
        context.issued = lot.next - lot.first;
    }

    function _openJourney(LedgerStorage.Layout storage $, Context memory context, Share memory share, uint256 serial)
        private
        view
        returns (T.Reason)
    {
        uint256 journey = $.journeys[uint72(share.coupon)].load();
        if (journey == 0) {
            if (serial >= context.size) return T.Reason.CouponNotIssued;
            T.Reason refused = _openLane($, context, share, serial);
            return refused == T.Reason.None ? T.Reason.VersionStale : refused;
        }
        if (!journey.isLive()) return Journeys.refusalOf(journey);
        if (journey.version() != share.version) return T.Reason.VersionStale;
        if (journey.lot() != share.lot) return T.Reason.LotMismatch;
        context.journey = journey;
        context.holder = journey.holder();
        return T.Reason.None;
    }

}
