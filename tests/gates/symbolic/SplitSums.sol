// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Split} from "../../../contracts/libraries/Split.sol";
import {vm} from "./Vm.sol";

/// @title The parts of a split sum to the incentive
/// @dev No solver multiplies two unknowns seven times over. So what the sum needs of products and quotients is proved by
/// itself, as two lemmas, and only assumed of the products and quotients of the split.
contract SplitSums {
    uint256 private constant ROLES = 7;

    function check_lemma_products_of_all_shares_sum_to_the_whole(uint256 incentive, uint256[6] calldata shares)
        external
        pure
    {
        assert(_sumsUp(incentive, _withLast(shares)));
    }

    function check_lemma_a_quotient_is_rounded_down(uint256 product) external pure {
        vm.assume(product <= Split.INCENTIVE_LIMIT * Split.BPS);
        assert(_isRoundedDown(product));
    }

    function check_parts_sum_to_the_incentive(uint256 incentive, uint256[6] calldata shares, uint256 remainderRole)
        external
        pure
    {
        uint256 parts = _split(incentive, shares, remainderRole);
        uint256 sum;
        unchecked {
            for (uint256 role; role < ROLES; ++role) {
                sum += Split.partOf(parts, role);
            }
        }
        assert(sum == incentive);
    }

    /// @dev The parts, by shares of which the last is what the others leave of 10,000.
    function _split(uint256 incentive, uint256[6] calldata others, uint256 remainderRole)
        private
        pure
        returns (uint256 parts)
    {
        vm.assume(incentive <= Split.INCENTIVE_LIMIT && remainderRole < ROLES);
        uint256[7] memory shares = _withLast(others);
        uint256 packed;
        unchecked {
            for (uint256 role; role < ROLES; ++role) {
                vm.assume(shares[role] <= Split.BPS);
                vm.assume(incentive * shares[role] <= Split.INCENTIVE_LIMIT * Split.BPS);
                vm.assume(_isRoundedDown(incentive * shares[role]));
                packed |= shares[role] << (16 * role);
            }
        }
        vm.assume(_sumsUp(incentive, shares));
        return Split.partsDown(incentive, packed, remainderRole);
    }

    function _withLast(uint256[6] calldata others) private pure returns (uint256[7] memory shares) {
        unchecked {
            shares[6] = Split.BPS;
            for (uint256 role; role < 6; ++role) {
                shares[role] = others[role];
                shares[6] -= others[role];
            }
        }
    }

    function _sumsUp(uint256 incentive, uint256[7] memory shares) private pure returns (bool) {
        unchecked {
            uint256 products;
            for (uint256 role; role < ROLES; ++role) {
                products += incentive * shares[role];
            }
            return products == incentive * Split.BPS;
        }
    }

    function _isRoundedDown(uint256 product) private pure returns (bool) {
        unchecked {
            return (product / Split.BPS) * Split.BPS <= product;
        }
    }
}
