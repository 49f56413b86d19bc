// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Credits} from "../libraries/Credits.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";

/// @title Acceptance
/// @notice What the redemptions of one transaction share: the merchant with its money, the batch, the lot, the credits.
/// @dev Nothing here is written before the batch, the lot or the merchant is left; then each slot is written once.
library Acceptance {
    uint32 private constant GROUP_ISSUER_ONLY = type(uint32).max;

    struct Context {
        bytes32 domain;
        uint256 ledgerTime;
        uint256 today; // ledger day
        uint64 rewardCapDaily;
        uint256[32] credits;
        // the merchant that redeems
        uint32 merchant;
        uint256 cash; // what it can still contribute
        uint256 contributed;
        uint256 rewardCap; // reward it may still take today
        uint256 rewarded;
        // the batch, with why it is not accepted here
        uint32 batch;
        uint32 batches;
        T.Reason batchRefusal;
        T.Batch terms;
        bool batchTouched;
        // the lot
        uint256 lotKey; // lot + 1, 0 for none
        T.Lot lot;
        bool lotTouched;
        // the item: discount that comes to the merchant from a reserve
        uint256 reimbursed;
    }

    function open(LedgerStorage.Layout storage $, T.Head memory head, bytes32 domain)
        internal
        view
        returns (Context memory context)
    {
        context.domain = domain;
        context.batches = head.batches;
        context.ledgerTime = LedgerTime.ledgerTime(head);
        context.today = context.ledgerTime / 1 days;
        context.rewardCapDaily = $.limits.rewardCapDaily;
        context.credits = Credits.open();
        context.batchRefusal = T.Reason.BatchUnknown;
    }

    /// @notice Reads the merchant's cash and what is left of its daily cap on reward.
    function openMerchant(LedgerStorage.Layout storage $, Context memory context, uint32 merchant) internal {
        if (context.merchant != merchant) {
            closeBatch($, context);
            context.batch = 0;
            context.batchRefusal = T.Reason.BatchUnknown;
            context.merchant = merchant;
        }
        T.Merchant memory redeemer = $.merchants[merchant];
        uint256 cap = redeemer.rewardCapDaily == 0 ? context.rewardCapDaily : redeemer.rewardCapDaily;
        uint256 taken = redeemer.rewardDay == uint32(block.timestamp / 1 days) ? redeemer.rewardToday : 0;
        context.rewardCap = cap > taken ? cap - taken : 0;
        context.cash = redeemer.cash;
        context.contributed = 0;
        context.rewarded = 0;
    }

    /// @notice Writes what the merchant contributed and the reward it took of its cap.
    function closeMerchant(LedgerStorage.Layout storage $, Context memory context) internal {
        T.Merchant storage redeemer = $.merchants[context.merchant];
        if (context.contributed != 0) redeemer.cash -= uint64(context.contributed);
        if (context.rewarded == 0) return;
        uint32 today = uint32(block.timestamp / 1 days);
        uint64 taken = redeemer.rewardDay == today ? redeemer.rewardToday : 0;
        redeemer.rewardToday = taken + uint64(context.rewarded);
        redeemer.rewardDay = today;
    }

    /// @notice Makes `batch` the one at hand; tells why the merchant may not redeem it now.
    function openBatch(LedgerStorage.Layout storage $, Context memory context, uint32 batch)
        internal
        returns (T.Reason)
    {
        if (batch != context.batch) {
            closeBatch($, context);
            context.batch = batch;
            context.terms = $.batches[batch];
            context.batchRefusal = _batchRefusal($, context);
        }
        return context.batchRefusal;
    }

    /// @notice Writes what was taken from the batch's reserve and from the lot's.
    function closeBatch(LedgerStorage.Layout storage $, Context memory context) internal {
        _closeLot($, context);
        if (!context.batchTouched) return;
        context.batchTouched = false;
        $.batches[context.batch].reserve = context.terms.reserve;
    }

    /// @notice Makes the lot at hand; it must have issued `serial`.
    function openLot(LedgerStorage.Layout storage $, Context memory context, uint32 lot, uint256 serial)
        internal
        returns (T.Reason)
    {
        if (uint256(lot) + 1 != context.lotKey) {
            _closeLot($, context);
            context.lotKey = uint256(lot) + 1;
            context.lot = $.lots[context.batch][lot];
        }
        if (serial < context.lot.first || serial >= context.lot.end) return T.Reason.LotMismatch;
        if (serial >= context.lot.next) return T.Reason.CouponNotIssued;
        bool issuerOnly = context.terms.group == GROUP_ISSUER_ONLY;
        if (issuerOnly && context.lot.merchant != context.merchant) return T.Reason.MerchantNotAccepted;
        return T.Reason.None;
    }

    /// @notice Why the money cannot move: the merchant's cash, or its daily cap. Reserves always suffice (see `mint`).
    function moneyRefusal(Context memory context, uint256 reward, uint256 contribution)
        internal
        pure
        returns (T.Reason)
    {
        if (contribution > context.cash) return T.Reason.ContributionUnfunded;
        if (reward > context.rewardCap) return T.Reason.RewardCapReached;
        return T.Reason.None;
    }

    /// @notice Takes reward and discount from their reserves and the contribution from the merchant.
    function take(Context memory context, uint256 reward, uint256 contribution, uint256 discount) internal pure {
        T.Funder funder = context.terms.funder;
        uint256 fromBatch = funder == T.Funder.Operator ? reward + discount : reward;
        if (fromBatch != 0) {
            context.terms.reserve -= uint64(fromBatch);
            context.batchTouched = true;
        }
        if (funder == T.Funder.Issuer && discount != 0) {
            context.lot.reserve -= uint64(discount);
            context.lotTouched = true;
        }
        context.reimbursed = funder == T.Funder.Redeemer ? 0 : discount;
        context.cash -= contribution;
        context.contributed += contribution;
        context.rewardCap -= reward;
        context.rewarded += reward;
    }

    function _closeLot(LedgerStorage.Layout storage $, Context memory context) private {
        if (context.lotTouched) $.lots[context.batch][uint32(context.lotKey - 1)].reserve = context.lot.reserve;
        context.lotTouched = false;
        context.lotKey = 0;
    }

    function _batchRefusal(LedgerStorage.Layout storage $, Context memory context) private view returns (T.Reason) {
        T.Batch memory terms = context.terms;
        if (context.batch == 0 || context.batch > context.batches) return T.Reason.BatchUnknown;
        if (terms.closed) return T.Reason.BatchClosed;
        if (block.timestamp < terms.opens) return T.Reason.BatchNotOpen;
        if (context.ledgerTime >= LedgerTime.redeemEnd(terms)) return T.Reason.BatchExpired;
        if (terms.group == 0 || terms.group == GROUP_ISSUER_ONLY) return T.Reason.None;
        uint256 members = $.groupMembers[terms.group][uint24(context.merchant >> 8)];
        bool member = (members >> (context.merchant & 0xff)) & 1 == 1;
        return member ? T.Reason.None : T.Reason.MerchantNotAccepted;
    }
}
