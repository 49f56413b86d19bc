// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {IPoints} from "../interfaces/IPoints.sol";
import {AccountDigests} from "../libraries/AccountDigests.sol";
import {Digests} from "../libraries/Digests.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Reserves} from "../libraries/Reserves.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";
import {Issuing} from "./Issuing.sol";

/// @title Points
/// @notice Points of consumers and merchants, each backed by one minor unit that was the operator's cash.
/// @dev Called with the ledger's raw calldata; see `IPoints`.
library Points {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;
    using Lanes for uint256[1 << 29];

    uint256 private constant RECORD = 12; // consumer 4, points 8
    uint256 private constant TOTAL_LIMIT = uint64(type(int64).max); // as the ledger's money

    function grant(IPoints.PointsItem[] calldata grants) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = grants.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Grant;
        bytes memory granted = Records.allocate(grants.length * RECORD + 32);
        uint256 total;
        for (uint256 i; i < grants.length; ++i) {
            T.Reason reason = _grantRefusal($, grants[i]);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, grants[i].consumer, grants[i].points);
                continue;
            }
            total += grants[i].points;
            if (total > TOTAL_LIMIT) revert L.ReserveTooLarge(total, TOTAL_LIMIT);
            $.consumers[grants[i].consumer].points += grants[i].points;
            granted.pushBytes(_record(grants[i]), RECORD);
        }
        if (total != 0) {
            Reserves.take($, total);
            $.standing.pointsBacking += uint64(total);
            seal.log(IPoints.Granted.selector, total, abi.encode(granted));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function spend(IPoints.SpendIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        T.Head memory head = Issuing.refuseStopped($);
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Spend;
        for (uint256 i; i < intents.length; ++i) {
            T.Reason reason = _spend($, domain, head, seal, intents[i]);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, intents[i].consumer, (1 << 64) | intents[i].nonce);
            }
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function cashOut(uint32[] calldata merchants) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = merchants.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.CashOut;
        for (uint256 i; i < merchants.length; ++i) {
            T.Merchant storage merchant = $.merchants[merchants[i]];
            uint64 points = merchant.points;
            if (points == 0) {
                refusals.refuse(T.Reason.AmountZero, 0, i, merchants[i], 0);
                continue;
            }
            merchant.points = 0;
            merchant.cash += points;
            $.standing.pointsBacking -= points;
            seal.log(IPoints.CashedOut.selector, merchants[i], abi.encode(points));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function expire(IPoints.PointsItem[] calldata expiries) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = expiries.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Expire;
        bytes memory expired = Records.allocate(expiries.length * RECORD + 32);
        uint64 total;
        for (uint256 i; i < expiries.length; ++i) {
            IPoints.PointsItem calldata e = expiries[i];
            T.Reason reason = e.points == 0 ? T.Reason.AmountZero : T.Reason.None;
            if (e.points > $.consumers[e.consumer].points) reason = T.Reason.PointsInsufficient;
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, e.consumer, e.points);
                continue;
            }
            total += e.points;
            $.consumers[e.consumer].points -= e.points;
            expired.pushBytes(_record(e), RECORD);
        }
        if (total != 0) {
            $.standing.pointsBacking -= total;
            $.merchants[LedgerStorage.OPERATOR].cash += total;
            seal.log(IPoints.Expired.selector, total, abi.encode(expired));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function _grantRefusal(LedgerStorage.Layout storage $, IPoints.PointsItem calldata item)
        private
        view
        returns (T.Reason)
    {
        if (item.points == 0) return T.Reason.AmountZero;
        bool known = item.consumer != 0 && item.consumer <= $.head.consumers;
        return known ? T.Reason.None : T.Reason.ConsumerUnknown;
    }

    /// @dev The consumer's points become the merchant's, and the merchant's coupons the consumer's.
    function _spend(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.Head memory head,
        Seals.Seal memory seal,
        IPoints.SpendIntent calldata s
    ) private returns (T.Reason refused) {
        if (s.count == 0) return T.Reason.CountZero;
        uint32 next;
        (refused, next) = Issuing.nextOf($, head, s.merchant, s.batch, s.lot, s.count);
        if (refused != T.Reason.None) return refused;
        refused = _spendRefusal($, domain, s);
        if (refused != T.Reason.None) return refused;
        Signers.useNonce($, Signers.party(true, s.consumer), s.nonce);
        Signers.consume($, s.merchant, s.agent, s.count);
        $.consumers[s.consumer].points -= s.points;
        $.merchants[s.merchant].points += s.points;
        Issuing.take($, head, s.batch, s.lot, next, s.count);
        $.lanes[s.batch].fill(next, s.consumer, s.count);
        bytes memory issued = abi.encode(s.lot, next, uint64(0), s.agent, abi.encodePacked(s.consumer, s.count));
        seal.log(L.Issued.selector, s.batch, issued);
        seal.log(
            IPoints.Spent.selector, s.merchant, abi.encode(s.consumer, s.batch, next, s.count, s.points, s.nonce)
        );
    }

    function _spendRefusal(LedgerStorage.Layout storage $, bytes32 domain, IPoints.SpendIntent calldata s)
        private
        view
        returns (T.Reason)
    {
        T.Consumer memory consumer = $.consumers[s.consumer];
        if (s.consumer == 0 || s.consumer > $.head.consumers) return T.Reason.ConsumerUnknown;
        if (consumer.wallet == address(0)) return T.Reason.ConsumerSuspended;
        uint256 price = uint256($.batches[s.batch].pointsPrice) * s.count;
        if (price == 0 || price != s.points) return T.Reason.PointsUnspent;
        if (price > consumer.points) return T.Reason.PointsInsufficient;
        if (Signers.nonceUsed($, Signers.party(true, s.consumer), s.nonce)) return T.Reason.NonceUsed;
        bytes32 digest = AccountDigests.spend(domain, s);
        if (!Signers.signedBy(consumer.wallet, digest, s.signature)) return T.Reason.SignatureInvalid;
        return Signers.refusalOf(
            $, s.merchant, s.agent, Signers.AGENT_ISSUES, s.count, s.deadline, digest, s.merchantSignature
        );
    }

    function _record(IPoints.PointsItem calldata item) private pure returns (bytes32) {
        return bytes32((uint256(item.consumer) << 224) | (uint256(item.points) << 160));
    }
}
