// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {Stage} from "./Stage.sol";

/// @notice Terms to mint.
abstract contract SomeTerms is Stage {
    /// @dev Terms that are mostly mintable; windows are so short that a life sees ends of some.
    function _terms(uint256 seed) internal view virtual returns (T.Terms memory terms) {
        terms.size = uint32(1 + _roll(seed, "size", 400));
        terms.opens = uint40(time - 1 hours + _roll(seed, "opens", 90 minutes));
        terms.closes = uint40(time + 1 hours + _roll(seed, "closes", _chance(seed, "short", 4) ? 1 days : 24 days));
        if (_chance(seed, "days", 3)) terms.validDays = uint16(1 + _roll(seed, "valid", 4));
        if (_chance(seed, "issuer only", 6)) terms.group = type(uint32).max;
        uint256 mode = _roll(seed, "share mode", 3);
        if (mode != 0) (terms.shareMode, terms.hops) = (T.ShareMode(mode), uint8(1 + _roll(seed, "hops", 4)));
        if (mode == uint256(T.ShareMode.Copy)) terms.copies = uint8(1 + _roll(seed, "copies", 3));
        if (_chance(seed, "delay", 2)) terms.settlementDelayHours = uint16(1 + _roll(seed, "hours", 60));
        terms.revocable = _chance(seed, "revocable", 3);
        terms.bearer = _chance(seed, "bearer", 2);
        if (_chance(seed, "points", 4)) terms.pointsPrice = uint40(1 + _roll(seed, "price", 100));
        terms.minimumOrder = uint48(_roll(seed, "minimum", 500));
        terms.reward = uint40(_roll(seed, "reward", 600));
        terms.rewardCapBps = uint16(_roll(seed, "cap", 2_500));
        if (_chance(seed, "contribution", 2)) {
            terms.contributionBps = uint16(1 + _roll(seed, "contribution bps", 1_000));
            terms.contributionCap = uint40(1 + _roll(seed, "contribution cap", 500));
        }
        terms.discountAmount = uint40(_roll(seed, "discount", 400));
        if (terms.discountAmount != 0) terms.discountBps = uint16(_roll(seed, "discount bps", 2) * 1_500);
        terms.funder = T.Funder(_roll(seed, "funder", 3));
        // The last two are absent where a bearer holds the coupon.
        terms.remainderRole = [T.Role.Platform, T.Role.Issuer, T.Role.Redeemer, T.Role.Consumer, T.Role.Recruiter][_roll(
            seed, "remainder", terms.bearer ? 3 : 5
        )];
        uint256 left = 10_000;
        for (uint256 i; i < 6; ++i) {
            terms.split[i] = uint16(_roll(_each(seed, i), "share", left + 1));
            left -= terms.split[i];
        }
        terms.split[6] = uint16(left);
        if (_chance(seed, "wrong split", 32)) terms.split[0] += 1;
    }
}
