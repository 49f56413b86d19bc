// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title The ledger's storage
/// @notice One layout for the contract and its linked libraries, complete for all verbs: a new field goes to the end.
library LedgerStorage {
    uint32 internal constant OPERATOR = 1; // the operator's merchant id

    struct Layout {
        T.Head head;
        T.Limits limits;
        T.SealState seal;
        T.Standing standing;
        mapping(uint32 merchant => T.Merchant) merchants;
        mapping(uint32 consumer => T.Consumer) consumers;
        mapping(uint32 merchant => mapping(uint32 agent => T.Agent)) agents;
        mapping(address wallet => uint40 party) partyOf; // consumer flag 8 | id 32; see Parties
        mapping(uint40 party => mapping(uint64 word => uint256)) nonces;
        mapping(uint32 group => mapping(uint24 word => uint256)) groupMembers;
        mapping(uint32 batch => T.Batch) batches;
        mapping(uint32 batch => mapping(uint32 lot => T.Lot)) lots;
        mapping(uint32 batch => uint256[1 << 29]) lanes; // eight holders a word
        mapping(uint32 batch => uint256[1 << 28]) issueDays; // sixteen days a word
        mapping(uint72 coupon => T.Journey) journeys;
        mapping(uint32 merchant => T.Withdrawal) withdrawals;
        mapping(uint40 party => T.Recovery) recoveries;
        mapping(uint64 merchantAndPeriod => bytes32 root) statements;
        mapping(uint32 policy => T.CommissionPolicy) policies;
        T.Outflow outflow;
        mapping(uint72 coupon => address key) bearers;
        mapping(uint72 coupon => uint48 order) amendments; // the order as redeemed, of redemptions amended since
    }

    /// @notice The layout, for a linked library that the ledger calls with raw calldata.
    function load() internal pure returns (Layout storage $) {
        assembly ("memory-safe") {
            $.slot := 0
        }
    }
}

/// @title The ledger's state
/// @notice First base of the ledger and of the lens, so that both find the layout at slot 0.
abstract contract LedgerState {
    LedgerStorage.Layout internal $;
}
