// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Digests} from "../libraries/Digests.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {Intents} from "../libraries/Intents.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title Stock
/// @notice Moves unissued serials between the operator and merchants. Serials leave a lot at its end, so that what the
/// lot issued stays one run.
library Stock {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;

    bytes32 private constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");

    function allocate(T.Allocation[] calldata allocations) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = allocations.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Allocate;
        for (uint256 i; i < allocations.length; ++i) {
            T.Reason reason = _allocate($, domain, head, seal, allocations[i]);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, allocations[i].merchant, allocations[i].nonce);
            }
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function recall(T.RecallIntent[] calldata recalls) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        bool byOperator = IAccessControl(address(this)).hasRole(OPERATOR_ROLE, msg.sender);
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = recalls.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Recall;
        for (uint256 i; i < recalls.length; ++i) {
            T.Reason reason = _recall($, domain, head, seal, byOperator, recalls[i]);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, recalls[i].merchant, recalls[i].nonce);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function closeLots(uint32 batch, uint32[] calldata lots) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = lots.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.CloseLot;
        if (!$.batches[batch].closed) revert L.BatchNotClosed(batch);
        for (uint256 i; i < lots.length; ++i) {
            T.Lot storage lot = $.lots[batch][lots[i]];
            uint64 released = lot.reserve;
            if (released == 0) {
                refusals.refuse(T.Reason.AmountZero, 0, i, lot.merchant, lots[i]);
                continue;
            }
            lot.reserve = 0;
            $.merchants[lot.merchant].cash += released;
            seal.log(L.LotClosed.selector, batch, abi.encode(lots[i], lot.merchant, released));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function _allocate(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        T.Allocation calldata a
    ) private returns (T.Reason) {
        if (a.batch == 0 || a.batch > head.batches) return T.Reason.BatchUnknown;
        T.Batch memory batch = $.batches[a.batch];
        if (LedgerTime.ledgerTime(head) >= LedgerTime.issueEnd(batch)) return T.Reason.BatchExpired;
        T.Merchant memory merchant = $.merchants[a.merchant];
        if (merchant.status == T.Status.Unknown) return T.Reason.MerchantUnknown;
        if (merchant.status == T.Status.Suspended) return T.Reason.MerchantSuspended;
        if (merchant.kind == T.MerchantKind.Institution) return T.Reason.KindInvalid;
        T.Reason unfit = _stockRefusal($, batch, a);
        if (unfit != T.Reason.None) return unfit;
        uint256 reserved = Incentive.maximumIssuerFunded(batch) * a.count;
        if (reserved != 0) {
            T.Reason refused = _consentRefusal($, domain, a);
            if (refused != T.Reason.None) return refused;
            if (reserved > merchant.cash) return T.Reason.DiscountUnfunded;
            Signers.useNonce($, a.merchant, a.nonce);
            $.merchants[a.merchant].cash = merchant.cash - uint64(reserved);
        }
        uint32 end = _takeStock($, a);
        uint32 lot = _openLot($, a.batch, T.Lot(a.merchant, end - a.count, end - a.count, end, uint64(reserved)));
        seal.log(L.Allocated.selector, a.batch, abi.encode(a.fromLot, lot, a.merchant, a.count, reserved, a.nonce));
        return T.Reason.None;
    }

    /// @dev Whether the batch's stock, or the operator's lot named, has as much.
    function _stockRefusal(LedgerStorage.Layout storage $, T.Batch memory batch, T.Allocation calldata a)
        private
        view
        returns (T.Reason)
    {
        if (a.count == 0) return T.Reason.CountZero;
        if (a.fromLot == 0) return a.count > batch.stock ? T.Reason.LotExhausted : T.Reason.None;
        T.Lot memory from = $.lots[a.batch][a.fromLot];
        if (from.merchant != LedgerStorage.OPERATOR) return T.Reason.LotMismatch;
        return a.count > from.end - from.next ? T.Reason.LotExhausted : T.Reason.None;
    }

    /// @dev Takes the last serials; the end of what was taken.
    function _takeStock(LedgerStorage.Layout storage $, T.Allocation calldata a) private returns (uint32 end) {
        if (a.fromLot == 0) {
            end = $.batches[a.batch].stock;
            $.batches[a.batch].stock = end - a.count;
        } else {
            end = $.lots[a.batch][a.fromLot].end;
            $.lots[a.batch][a.fromLot].end = end - a.count;
        }
    }

    function _openLot(LedgerStorage.Layout storage $, uint32 batch, T.Lot memory lot) private returns (uint32 id) {
        id = $.batches[batch].lots + 1;
        $.batches[batch].lots = id;
        $.lots[batch][id] = lot;
    }

    /// @dev Where the issuer funds the discount, the allocation takes its cash: it must have signed.
    function _consentRefusal(LedgerStorage.Layout storage $, bytes32 domain, T.Allocation calldata a)
        private
        view
        returns (T.Reason)
    {
        if (Signers.nonceUsed($, a.merchant, a.nonce)) return T.Reason.NonceUsed;
        return Signers.refusalOf($, a.merchant, 0, 0, 0, a.deadline, Intents.accept(domain, a), a.signature);
    }

    function _recall(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        bool byOperator,
        T.RecallIntent calldata r
    ) private returns (T.Reason) {
        if (r.batch == 0 || r.batch > head.batches) return T.Reason.BatchUnknown;
        T.Lot memory lot = $.lots[r.batch][r.lot];
        if (lot.merchant != r.merchant || r.merchant <= LedgerStorage.OPERATOR) return T.Reason.LotMismatch;
        if (r.count == 0) return T.Reason.CountZero;
        if (r.count > lot.end - lot.next) return T.Reason.LotExhausted;
        if (!byOperator || r.signature.length != 0) {
            if (Signers.nonceUsed($, r.merchant, r.nonce)) return T.Reason.NonceUsed;
            T.Reason refused =
                Signers.refusalOf($, r.merchant, 0, 0, 0, r.deadline, Intents.recall(domain, r), r.signature);
            if (refused != T.Reason.None) return refused;
            Signers.useNonce($, r.merchant, r.nonce);
        }
        T.Batch memory batch = $.batches[r.batch];
        // A closed batch's lot has given its reserve back already, or gives it back by closeLots.
        uint256 released = batch.closed ? 0 : Incentive.maximumIssuerFunded(batch) * r.count;
        uint32 first = lot.end - r.count;
        uint32 back = _openLot($, r.batch, T.Lot(LedgerStorage.OPERATOR, first, first, lot.end, 0));
        lot.end = first;
        lot.reserve -= uint64(released);
        $.lots[r.batch][r.lot] = lot;
        $.merchants[r.merchant].cash += uint64(released);
        seal.log(L.Recalled.selector, r.batch, abi.encode(r.lot, back, r.count, released, r.nonce));
        return T.Reason.None;
    }
}
