// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISharing} from "../interfaces/ISharing.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Digests} from "../libraries/Digests.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {LedgerTime} from "../libraries/LedgerTime.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";
import {Handing} from "./Handing.sol";

/// @title Sharing
/// @notice Transfer, copy, claims of offers, and their cancelling.
/// @dev Called with the ledger's raw calldata; see `ISharing`.
library Sharing {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;
    using Consumers for T.Consumer;
    using Journeys for T.Journey;
    using Journeys for uint256;

    uint256 private constant RECORD = 96; // what to share 32, signature 64

    function transfer(bytes calldata items) external {
        _shareAll(items, false);
    }

    function copy(bytes calldata items) external {
        _shareAll(items, true);
    }

    function claim(ISharing.ClaimIntent[] calldata claims) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        (Seals.Seal memory seal, Handing.Context memory context) = _open($, claims.length);
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Claim;
        for (uint256 i; i < claims.length; ++i) {
            ISharing.ClaimIntent calldata c = claims[i];
            T.Reason reason = _claim($, context, seal, c);
            uint256 subject = (uint256(c.offer.coupon) << 24) | (uint256(c.offer.version) << 8) | c.index;
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, c.claimant, subject);
        }
        Handing.close(context, seal);
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function cancel(ISharing.CancelIntent[] calldata cancels) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = cancels.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Cancel;
        for (uint256 i; i < cancels.length; ++i) {
            ISharing.CancelIntent calldata c = cancels[i];
            T.Reason reason = _cancelRefusal($, domain, c);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, c.consumer, (1 << 64) | c.nonce);
                continue;
            }
            Signers.useNonce($, Signers.party(true, c.consumer), c.nonce);
            seal.log(ISharing.OfferCancelled.selector, c.consumer, abi.encode(c.nonce));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function _open(LedgerStorage.Layout storage $, uint256 items)
        private
        view
        returns (Seals.Seal memory seal, Handing.Context memory context)
    {
        T.Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert L.LedgerPaused(head.pausedUntil);
        seal = Seals.open($.seal);
        seal.items = items;
        context = Handing.open($, head, Digests.domain());
    }

    function _shareAll(bytes calldata items, bool copying) private {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        uint256 count = (items.length + RECORD - 1) / RECORD;
        (Seals.Seal memory seal, Handing.Context memory context) = _open($, count);
        Records.Refusals memory refusals;
        refusals.verb = copying ? T.Verb.Copy : T.Verb.Transfer;
        Handing.Share memory share;
        bool whole = items.length % RECORD == 0;
        for (uint256 i; i < count;) {
            (uint256 word, bytes32 r, bytes32 vs) = _record(items, i);
            T.Reason reason = T.Reason.ItemsMalformed;
            if (whole) reason = _share($, context, seal, share, copying, word, r, vs);
            if (reason != T.Reason.None) {
                uint256 subject = ((word >> 184) << 24) | ((word >> 64) & 0xffffff);
                refusals.refuse(reason, 0, i, (word >> 120) & 0xffffffff, subject);
            }
            unchecked {
                ++i;
            }
        }
        Handing.close(context, seal);
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    /// @dev Guards, signature, effect of a record: coupon 72, lot 32, to 32, deadline 32, version 16, index 8, zero 64.
    function _share(
        LedgerStorage.Layout storage $,
        Handing.Context memory context,
        Seals.Seal memory seal,
        Handing.Share memory share,
        bool copying,
        uint256 word,
        bytes32 r,
        bytes32 vs
    ) private returns (T.Reason refused) {
        uint256 deadline = (word >> 88) & 0xffffffff;
        share.coupon = word >> 184;
        share.lot = (word >> 152) & 0xffffffff;
        share.to = (word >> 120) & 0xffffffff;
        share.version = (word >> 72) & 0xffff;
        share.index = (word >> 64) & 0xff;
        if (uint64(word) != 0 || (!copying && share.index != 0)) return T.Reason.ItemsMalformed;
        if (deadline < block.timestamp) return T.Reason.DeadlinePassed;
        refused = Handing.openCoupon($, context, seal, share);
        if (refused != T.Reason.None) return refused;
        refused = Handing.refusalOf(context, share, copying);
        if (refused != T.Reason.None) return refused;
        bytes32 digest = copying
            ? Digests.copy(context.domain, share.coupon, share.version, share.index, share.to, deadline)
            : Digests.transfer(context.domain, share.coupon, share.version, share.to, deadline);
        refused = _holderRefusal($, context, share.coupon, digest, r, vs);
        if (refused != T.Reason.None) return refused;
        if (copying) return Handing.copy($, context, seal, share);
        Handing.move($, context, seal, share);
    }

    /// @dev Whether the holder at hand, or the bearer's key, signed.
    function _holderRefusal(
        LedgerStorage.Layout storage $,
        Handing.Context memory context,
        uint256 coupon,
        bytes32 digest,
        bytes32 r,
        bytes32 vs
    ) private view returns (T.Reason) {
        if (context.holder == 0) {
            bool held = Signers.signedByKey($.bearers[uint72(coupon)], digest, r, vs);
            return held ? T.Reason.None : T.Reason.SignatureInvalid;
        }
        address wallet = Consumers.wallet($.consumers[uint32(context.holder)].load());
        if (wallet == address(0)) return T.Reason.ConsumerSuspended;
        return Signers.signedBy(wallet, digest, r, vs) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    function _claim(
        LedgerStorage.Layout storage $,
        Handing.Context memory context,
        Seals.Seal memory seal,
        ISharing.ClaimIntent calldata c
    ) private returns (T.Reason refused) {
        ISharing.OfferIntent calldata offer = c.offer;
        if (offer.deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if (!offer.copy && c.index != 0) return T.Reason.CopyUnavailable;
        Handing.Share memory share =
            Handing.Share(offer.coupon, c.lot, c.claimant, offer.version, c.index, offer.price);
        refused = Handing.openCoupon($, context, seal, share);
        if (refused != T.Reason.None) return refused;
        refused = Handing.refusalOf(context, share, offer.copy);
        if (refused != T.Reason.None) return refused;
        refused = _offerRefusal($, context, c);
        if (refused != T.Reason.None) return refused;
        if (offer.price > $.consumers[c.claimant].cash) return T.Reason.CashInsufficient;
        if (offer.copy) {
            refused = Handing.copy($, context, seal, share);
            if (refused != T.Reason.None) return refused;
        } else {
            Handing.move($, context, seal, share);
        }
        if (offer.price == 0) return T.Reason.None;
        $.consumers[c.claimant].cash -= offer.price;
        $.consumers[uint32(context.holder)].cash += offer.price;
    }

    /// @dev The holder's offer in force, and the consent of the claim key, or of the claimant where there is none, where a
    /// price is asked, or both.
    function _offerRefusal(
        LedgerStorage.Layout storage $,
        Handing.Context memory context,
        ISharing.ClaimIntent calldata c
    ) private view returns (T.Reason) {
        ISharing.OfferIntent calldata offer = c.offer;
        if (context.holder == 0) return T.Reason.ShareNotAllowed;
        bytes32 hash = Digests.offerHash(offer);
        address holder = Consumers.wallet($.consumers[uint32(context.holder)].load());
        if (holder == address(0)) return T.Reason.ConsumerSuspended;
        if (!Signers.signedBy(holder, Digests.offer(context.domain, hash), offer.signature)) {
            return T.Reason.SignatureInvalid;
        }
        if (Signers.nonceUsed($, Signers.party(true, uint32(context.holder)), offer.nonce)) return T.Reason.NonceUsed;
        bool named = offer.to != 0;
        if (named && (offer.to != c.claimant || offer.claimKey != address(0))) return T.Reason.RecipientInvalid;
        if (!named) {
            bytes32 digest = Digests.claim(context.domain, hash, c.index, c.claimant);
            if (c.claimSignature.length != 64) return T.Reason.SignatureInvalid;
            (bytes32 r, bytes32 vs) = (bytes32(c.claimSignature[:32]), bytes32(c.claimSignature[32:]));
            if (!Signers.signedByKey(offer.claimKey, digest, r, vs)) return T.Reason.SignatureInvalid;
            if (offer.price == 0) return T.Reason.None;
        }
        address claimant = Consumers.wallet($.consumers[c.claimant].load());
        if (claimant == address(0)) return T.Reason.ConsumerSuspended;
        bytes32 accepted = Digests.acceptOffer(context.domain, hash, c.index, c.claimant, offer.price);
        return Signers.signedBy(claimant, accepted, c.acceptSignature) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    function _cancelRefusal(LedgerStorage.Layout storage $, bytes32 domain, ISharing.CancelIntent calldata c)
        private
        view
        returns (T.Reason)
    {
        if (c.consumer == 0 || c.consumer > $.head.consumers) return T.Reason.ConsumerUnknown;
        address wallet = $.consumers[c.consumer].wallet;
        if (wallet == address(0)) return T.Reason.ConsumerSuspended;
        if (c.deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if (Signers.nonceUsed($, Signers.party(true, c.consumer), c.nonce)) return T.Reason.NonceUsed;
        bytes32 digest = Digests.cancel(domain, c);
        return Signers.signedBy(wallet, digest, c.signature) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    function _record(bytes calldata items, uint256 index)
        private
        pure
        returns (uint256 word, bytes32 r, bytes32 vs)
    {
        assembly ("memory-safe") {
            let record := add(items.offset, mul(index, 96))
            word := calldataload(record)
            r := calldataload(add(record, 0x20))
            vs := calldataload(add(record, 0x40))
        }
    }
}
