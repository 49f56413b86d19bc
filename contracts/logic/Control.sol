// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Seals} from "../libraries/Seals.sol";

/// @title Control
/// @notice The limits, and the pause.
/// @dev Called with the ledger's raw calldata; see `ICouponLedger`.
library Control {
    using Seals for Seals.Seal;

    uint32 private constant WITHDRAWAL_DELAY_LIMIT = 30 days;
    uint64 private constant CAP_LIMIT = uint64(type(int64).max);

    function setLimits(T.LimitSettings calldata settings) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        put($, seal, settings);
        seal.close($.seal);
    }

    function setRewardCap(uint32 merchant, uint64 rewardCapDaily) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        if (merchant == 0 || merchant > $.head.merchants) revert L.MerchantUnknown(merchant, $.head.merchants);
        _checkCap(rewardCapDaily);
        $.merchants[merchant].rewardCapDaily = rewardCapDaily;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.RewardCapChanged.selector, merchant, abi.encode(rewardCapDaily));
        seal.close($.seal);
    }

    function pause() external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        uint40 cooledDown = head.pausedUntil + LedgerTime.PAUSE_COOL_DOWN;
        if (head.pausedUntil != 0 && block.timestamp < cooledDown) revert L.PauseCoolingDown(cooledDown);
        $.head.pausedTotal = uint32(LedgerTime.pausedSeconds(head));
        $.head.pausedAt = uint40(block.timestamp);
        $.head.pausedUntil = uint40(block.timestamp) + LedgerTime.PAUSE_LENGTH;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Paused.selector, uint160(msg.sender), abi.encode($.head.pausedUntil));
        seal.close($.seal);
    }

    function unpause() external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = $.head;
        if (!LedgerTime.isPaused(head)) revert L.NotPaused();
        $.head.pausedTotal = uint32(LedgerTime.pausedSeconds(head));
        $.head.pausedAt = 0;
        $.head.pausedUntil = uint40(block.timestamp);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Unpaused.selector, uint160(msg.sender), abi.encode($.head.pausedTotal));
        seal.close($.seal);
    }

    /// @notice Sets the limits and logs it; the caller closes the seal.
    function put(LedgerStorage.Layout storage $, Seals.Seal memory seal, T.LimitSettings memory settings) internal {
        if (settings.withdrawalDelay > WITHDRAWAL_DELAY_LIMIT) {
            revert L.WithdrawalDelayTooLong(settings.withdrawalDelay, WITHDRAWAL_DELAY_LIMIT);
        }
        _checkCap(settings.rewardCapDaily);
        _checkCap(settings.reserveCapDaily);
        _checkCap(settings.withdrawalCapDaily);
        $.limits.rewardCapDaily = settings.rewardCapDaily;
        $.limits.reserveCapDaily = settings.reserveCapDaily;
        $.limits.withdrawalDelay = settings.withdrawalDelay;
        $.outflow.withdrawalCapDaily = settings.withdrawalCapDaily;
        ++seal.items;
        bytes memory others = abi.encode(settings.reserveCapDaily, settings.withdrawalCapDaily, settings.withdrawalDelay);
        seal.log(L.LimitsChanged.selector, settings.rewardCapDaily, others);
    }

    function _checkCap(uint64 cap) private pure {
        if (cap > CAP_LIMIT) revert L.CapTooLarge(cap, CAP_LIMIT);
    }
}
