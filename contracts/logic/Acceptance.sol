// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Credits} from "../libraries/Credits.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Split} from "../libraries/Split.sol";

/// @title Acceptance
/// @notice What the redemptions of one transaction share: the merchant with its money, the batch, the lot, the credits.
/// @dev Nothing here is written before the batch, the lot or the merchant is left; then each slot is written once.
library Acceptance {
    uint32 private constant GROUP_ISSUER_ONLY = type(uint32).max;

    struct Context {
        bytes32 domain;
        uint256 ledgerTime;
        uint256 rewardCapDaily;
        uint256[32] credits;
        // the merchant that redeems
        uint256 merchant;
        uint256 cash; // what it can still contribute
        uint256 contributed;
        uint256 rewardCap; // reward and discount it may still take today
        uint256 rewarded;
        // the batch, with why it is not accepted here
        uint256 batch;
        uint256 batches;
        uint256 batchRefusal;
        T.Batch terms;
        uint256 size;
        uint256 minimumOrder;
        bool isPlain; // neither days of validity nor a delay
        uint256 shares; // of a coupon that nobody shared
        uint256 remainderRole;
        bool operatorFunds; // the discount
        bool issuerFunds;
        uint256 reserve;
        bool reserveTouched;
        uint256 lanes; // first slots
        uint256 issueDays;
        // the lot, with why its coupons are not accepted here
        uint256 lot;
        uint256 lotRefusal;
        uint256 issuer;
        uint256 first;
        uint256 issued; // serials from the first on
        uint256 lotReserve;
        bool lotTouched;
        // what the item at hand would move
        uint256 reward;
        uint256 contribution;
        uint256 discount;
    }

    function open(LedgerStorage.Layout storage $, T.Head memory head, bytes32 domain)
        internal
        view
        returns (Context memory context)
    {
        context.domain = domain;
        context.batches = head.batches;
        context.ledgerTime = LedgerTime.ledgerTime(head);
        context.rewardCapDaily = $.limits.rewardCapDaily;
        context.credits = Credits.open();
        context.batchRefusal = uint256(T.Reason.BatchUnknown);
    }

    /// @notice Reads the merchant's cash and what is left of its daily cap on reward.
    function openMerchant(LedgerStorage.Layout storage $, Context memory context, uint256 merchant) internal {
        if (context.merchant != merchant) {
            closeBatch($, context);
            context.batch = 0;
            context.batchRefusal = uint256(T.Reason.BatchUnknown);
            context.merchant = merchant;
        }
        T.Merchant memory redeemer = $.merchants[uint32(merchant)];
        uint256 cap = redeemer.rewardCapDaily == 0 ? context.rewardCapDaily : redeemer.rewardCapDaily;
        uint256 taken = redeemer.rewardDay == uint32(block.timestamp / 1 days) ? redeemer.rewardToday : 0;
        context.rewardCap = cap > taken ? cap - taken : 0;
        context.cash = redeemer.cash;
        context.contributed = 0;
        context.rewarded = 0;
    }

    /// @notice Writes what the merchant contributed and what it took of its cap.
    function closeMerchant(LedgerStorage.Layout storage $, Context memory context) internal {
        T.Merchant storage redeemer = $.merchants[uint32(context.merchant)];
        if (context.contributed != 0) redeemer.cash -= uint64(context.contributed);
        if (context.rewarded == 0) return;
        uint32 today = uint32(block.timestamp / 1 days);
        uint64 taken = redeemer.rewardDay == today ? redeemer.rewardToday : 0;
        redeemer.rewardToday = taken + uint64(context.rewarded);
        redeemer.rewardDay = today;
    }

    /// @notice Makes `batch` the one at hand; tells why the merchant may not redeem it now.
    function openBatch(LedgerStorage.Layout storage $, Context memory context, uint256 batch)
        internal
        returns (uint256)
    {
        if (batch == context.batch) return context.batchRefusal;
        closeBatch($, context);
        T.Batch memory terms = $.batches[uint32(batch)];
        context.batch = batch;
        context.terms = terms;
        context.reserve = terms.reserve;
        context.size = terms.size;
        context.minimumOrder = terms.minimumOrder;
        context.isPlain = terms.validDays == 0 && terms.settlementDelayHours == 0;
        context.shares = terms.split & Split.NOBODY_SHARED;
        context.remainderRole = uint256(terms.remainderRole);
        context.operatorFunds = terms.funder == T.Funder.Operator;
        context.issuerFunds = terms.funder == T.Funder.Issuer;
        context.lanes = Lanes.slotOf($.lanes[uint32(batch)]);
        context.issueDays = Lanes.slotOfDays($.issueDays[uint32(batch)]);
        context.batchRefusal = _batchRefusal($, context);
        return context.batchRefusal;
    }

    /// @notice Writes what was taken from the batch's reserve and from the lot's.
    function closeBatch(LedgerStorage.Layout storage $, Context memory context) internal {
        _closeLot($, context);
        if (!context.reserveTouched) return;
        context.reserveTouched = false;
        $.batches[uint32(context.batch)].reserve = uint64(context.reserve);
    }

    /// @notice Makes the lot at hand; it must have issued `serial` (of a copy, its root's).
    function openLot(LedgerStorage.Layout storage $, Context memory context, uint256 lot, uint256 serial)
        internal
        returns (uint256)
    {
        if (lot != context.lot) {
            _closeLot($, context);
            T.Lot memory opened = $.lots[uint32(context.batch)][uint32(lot)];
            context.lot = lot;
            context.issuer = opened.merchant;
            context.first = opened.first;
            context.issued = opened.next - opened.first;
            context.lotReserve = opened.reserve;
            bool elsewhere = context.terms.group == GROUP_ISSUER_ONLY && opened.merchant != context.merchant;
            context.lotRefusal = elsewhere ? uint256(T.Reason.MerchantNotAccepted) : 0;
        }
        unchecked {
            // A serial below the first wraps round to a number above any count.
            return serial - context.first < context.issued ? context.lotRefusal : uint256(T.Reason.LotMismatch);
        }
    }

    /// @notice Reads what the order would move; tells why it cannot: the merchant's cash, its daily cap. Reserves always
    /// suffice (see `mint`).
    function openOrder(Context memory context, uint256 order) internal pure returns (uint256) {
        T.Batch memory terms = context.terms;
        context.reward = Incentive.rewardDown(terms, order);
        context.contribution = Incentive.contributionDown(terms, order);
        context.discount = Incentive.discountDown(terms, order);
        if (context.contribution > context.cash) return uint256(T.Reason.ContributionUnfunded);
        unchecked {
            uint256 drawn = context.reward;
            if (context.operatorFunds || context.issuerFunds) drawn += context.discount;
            return drawn > context.rewardCap ? uint256(T.Reason.RewardCapReached) : 0;
        }
    }

    /// @notice Takes the item's reward and discount from their reserves and its contribution from the merchant.
    /// @dev `mint` and `allocate` reserved the maximum for every coupon and `openOrder` compared the rest.
    /// @return reimbursed what of the discount comes back to the merchant
    function take(Context memory context) internal pure returns (uint256 reimbursed) {
        unchecked {
            uint256 drawn = context.reward;
            uint256 fromBatch = drawn;
            if (context.operatorFunds) {
                reimbursed = context.discount;
                fromBatch += reimbursed;
            } else if (context.issuerFunds) {
                reimbursed = context.discount;
                context.lotReserve -= reimbursed;
                context.lotTouched = true;
            }
            drawn += reimbursed;
            if (fromBatch != 0) {
                context.reserve -= fromBatch;
                context.reserveTouched = true;
            }
            context.cash -= context.contribution;
            context.contributed += context.contribution;
            context.rewardCap -= drawn;
            context.rewarded += drawn;
        }
    }

    function _closeLot(LedgerStorage.Layout storage $, Context memory context) private {
        if (context.lotTouched) {
            $.lots[uint32(context.batch)][uint32(context.lot)].reserve = uint64(context.lotReserve);
            context.lotTouched = false;
        }
        context.lot = 0;
        context.issued = 0;
    }

    function _batchRefusal(LedgerStorage.Layout storage $, Context memory context) private view returns (uint256) {
        T.Batch memory terms = context.terms;
        if (context.batch == 0 || context.batch > context.batches) return uint256(T.Reason.BatchUnknown);
        if (terms.closed) return uint256(T.Reason.BatchClosed);
        if (block.timestamp < terms.opens) return uint256(T.Reason.BatchNotOpen);
        if (context.ledgerTime >= LedgerTime.redeemEnd(terms)) return uint256(T.Reason.BatchExpired);
        if (terms.group == 0 || terms.group == GROUP_ISSUER_ONLY) return 0;
        uint256 members = $.groupMembers[terms.group][uint24(context.merchant >> 8)];
        bool member = (members >> (context.merchant & 0xff)) & 1 == 1;
        return member ? 0 : uint256(T.Reason.MerchantNotAccepted);
    }
}
