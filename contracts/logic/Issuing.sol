// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISharing} from "../interfaces/ISharing.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Digests} from "../libraries/Digests.sol";
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
    using Lanes for uint256[1 << 29];

    uint256 private constant RECORD = 5; // consumer 4, count 1
    uint256 private constant KEY = 20;

    /// @notice See `ICouponLedger`; called with the ledger's raw calldata.
    function issue(T.IssueIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = refuseStopped($);
        bytes32 domain = Digests.domain();
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

    /// @notice See `ISharing`; called with the ledger's raw calldata.
    function issueToBearers(ISharing.BearerIssueIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = refuseStopped($);
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.IssueToBearers;
        for (uint256 i; i < intents.length; ++i) {
            T.Reason reason = _issueToBearers($, domain, head, seal, intents[i]);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, intents[i].merchant, intents[i].nonce);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    /// @notice The ledger's head, unless nothing may be issued now.
    function refuseStopped(LedgerStorage.Layout storage $) internal view returns (T.Head memory head) {
        head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        LedgerTime.refuseRetired($.standing);
    }

    /// @notice The next serial of a merchant's lot that can issue `count`, or why it cannot.
    function nextOf(
        LedgerStorage.Layout storage $,
        T.Head memory head,
        uint32 merchant,
        uint32 batchId,
        uint32 lotId,
        uint256 count
    ) internal view returns (T.Reason, uint32 next) {
        if (batchId == 0 || batchId > head.batches) return (T.Reason.BatchUnknown, 0);
        T.Batch storage batch = $.batches[batchId];
        if (LedgerTime.ledgerTime(head) >= uint256(batch.closes) - batch.pausedAtMint) {
            return (T.Reason.BatchExpired, 0);
        }
        T.Lot memory lot = $.lots[batchId][lotId];
        if (lot.merchant != merchant) return (T.Reason.LotMismatch, 0);
        if (count > lot.end - lot.next) return (T.Reason.LotExhausted, 0);
        return (_isUnfunded(batch, lot) ? T.Reason.DiscountUnfunded : T.Reason.None, lot.next);
    }

    /// @notice Takes `count` serials from `next` on out of the lot and notes their day of issue.
    function take(
        LedgerStorage.Layout storage $,
        T.Head memory head,
        uint32 batch,
        uint32 lot,
        uint32 next,
        uint256 count
    ) internal {
        $.lots[batch][lot].next = next + uint32(count);
        if ($.batches[batch].validDays == 0) return;
        $.issueDays[batch].fillDays(next, count, LedgerTime.ledgerTime(head) / 1 days);
    }

    function _issue(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        T.IssueIntent calldata intent
    ) private returns (T.Reason refused) {
        if (intent.batch == 0 || intent.batch > head.batches) return T.Reason.BatchUnknown;
        uint256 count;
        (refused, count) = _count(intent.consumers, head.consumers);
        if (refused != T.Reason.None) return refused;
        uint32 next;
        (refused, next) = nextOf($, head, intent.merchant, intent.batch, intent.lot, count);
        if (refused != T.Reason.None) return refused;
        if ($.batches[intent.batch].pointsPrice != 0) return T.Reason.PointsUnspent;
        if (Signers.nonceUsed($, intent.merchant, intent.nonce)) return T.Reason.NonceUsed;
        refused = Signers.refusalOf(
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
        take($, head, intent.batch, intent.lot, next, count);
        _fill($.lanes[intent.batch], next, intent.consumers);
        bytes memory issued = abi.encode(intent.lot, next, intent.nonce, intent.agent, intent.consumers);
        seal.log(L.Issued.selector, intent.batch, issued);
    }

    function _issueToBearers(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        ISharing.BearerIssueIntent calldata intent
    ) private returns (T.Reason refused) {
        uint256 count = intent.keys.length / KEY;
        if (count == 0) return T.Reason.CountZero;
        if (intent.keys.length % KEY != 0) return T.Reason.ItemsMalformed;
        uint32 next;
        (refused, next) = nextOf($, head, intent.merchant, intent.batch, intent.lot, count);
        if (refused != T.Reason.None) return refused;
        if ($.batches[intent.batch].flags & BatchWords.FLAG_BEARER == 0) return T.Reason.BearerNotAllowed;
        if ($.batches[intent.batch].pointsPrice != 0) return T.Reason.PointsUnspent;
        if (Signers.nonceUsed($, intent.merchant, intent.nonce)) return T.Reason.NonceUsed;
        refused = Signers.refusalOf(
            $,
            intent.merchant,
            intent.agent,
            Signers.AGENT_ISSUES,
            count,
            intent.deadline,
            Digests.issueToBearers(domain, intent),
            intent.signature
        );
        if (refused != T.Reason.None) return refused;
        if (!_haveKeys(intent.keys)) return T.Reason.WalletInvalid;
        Signers.useNonce($, intent.merchant, intent.nonce);
        Signers.consume($, intent.merchant, intent.agent, count);
        take($, head, intent.batch, intent.lot, next, count);
        _fillBearers($, intent.batch, next, intent.keys);
        bytes memory issued = abi.encode(intent.lot, next, intent.nonce, intent.agent, intent.keys);
        seal.log(ISharing.IssuedToBearers.selector, intent.batch, issued);
    }

    function _haveKeys(bytes calldata keys) private pure returns (bool) {
        for (uint256 offset; offset < keys.length; offset += KEY) {
            if (bytes20(keys[offset:offset + KEY]) == 0) return false;
        }
        return true;
    }

    function _fillBearers(LedgerStorage.Layout storage $, uint32 batch, uint256 serial, bytes calldata keys) private {
        for (uint256 offset; offset < keys.length; offset += KEY) {
            $.lanes[batch].fill(serial, Lanes.BEARER, 1);
            $.bearers[uint72(CouponId.pack(batch, serial))] = address(bytes20(keys[offset:offset + KEY]));
            ++serial;
        }
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
}
