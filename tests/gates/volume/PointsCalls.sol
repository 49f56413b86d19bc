// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPoints} from "contracts/interfaces/IPoints.sol";
import {CouponCalls} from "./CouponCalls.sol";

/// @notice grant, spend, cashOut, expire.
abstract contract PointsCalls is CouponCalls {
    bytes32 private constant SPEND = keccak256(
        "Spend(uint32 consumer,uint32 merchant,uint32 batch,uint32 lot,uint8 count,uint64 points,uint64 nonce,uint40 deadline)"
    );

    function grant(uint256 seed) external {
        _grant(seed);
    }

    function spend(uint256 seed) external {
        _spend(seed);
    }

    function spendMore(uint256 seed) external {
        _spend(seed);
    }

    function cashOut(uint256 seed) external {
        if (backing == 0) return _grant(seed);
        uint32[] memory merchants_ = new uint32[](2);
        for (uint256 i; i < 2; ++i) {
            for (uint256 k; k < 6 && merchants[merchants_[i]].points == 0; ++k) {
                merchants_[i] = uint32(_roll(_each(_each(seed, i), k), "merchant", merchantCount + 2));
            }
        }
        _send("cash out", stranger, abi.encodeCall(IPoints.cashOut, (merchants_)), 2, true);
    }

    function expire(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 6);
        IPoints.PointsItem[] memory items = new IPoints.PointsItem[](1 + _roll(seed, "count", 2));
        for (uint256 i; i < items.length; ++i) {
            uint256 each = _each(seed, i);
            items[i].consumer = _someConsumer(each);
            items[i].points = uint64(_roll(each, "points", consumers[items[i].consumer].points / 2 + 2));
            if (_chance(each, "too many", 12)) items[i].points = uint64(consumers[items[i].consumer].points + 1);
        }
        bytes memory data = abi.encodeCall(IPoints.expire, (items));
        _send("expire", byStranger ? stranger : operator, data, items.length, !byStranger);
    }

    function _grant(uint256 seed) internal {
        bool byStranger = opened && _chance(seed, "stranger", 6);
        IPoints.PointsItem[] memory items = new IPoints.PointsItem[](1 + _roll(seed, "count", 3));
        for (uint256 i; i < items.length; ++i) {
            uint256 each = _each(seed, i);
            items[i].consumer = uint32(_chance(each, "nobody", 24) ? 1_000 : _someConsumer(each));
            items[i].points = uint64(_roll(each, "points", 400));
        }
        bytes memory data = abi.encodeCall(IPoints.grant, (items));
        _send("grant", byStranger ? stranger : operator, data, items.length, !byStranger);
    }

    /// @dev Mostly of a batch with a price, by a consumer with as many points.
    function _spend(uint256 seed) private {
        IPoints.SpendIntent[] memory intents = new IPoints.SpendIntent[](1);
        IPoints.SpendIntent memory s = intents[0];
        (s.batch, s.lot) = _stocked(seed, !_chance(seed, "no price", 16), false);
        uint256 price = batches[s.batch].terms.pointsPrice;
        s.merchant = lots[s.batch][s.lot].merchant;
        s.count = uint8(_chance(seed, "none", 24) ? 0 : 1 + _roll(seed, "count", 2));
        s.points = uint64(price * s.count);
        bool under = s.points != 0 && _chance(seed, "under", 16);
        if (under) --s.points;
        for (uint256 k; k < 6 && (k == 0 || consumers[s.consumer].points < s.points); ++k) {
            s.consumer = _someConsumer(_each(seed, k));
        }
        (s.nonce, s.deadline) = (_nonce(), _deadline(seed));
        (uint32 agent, uint256 key, bool forged) = _signer(seed, s.merchant);
        s.agent = agent;
        bytes32 hash = keccak256(
            abi.encode(SPEND, s.consumer, s.merchant, s.batch, s.lot, s.count, s.points, s.nonce, s.deadline)
        );
        bool unasked = _chance(seed, "unasked", 16); // the consumer did not sign
        s.signature = _sign(unasked ? key : consumers[s.consumer].key, hash);
        s.merchantSignature = _sign(key, hash);
        bool fits = price != 0 && s.count != 0 && !under && !forged && !unasked && !_isStopped();
        _sendSigned("spend", abi.encodeCall(IPoints.spend, (intents)), 1, fits);
    }

    // ---------------------------------------------------------------- what was done

    struct Spending {
        uint32 consumer;
        uint32 batch;
        uint32 first;
        uint8 count;
        uint64 points;
        uint64 nonce;
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == IPoints.Granted.selector) {
            _reserve(indexed_);
            backing += indexed_;
            return _applyPoints(indexed_, data, true);
        }
        if (topic == IPoints.Expired.selector) {
            merchants[OPERATOR].cash += indexed_;
            backing -= indexed_;
            return _applyPoints(indexed_, data, false);
        }
        if (topic == IPoints.Spent.selector) return _applySpent(uint32(indexed_), data);
        if (topic == IPoints.CashedOut.selector) return _applyCashedOut(merchants[uint32(indexed_)], data);
        return super._apply(topic, indexed_, data);
    }

    /// @dev Records of consumers' points, granted or expired.
    function _applyPoints(uint256 total, bytes memory data, bool granted) private returns (uint256) {
        bytes memory records = abi.decode(data, (bytes));
        uint256 sum;
        for (uint256 offset; offset < records.length; offset += 12) {
            uint32 consumer = uint32(_number(records, offset, 4));
            uint256 points = _number(records, offset + 4, 8);
            _holds("only consumers have points", consumer != 0 && consumer <= consumerCount);
            if (!granted) _atMost("points that end were there", points, consumers[consumer].points);
            if (granted) consumers[consumer].points += points;
            else consumers[consumer].points -= points;
            sum += points;
        }
        _equal("every point is backed", total, sum);
        return records.length / 12;
    }

    function _applySpent(uint32 merchant, bytes memory data) private returns (uint256) {
        Spending memory s = abi.decode(data, (Spending));
        Member storage consumer = consumers[s.consumer];
        _use(true, s.consumer, s.nonce);
        _holds("the suspended sign nothing", !consumer.suspended);
        _equal("a price is the terms'", s.points, uint256(batches[s.batch].terms.pointsPrice) * s.count);
        _atMost("points that are spent were there", s.points, consumer.points);
        consumer.points -= s.points;
        merchants[merchant].points += s.points;
        for (uint256 i; i < s.count; ++i) {
            CouponOf storage known = coupons[(uint256(s.batch) << 40) | (s.first + i)];
            _equal("what is paid for is its payer's", known.holder, s.consumer);
            _equal("who is paid has issued", lots[s.batch][known.lot].merchant, merchant);
        }
        return 1;
    }

    function _applyCashedOut(Member storage merchant, bytes memory data) private returns (uint256) {
        _equal("all points are cashed out", abi.decode(data, (uint64)), merchant.points);
        merchant.cash += merchant.points;
        backing -= merchant.points;
        merchant.points = 0;
        return 1;
    }
}
