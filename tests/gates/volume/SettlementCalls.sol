// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {ISettlement} from "contracts/interfaces/ISettlement.sol";
import {CouponCalls} from "./CouponCalls.sol";

/// @notice amend, reverse, forfeit, distribute. Where nothing waits for it, coupons are redeemed instead.
abstract contract SettlementCalls is CouponCalls {
    bytes32 private constant AMEND =
        keccak256("Amend(uint72 coupon,uint16 version,uint32 merchant,uint48 order,uint40 deadline)");
    bytes32 private constant REVERSE =
        keccak256("Reverse(uint72 coupon,uint16 version,uint32 merchant,uint40 deadline)");

    function amend(uint256 seed) external {
        uint256 coupon = _waiting(seed, false);
        if (coupon == 0) return _redeem(seed, 4);
        ISettlement.AmendIntent[] memory intents = new ISettlement.AmendIntent[](1);
        ISettlement.AmendIntent memory a = intents[0];
        (a.coupon, a.version) = (uint72(coupon), uint16(_someVersion(seed, coupon)));
        a.merchant = _redeemer(seed, coupon);
        a.order = uint48(_roll(seed, "order", coupons[coupon].order + coupons[coupon].order / 8 + 1));
        a.deadline = _deadline(seed);
        (uint32 agent, uint256 key, bool forged) = _signer(seed, a.merchant);
        a.agent = agent;
        uint256 other = coupon + (_chance(seed, "other coupon", 16) ? 1 : 0);
        uint256 order = a.order + (_chance(seed, "other order", 16) ? 1 : 0);
        a.signature = _sign(key, keccak256(abi.encode(AMEND, other, a.version, a.merchant, order, a.deadline)));
        bool fits = !forged && other == coupon && order == a.order && a.merchant == coupons[coupon].redeemer;
        _sendSigned("amend", abi.encodeCall(ISettlement.amend, (intents)), 1, fits);
    }

    function reverse(uint256 seed) external {
        uint256 coupon = _waiting(seed, false);
        if (coupon == 0) return _redeem(seed, 4);
        ISettlement.ReverseIntent[] memory intents = new ISettlement.ReverseIntent[](1);
        ISettlement.ReverseIntent memory r = intents[0];
        (r.coupon, r.version) = (uint72(coupon), uint16(_someVersion(seed, coupon)));
        r.merchant = _redeemer(seed, coupon);
        r.deadline = _deadline(seed);
        (uint32 agent, uint256 key, bool forged) = _signer(seed, r.merchant);
        r.agent = agent;
        uint256 other = coupon + (_chance(seed, "other coupon", 16) ? 1 : 0);
        r.signature = _sign(key, keccak256(abi.encode(REVERSE, other, r.version, r.merchant, r.deadline)));
        bool fits = !forged && other == coupon && r.merchant == coupons[coupon].redeemer;
        _sendSigned("reverse", abi.encodeCall(ISettlement.reverse, (intents)), 1, fits);
    }

    function forfeit(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 6);
        uint72[] memory forfeited = _some(seed, 1 + _roll(seed, "count", 2), false);
        uint8 cause = uint8(_roll(seed, "cause", 4));
        bytes memory data = abi.encodeCall(ISettlement.forfeit, (forfeited, cause, _chance(seed, "discount too", 2)));
        _send("forfeit", byStranger ? stranger : operator, data, forfeited.length, !byStranger);
    }

    function distribute(uint256 seed) external {
        _distribute(seed);
    }

    function distributeMore(uint256 seed) external {
        _distribute(seed);
    }

    /// @dev By anybody; one twice in a transaction, too early or long gone is among them.
    function _distribute(uint256 seed) private {
        if (placed[Place.Waiting].length == 0) return _redeem(seed, 4);
        uint72[] memory due = _some(seed, 1 + _roll(seed, "count", 4), true);
        _send("distribute", stranger, abi.encodeCall(ISettlement.distribute, (due)), due.length, true);
    }

    function _some(uint256 seed, uint256 count, bool due) private view returns (uint72[] memory some) {
        some = new uint72[](count);
        for (uint256 i; i < count; ++i) {
            uint256 each = _each(seed, i);
            uint256 coupon = _chance(each, "gone", 12) ? _someAt(each, Place.Gone) : _waiting(each, due);
            some[i] = uint72(coupon);
        }
    }

    /// @dev Mostly one whose delay is over, or not.
    function _waiting(uint256 seed, bool due) private view returns (uint256 coupon) {
        uint256 count = placed[Place.Waiting].length;
        for (uint256 i; i < 6 && count != 0; ++i) {
            coupon = placed[Place.Waiting][_roll(_each(seed, i), "waiting", count)];
            if ((time >= coupons[coupon].until * 1 hours) == due) return coupon;
        }
    }

    function _redeemer(uint256 seed, uint256 coupon) private view returns (uint32) {
        return _chance(seed, "another's", 16) ? _someMerchant(seed) : coupons[coupon].redeemer;
    }

    // ---------------------------------------------------------------- what was done

    struct Change {
        uint32 agent;
        uint72 coupon;
        uint16 version;
        uint48 order;
        uint40 reward;
        uint40 contribution;
        uint40 discount;
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == ISettlement.Amended.selector) return _applyAmended(uint32(indexed_), data);
        if (topic == ISettlement.Reversed.selector) return _applyReversed(uint32(indexed_), data);
        if (topic == ISettlement.Forfeited.selector) return _applyForfeited(uint32(indexed_), data);
        if (topic == ISettlement.Distributed.selector) return _applyDistributed(uint32(indexed_), data);
        return super._apply(topic, indexed_, data);
    }

    function _applyAmended(uint32 merchant, bytes memory data) private returns (uint256) {
        Change memory change = abi.decode(data, (Change));
        CouponOf storage known = coupons[change.coupon];
        _checkChange(merchant, change);
        _atMost("an amendment lowers the order", uint256(change.order) + 1, known.order);
        if (known.state == T.JourneyState.Pending) known.amendment = known.orderAsRedeemed;
        _nextVersion(change.coupon, T.JourneyState.PendingAmended);
        known.order = change.order;
        Amounts memory left = known.asRedeemed;
        left.reward = left.reward * change.order / known.orderAsRedeemed;
        left.contribution = left.contribution * change.order / known.orderAsRedeemed;
        left.discount = left.discount * change.order / known.orderAsRedeemed;
        _checkAmounts(left, change.reward, change.contribution, change.discount);
        Amounts memory back = known.pool;
        back.reward -= left.reward;
        back.contribution -= left.contribution;
        back.discount -= left.discount;
        known.pool = left;
        _giveBack(change.coupon, back);
        _touch(change.coupon);
        return 1;
    }

    function _applyReversed(uint32 merchant, bytes memory data) private returns (uint256) {
        Change memory change;
        (
            change.agent, change.coupon, change.version, change.reward, change.contribution, change.discount
        ) = abi.decode(data, (uint32, uint72, uint16, uint40, uint40, uint40));
        CouponOf storage known = coupons[change.coupon];
        _checkChange(merchant, change);
        _checkAmounts(known.pool, change.reward, change.contribution, change.discount);
        _giveBack(change.coupon, known.pool);
        _nextVersion(change.coupon, T.JourneyState.Live);
        (known.redeemer, known.order, known.until) = (0, 0, 0);
        delete known.pool;
        _put(change.coupon, Place.Held);
        return 1;
    }

    /// @dev What every change by the redeeming merchant needs.
    function _checkChange(uint32 merchant, Change memory change) private {
        CouponOf storage known = coupons[change.coupon];
        _holds("only what waits is changed", known.place == Place.Waiting);
        _equal("only who redeemed changes it", merchant, known.redeemer);
        _equal("a version is used once", change.version, known.version);
        _atMost("a delay is not over", time + 1, known.until * 1 hours);
        _useAgent(merchant, change.agent, 1, REDEEMS);
    }

    function _applyForfeited(uint32 id, bytes memory data) private returns (uint256) {
        (uint72 coupon, uint16 version,, bool discountToo, uint40 reward, uint40 contribution, uint40 discount) =
            abi.decode(data, (uint72, uint16, uint8, bool, uint40, uint40, uint40));
        CouponOf storage known = coupons[coupon];
        _equal("records are of their batch", coupon >> 40, id);
        _holds("only what waits is forfeited", known.place == Place.Waiting);
        _equal("the version is the one at hand", version, known.version);
        _atMost("a delay is not over", time + 1, known.until * 1 hours);
        Amounts memory back = known.pool;
        uint256 stated = back.discount;
        if (!discountToo) {
            back.discount = _funded(batches[id].terms, back.discount);
            merchants[known.redeemer].cash += back.discount;
            pools -= back.discount;
            back.discount = 0;
        }
        _giveBack(coupon, back);
        back.discount = stated;
        _checkAmounts(back, reward, contribution, discount);
        _end(coupon, T.JourneyState.Forfeited);
        return 1;
    }

    function _applyDistributed(uint32 id, bytes memory data) private returns (uint256) {
        bytes memory records = abi.decode(data, (bytes));
        T.Terms memory terms = batches[id].terms;
        for (uint256 offset; offset < records.length; offset += 64) {
            uint256 word = _number(records, offset, 32);
            CouponOf storage known = coupons[word >> 184];
            _equal("records are of their batch", word >> 224, id);
            _holds("only what waits is distributed", known.place == Place.Waiting);
            _atMost("a delay is over", known.until * 1 hours, time);
            _equal("the version is the one at hand", (word >> 172) & 0xfff, known.version);
            _equal("the order is the one left", uint48(word >> 120), known.order);
            Amounts memory pool = known.pool;
            _checkAmounts(pool, uint40(word >> 80), uint40(word >> 40), uint40(word));
            uint256 incentive = pool.reward + pool.contribution;
            uint256 reimbursed = _funded(terms, pool.discount);
            pools -= incentive + reimbursed;
            reimbursed += _applyParts(word >> 184, terms, _number(records, offset + 32, 32), incentive);
            merchants[known.redeemer].cash += reimbursed;
            _end(word >> 184, T.JourneyState.Redeemed);
        }
        return records.length / 64;
    }

    function _end(uint256 coupon, T.JourneyState state) private {
        coupons[coupon].state = state;
        delete coupons[coupon].pool;
        _put(coupon, Place.Gone);
    }
}
