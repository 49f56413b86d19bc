// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Credits} from "../libraries/Credits.sol";
import {Digests} from "../libraries/Digests.sol";
import {Intents} from "../libraries/Intents.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Payees} from "../libraries/Payees.sol";
import {Records} from "../libraries/Records.sol";
import {RedeemItem} from "../libraries/RedeemItem.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";
import {Split} from "../libraries/Split.sol";
import {Acceptance} from "./Acceptance.sol";

/// @title Redeeming
/// @notice Writes presented coupons off and divides each one's incentive among everybody who made the sale happen.
/// @dev What many items share (batch, lot, cash, credits) is held in memory and written once.
library Redeeming {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;
    using RedeemItem for uint256;
    using Consumers for T.Consumer;
    using Journeys for T.Journey;

    uint256 private constant RECORD = 96; // what to redeem 32, signature 64

    /// @dev Records of the items done: paid at once, and those whose pool waits (room is made for the first).
    struct Done {
        bytes paid;
        bytes pooled;
        uint256 room;
    }

    /// @notice See `ICouponLedger`; called with the ledger's raw calldata.
    function redeem(T.RedeemIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        Seals.Seal memory seal = Seals.open($.seal);
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Redeem;
        Acceptance.Context memory context = Acceptance.open($, head, Digests.domain());
        for (uint256 i; i < intents.length; ++i) {
            _redeemAll($, context, seal, refusals, intents[i], i);
        }
        Acceptance.closeBatch($, context);
        Credits.close($, context.credits);
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    /// @dev One merchant's intent: its items are done or refused one by one, all refused if the intent itself is not fit.
    function _redeemAll(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Seals.Seal memory seal,
        Records.Refusals memory refusals,
        T.RedeemIntent calldata intent,
        uint256 group
    ) private {
        bytes calldata items = intent.items;
        uint256 count = (items.length + RECORD - 1) / RECORD;
        seal.items += count;
        T.Reason unfit = _refusalOf($, context.domain, intent, count);
        Done memory done;
        if (unfit == T.Reason.None) {
            done.room = count * 64;
            done.paid = Records.allocate(done.room);
            Acceptance.openMerchant($, context, intent.merchant);
        }
        for (uint256 i; i < count; ++i) {
            (uint256 word, bytes32 r, bytes32 vs) = _record(items, i);
            T.Reason reason = unfit == T.Reason.None ? _redeem($, context, done, word, r, vs) : unfit;
            if (reason != T.Reason.None) refusals.refuse(reason, group, i, intent.merchant, word.subject());
        }
        _finish($, context, seal, intent, done);
    }

    /// @dev What the merchant's items have in common, and their logs.
    function _finish(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Seals.Seal memory seal,
        T.RedeemIntent calldata intent,
        Done memory done
    ) private {
        uint256 length = done.paid.length + done.pooled.length;
        if (length == 0) return;
        Signers.consume($, intent.merchant, intent.agent, length / 64);
        Acceptance.closeMerchant($, context);
        if (done.paid.length != 0) {
            seal.log(L.Redeemed.selector, intent.merchant, abi.encode(intent.agent, done.paid));
        }
        if (done.pooled.length != 0) {
            seal.log(ISettlement.Pooled.selector, intent.merchant, abi.encode(intent.agent, done.pooled));
        }
    }

    function _refusalOf(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.RedeemIntent calldata intent,
        uint256 count
    ) private view returns (T.Reason) {
        if (intent.items.length % RECORD != 0) return T.Reason.ItemsMalformed;
        return Signers.refusalOf(
            $,
            intent.merchant,
            intent.agent,
            Signers.AGENT_REDEEMS,
            count,
            intent.deadline,
            Intents.redeem(domain, intent),
            intent.signature
        );
    }

    /// @dev Guards, amounts, signature; then the coupon, the credits and the record.
    function _redeem(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Done memory done,
        uint256 word,
        bytes32 r,
        bytes32 vs
    ) private returns (T.Reason refused) {
        refused = _itemRefusal($, context, word);
        if (refused != T.Reason.None) return refused;
        uint256 lanes;
        (refused, lanes) = _openCoupon($, context, word);
        if (refused != T.Reason.None) return refused;
        refused = Acceptance.openOrder(context, word.order());
        if (refused != T.Reason.None) return refused;
        uint256 party;
        (refused, party) = _signerRefusal($, context, word, r, vs);
        if (refused != T.Reason.None) return refused;
        uint256 amounts = (context.reward << 80) | (context.contribution << 40) | context.discount;
        amounts |= (word.coupon() << 184) | (word.version() << 172) | (word.order() << 120);
        if (context.terms.settlementDelayHours != 0) {
            _pool($, context, done, word, lanes, amounts);
        } else {
            if (context.journey == 0) Lanes.put(context.lanes, word.serial(), lanes, Lanes.SPENT);
            else $.journeys[uint72(word.coupon())].store(Journeys.withState(context.journey, T.JourneyState.Redeemed));
            _pay($, context, done, party, amounts);
        }
    }

    /// @dev The item by itself, its batch, its lot and its order.
    function _itemRefusal(LedgerStorage.Layout storage $, Acceptance.Context memory context, uint256 word)
        private
        returns (T.Reason refused)
    {
        uint256 flags = word.flags();
        if (flags > RedeemItem.ANY_MERCHANT) return T.Reason.ItemsMalformed;
        if (word.deadline() < block.timestamp) return T.Reason.DeadlinePassed;
        uint256 order = word.order();
        if (order == 0) return T.Reason.OrderZero;
        if (order > word.maximumOrder()) return T.Reason.OrderAboveMaximum;
        refused = Acceptance.openBatch($, context, word.batch());
        if (refused != T.Reason.None) return refused;
        if (flags != 0 && context.terms.flags & BatchWords.FLAG_BEARER == 0) return T.Reason.BearerNotAllowed;
        refused = Acceptance.openLot($, context, word.lot(), _rootOf(context, word.serial()));
        if (refused != T.Reason.None) return refused;
        return order < context.terms.minimumOrder ? T.Reason.OrderBelowMinimum : T.Reason.None;
    }

    function _rootOf(Acceptance.Context memory context, uint256 serial) private pure returns (uint256) {
        uint256 size = context.terms.size;
        return serial < size ? serial : CouponId.rootOf(serial, size, context.terms.copies);
    }

    /// @dev Finds the coupon's holder in its lane, or in its journey where the item names a version or a copy.
    function _openCoupon(LedgerStorage.Layout storage $, Acceptance.Context memory context, uint256 word)
        private
        view
        returns (T.Reason refused, uint256 lanes)
    {
        uint256 serial = word.serial();
        context.journey = 0;
        if (word.version() == 0 && serial < context.terms.size) {
            lanes = Lanes.wordOf(context.lanes, serial);
            uint256 holder = Lanes.holderIn(lanes, serial);
            if (holder >= Lanes.BEARER) {
                refused = _laneRefusal($, holder, word);
                holder = 0;
            }
            context.holder = holder;
        } else {
            refused = _openJourney($, context, word);
        }
        if (refused == T.Reason.None) refused = _dayRefusal(context, serial);
    }

    function _laneRefusal(LedgerStorage.Layout storage $, uint256 lane, uint256 word) private view returns (T.Reason) {
        if (lane == Lanes.BEARER) return T.Reason.None;
        if (lane == Lanes.SPENT) return T.Reason.CouponRedeemed;
        if (lane == Lanes.VOID) return T.Reason.CouponVoid;
        return Journeys.refusalOf($.journeys[uint72(word.coupon())].load());
    }

    function _openJourney(LedgerStorage.Layout storage $, Acceptance.Context memory context, uint256 word)
        private
        view
        returns (T.Reason)
    {
        uint256 journey = $.journeys[uint72(word.coupon())].load();
        if (journey == 0) {
            uint256 serial = word.serial();
            if (serial >= context.terms.size) return T.Reason.CouponNotIssued;
            uint256 lane = Lanes.holderIn(Lanes.wordOf(context.lanes, serial), serial);
            return lane > Lanes.BEARER ? _laneRefusal($, lane, word) : T.Reason.VersionStale;
        }
        if (Journeys.state(journey) != T.JourneyState.Live) return Journeys.refusalOf(journey);
        if (Journeys.version(journey) != word.version()) return T.Reason.VersionStale;
        if (Journeys.lot(journey) != word.lot()) return T.Reason.LotMismatch;
        context.journey = journey;
        context.holder = Journeys.holder(journey);
        return T.Reason.None;
    }

    function _dayRefusal(Acceptance.Context memory context, uint256 serial) private view returns (T.Reason) {
        uint256 validDays = context.terms.validDays;
        if (validDays == 0) return T.Reason.None;
        uint256 lastDay = Lanes.dayOf(context.issueDays, _rootOf(context, serial)) + validDays;
        return context.ledgerTime / 1 days > lastDay ? T.Reason.CouponExpired : T.Reason.None;
    }

    /// @dev The consumer's word (0: a bearer), if it or the bearer's key signed the presentation.
    function _signerRefusal(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        uint256 word,
        bytes32 r,
        bytes32 vs
    ) private view returns (T.Reason, uint256 party) {
        uint256 merchant = word.flags() == 0 ? context.merchant : 0;
        bytes32 digest = Intents.present(context.domain, word, merchant);
        if (context.holder == 0) {
            bool held = Signers.signedByKey($.bearers[uint72(word.coupon())], digest, r, vs);
            return (held ? T.Reason.None : T.Reason.SignatureInvalid, 0);
        }
        party = $.consumers[uint32(context.holder)].load();
        address wallet = Consumers.wallet(party);
        if (wallet == address(0)) return (T.Reason.ConsumerSuspended, 0);
        return (Signers.signedBy(wallet, digest, r, vs) ? T.Reason.None : T.Reason.SignatureInvalid, party);
    }

    /// @dev The pool waits in the journey, discount and all: what is forfeited or reversed is still there.
    function _pool(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Done memory done,
        uint256 word,
        uint256 lanes,
        uint256 amounts
    ) private {
        uint256 until = (block.timestamp + uint256(context.terms.settlementDelayHours) * 1 hours + 59 minutes + 59)
            / 1 hours;
        uint256 journey = context.journey;
        if (journey == 0) {
            Lanes.put(context.lanes, word.serial(), lanes, Lanes.TRAVELLED);
            journey = Journeys.begin(context.holder, word.lot(), T.JourneyState.Pending);
        } else {
            journey = Journeys.withState(Journeys.bump(journey), T.JourneyState.Pending);
        }
        journey = Journeys.withRedemption(journey, context.merchant, word.order(), until);
        $.journeys[uint72(word.coupon())].store(journey);
        Acceptance.take(context);
        if (done.pooled.length == 0) done.pooled = Records.allocate(done.room);
        done.pooled.push(amounts);
        done.pooled.push(until);
    }

    /// @dev The split over the parties of the coupon.
    function _pay(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Done memory done,
        uint256 party,
        uint256 amounts
    ) private {
        unchecked {
            uint256 shares = context.shares;
            bool common = context.journey == 0 && context.holder != 0;
            if (!common) shares = Payees.sharesOf(context.terms.split, context.holder, context.journey);
            uint256 parts = Split.partsDown(context.reward + context.contribution, shares, context.remainderRole);
            if (context.holder != 0) {
                uint256 part = Split.partOf(parts, uint256(T.Role.Consumer));
                $.consumers[uint32(context.holder)].credit(party, part);
            }
            if (context.journey != 0) Payees.paySharers($, parts, context.journey);
            uint256[32] memory credits = context.credits;
            Payees.payMerchants($, credits, parts, context.issuer, context.merchant, Consumers.recruiter(party));
            Credits.add($, credits, context.merchant, Acceptance.take(context));
            done.paid.push(amounts);
            done.paid.push(parts);
        }
    }

    function _record(bytes calldata items, uint256 index)
        private
        pure
        returns (uint256 word, bytes32 r, bytes32 vs)
    {
        assembly ("memory-safe") {
            let record := add(items.offset, mul(index, 96))
            word := calldataload(record)
            r := calldataload(add(record, 0x20))
            vs := calldataload(add(record, 0x40))
        }
    }
}
