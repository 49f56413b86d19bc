// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Split} from "../../../contracts/libraries/Split.sol";

/// @title The parts of a split
/// @dev Shows of the packed code, for all incentives below 2^40, all shares and every remainder role, that it is what is
/// written here role by role: each part rounded down, and what is left added to the remainder role's. That the parts then
/// sum to the incentive is plain arithmetic, where shares sum to the whole; tests/properties has 100,000 cases of it.
contract SplitParts {
    uint256 private constant ROLES = 7;

    function check_each_part_is_rounded_down_and_the_rest_is_the_remainder_roles(
        uint40 incentive,
        uint112 shares,
        uint256 remainderRole
    ) external pure {
        unchecked {
            for (uint256 remainder; remainder < ROLES; ++remainder) {
                if (remainder == remainderRole) assert(Split.partsDown(incentive, shares, remainder) == _parts(incentive, shares, remainder));
            }
        }
    }

    function _parts(uint256 incentive, uint256 shares, uint256 remainder) private pure returns (uint256 parts) {
        unchecked {
            uint256 left = incentive;
            for (uint256 role; role < ROLES; ++role) {
                uint256 part = (incentive * ((shares >> (16 * role)) & 0xffff)) / 10_000;
                parts |= part << (36 * role);
                left -= part;
            }
            parts += left << (36 * remainder);
        }
    }
}
