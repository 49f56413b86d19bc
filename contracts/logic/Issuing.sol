// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Intents} from "../libraries/Intents.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title Issuing
/// @notice Coupons leave a merchant's stock for consumers, eight holders a written word.
library Issuing {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Lanes for uint256[1 << 28];

    uint256 private constant RECORD = 5; // consumer 4, count 1

    function issue(LedgerStorage.Layout storage $, bytes32 domain, T.IssueIntent[] calldata intents) internal {
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Issue;
        for (uint256 i; i < intents.length; ++i) {
            T.Reason reason = _issue($, domain, head, seal, intents[i]);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, intents[i].merchant, intents[i].nonce);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function _issue(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        T.IssueIntent calldata intent
    ) private returns (T.Reason) {
        if (intent.batch == 0 || intent.batch > head.batches) return T.Reason.BatchUnknown;
        (T.Reason malformed, uint256 count) = _count(intent.consumers, head.consumers);
        if (malformed != T.Reason.None) return malformed;
        T.Batch storage batch = $.batches[intent.batch];
        if (LedgerTime.ledgerTime(head) >= uint256(batch.closes) - batch.pausedAtMint) return T.Reason.BatchExpired;
        T.Lot memory lot = $.lots[intent.batch][intent.lot];
        if (lot.merchant != intent.merchant) return T.Reason.LotMismatch;
        if (count > lot.end - lot.next) return T.Reason.LotExhausted;
        if (_isUnfunded(batch, lot)) return T.Reason.DiscountUnfunded;
        if (batch.pointsPrice != 0) return T.Reason.TermNotOffered;
        if (Signers.nonceUsed($, intent.merchant, intent.nonce)) return T.Reason.NonceUsed;
        T.Reason refused = Signers.refusalOf(
            $,
            intent.merchant,
            intent.agent,
            Signers.AGENT_ISSUES,
            count,
            intent.deadline,
            Intents.issue(domain, intent),
            intent.signature
        );
        if (refused != T.Reason.None) return refused;
        Signers.useNonce($, intent.merchant, intent.nonce);
        Signers.consume($, intent.merchant, intent.agent, count);
        $.lots[intent.batch][intent.lot].next = lot.next + uint32(count);
        _fill($.lanes[intent.batch], lot.next, intent.consumers);
        if (batch.validDays != 0) {
            $.issueDays[intent.batch].fillDays(lot.next, count, LedgerTime.ledgerTime(head) / 1 days);
        }
        _emit(seal, intent, lot.next);
        return T.Reason.None;
    }

    /// @dev Stock that came back to the operator left its issuer-funded reserve behind: it is allocated anew first.
    function _isUnfunded(T.Batch storage batch, T.Lot memory lot) private view returns (bool) {
        return lot.reserve == 0 && batch.funder == T.Funder.Issuer && batch.discountAmount != 0;
    }

    /// @dev Coupons in the records; every consumer must exist and get at least one.
    function _count(bytes calldata consumers, uint256 registered)
        private
        pure
        returns (T.Reason reason, uint256 count)
    {
        if (consumers.length == 0) return (T.Reason.CountZero, 0);
        if (consumers.length % RECORD != 0) return (T.Reason.ItemsMalformed, 0);
        unchecked {
            for (uint256 offset; offset < consumers.length; offset += RECORD) {
                (uint256 consumer, uint256 coupons) = _record(consumers, offset);
                if (consumer == 0 || consumer > registered) return (T.Reason.ConsumerUnknown, 0);
                if (coupons == 0) return (T.Reason.CountZero, 0);
                count += coupons;
            }
        }
    }

    /// @dev Writes the holders from `serial` on, a word at a time. The lanes of stock are empty, but the first and the
    /// last word may hold coupons of neighbouring lots.
    function _fill(uint256[1 << 29] storage lanes, uint256 serial, bytes calldata consumers) private {
        unchecked {
            uint256 word = lanes[serial >> 3];
            for (uint256 offset; offset < consumers.length; offset += RECORD) {
                (uint256 consumer, uint256 coupons) = _record(consumers, offset);
                for (; coupons != 0; --coupons) {
                    word |= consumer << ((serial & 7) << 5);
                    if (++serial & 7 == 0) {
                        lanes[(serial >> 3) - 1] = word;
                        word = 0;
                    }
                }
            }
            if (serial & 7 != 0) lanes[serial >> 3] |= word;
        }
    }

    function _record(bytes calldata consumers, uint256 offset) private pure returns (uint256 consumer, uint256 coupons) {
        assembly ("memory-safe") {
            let word := calldataload(add(consumers.offset, offset))
            consumer := shr(224, word)
            coupons := and(shr(216, word), 0xff)
        }
    }

    function _emit(Seals.Seal memory seal, T.IssueIntent calldata intent, uint32 first) private {
        seal.log(
            L.Issued.selector,
            intent.batch,
            abi.encode(intent.lot, first, intent.nonce, intent.agent, intent.consumers)
        );
    }
}
