// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Consumers} from "./Consumers.sol";
import {Credits} from "./Credits.sol";
import {Journeys} from "./Journeys.sol";
import {LedgerStorage} from "./LedgerStorage.sol";
import {Split} from "./Split.sol";

/// @title Payees
/// @notice Who is paid when a coupon's incentive is divided: merchants by `Credits`, consumers at once.
library Payees {
    using Consumers for T.Consumer;
    using Journeys for uint256;

    uint256 private constant SHARER = 0xffff << 64;
    uint256 private constant FIRST_SHARER = 0xffff << 80;
    uint256 private constant CONSUMER_AND_RECRUITER = (0xffff << 48) | (0xffff << 96);

    /// @notice The shares of the roles that are present: a bearer is no consumer and has no recruiter, and a coupon has as
    /// many sharers as its journey (0: none) says.
    function sharesOf(uint256 split, uint256 holder, uint256 journey) internal pure returns (uint256 shares) {
        shares = split;
        if (holder == 0) shares &= ~CONSUMER_AND_RECRUITER;
        if (journey.sharer() == 0) shares &= ~SHARER;
        if (journey.firstSharer() == 0) shares &= ~FIRST_SHARER;
    }

    /// @notice Pays the parts of merchants, and the redeemer what of the discount it gets back.
    function payMerchants(
        LedgerStorage.Layout storage $,
        uint256[32] memory credits,
        uint256 parts,
        uint256 issuer,
        uint256 redeemer,
        uint256 recruiter,
        uint256 reimbursed
    ) internal {
        Credits.add($, credits, LedgerStorage.OPERATOR, Split.partOf(parts, uint256(T.Role.Platform)));
        Credits.add($, credits, issuer, Split.partOf(parts, uint256(T.Role.Issuer)));
        Credits.add($, credits, redeemer, reimbursed + Split.partOf(parts, uint256(T.Role.Redeemer)));
        Credits.add($, credits, recruiter, Split.partOf(parts, uint256(T.Role.Recruiter)));
    }

    /// @notice Pays the parts of the two sharers.
    function paySharers(LedgerStorage.Layout storage $, uint256 parts, uint256 journey) internal {
        _pay($, journey.sharer(), Split.partOf(parts, uint256(T.Role.Sharer)));
        _pay($, journey.firstSharer(), Split.partOf(parts, uint256(T.Role.FirstSharer)));
    }

    function _pay(LedgerStorage.Layout storage $, uint256 consumer, uint256 amount) private {
        if (amount == 0) return;
        T.Consumer storage payee = $.consumers[uint32(consumer)];
        payee.credit(payee.load(), amount);
    }
}
