// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {LedgerStorage} from "./LedgerStorage.sol";

/// @title Reserves
/// @notice What an operator's key can set aside of the operator's cash in a day: batches and points alike.
library Reserves {
    /// @notice Takes money out of the operator's cash, within its daily cap.
    function take(LedgerStorage.Layout storage $, uint256 reserve) internal {
        uint64 cash = $.merchants[LedgerStorage.OPERATOR].cash;
        if (reserve > cash) revert L.CashInsufficient(uint64(reserve), cash);
        T.Limits memory limits = $.limits;
        uint32 today = uint32(block.timestamp / 1 days);
        uint64 reserved = limits.reservedDay == today ? limits.reservedToday : 0;
        uint64 left = limits.reserveCapDaily > reserved ? limits.reserveCapDaily - reserved : 0;
        if (reserve > left) revert L.ReserveCapReached(reserve, left);
        $.limits.reservedToday = reserved + uint64(reserve);
        $.limits.reservedDay = today;
        $.merchants[LedgerStorage.OPERATOR].cash = cash - uint64(reserve);
    }
}
