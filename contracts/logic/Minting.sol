// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Reserves} from "../libraries/Reserves.sol";
import {Seals} from "../libraries/Seals.sol";
import {Split} from "../libraries/Split.sol";

/// @title Minting and closing of batches
/// @notice A batch's money is reserved when it is minted: no coupon is ever unfunded.
library Minting {
    using Seals for Seals.Seal;

    uint32 internal constant GROUP_ISSUER_ONLY = type(uint32).max;
    uint256 private constant BPS = 10_000;

    function mint(T.Terms calldata terms) external returns (uint32 batch) {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        LedgerTime.refuseRetired($.standing);
        _check(head, terms);
        uint256 reserve = _reserveOf(terms);
        Reserves.take($, reserve);
        batch = head.batches + 1;
        $.head.batches = batch;
        uint256[4] memory words = BatchWords.pack(terms, uint64(reserve), uint32(LedgerTime.pausedSeconds(head)));
        BatchWords.store($.batches[batch], words);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Minted.selector, batch, abi.encode(words));
        seal.close($.seal);
    }

    function close(uint32 batch) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = $.head;
        if (batch == 0 || batch > head.batches) revert L.BatchUnknown(batch, head.batches);
        T.Batch memory closing = $.batches[batch];
        if (closing.closed) revert L.BatchClosed(batch);
        uint256 finishes = LedgerTime.closingTime(closing);
        uint256 time = LedgerTime.ledgerTime(head);
        if (time < finishes) revert L.BatchNotFinished(finishes, time);
        $.batches[batch].closed = true;
        $.batches[batch].reserve = 0;
        $.merchants[LedgerStorage.OPERATOR].cash += closing.reserve;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Closed.selector, batch, abi.encode(closing.reserve));
        seal.close($.seal);
    }

    /// @dev The most that the batch, copies included, can take from the operator.
    function _reserveOf(T.Terms calldata terms) private pure returns (uint256 reserve) {
        uint256 perCoupon = terms.reward;
        if (terms.funder == T.Funder.Operator) perCoupon += terms.discountAmount;
        reserve = perCoupon * terms.size * (1 + uint256(terms.copies));
        if (reserve > type(uint64).max) revert L.ReserveTooLarge(reserve, type(uint64).max);
    }

    function _check(T.Head memory head, T.Terms calldata terms) private view {
        if (terms.size == 0) revert L.SizeZero();
        if (terms.opens >= terms.closes) revert L.WindowEmpty(terms.opens, terms.closes);
        if (terms.closes <= block.timestamp) revert L.WindowPast(terms.closes, block.timestamp);
        if (terms.group > head.groups && terms.group != GROUP_ISSUER_ONLY) {
            revert L.GroupUnknown(terms.group, head.groups);
        }
        _checkSharing(terms);
        _checkMoney(terms);
    }

    function _checkSharing(T.Terms calldata terms) private pure {
        bool copying = terms.shareMode == T.ShareMode.Copy;
        bool sharing = terms.shareMode != T.ShareMode.None;
        if (copying != (terms.copies != 0) || sharing != (terms.hops != 0) || terms.hops > 15) {
            revert L.ShareTermsInvalid(terms.shareMode, terms.copies, terms.hops);
        }
    }

    function _checkMoney(T.Terms calldata terms) private pure {
        if (terms.reward != 0 && terms.rewardCapBps == 0) revert L.RewardCapMissing();
        if (terms.contributionBps > BPS) revert L.BpsTooHigh(terms.contributionBps, BPS);
        if ((terms.contributionBps == 0) != (terms.contributionCap == 0)) {
            revert L.ContributionTermsInvalid(terms.contributionBps, terms.contributionCap);
        }
        if (terms.discountBps > BPS) revert L.BpsTooHigh(terms.discountBps, BPS);
        if (terms.discountBps != 0 && terms.discountAmount == 0) {
            revert L.DiscountTermsInvalid(terms.discountBps, terms.discountAmount);
        }
        uint256 incentive = uint256(terms.reward) + terms.contributionCap;
        if (incentive > Split.INCENTIVE_LIMIT) revert L.IncentiveTooLarge(incentive, Split.INCENTIVE_LIMIT);
        uint256 sum = Split.sum(terms.split);
        if (sum != BPS) revert L.SplitSumWrong(sum, BPS);
        bool person = terms.remainderRole == T.Role.Consumer || terms.remainderRole == T.Role.Recruiter;
        // A bearer is nobody the ledger knows: such a coupon has neither.
        bool alwaysPresent = terms.remainderRole <= T.Role.Redeemer || (person && !terms.bearer);
        if (!alwaysPresent) revert L.RemainderRoleAbsent(terms.remainderRole);
    }
}
