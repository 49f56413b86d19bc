// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {Consumers} from "../libraries/Consumers.sol";
import {CouponId} from "../libraries/CouponId.sol";
import {Credits} from "../libraries/Credits.sol";
import {AccountDigests} from "../libraries/AccountDigests.sol";
import {Digests} from "../libraries/Digests.sol";
import {Incentive} from "../libraries/Incentive.sol";
import {Journeys} from "../libraries/Journeys.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Payees} from "../libraries/Payees.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";
import {Split} from "../libraries/Split.sol";

/// @title Settlement
/// @notice What becomes of redemptions that wait: amended, reversed, forfeited, or distributed when the delay is over.
/// @dev Called with the ledger's raw calldata; see `ISettlement`. None of it stops in a pause. What comes back to a reserve
/// comes back in time: a batch closes after its last redemption's delay.
library Settlement {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;
    using Consumers for T.Consumer;
    using Journeys for T.Journey;
    using Journeys for uint256;

    /// @dev What a pool holds.
    struct Pool {
        uint256 reward;
        uint256 contribution;
        uint256 discount; // what its funder put in: 0 where that is the redeemer
        uint256 discountStated; // as in the events, whoever funds it
    }

    function amend(ISettlement.AmendIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Amend;
        for (uint256 i; i < intents.length; ++i) {
            ISettlement.AmendIntent calldata a = intents[i];
            T.Reason reason = _amend($, domain, seal, a);
            if (reason == T.Reason.None) continue;
            refusals.refuse(reason, 0, i, a.merchant, (uint256(a.coupon) << 16) | a.version);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function reverse(ISettlement.ReverseIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Reverse;
        for (uint256 i; i < intents.length; ++i) {
            ISettlement.ReverseIntent calldata r = intents[i];
            T.Reason reason = _reverse($, domain, seal, r);
            if (reason == T.Reason.None) continue;
            refusals.refuse(reason, 0, i, r.merchant, (uint256(r.coupon) << 16) | r.version);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function forfeit(uint72[] calldata coupons, uint8 cause, bool discountToo) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = coupons.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Forfeit;
        for (uint256 i; i < coupons.length; ++i) {
            uint256 journey = $.journeys[coupons[i]].load();
            T.Reason reason = T.Reason.None;
            if (!journey.isPending()) reason = T.Reason.RedemptionNotPending;
            else if (_isDue(journey)) reason = T.Reason.SettlementOver;
            if (reason == T.Reason.None) _forfeit($, seal, coupons[i], journey, cause, discountToo);
            else refusals.refuse(reason, 0, i, 0, (uint256(coupons[i]) << 16) | journey.version());
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function distribute(uint72[] calldata coupons) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = coupons.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Distribute;
        uint256[32] memory credits = Credits.open();
        bytes memory done;
        T.Batch memory terms;
        uint32 batch;
        for (uint256 i; i < coupons.length; ++i) {
            if (CouponId.batchOf(coupons[i]) != batch) {
                _emitDistributed(seal, batch, done);
                batch = CouponId.batchOf(coupons[i]);
                terms = $.batches[batch];
                done = Records.allocate(_runOf(coupons, i, batch) * 64);
            }
            uint256 journey = $.journeys[coupons[i]].load();
            T.Reason reason = T.Reason.None;
            if (!journey.isPending()) reason = T.Reason.RedemptionNotPending;
            else if (!_isDue(journey)) reason = T.Reason.SettlementNotDue;
            if (reason == T.Reason.None) _distribute($, credits, done, terms, coupons[i], journey);
            else refusals.refuse(reason, 0, i, 0, (uint256(coupons[i]) << 16) | journey.version());
        }
        _emitDistributed(seal, batch, done);
        Credits.close($, credits);
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    /// @dev How many coupons from `first` on are of one batch: room for all of the rest, batch by batch, would be quadratic.
    function _runOf(uint72[] calldata coupons, uint256 first, uint32 batch) private pure returns (uint256 count) {
        for (uint256 i = first; i < coupons.length && CouponId.batchOf(coupons[i]) == batch; ++i) {
            ++count;
        }
    }

    function _isDue(uint256 journey) private view returns (bool) {
        return block.timestamp >= journey.until() * 1 hours;
    }

    /// @dev What every change by the redeeming merchant needs.
    function _refusalOf(uint256 journey, uint256 merchant, uint256 version) private view returns (T.Reason) {
        if (!journey.isPending()) return T.Reason.RedemptionNotPending;
        if (journey.redeemer() != merchant) return T.Reason.RedeemerMismatch;
        if (journey.version() != version) return T.Reason.VersionStale;
        if (version == Journeys.VERSION_LIMIT) return T.Reason.VersionExhausted;
        return _isDue(journey) ? T.Reason.SettlementOver : T.Reason.None;
    }

    function _amend(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        Seals.Seal memory seal,
        ISettlement.AmendIntent calldata a
    ) private returns (T.Reason refused) {
        uint256 journey = $.journeys[a.coupon].load();
        refused = _refusalOf(journey, a.merchant, a.version);
        if (refused != T.Reason.None) return refused;
        if (a.order == 0) return T.Reason.OrderZero;
        if (a.order >= journey.order()) return T.Reason.OrderNotLower;
        bytes32 digest = AccountDigests.amend(domain, a);
        refused = Signers.refusalOf(
            $, a.merchant, a.agent, Signers.AGENT_REDEEMS, 1, a.deadline, digest, a.signature
        );
        if (refused != T.Reason.None) return refused;
        Signers.consume($, a.merchant, a.agent, 1);
        T.Batch memory terms = $.batches[CouponId.batchOf(a.coupon)];
        Pool memory before = _poolOf($, terms, a.coupon, journey);
        if (journey.state() == T.JourneyState.Pending) $.amendments[a.coupon] = uint48(journey.order());
        uint256 amended = journey.bump().withState(T.JourneyState.PendingAmended);
        amended = amended.withRedemption(a.merchant, a.order, journey.until());
        $.journeys[a.coupon].store(amended);
        Pool memory left = _poolOf($, terms, a.coupon, amended);
        before.reward -= left.reward;
        before.contribution -= left.contribution;
        before.discount -= left.discount;
        _giveBack($, terms, a.coupon, amended, before);
        bytes memory change = abi.encode(
            a.agent, a.coupon, a.version, a.order, left.reward, left.contribution, left.discountStated
        );
        seal.log(ISettlement.Amended.selector, a.merchant, change);
    }

    function _reverse(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        Seals.Seal memory seal,
        ISettlement.ReverseIntent calldata r
    ) private returns (T.Reason refused) {
        uint256 journey = $.journeys[r.coupon].load();
        refused = _refusalOf(journey, r.merchant, r.version);
        if (refused != T.Reason.None) return refused;
        bytes32 digest = AccountDigests.reverse(domain, r);
        refused = Signers.refusalOf(
            $, r.merchant, r.agent, Signers.AGENT_REDEEMS, 1, r.deadline, digest, r.signature
        );
        if (refused != T.Reason.None) return refused;
        Signers.consume($, r.merchant, r.agent, 1);
        T.Batch memory terms = $.batches[CouponId.batchOf(r.coupon)];
        Pool memory pool = _poolOf($, terms, r.coupon, journey);
        $.journeys[r.coupon].store(journey.bump().withState(T.JourneyState.Live).withRedemption(0, 0, 0));
        _giveBack($, terms, r.coupon, journey, pool);
        bytes memory change =
            abi.encode(r.agent, r.coupon, r.version, pool.reward, pool.contribution, pool.discountStated);
        seal.log(ISettlement.Reversed.selector, r.merchant, change);
    }

    function _forfeit(
        LedgerStorage.Layout storage $,
        Seals.Seal memory seal,
        uint72 coupon,
        uint256 journey,
        uint8 cause,
        bool discountToo
    ) private {
        T.Batch memory terms = $.batches[CouponId.batchOf(coupon)];
        Pool memory pool = _poolOf($, terms, coupon, journey);
        $.journeys[coupon].store(journey.withState(T.JourneyState.Forfeited));
        if (!discountToo) {
            $.merchants[uint32(journey.redeemer())].cash += uint64(pool.discount);
            pool.discount = 0;
        }
        _giveBack($, terms, coupon, journey, pool);
        bytes memory change = abi.encode(
            coupon, journey.version(), cause, discountToo, pool.reward, pool.contribution, pool.discountStated
        );
        seal.log(ISettlement.Forfeited.selector, CouponId.batchOf(coupon), change);
    }

    function _distribute(
        LedgerStorage.Layout storage $,
        uint256[32] memory credits,
        bytes memory done,
        T.Batch memory terms,
        uint72 coupon,
        uint256 journey
    ) private {
        Pool memory pool = _poolOf($, terms, coupon, journey);
        $.journeys[coupon].store(journey.withState(T.JourneyState.Redeemed));
        uint256 holder = journey.holder();
        uint256 shares = Payees.sharesOf(terms.split, holder, journey);
        uint256 parts = Split.partsDown(pool.reward + pool.contribution, shares, uint256(terms.remainderRole));
        uint256 party;
        if (holder != 0) {
            T.Consumer storage consumer = $.consumers[uint32(holder)];
            party = consumer.load();
            consumer.credit(party, Split.partOf(parts, uint256(T.Role.Consumer)));
        }
        Payees.paySharers($, parts, journey);
        uint256 issuer = $.lots[CouponId.batchOf(coupon)][uint32(journey.lot())].merchant;
        uint256 recruiter = Consumers.recruiter(party);
        Payees.payMerchants($, credits, parts, issuer, journey.redeemer(), recruiter, pool.discount);
        uint256 word = (uint256(coupon) << 184) | (journey.version() << 172) | (journey.order() << 120);
        done.push(word | (pool.reward << 80) | (pool.contribution << 40) | pool.discountStated);
        done.push(parts);
    }

    /// @dev What the order earned; of an amended one pro rata to what the order as redeemed earned, rounded down.
    function _poolOf(LedgerStorage.Layout storage $, T.Batch memory terms, uint72 coupon, uint256 journey)
        private
        view
        returns (Pool memory pool)
    {
        uint256 order = journey.order();
        bool amended = journey.state() == T.JourneyState.PendingAmended;
        uint256 redeemed = amended ? $.amendments[coupon] : order;
        pool.reward = Incentive.rewardDown(terms, redeemed);
        pool.contribution = Incentive.contributionDown(terms, redeemed);
        pool.discountStated = Incentive.discountDown(terms, redeemed);
        if (amended) {
            pool.reward = (pool.reward * order) / redeemed;
            pool.contribution = (pool.contribution * order) / redeemed;
            pool.discountStated = (pool.discountStated * order) / redeemed;
        }
        if (terms.funder != T.Funder.Redeemer) pool.discount = pool.discountStated;
    }

    /// @dev Reward to the batch's reserve, contribution to the redeemer, discount to the reserve it came from.
    function _giveBack(
        LedgerStorage.Layout storage $,
        T.Batch memory terms,
        uint72 coupon,
        uint256 journey,
        Pool memory pool
    ) private {
        uint32 batch = CouponId.batchOf(coupon);
        uint256 toBatch = pool.reward;
        if (terms.funder == T.Funder.Operator) toBatch += pool.discount;
        else if (pool.discount != 0) $.lots[batch][uint32(journey.lot())].reserve += uint64(pool.discount);
        if (toBatch != 0) $.batches[batch].reserve += uint64(toBatch);
        if (pool.contribution != 0) $.merchants[uint32(journey.redeemer())].cash += uint64(pool.contribution);
    }

    function _emitDistributed(Seals.Seal memory seal, uint32 batch, bytes memory done) private {
        if (done.length == 0) return;
        seal.log(ISettlement.Distributed.selector, batch, abi.encode(done));
    }
}
