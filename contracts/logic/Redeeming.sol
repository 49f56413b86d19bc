// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Credits} from "../libraries/Credits.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {Intents} from "../libraries/Intents.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Records} from "../libraries/Records.sol";
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
    using Lanes for uint256[1 << 29];
    using Lanes for uint256[1 << 28];

    uint256 private constant RECORD = 96; // what to redeem 32, signature 64

    /// @dev One coupon asked for, and what it would move.
    struct Item {
        uint256 coupon;
        uint256 serial;
        uint256 order;
        uint256 reward;
        uint256 contribution;
        uint256 discount;
    }

    function redeem(LedgerStorage.Layout storage $, bytes32 domain, T.RedeemIntent[] calldata intents) internal {
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        Seals.Seal memory seal = Seals.open($.seal);
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Redeem;
        Acceptance.Context memory context = Acceptance.open($, head, domain);
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
        uint256 count = (intent.items.length + RECORD - 1) / RECORD;
        seal.items += count;
        T.Reason unfit = _refusalOf($, context.domain, intent, count);
        bytes memory done = Records.allocate(unfit == T.Reason.None ? count * 64 : 0);
        if (unfit == T.Reason.None) Acceptance.openMerchant($, context, intent.merchant);
        for (uint256 i; i < count; ++i) {
            (uint256 word, bytes32 r, bytes32 vs) = _record(intent.items, i);
            T.Reason reason = unfit == T.Reason.None ? _redeem($, context, done, word, r, vs) : unfit;
            if (reason == T.Reason.None) continue;
            refusals.refuse(reason, group, i, intent.merchant, ((word >> 184) << 16) | ((word >> 8) & 0xffff));
        }
        if (done.length == 0) return;
        Signers.consume($, intent.merchant, intent.agent, done.length / 64);
        Acceptance.closeMerchant($, context);
        seal.log(L.Redeemed.selector, intent.merchant, abi.encode(intent.agent, done));
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

    /// @dev Guards, amounts, signature; then the lane, the credits and the record.
    function _redeem(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        bytes memory done,
        uint256 word,
        bytes32 r,
        bytes32 vs
    ) private returns (T.Reason) {
        Item memory item;
        T.Reason refused = _read($, context, item, word);
        if (refused != T.Reason.None) return refused;
        uint32 holder = $.lanes[context.batch].get(item.serial);
        refused = _couponRefusal($, context, item, holder, word);
        if (refused != T.Reason.None) return refused;
        refused = Acceptance.moneyRefusal(context, item.reward, item.contribution);
        if (refused != T.Reason.None) return refused;
        T.Consumer storage consumer = $.consumers[holder];
        address wallet = consumer.wallet;
        if (wallet == address(0)) return T.Reason.ConsumerSuspended;
        bytes32 digest = Intents.present(
            context.domain,
            item.coupon,
            (word >> 8) & 0xffff,
            context.merchant,
            (word >> 56) & type(uint48).max,
            (word >> 24) & type(uint32).max
        );
        if (!Signers.signedBy(wallet, digest, r, vs)) return T.Reason.SignatureInvalid;
        $.lanes[context.batch].set(item.serial, Lanes.SPENT);
        _pay($, context, done, item, consumer);
        return T.Reason.None;
    }

    /// @dev Decodes the item, opens its batch and lot, and reads what it would move.
    function _read(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Item memory item,
        uint256 word
    ) private returns (T.Reason) {
        item.coupon = word >> 184;
        item.serial = item.coupon & type(uint40).max;
        item.order = (word >> 104) & type(uint48).max;
        if (word & 0xff != 0) return T.Reason.ItemsMalformed;
        if ((word >> 24) & type(uint32).max < block.timestamp) return T.Reason.DeadlinePassed;
        if (item.order == 0) return T.Reason.OrderZero;
        if (item.order > (word >> 56) & type(uint48).max) return T.Reason.OrderAboveMaximum;
        T.Reason refused = Acceptance.openBatch($, context, uint32(item.coupon >> 40));
        if (refused != T.Reason.None) return refused;
        refused = Acceptance.openLot($, context, uint32(word >> 152), item.serial);
        if (refused != T.Reason.None) return refused;
        T.Batch memory terms = context.terms;
        if (item.order < terms.minimumOrder) return T.Reason.OrderBelowMinimum;
        item.reward = Incentive.rewardDown(terms, item.order);
        item.contribution = Incentive.contributionDown(terms, item.order);
        item.discount = Incentive.discountDown(terms, item.order);
        return T.Reason.None;
    }

    function _couponRefusal(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Item memory item,
        uint32 holder,
        uint256 word
    ) private view returns (T.Reason) {
        if (holder == Lanes.STOCK) return T.Reason.CouponNotIssued;
        if (holder == Lanes.SPENT) return T.Reason.CouponRedeemed;
        if (holder == Lanes.VOID) return T.Reason.CouponVoid;
        if ((word >> 8) & 0xffff != 0) return T.Reason.VersionStale;
        uint256 validDays = context.terms.validDays;
        if (validDays != 0 && context.today > validDays + $.issueDays[context.batch].day(item.serial)) {
            return T.Reason.CouponExpired;
        }
        return T.Reason.None;
    }

    /// @dev The split over the parties of a coupon that was not shared: sharers are absent.
    function _pay(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        bytes memory done,
        Item memory item,
        T.Consumer storage consumer
    ) private {
        unchecked {
            T.Batch memory terms = context.terms;
            uint256 present = Split.ALL_PRESENT ^ (1 << uint256(T.Role.Sharer)) ^ (1 << uint256(T.Role.FirstSharer));
            uint256 incentive = item.reward + item.contribution;
            uint256 parts = Split.partsDown(incentive, terms.split, present, uint256(terms.remainderRole));
            Acceptance.take(context, item.reward, item.contribution, item.discount);
            uint32 recruiter = consumer.recruiter;
            uint64 earned = uint64(Split.partOf(parts, uint256(T.Role.Consumer)));
            if (earned != 0) consumer.cash += earned;
            uint256[32] memory credits = context.credits;
            Credits.add($, credits, LedgerStorage.OPERATOR, Split.partOf(parts, uint256(T.Role.Platform)));
            Credits.add($, credits, context.lot.merchant, Split.partOf(parts, uint256(T.Role.Issuer)));
            Credits.add(
                $, credits, context.merchant, Split.partOf(parts, uint256(T.Role.Redeemer)) + context.reimbursed
            );
            Credits.add($, credits, recruiter, Split.partOf(parts, uint256(T.Role.Recruiter)));
            uint256 amounts = (item.reward << 80) | (item.contribution << 40) | item.discount;
            done.push((item.coupon << 184) | (item.order << 120) | amounts);
            done.push(parts);
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
