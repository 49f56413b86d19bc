// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerTypes as T} from "../../../contracts/interfaces/ILedgerTypes.sol";
import {Incentive} from "../../../contracts/libraries/Incentive.sol";

/// @title What an order earns never passes its caps
contract OrderCaps {
    function check_a_reward_is_never_above_its_terms(uint48 order, uint40 reward, uint16 capBps) external pure {
        T.Batch memory terms;
        (terms.reward, terms.rewardCapBps) = (reward, capBps);
        uint256 paid = Incentive.rewardDown(terms, order);
        assert(paid <= reward);
        assert(paid <= (uint256(order) * capBps) / 10_000);
    }

    function check_a_contribution_is_never_above_its_cap(uint48 order, uint16 bps, uint40 cap) external pure {
        T.Batch memory terms;
        (terms.contributionBps, terms.contributionCap) = (bps, cap);
        uint256 paid = Incentive.contributionDown(terms, order);
        assert(paid <= cap);
        assert(paid <= (uint256(order) * bps) / 10_000);
    }

    function check_a_discount_is_never_above_its_terms_or_the_order(uint48 order, uint16 bps, uint40 amount)
        external
        pure
    {
        T.Batch memory terms;
        (terms.discountBps, terms.discountAmount) = (bps, amount);
        uint256 given = Incentive.discountDown(terms, order);
        assert(given <= amount && given <= order);
        assert(bps == 0 || given <= (uint256(order) * bps) / 10_000);
    }
}
