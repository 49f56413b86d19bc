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
import {Presenting} from "./Presenting.sol";

/// @title Redeeming
/// @notice Writes presented coupons off and divides each one's incentive among everybody who made the sale happen.
/// @dev What many items share (batch, lot, cash, credits) is held in memory and written once. Here, in `Acceptance`
/// and in `Presenting` a refusal is the number of a `Reason` (0: none): an enum would be checked wherever it is looked at.
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
        Presenting.Coupon coupon; // at hand
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
        uint256 unfit = uint256(_refusalOf($, context.domain, intent, count));
        Done memory done;
        if (unfit == 0) {
            done.room = count * 64;
            done.paid = Records.allocate(done.room);
            Acceptance.openMerchant($, context, intent.merchant);
        }
        for (uint256 i; i < count;) {
            (uint256 word, bytes32 r, bytes32 vs) = _record(items, i);
            uint256 refused = unfit == 0 ? _redeem($, context, done, word, r, vs) : unfit;
            if (refused != 0) refusals.refuse(T.Reason(refused), group, i, intent.merchant, word.subject());
            unchecked {
                ++i;
            }
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
    ) private returns (uint256 refused) {
        Presenting.Coupon memory coupon = done.coupon;
        refused = Presenting.couponRefusal($, context, coupon, word);
        if (refused != 0) return refused;
        refused = Acceptance.openOrder(context, word.order());
        if (refused != 0) return refused;
        uint256 party;
        (refused, party) = Presenting.signerRefusal($, context, coupon.holder, word, r, vs);
        if (refused != 0) return refused;
        uint256 amounts = (context.reward << 80) | (context.contribution << 40) | context.discount;
        amounts |= (word.coupon() << 184) | (word.version() << 172) | (word.order() << 120);
        if (!context.isPlain && context.terms.settlementDelayHours != 0) {
            _pool($, context, done, word, amounts);
        } else {
            if (coupon.journey == 0) Lanes.put(context.lanes, word.serial(), coupon.lanes, Lanes.SPENT);
            else $.journeys[uint72(word.coupon())].store(Journeys.withState(coupon.journey, T.JourneyState.Redeemed));
            _pay($, context, done, party, amounts);
        }
    }

    /// @dev The pool waits in the journey, discount and all: what is forfeited or reversed is still there.
    function _pool(
        LedgerStorage.Layout storage $,
        Acceptance.Context memory context,
        Done memory done,
        uint256 word,
        uint256 amounts
    ) private {
        uint256 delay = uint256(context.terms.settlementDelayHours) * 1 hours;
        uint256 until = (block.timestamp + delay + 1 hours - 1) / 1 hours;
        Presenting.Coupon memory coupon = done.coupon;
        uint256 journey = coupon.journey;
        if (journey == 0) {
            Lanes.put(context.lanes, word.serial(), coupon.lanes, Lanes.TRAVELLED);
            journey = Journeys.begin(coupon.holder, word.lot(), T.JourneyState.Pending);
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
            uint256 holder = done.coupon.holder;
            uint256 journey = done.coupon.journey;
            uint256 shares = context.shares;
            if (journey != 0 || holder == 0) shares = Payees.sharesOf(context.terms.split, holder, journey);
            uint256 parts = Split.partsDown(context.reward + context.contribution, shares, context.remainderRole);
            if (holder != 0) $.consumers[uint32(holder)].credit(party, Split.partOf(parts, uint256(T.Role.Consumer)));
            if (journey != 0) Payees.paySharers($, parts, journey);
            uint256 reimbursed = Acceptance.take(context);
            uint256 recruiter = Consumers.recruiter(party);
            Payees.payMerchants(
                $, context.credits, parts, context.issuer, context.merchant, recruiter, reimbursed
            );
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
