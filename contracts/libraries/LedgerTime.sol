// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {IWallets} from "../interfaces/IWallets.sol";

/// @title The ledger's time
/// @notice Time that stands still during a pause: windows measured in it end later by the pause's length, and what has
/// ended never opens again. `validDays` counts whole days (UTC) after the day of issue, which is free.
library LedgerTime {
    uint40 internal constant PAUSE_LENGTH = 7 days;
    uint40 internal constant PAUSE_COOL_DOWN = 1 days;
    uint256 internal constant CLOSING_GRACE = 7 days;

    function isPaused(T.Head memory head) internal view returns (bool) {
        return block.timestamp < head.pausedUntil;
    }

    /// @notice Reverts from the moment on at which the ledger ends.
    function refuseRetired(T.Standing storage standing) internal view {
        uint40 retiresAt = standing.retiresAt;
        if (retiresAt != 0 && block.timestamp >= retiresAt) revert IWallets.LedgerRetired(retiresAt);
    }

    /// @notice Seconds for which the ledger has been paused in all, the present pause included.
    function pausedSeconds(T.Head memory head) internal view returns (uint256 total) {
        total = head.pausedTotal;
        if (head.pausedAt == 0) return total;
        uint256 until = block.timestamp < head.pausedUntil ? block.timestamp : head.pausedUntil;
        return total + until - head.pausedAt;
    }

    /// @notice Block time without the pauses.
    function ledgerTime(T.Head memory head) internal view returns (uint256) {
        return block.timestamp - pausedSeconds(head);
    }

    /// @notice Ledger time at which issuing ends.
    function issueEnd(T.Batch memory terms) internal pure returns (uint256) {
        return uint256(terms.closes) - terms.pausedAtMint;
    }

    /// @notice Ledger time at which the last coupon of the batch has expired.
    function redeemEnd(T.Batch memory terms) internal pure returns (uint256) {
        if (terms.validDays == 0) return issueEnd(terms);
        return ((issueEnd(terms) - 1) / 1 days + terms.validDays + 1) * 1 days;
    }

    /// @notice Ledger time from which the batch may be closed.
    function closingTime(T.Batch memory terms) internal pure returns (uint256) {
        return redeemEnd(terms) + uint256(terms.settlementDelayHours) * 1 hours + CLOSING_GRACE;
    }
}
