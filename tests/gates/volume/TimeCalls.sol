// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {IWallets} from "contracts/interfaces/IWallets.sol";
import {Stage} from "./Stage.sol";

/// @notice Time passes; pause and unpause; the admin's limits; what was sent before comes again.
abstract contract TimeCalls is Stage {
    function passTime(uint256 seed) external {
        time += _chance(seed, "days", 8) ? _roll(seed, "length", 3 days) : _roll(seed, "length", 30 minutes);
        _repeat(seed);
    }

    function passHours(uint256 seed) external {
        time += _roll(seed, "length", 18 hours);
        // Once in two lives or so: what was minted first is over.
        if (_chance(seed, "holidays", 24)) time += _roll(seed, "weeks", 14 days);
        _repeat(seed);
    }

    function repeat(uint256 seed) external {
        _repeat(seed);
    }

    /// @notice A pause is rare, or nothing else would ever be done; its end comes by itself or soon.
    function pause(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 4);
        address sender = byStranger ? stranger : pauser;
        bool starts = !_isPaused() && _chance(seed, "start", 8);
        if (starts) _send("pause", sender, abi.encodeCall(L.pause, ()), 1, !byStranger);
        else _send("unpause", sender, abi.encodeCall(L.unpause, ()), 1, !byStranger && _isPaused());
    }

    function setLimits(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 4);
        T.LimitSettings memory limits;
        limits.rewardCapDaily = uint64(5_000 + _roll(seed, "reward", 30_000));
        limits.reserveCapDaily = uint64(1_000_000 + _roll(seed, "reserve", 20_000_000));
        limits.withdrawalCapDaily = uint64(100_000 + _roll(seed, "withdrawal", 1_000_000));
        limits.withdrawalDelay = uint32(_roll(seed, "delay", 12 hours));
        bytes memory data = abi.encodeCall(L.setLimits, (limits));
        _send("set limits", byStranger ? stranger : address(this), data, 1, !byStranger);
    }

    function setRewardCap(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 4);
        uint32 merchant = uint32(_roll(seed, "merchant", merchantCount + 2));
        bool known = merchant != 0 && merchant <= merchantCount;
        uint64 cap = _chance(seed, "own", 2) ? uint64(_roll(seed, "cap", 20_000)) : 0;
        if (_chance(seed, "too large", 8)) cap = 1 << 63;
        bytes memory data = abi.encodeCall(L.setRewardCap, (merchant, cap));
        _send("set cap", byStranger ? stranger : address(this), data, 1, !byStranger && known && cap < 1 << 63);
    }

    /// @notice The end is rare, and late in most lives.
    function retire(uint256 seed) external {
        bool byStranger = !_chance(seed, "admin", 24);
        uint40 end = uint40(time + 6 days + _roll(seed, "end", 4 days));
        bytes memory data = abi.encodeCall(IWallets.retire, (end));
        bool fits = !byStranger && retiresAt == 0 && end >= time + 7 days;
        _send("retire", byStranger ? stranger : address(this), data, 1, fits);
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.Paused.selector) {
            if (pausedUntil != 0) _atMost("a day lies between two pauses", pausedUntil + 1 days, time);
            pausedTotal = _pausedSeconds();
            (pausedAt, pausedUntil) = (time, time + 7 days);
            return 1;
        }
        if (topic == L.Unpaused.selector) {
            pausedTotal = _pausedSeconds();
            (pausedAt, pausedUntil) = (0, time);
            _equal("pauses add up", abi.decode(data, (uint32)), pausedTotal);
            return 1;
        }
        if (topic == L.LimitsChanged.selector) {
            rewardCapDaily = indexed_;
            (reserveCapDaily, withdrawalCapDaily,) = abi.decode(data, (uint64, uint64, uint32));
            return 1;
        }
        if (topic == L.RewardCapChanged.selector) {
            merchants[uint32(indexed_)].rewardCap = abi.decode(data, (uint64));
            return 1;
        }
        if (topic == IWallets.Retiring.selector) {
            retiresAt = indexed_;
            return 1;
        }
        return super._apply(topic, indexed_, data);
    }
}
