// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {Split} from "../libraries/Split.sol";

/// @title Arithmetic
/// @notice The ledger's own arithmetic on terms that were packed, stored and read as the ledger does it.
contract Arithmetic {
    uint256 private constant WORDS = 6; // a case

    T.Batch private _batch;

    /// @notice For each case: reward, contribution, discount, the parts if nobody shared, the parts if two did, and the
    /// most that one coupon takes from its issuer's reserve.
    function earnings(T.Terms[] calldata terms, uint256[] calldata orders) external returns (uint256[] memory results) {
        results = new uint256[](terms.length * WORDS);
        for (uint256 i; i < terms.length; ++i) {
            BatchWords.store(_batch, BatchWords.pack(terms[i], 0, 0));
            T.Batch memory batch = _batch;
            uint256 reward = Incentive.rewardDown(batch, orders[i]);
            uint256 contribution = Incentive.contributionDown(batch, orders[i]);
            uint256 remainder = uint256(batch.remainderRole);
            uint256 place = i * WORDS;
            results[place] = reward;
            results[place + 1] = contribution;
            results[place + 2] = Incentive.discountDown(batch, orders[i]);
            results[place + 3] = Split.partsDown(reward + contribution, batch.split & Split.NOBODY_SHARED, remainder);
            results[place + 4] = Split.partsDown(reward + contribution, batch.split, remainder);
            results[place + 5] = Incentive.maximumIssuerFunded(batch);
        }
    }

    /// @notice One part of packed parts, for every role.
    function partsOf(uint256 parts) external pure returns (uint256[7] memory found) {
        for (uint256 role; role < Split.ROLES; ++role) {
            found[role] = Split.partOf(parts, role);
        }
    }
}
