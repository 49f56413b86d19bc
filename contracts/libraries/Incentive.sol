// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title What an order earns
/// @notice Reward, contribution and discount of one order by the batch's terms; every division rounds down.
library Incentive {
    uint256 private constant BPS = 10_000;

    function rewardDown(T.Batch memory terms, uint256 order) internal pure returns (uint256 reward) {
        unchecked {
            uint256 cap = (order * terms.rewardCapBps) / BPS;
            return cap < terms.reward ? cap : terms.reward;
        }
    }

    function contributionDown(T.Batch memory terms, uint256 order) internal pure returns (uint256 contribution) {
        unchecked {
            contribution = (order * terms.contributionBps) / BPS;
            if (contribution > terms.contributionCap) contribution = terms.contributionCap;
        }
    }

    /// @notice A fixed amount (`discountBps` 0) or a share with a cap, never more than the order.
    function discountDown(T.Batch memory terms, uint256 order) internal pure returns (uint256 discount) {
        unchecked {
            discount = terms.discountAmount;
            if (terms.discountBps != 0) {
                uint256 share = (order * terms.discountBps) / BPS;
                if (share < discount) discount = share;
            }
            if (discount > order) discount = order;
        }
    }

    /// @notice The most one coupon, its copies included, can take from its issuer's reserve.
    function maximumIssuerFunded(T.Batch memory terms) internal pure returns (uint256 amount) {
        if (terms.funder != T.Funder.Issuer) return 0;
        return uint256(terms.discountAmount) * (1 + uint256(terms.copies));
    }
}
