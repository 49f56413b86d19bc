// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Seals} from "../libraries/Seals.sol";
import {Split} from "../libraries/Split.sol";

/// @title Minting and closing of batches
/// @notice A batch's money is reserved when it is minted: no coupon is ever unfunded.
library Minting {
    using Seals for Seals.Seal;

    uint32 internal constant GROUP_ISSUER_ONLY = type(uint32).max;
    uint16 internal constant REWARD_UNCAPPED = type(uint16).max;
    uint8 internal constant FLAG_REVOCABLE = 1;
    uint8 internal constant FLAG_BEARER = 2;
    uint256 private constant BPS = 10_000;

    function mint(LedgerStorage.Layout storage $, T.Terms calldata terms) external returns (uint32 batch) {
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        T.Batch memory minted = _checked(head, terms);
        uint256 reserve = Incentive.maximumOperatorFunded(minted) * minted.size * (1 + uint256(minted.copies));
        if (reserve > type(uint64).max) revert L.ReserveTooLarge(reserve, type(uint64).max);
        minted.reserve = uint64(reserve);
        _reserve($, uint64(reserve));
        batch = head.batches + 1;
        $.head.batches = batch;
        $.batches[batch] = minted;
        $.lots[batch][0] = T.Lot(LedgerStorage.OPERATOR, 0, 0, minted.size, 0);
        _emit($, batch);
    }

    function close(LedgerStorage.Layout storage $, uint32 batch) external {
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

    /// @dev Takes the reserve from the operator's cash, within its daily cap.
    function _reserve(LedgerStorage.Layout storage $, uint64 reserve) private {
        uint64 cash = $.merchants[LedgerStorage.OPERATOR].cash;
        if (reserve > cash) revert L.CashInsufficient(reserve, cash);
        T.Limits memory limits = $.limits;
        uint32 today = uint32(block.timestamp / 1 days);
        uint64 reserved = limits.reservedDay == today ? limits.reservedToday : 0;
        uint64 left = limits.reserveCapDaily > reserved ? limits.reserveCapDaily - reserved : 0;
        if (reserve > left) revert L.ReserveCapReached(reserve, left);
        $.limits.reservedToday = reserved + reserve;
        $.limits.reservedDay = today;
        $.merchants[LedgerStorage.OPERATOR].cash = cash - reserve;
    }

    function _checked(T.Head memory head, T.Terms calldata terms) private view returns (T.Batch memory minted) {
        if (terms.size == 0) revert L.SizeZero();
        if (terms.opens >= terms.closes) revert L.WindowEmpty(terms.opens, terms.closes);
        if (terms.closes <= block.timestamp) revert L.WindowPast(terms.closes, block.timestamp);
        if (terms.group > head.groups && terms.group != GROUP_ISSUER_ONLY) {
            revert L.GroupUnknown(terms.group, head.groups);
        }
        _checkSharing(terms);
        _checkMoney(terms);
        minted = _packed(terms);
        minted.pausedAtMint = uint32(LedgerTime.pausedSeconds(head));
        minted.lots = 1;
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
        bool alwaysPresent = terms.remainderRole <= T.Role.Consumer || terms.remainderRole == T.Role.Recruiter;
        if (!alwaysPresent) revert L.RemainderRoleAbsent(terms.remainderRole);
    }

    function _packed(T.Terms calldata terms) private pure returns (T.Batch memory minted) {
        (uint112 split, uint256 sum) = Split.pack(terms.split);
        if (sum != BPS) revert L.SplitSumWrong(sum, BPS);
        minted.split = split;
        minted.size = terms.size;
        minted.opens = terms.opens;
        minted.closes = terms.closes;
        minted.validDays = terms.validDays;
        minted.shareMode = terms.shareMode;
        minted.copies = terms.copies;
        minted.hops = terms.hops;
        minted.group = terms.group;
        minted.minimumOrder = terms.minimumOrder;
        minted.settlementDelayHours = terms.settlementDelayHours;
        minted.flags = (terms.revocable ? FLAG_REVOCABLE : 0) | (terms.bearer ? FLAG_BEARER : 0);
        minted.reward = terms.reward;
        minted.rewardCapBps = terms.rewardCapBps;
        minted.contributionBps = terms.contributionBps;
        minted.contributionCap = terms.contributionCap;
        minted.discountBps = terms.discountBps;
        minted.discountAmount = terms.discountAmount;
        minted.funder = terms.funder;
        minted.remainderRole = terms.remainderRole;
        minted.pointsPrice = terms.pointsPrice;
        minted.text = terms.text;
    }

    function _emit(LedgerStorage.Layout storage $, uint32 batch) private {
        T.Batch storage stored = $.batches[batch];
        bytes memory words = new bytes(128);
        assembly ("memory-safe") {
            let slot := stored.slot
            for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                mstore(add(add(words, 0x20), shl(5, i)), sload(add(slot, i)))
            }
        }
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Minted.selector, batch, words);
        seal.close($.seal);
    }
}
