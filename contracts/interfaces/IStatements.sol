// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Statements
/// @notice Rebate by referral code (S3): per period a merchant signs its totals per recruiter and the root over its purchase
/// lines; commission and rebate follow the policy in force. No purchase of a person stands on the chain.
interface IStatements {
    /// @notice What becomes of the commission where the consumer's code is the seller's own (S3.14).
    enum EqualCodes {
        ReturnToSeller,
        PlatformKeeps,
        NoCommission
    }

    /// @notice Intent State{merchant, period, periodDays, totals, root, deadline}, signed by the merchant or its agent. `period` is
    /// the first day (days since 1970, UTC) of `periodDays` whole days that are over and later than those stated before.
    /// `totals` holds records of 12 bytes: recruiter 4, ascending, amount 8 (minor units, net of returns), in all below 2^63.
    struct StatementIntent {
        uint32 merchant;
        uint32 agent;
        uint32 period;
        uint16 periodDays;
        bytes totals;
        bytes32 root;
        uint40 deadline;
        bytes signature;
    }

    /// @notice A merchant stated a period. Records of 28 bytes: recruiter 4, amount 8, commission 8, rebate 8.
    event Stated(
        uint32 indexed merchant,
        uint32 agent,
        uint32 period,
        uint16 periodDays,
        uint32 policy,
        bytes32 root,
        bytes totals
    );
    event PolicyChanged(
        uint32 indexed policy, uint40 startsAt, uint16 commissionBps, uint16 rebateBps, EqualCodes equalCodes
    );

    error PolicyStartsTooEarly(uint40 startsAt, uint256 earliest);
    error PolicyStartsTooLate(uint40 startsAt, uint256 latest);

    /// @notice Books merchants' statements, each done or refused by itself: of each recruiter's amount `commissionBps` are
    /// taken from the merchant, rounded down; of that, `rebateBps` go to the recruiter, rounded down, the rest to the
    /// platform.
    function state(StatementIntent[] calldata statements) external;

    /// @notice Announces the policy for periods that begin from a later moment on, at most 366 days ahead and later than
    /// those announced before. The first may start in the past. Role: admin.
    function changePolicy(uint40 startsAt, uint16 commissionBps, uint16 rebateBps, EqualCodes equalCodes) external;
}
