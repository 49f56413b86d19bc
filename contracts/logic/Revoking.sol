// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISharing} from "../interfaces/ISharing.sol";
import {BatchWords} from "../libraries/BatchWords.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";

/// @title Revoking
/// @notice The operator voids issued coupons of batches whose terms say so.
/// @dev Called with the ledger's raw calldata; see `ISharing`.
library Revoking {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;
    using Journeys for T.Journey;
    using Journeys for uint256;

    function revoke(uint72[] calldata coupons, uint8 cause) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = coupons.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Revoke;
        bytes memory serials = Records.allocate(coupons.length * 5 + 32);
        uint32 batch;
        for (uint256 i; i < coupons.length; ++i) {
            if (CouponId.batchOf(coupons[i]) != batch) {
                _emitRevoked(seal, batch, cause, serials);
                batch = CouponId.batchOf(coupons[i]);
                serials = Records.allocate(_runOf(coupons, i, batch) * 5 + 32);
            }
            (T.Reason reason, uint256 version) = _revoke($, coupons[i]);
            if (reason == T.Reason.None) serials.pushBytes(bytes32(uint256(coupons[i]) << 216), 5);
            else refusals.refuse(reason, 0, i, 0, (uint256(coupons[i]) << 16) | version);
        }
        _emitRevoked(seal, batch, cause, serials);
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    /// @dev An issued coupon that is not redeemed becomes void; its reserve comes back when the batch is closed.
    function _revoke(LedgerStorage.Layout storage $, uint72 coupon) private returns (T.Reason, uint256 version) {
        uint32 batch = CouponId.batchOf(coupon);
        uint256 serial = CouponId.serialOf(coupon);
        if (batch == 0 || batch > $.head.batches) return (T.Reason.BatchUnknown, 0);
        if ($.batches[batch].flags & BatchWords.FLAG_REVOCABLE == 0) return (T.Reason.NotRevocable, 0);
        uint256 journey = $.journeys[coupon].load();
        if (journey != 0) {
            version = journey.version();
            T.JourneyState state = journey.state();
            if (state == T.JourneyState.Void) return (T.Reason.CouponVoid, version);
            if (state != T.JourneyState.Live) return (T.Reason.CouponRedeemed, version);
            $.journeys[coupon].store(journey.withState(T.JourneyState.Void));
            return (T.Reason.None, version);
        }
        if (serial >= $.batches[batch].size) return (T.Reason.CouponNotIssued, 0);
        uint256 lanes = Lanes.slotOf($.lanes[batch]);
        uint256 word = Lanes.wordOf(lanes, serial);
        uint256 holder = Lanes.holderIn(word, serial);
        if (holder == Lanes.STOCK) return (T.Reason.CouponNotIssued, 0);
        if (holder == Lanes.SPENT) return (T.Reason.CouponRedeemed, 0);
        if (holder == Lanes.VOID) return (T.Reason.CouponVoid, 0);
        Lanes.put(lanes, serial, word, Lanes.VOID);
        return (T.Reason.None, 0);
    }

    /// @dev How many coupons from `first` on are of one batch.
    function _runOf(uint72[] calldata coupons, uint256 first, uint32 batch) private pure returns (uint256 count) {
        for (uint256 i = first; i < coupons.length && CouponId.batchOf(coupons[i]) == batch; ++i) {
            ++count;
        }
    }

    function _emitRevoked(Seals.Seal memory seal, uint32 batch, uint8 cause, bytes memory serials) private {
        if (serials.length == 0) return;
        seal.log(ISharing.Revoked.selector, batch, abi.encode(cause, serials));
    }
}
