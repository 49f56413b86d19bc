// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Split
/// @notice Divides an incentive into the parts of seven roles.
/// @dev Shares are packed 16 bits a role, parts 36 bits a role, role 0 lowest. Every part is rounded down; what rounding
/// leaves, and the part of each absent role, goes to the remainder role: the parts sum to the incentive exactly.
library Split {
    uint256 internal constant ROLES = 7;
    uint256 internal constant BPS = 10_000;
    uint256 internal constant INCENTIVE_LIMIT = 0xfffffffff; // 36 bits

    /// @notice Shares of a coupon that nobody shared: those of the two sharers are taken out.
    uint256 internal constant NOBODY_SHARED = type(uint112).max ^ (uint256(0xffffffff) << 64);

    /// @notice The parts of `incentive` by the shares of the roles present (0 for an absent one).
    /// @dev Role by role without a loop: the hot path.
    function partsDown(uint256 incentive, uint256 shares, uint256 remainderRole) internal pure returns (uint256 parts) {
        assembly ("memory-safe") {
            let part := div(mul(incentive, and(shares, 0xffff)), 10000)
            parts := part
            let left := sub(incentive, part)
            part := div(mul(incentive, and(shr(16, shares), 0xffff)), 10000)
            parts := or(parts, shl(36, part))
            left := sub(left, part)
            part := div(mul(incentive, and(shr(32, shares), 0xffff)), 10000)
            parts := or(parts, shl(72, part))
            left := sub(left, part)
            part := div(mul(incentive, and(shr(48, shares), 0xffff)), 10000)
            parts := or(parts, shl(108, part))
            left := sub(left, part)
            part := div(mul(incentive, and(shr(64, shares), 0xffff)), 10000)
            parts := or(parts, shl(144, part))
            left := sub(left, part)
            part := div(mul(incentive, and(shr(80, shares), 0xffff)), 10000)
            parts := or(parts, shl(180, part))
            left := sub(left, part)
            part := div(mul(incentive, and(shr(96, shares), 0xffff)), 10000)
            parts := or(parts, shl(216, part))
            left := sub(left, part)
            parts := add(parts, shl(mul(remainderRole, 36), left))
        }
    }

    /// @notice The part of one role.
    function partOf(uint256 parts, uint256 role) internal pure returns (uint256 part) {
        unchecked {
            return (parts >> (role * 36)) & INCENTIVE_LIMIT;
        }
    }

    function sum(uint16[7] calldata shares) internal pure returns (uint256 total) {
        for (uint256 role; role < ROLES; ++role) {
            total += shares[role];
        }
    }
}
