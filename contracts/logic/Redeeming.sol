// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {Credits} from "../libraries/Credits.sol";
import {Intents} from "../libraries/Intents.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
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

    uint256 private constant RECORD = 96; // what to redeem 32, signature 64

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
        bytes calldata items = intent.items;
        uint256 count = (items.length + RECORD - 1) / RECORD;
        seal.items += count;
        T.Reason unfit = _refusalOf($, context.domain, intent, count);
        bytes memory done = Records.allocate(unfit == T.Reason.None ? count * 64 : 0);
        if (unfit == T.Reason.None) Acceptance.openMerchant($, context, intent.merchant);
        for (uint256 i; i < count; ++i) {
            (uint256 word, bytes32 r, bytes32 vs) = _record(items, i);
            T.Reason reason = unfit == T.Reason.None ? _redeem($, context, done, word, r, vs) : unfit;
            if (reason != T.Reason.None) refusals.refuse(reason, group, i, intent.merchant, word.subject());
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
    ) private returns (T.Reason refused) {
        refused = _itemRefusal($, context, word);
        if (refused != T.Reason.None) return refused;
        uint256 serial = word.serial();
        uint256 lanes = Lanes.wordOf(context.lanes, serial);
        uint256 holder = Lanes.holderIn(lanes, serial);
        refused = _couponRefusal(context, holder, word);
        if (refused != T.Reason.None) return refused;
        T.Consumer storage consumer = $.consumers[uint32(holder)];
        uint256 party = consumer.load();
        if (Consumers.wallet(party) == address(0)) return T.Reason.ConsumerSuspended;
        bytes32 digest = Intents.present(context.domain, word, context.merchant);
        if (!Signers.signedBy(Consumers.wallet(party), digest, r, vs)) return T.Reason.SignatureInvalid;
        Lanes.put(context.lanes, serial, lanes, Lanes.SPENT);
        _pay($, context, done, word, consumer, party);
    }

    /// @dev The item by itself, its batch, its lot and its order.
    function _itemRefusal(LedgerStorage.Layout storage $, Acceptance.Context memory context, uint256 word)
        private
        returns (T.Reason refused)
    {
        if (word.reserved() != 0) return T.Reason.ItemsMalformed;
        if (word.deadline() < block.timestamp) return T.Reason.DeadlinePassed;
        uint256 order = word.order();
        if (order == 0) return T.Reason.OrderZero;
        if (order > word.maximumOrder()) return T.Reason.OrderAboveMaximum;
        refused = Acceptance.openBatch($, context, word.batch());
        if (refused != T.Reason.None) return refused;
        refused = Acceptance.openLot($, context, word.lot(), word.serial());
        if (refused != T.Reason.None) return refused;
        return Acceptance.openOrder(context, order);
    }

    function _couponRefusal(Acceptance.Context memory context, uint256 holder, uint256 word)
        private
        view
        returns (T.Reason)
    {
        if (holder == Lanes.SPENT) return T.Reason.CouponRedeemed;
        if (holder == Lanes.VOID) return T.Reason.CouponVoid;
        if (word.version() != 0) return T.Reason.VersionStale;
        uint256 validDays = context.terms.validDays;
        if (validDays == 0) return T.Reason.None;
        uint256 lastDay = Lanes.dayOf(context.issueDays, word.serial()) + validDays;
        return context.ledgerTime / 1 days > lastDay ? T.Reason.CouponExpired : T.Reason.None;
    }

    /// @dev The split over the parties of a coupon that nobody shared.
    function _pay(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        bytes memory done,
        uint256 word,
        T.Consumer storage consumer,
        uint256 party
    ) private {
        unchecked {
            uint256 incentive = context.reward + context.contribution;
            uint256 parts = Split.partsDown(incentive, context.shares, context.remainderRole);
            consumer.credit(party, Split.partOf(parts, uint256(T.Role.Consumer)));
            uint256 redeemed = Acceptance.take(context) + Split.partOf(parts, uint256(T.Role.Redeemer));
            uint256[32] memory credits = context.credits;
            Credits.add($, credits, LedgerStorage.OPERATOR, Split.partOf(parts, uint256(T.Role.Platform)));
            Credits.add($, credits, context.issuer, Split.partOf(parts, uint256(T.Role.Issuer)));
            Credits.add($, credits, context.merchant, redeemed);
            Credits.add($, credits, Consumers.recruiter(party), Split.partOf(parts, uint256(T.Role.Recruiter)));
            uint256 amounts = (context.reward << 80) | (context.contribution << 40) | context.discount;
            done.push((word.coupon() << 184) | (word.order() << 120) | amounts);
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
