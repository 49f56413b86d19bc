// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {StockCalls} from "./StockCalls.sol";

/// @notice issue, redeem.
abstract contract CouponCalls is StockCalls {
    bytes32 private constant ISSUE =
        keccak256("Issue(uint32 merchant,uint32 batch,uint32 lot,bytes consumers,uint64 nonce,uint40 deadline)");
    bytes32 private constant REDEEM = keccak256("Redeem(uint32 merchant,bytes items,uint40 deadline)");
    bytes32 private constant PRESENT =
        keccak256("Present(uint72 coupon,uint16 version,uint32 merchant,uint48 maximumOrder,uint40 deadline)");
    uint256 internal constant SPENT = type(uint32).max;

    function issue(uint256 seed) external {
        _issue(seed);
    }

    function issueMore(uint256 seed) external {
        _issue(seed);
    }

    function redeem(uint256 seed) external {
        _redeem(seed, 1);
    }

    function redeemMany(uint256 seed) external {
        _redeem(seed, 1 + _roll(seed, "many", 6));
    }

    function _issue(uint256 seed) internal {
        T.IssueIntent[] memory intents = new T.IssueIntent[](1);
        T.IssueIntent memory i = intents[0];
        (i.batch, i.lot) = _stocked(seed);
        i.merchant = _chance(seed, "another's", 16) ? _someMerchant(seed) : lots[i.batch][i.lot].merchant;
        bool byAgent = _chance(seed, "agent", 4) && agents[i.merchant].key != 0;
        i.agent = byAgent ? 1 : 0;
        (i.nonce, i.deadline) = (_nonce(), _deadline(seed));
        uint256 records = 1 + _roll(seed, "records", 3);
        for (uint256 k; k < records; ++k) {
            uint8 count = uint8(1 + _roll(_each(seed, k), "count", 3));
            i.consumers = abi.encodePacked(i.consumers, _someConsumer(_each(seed, k)), count);
        }
        bool forged = _chance(seed, "forged", 16);
        uint256 key = byAgent ? agents[i.merchant].key : merchants[i.merchant].key;
        i.signature = _sign(
            forged ? _keyOf("forger") : key,
            keccak256(abi.encode(ISSUE, i.merchant, i.batch, i.lot, keccak256(i.consumers), i.nonce, i.deadline))
        );
        _sendSigned("issue", abi.encodeCall(L.issue, (intents)), 1, !forged && !_isPaused());
    }

    function _redeem(uint256 seed, uint256 count) internal {
        if (held.length + spent.length == 0) return _issue(seed);
        T.RedeemIntent[] memory intents = new T.RedeemIntent[](1);
        T.RedeemIntent memory r = intents[0];
        r.merchant = _someTrader(seed);
        bool byAgent = _chance(seed, "agent", 4) && agents[r.merchant].key != 0;
        r.agent = byAgent ? 1 : 0;
        r.deadline = _deadline(seed);
        bool forged = _chance(seed, "forged", 16);
        bool swapped = _chance(seed, "swapped", 16); // presented by somebody else
        for (uint256 i; i < count; ++i) {
            r.items = bytes.concat(r.items, _item(_each(seed, i), r.merchant, swapped));
        }
        uint256 key = byAgent ? agents[r.merchant].key : merchants[r.merchant].key;
        r.signature = _sign(
            forged ? _keyOf("forger") : key, keccak256(abi.encode(REDEEM, r.merchant, keccak256(r.items), r.deadline))
        );
        _sendSigned("redeem", abi.encodeCall(L.redeem, (intents)), count, !forged && !swapped && !_isPaused());
    }

    struct Item {
        uint256 coupon;
        uint256 lot;
        uint256 order;
        uint256 maximum;
        uint256 deadline;
    }

    /// @dev A coupon presented by its holder: mostly one that was not redeemed, at its right lot, below its maximum.
    function _item(uint256 seed, uint32 merchant, bool swapped) private view returns (bytes memory) {
        Item memory item;
        bool again = held.length == 0 || (spent.length != 0 && _chance(seed, "again", 12));
        item.coupon = again ? spent[_roll(seed, "spent", spent.length)] : _someHeld(seed);
        item.lot = coupons[item.coupon].lot + (_chance(seed, "lot", 32) ? 1 : 0);
        item.order = _chance(seed, "nothing", 32) ? 0 : 100 + _roll(seed, "order", 6_000);
        item.maximum = _chance(seed, "too much", 32) ? item.order / 2 : item.order + _roll(seed, "more", 100);
        item.deadline = _deadline(seed);
        return _presented(item, merchant, swapped ? _keyOf("thief") : consumers[coupons[item.coupon].holder].key);
    }

    /// @dev Mostly one whose window is open.
    function _someHeld(uint256 seed) private view returns (uint256 coupon) {
        for (uint256 i; i < 6; ++i) {
            coupon = held[_roll(_each(seed, i), "held", held.length)];
            uint32 batch = uint32(coupon >> 40);
            if (time >= batches[batch].terms.opens && _ledgerTime() < _redeemEnd(batch)) return coupon;
        }
    }

    function _presented(Item memory item, uint32 merchant, uint256 key) private view returns (bytes memory) {
        uint256 word = (item.coupon << 184) | (item.lot << 152) | (item.order << 104);
        word |= (item.maximum << 56) | (item.deadline << 24);
        bytes32 presented = keccak256(abi.encode(PRESENT, item.coupon, 0, merchant, item.maximum, item.deadline));
        return abi.encodePacked(word, _sign(key, presented));
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.Issued.selector) return _applyIssued(uint32(indexed_), data);
        if (topic == L.Redeemed.selector) return _applyRedeemed(uint32(indexed_), data);
        return super._apply(topic, indexed_, data);
    }

    struct Run {
        uint32 lot;
        uint32 first;
        uint64 nonce;
        uint32 agent;
        bytes records;
    }

    function _applyIssued(uint32 id, bytes memory data) private returns (uint256) {
        Run memory run;
        (run.lot, run.first, run.nonce, run.agent, run.records) =
            abi.decode(data, (uint32, uint32, uint64, uint32, bytes));
        LotOf storage lot = lots[id][run.lot];
        _use(false, lot.merchant, run.nonce);
        _equal("serials are issued in order", run.first, lot.next);
        _holds("the suspended sign nothing", !merchants[lot.merchant].suspended);
        if (_lotReserve(id) != 0) _holds("every promise is funded", lot.reserve >= _lotReserve(id));
        uint256 serial = run.first;
        for (uint256 offset; offset < run.records.length; offset += 5) {
            uint32 holder = uint32(_number(run.records, offset, 4));
            for (uint256 left = uint8(run.records[offset + 4]); left != 0; --left) _give(id, serial++, holder, run.lot);
        }
        lot.next = serial;
        batches[id].issued += serial - run.first;
        _useAgent(lot.merchant, run.agent, serial - run.first);
        _atMost("issued <= size", lot.next, lot.end);
        _atMost("issuing ends with its window", _ledgerTime() + 1 + batches[id].pausedAtMint, batches[id].terms.closes);
        _touched.push(id);
        return 1;
    }

    function _give(uint32 batch, uint256 serial, uint32 holder, uint32 lot) private {
        uint256 coupon = (uint256(batch) << 40) | serial;
        _equal("ids are never reused", coupons[coupon].holder, 0);
        _atMost("only consumers hold coupons", holder, consumerCount);
        coupons[coupon] = CouponOf(holder, lot, _ledgerTime() / 1 days, false);
        held.push(coupon);
        _equal("a coupon is its holder's", _lane(coupon), holder);
    }

    function _applyRedeemed(uint32 merchant, bytes memory data) private returns (uint256) {
        (uint32 agent, bytes memory records) = abi.decode(data, (uint32, bytes));
        _holds("the suspended sign nothing", !merchants[merchant].suspended);
        uint256 paid; // at the end: a merchant contributes from the cash it had before
        for (uint256 offset; offset < records.length; offset += 64) {
            paid += _applyRedemption(merchant, _number(records, offset, 32), _number(records, offset + 32, 32));
        }
        merchants[merchant].cash += paid;
        _useAgent(merchant, agent, records.length / 64);
        return records.length / 64;
    }

    /// @dev What it moved, by the terms, worked out here; the redeemer's due is handed back.
    function _applyRedemption(uint32 merchant, uint256 word, uint256 parts) private returns (uint256 due) {
        uint256 coupon = word >> 184;
        uint32 id = uint32(coupon >> 40);
        T.Terms memory terms = batches[id].terms;
        _writeOff(coupon, merchant, terms, uint48(word >> 120));
        (uint256 reward, uint256 contribution, uint256 discount) = _amounts(terms, uint48(word >> 120));
        _equal("the reward is the terms'", uint40(word >> 80), reward);
        _equal("the contribution is the terms'", uint40(word >> 40), contribution);
        _equal("the discount is the terms'", uint40(word), discount);
        due = terms.funder == T.Funder.Redeemer ? 0 : discount;
        drawnOn[merchant][time / 1 days] += reward + due;
        _atMost("the daily cap on reward holds", drawnOn[merchant][time / 1 days], rewardCapDaily);
        _atMost("a contribution was there", contribution, merchants[merchant].cash);
        merchants[merchant].cash -= contribution;
        _takeReserves(coupon, terms, reward, discount);
        due += _applyParts(coupon, terms, parts, reward + contribution);
    }

    function _writeOff(uint256 coupon, uint32 merchant, T.Terms memory terms, uint256 order) private {
        CouponOf storage known = coupons[coupon];
        uint32 id = uint32(coupon >> 40);
        _holds("a coupon is redeemed at most once", known.holder != 0 && !known.redeemed);
        known.redeemed = true;
        _equal("a redeemed coupon is written off", _lane(coupon), SPENT);
        _holds("states only go forward", !batches[id].closed);
        _holds("a window has opened", time >= terms.opens);
        _atMost("a window has not ended", _ledgerTime() + 1, _redeemEnd(id));
        if (terms.validDays != 0) {
            _atMost("a coupon has not expired", _ledgerTime() / 1 days, known.day + terms.validDays);
        }
        _holds("the order is above the minimum", order >= terms.minimumOrder && order != 0);
        if (terms.group == type(uint32).max) {
            _equal("only the issuer accepts", merchant, lots[id][known.lot].merchant);
        }
        _holds("the suspended sign nothing", !consumers[known.holder].suspended);
        for (uint256 i; i < held.length; ++i) {
            if (held[i] != coupon) continue;
            held[i] = held[held.length - 1];
            held.pop();
            break;
        }
        spent.push(coupon);
    }

    function _amounts(T.Terms memory terms, uint256 order)
        internal
        pure
        returns (uint256 reward, uint256 contribution, uint256 discount)
    {
        reward = order * terms.rewardCapBps / 10_000;
        if (reward > terms.reward) reward = terms.reward;
        contribution = order * terms.contributionBps / 10_000;
        if (contribution > terms.contributionCap) contribution = terms.contributionCap;
        discount = terms.discountBps == 0 ? terms.discountAmount : order * terms.discountBps / 10_000;
        if (discount > terms.discountAmount) discount = terms.discountAmount;
        if (discount > order) discount = order;
    }

    function _takeReserves(uint256 coupon, T.Terms memory terms, uint256 reward, uint256 discount) private {
        uint32 id = uint32(coupon >> 40);
        uint256 fromBatch = terms.funder == T.Funder.Operator ? reward + discount : reward;
        uint256 fromLot = terms.funder == T.Funder.Issuer ? discount : 0;
        LotOf storage lot = lots[id][coupons[coupon].lot];
        _atMost("every promise is funded", fromBatch, batches[id].reserve);
        _atMost("every promise is funded", fromLot, lot.reserve);
        batches[id].reserve -= fromBatch;
        lot.reserve -= fromLot;
        _touched.push(id);
        reserves -= fromBatch + fromLot;
    }

    /// @dev Nobody shared it: platform, issuer, redeemer, consumer, recruiter; the rest to the remainder's role.
    function _applyParts(uint256 coupon, T.Terms memory terms, uint256 parts, uint256 incentive)
        private
        returns (uint256 redeemers)
    {
        CouponOf storage known = coupons[coupon];
        uint32 issuer = lots[uint32(coupon >> 40)][known.lot].merchant;
        uint256 sum;
        uint256 floors;
        for (uint256 role; role < 7; ++role) {
            if (role != 4 && role != 5) floors += incentive * terms.split[role] / 10_000;
        }
        for (uint256 role; role < 7; ++role) {
            uint256 part = (parts >> (36 * role)) & 0xfffffffff;
            uint256 expected = role == 4 || role == 5 ? 0 : incentive * terms.split[role] / 10_000;
            if (role == uint256(terms.remainderRole)) expected += incentive - floors;
            _equal("each part is as the split says", part, expected);
            sum += part;
            if (role == 0) merchants[OPERATOR].cash += part;
            else if (role == 1) merchants[issuer].cash += part;
            else if (role == 2) redeemers = part;
            else if (role == 3) consumers[known.holder].cash += part;
            else if (role == 6) merchants[consumers[known.holder].recruiter].cash += part;
        }
        _equal("parts sum to the incentive", sum, incentive);
    }

    function _useAgent(uint32 merchant, uint32 agent, uint256 uses) internal {
        if (agent == 0) return;
        AgentOf storage appointed = agents[merchant];
        _atMost("an agent keeps to its allowance", uses, appointed.allowance);
        _atMost("an agent keeps to its end", time, appointed.until);
        appointed.allowance -= uses;
    }

    /// @dev What stands in the lane of a coupon.
    function _lane(uint256 coupon) internal view returns (uint256) {
        uint256 serial = coupon & type(uint40).max;
        uint256 word = uint256(_slot(bytes32(_mapped(coupon >> 40, 12) + serial / 8)));
        return (word >> (32 * (serial % 8))) & type(uint32).max;
    }

    function _number(bytes memory records, uint256 offset, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, mul(8, size)), mload(add(add(records, 0x20), offset)))
        }
    }
}
