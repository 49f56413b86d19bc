// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Split
/// @notice Divides an incentive into the parts of seven roles.
/// @dev Shares are packed 16 bits a role, parts 36 bits a role, role 0 lowest. Every part is rounded down; what rounding
/// leaves, and the part of each absent role, goes to the remainder role: the parts sum to the incentive exactly.
library Split {
    uint256 internal constant ROLES = 7;
    uint256 internal constant BPS = 10_000;
    uint256 internal constant INCENTIVE_LIMIT = type(uint40).max >> 4; // 36 bits
    uint256 internal constant ALL_PRESENT = 0x7f;

    /// @notice The parts of `incentive`; `present` has bit r set if somebody holds role r.
    function partsDown(uint256 incentive, uint256 shares, uint256 present, uint256 remainderRole)
        internal
        pure
        returns (uint256 parts)
    {
        unchecked {
            uint256 left = incentive;
            for (uint256 role; role < ROLES; ++role) {
                uint256 share = (shares >> (role << 4)) & 0xffff;
                if (share == 0 || (present >> role) & 1 == 0) continue;
                uint256 part = (incentive * share) / BPS;
                parts |= part << (role * 36);
                left -= part;
            }
            parts += left << (remainderRole * 36);
        }
    }

    /// @notice The part of one role.
    function partOf(uint256 parts, uint256 role) internal pure returns (uint256 part) {
        unchecked {
            return (parts >> (role * 36)) & INCENTIVE_LIMIT;
        }
    }

    /// @notice Packs seven shares and returns their sum.
    function pack(uint16[7] calldata shares) internal pure returns (uint112 packed, uint256 sum) {
        for (uint256 role; role < ROLES; ++role) {
            packed |= uint112(uint256(shares[role]) << (role << 4));
            sum += shares[role];
        }
    }
}
