// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {AccountDigests} from "../libraries/AccountDigests.sol";
import {Digests} from "../libraries/Digests.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title Statements
/// @notice Commission and rebate by referral code on what merchants sold without coupons.
/// @dev Called with the ledger's raw calldata; see `IStatements`.
library Statements {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;

    uint256 private constant BPS = 10_000;
    uint256 private constant TOTAL = 12; // recruiter 4, amount 8
    uint256 private constant STATED = 28; // recruiter 4, amount 8, commission 8, rebate 8
    uint256 private constant AMOUNT_LIMIT = uint64(type(int64).max); // of a statement: what a reader's column holds
    uint256 private constant POLICY_HORIZON = 366 days;

    /// @dev What a statement moves: `stated` are the event's records.
    struct Sums {
        uint256 amount;
        uint256 commission;
        uint256 rebates;
        bytes stated;
    }

    function state(IStatements.StatementIntent[] calldata statements) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = statements.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.State;
        for (uint256 i; i < statements.length; ++i) {
            T.Reason reason = _state($, domain, seal, statements[i]);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, statements[i].merchant, statements[i].period);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function changePolicy(
        uint40 startsAt,
        uint16 commissionBps,
        uint16 rebateBps,
        IStatements.EqualCodes equalCodes
    ) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        if (commissionBps > BPS) revert L.BpsTooHigh(commissionBps, BPS);
        if (rebateBps > BPS) revert L.BpsTooHigh(rebateBps, BPS);
        uint32 policies = $.standing.policies;
        // The first may begin in the past: nothing was stated before it.
        uint256 earliest = policies == 0 ? 0 : uint256($.policies[policies].startsAt) + 1;
        if (policies != 0 && earliest < block.timestamp) earliest = block.timestamp;
        if (startsAt < earliest) revert IStatements.PolicyStartsTooEarly(startsAt, earliest);
        // They start in order, so that one too far away would keep every other one out.
        uint256 latest = block.timestamp + POLICY_HORIZON;
        if (startsAt > latest) revert IStatements.PolicyStartsTooLate(startsAt, latest);
        $.standing.policies = ++policies;
        $.policies[policies] = T.CommissionPolicy(startsAt, commissionBps, rebateBps, uint8(equalCodes));
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        bytes memory announced = abi.encode(startsAt, commissionBps, rebateBps, equalCodes);
        seal.log(IStatements.PolicyChanged.selector, policies, announced);
        seal.close($.seal);
    }

    function _state(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        Seals.Seal memory seal,
        IStatements.StatementIntent calldata s
    ) private returns (T.Reason refused) {
        if (s.periodDays == 0 || s.totals.length == 0) return T.Reason.CountZero;
        if (s.totals.length % TOTAL != 0) return T.Reason.ItemsMalformed;
        if ((uint256(s.period) + s.periodDays) * 1 days > block.timestamp) return T.Reason.PeriodNotOver;
        if (s.period < $.merchants[s.merchant].statedUntil) return T.Reason.PeriodStated;
        uint32 policy = _policyOf($, s.period);
        if (policy == 0) return T.Reason.PolicyUnknown;
        refused = Signers.refusalOf(
            $,
            s.merchant,
            s.agent,
            Signers.AGENT_STATES,
            1,
            s.deadline,
            AccountDigests.state(domain, s),
            s.signature
        );
        if (refused != T.Reason.None) return refused;
        Sums memory sums;
        (refused, sums) = _sum($, $.policies[policy], s);
        if (refused != T.Reason.None) return refused;
        if (sums.commission > $.merchants[s.merchant].cash) return T.Reason.CommissionUnfunded;
        Signers.consume($, s.merchant, s.agent, 1);
        _book($, s, sums);
        bytes memory stated = abi.encode(s.agent, s.period, s.periodDays, policy, s.root, sums.stated);
        seal.log(IStatements.Stated.selector, s.merchant, stated);
    }

    /// @dev The policy in force when the period began; they start in the order of their ids.
    function _policyOf(LedgerStorage.Layout storage $, uint32 period) private view returns (uint32 policy) {
        policy = $.standing.policies;
        while (policy != 0 && $.policies[policy].startsAt > uint256(period) * 1 days) --policy;
    }

    function _sum(
        LedgerStorage.Layout storage $,
        T.CommissionPolicy memory policy,
        IStatements.StatementIntent calldata s
    ) private view returns (T.Reason, Sums memory sums) {
        uint256 count = s.totals.length / TOTAL;
        sums.stated = Records.allocate(count * STATED + 32);
        uint256 before;
        uint256 merchants = $.head.merchants;
        for (uint256 i; i < count; ++i) {
            uint256 word = uint256(bytes32(bytes12(s.totals[i * TOTAL:(i + 1) * TOTAL])));
            uint256 recruiter = word >> 224;
            uint256 amount = uint64(word >> 160);
            if (recruiter <= before) return (T.Reason.ItemsMalformed, sums);
            if (recruiter > merchants) return (T.Reason.MerchantUnknown, sums);
            if (amount == 0) return (T.Reason.AmountZero, sums);
            before = recruiter;
            sums.amount += amount;
            if (sums.amount > AMOUNT_LIMIT) return (T.Reason.OrderAboveMaximum, sums);
            (uint256 commission, uint256 rebate) = _extract(policy, recruiter == s.merchant, amount);
            sums.commission += commission;
            sums.rebates += rebate;
            uint256 record = (recruiter << 224) | (amount << 160) | (commission << 96) | (rebate << 32);
            sums.stated.pushBytes(bytes32(record), STATED);
        }
        return (T.Reason.None, sums);
    }

    /// @dev Both round down: what rounding leaves of the amount stays the merchant's, of the commission the platform's.
    function _extract(T.CommissionPolicy memory policy, bool equal, uint256 amount)
        private
        pure
        returns (uint256 commission, uint256 rebate)
    {
        if (equal && policy.equalCodes == uint8(IStatements.EqualCodes.NoCommission)) return (0, 0);
        commission = (amount * policy.commissionBps) / BPS;
        if (equal && policy.equalCodes == uint8(IStatements.EqualCodes.PlatformKeeps)) return (commission, 0);
        rebate = (commission * policy.rebateBps) / BPS;
    }

    function _book(LedgerStorage.Layout storage $, IStatements.StatementIntent calldata s, Sums memory sums) private {
        T.Merchant storage seller = $.merchants[s.merchant];
        seller.cash -= uint64(sums.commission);
        seller.statedUntil = s.period + s.periodDays;
        $.statements[(uint64(s.merchant) << 32) | s.period] = s.root;
        $.merchants[LedgerStorage.OPERATOR].cash += uint64(sums.commission - sums.rebates);
        bytes memory stated = sums.stated;
        for (uint256 offset; offset < stated.length; offset += STATED) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(add(stated, 0x20), offset))
            }
            uint64 rebate = uint64(word >> 32);
            if (rebate != 0) $.merchants[uint32(word >> 224)].cash += rebate;
        }
    }
}
