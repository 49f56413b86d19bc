// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {ISettlement} from "contracts/interfaces/ISettlement.sol";
import {CouponBook} from "./CouponBook.sol";

/// @notice issue, redeem.
abstract contract CouponCalls is CouponBook {
    bytes32 private constant ISSUE =
        keccak256("Issue(uint32 merchant,uint32 batch,uint32 lot,bytes consumers,uint64 nonce,uint40 deadline)");
    bytes32 private constant REDEEM = keccak256("Redeem(uint32 merchant,bytes items,uint40 deadline)");
    bytes32 private constant PRESENT =
        keccak256("Present(uint72 coupon,uint16 version,uint32 merchant,uint48 maximumOrder,uint40 deadline)");

    /// @dev What a holder presents: mostly what may be redeemed.
    struct Item {
        uint256 coupon;
        uint256 lot;
        uint256 order;
        uint256 maximum;
        uint256 deadline;
        uint256 version;
        bool anywhere;
    }

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
        (i.batch, i.lot) = _stocked(seed, _chance(seed, "priced", 24), false);
        i.merchant = _chance(seed, "another's", 16) ? _someMerchant(seed) : lots[i.batch][i.lot].merchant;
        (i.nonce, i.deadline) = (_nonce(), _deadline(seed));
        uint256 records = 1 + _roll(seed, "records", 4);
        for (uint256 k; k < records; ++k) {
            uint8 count = uint8(1 + _roll(_each(seed, k), "count", 4));
            i.consumers = abi.encodePacked(i.consumers, _someConsumer(_each(seed, k)), count);
        }
        (uint32 agent, uint256 key, bool forged) = _signer(seed, i.merchant);
        i.agent = agent;
        i.signature = _sign(
            key, keccak256(abi.encode(ISSUE, i.merchant, i.batch, i.lot, keccak256(i.consumers), i.nonce, i.deadline))
        );
        bool priced = batches[i.batch].terms.pointsPrice != 0;
        _sendSigned("issue", abi.encodeCall(L.issue, (intents)), 1, !forged && !priced && !_isStopped());
    }

    function _redeem(uint256 seed, uint256 count) internal {
        if (placed[Place.Held].length + placed[Place.Gone].length == 0) return _issue(seed);
        T.RedeemIntent[] memory intents = new T.RedeemIntent[](1);
        T.RedeemIntent memory r = intents[0];
        r.merchant = _someTrader(seed);
        r.deadline = _deadline(seed);
        bool swapped = _chance(seed, "swapped", 16); // presented by somebody else
        bool barred; // no bearer's terms, but presented anywhere
        for (uint256 i; i < count; ++i) {
            Item memory item = _item(_each(seed, i));
            if (item.anywhere && !batches[uint32(item.coupon >> 40)].terms.bearer) barred = count == 1;
            r.items = bytes.concat(
                r.items, _presented(item, r.merchant, swapped ? _keyOf("thief") : _keyOfHolder(item.coupon))
            );
        }
        (uint32 agent, uint256 key, bool forged) = _signer(seed, r.merchant);
        r.agent = agent;
        r.signature = _sign(key, keccak256(abi.encode(REDEEM, r.merchant, keccak256(r.items), r.deadline)));
        bool fits = !forged && !swapped && !barred && !_isPaused();
        _sendSigned("redeem", abi.encodeCall(L.redeem, (intents)), count, fits);
    }

    /// @dev A coupon presented by its holder: mostly one that was not redeemed, at its right lot, below its maximum.
    function _item(uint256 seed) private view returns (Item memory item) {
        Place other = _chance(seed, "waits", 2) ? Place.Waiting : Place.Gone;
        if (_chance(seed, "again", 12)) item.coupon = _someAt(seed, other);
        if (item.coupon == 0) item.coupon = _someHeld(seed);
        item.lot = coupons[item.coupon].lot + (_chance(seed, "lot", 32) ? 1 : 0);
        item.order = _chance(seed, "nothing", 32) ? 0 : 100 + _roll(seed, "order", 6_000);
        item.maximum = _chance(seed, "too much", 32) ? item.order / 2 : item.order + _roll(seed, "more", 100);
        item.deadline = _deadline(seed);
        item.version = _someVersion(seed, item.coupon);
        item.anywhere = _chance(seed, "anywhere", batches[uint32(item.coupon >> 40)].terms.bearer ? 2 : 32);
    }

    function _presented(Item memory item, uint32 merchant, uint256 key) private view returns (bytes memory) {
        uint256 word = (item.coupon << 184) | (item.lot << 152) | (item.order << 104);
        word |= (item.maximum << 56) | (item.deadline << 24) | (item.version << 8) | (item.anywhere ? 1 : 0);
        uint32 named = item.anywhere ? 0 : merchant;
        bytes32 presented =
            keccak256(abi.encode(PRESENT, item.coupon, item.version, named, item.maximum, item.deadline));
        return abi.encodePacked(word, _sign(key, presented));
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.Issued.selector) return _applyIssued(uint32(indexed_), data);
        if (topic == L.Redeemed.selector) return _applyRedeemed(uint32(indexed_), data);
        if (topic == ISettlement.Pooled.selector) return _applyPooled(uint32(indexed_), data);
        return super._apply(topic, indexed_, data);
    }

    struct Run {
        uint32 lot;
        uint32 first;
        uint64 nonce;
        uint32 agent;
        bytes records;
    }

    /// @dev Serials for points come without a nonce, and with an event of their own that counts them.
    function _applyIssued(uint32 id, bytes memory data) private returns (uint256) {
        Run memory run;
        (run.lot, run.first, run.nonce, run.agent, run.records) =
            abi.decode(data, (uint32, uint32, uint64, uint32, bytes));
        uint256 serial = run.first;
        for (uint256 offset; offset < run.records.length; offset += 5) {
            uint32 holder = uint32(_number(run.records, offset, 4));
            _holds("only consumers hold coupons", holder != 0 && holder <= consumerCount);
            uint256 left = uint8(run.records[offset + 4]);
            for (; left != 0; --left) _give(id, serial++, holder, 0, run.lot);
        }
        _applyRun(id, run, serial - run.first);
        bool priced = batches[id].terms.pointsPrice != 0;
        _holds("a coupon with a price is paid for", priced == (run.nonce == 0));
        return priced ? 0 : 1;
    }

    /// @dev What a lot issued, to whomever.
    function _applyRun(uint32 id, Run memory run, uint256 count) internal {
        LotOf storage lot = lots[id][run.lot];
        if (run.nonce != 0) _use(false, lot.merchant, run.nonce);
        _equal("serials are issued in order", run.first, lot.next);
        if (_lotReserve(id) != 0) _holds("every promise is funded", lot.reserve >= _lotReserve(id));
        lot.next = run.first + count;
        batches[id].issued += count;
        _useAgent(lot.merchant, run.agent, count, ISSUES);
        _atMost("issued <= size", lot.next, lot.end);
        _atMost("issuing ends with its window", _ledgerTime() + 1 + batches[id].pausedAtMint, batches[id].terms.closes);
        _touched.push(id);
    }

    function _give(uint32 batch, uint256 serial, uint32 holder, uint256 bearerKey, uint32 lot) internal {
        uint256 coupon = (uint256(batch) << 40) | serial;
        CouponOf storage known = coupons[coupon];
        _equal("ids are never reused", uint256(known.place), uint256(Place.Nowhere));
        (known.holder, known.bearerKey, known.lot) = (holder, bearerKey, lot);
        known.lane = holder == 0 ? BEARER : holder;
        known.day = _ledgerTime() / 1 days;
        _put(coupon, Place.Held);
    }

    function _applyRedeemed(uint32 merchant, bytes memory data) private returns (uint256) {
        (uint32 agent, bytes memory records) = abi.decode(data, (uint32, bytes));
        uint256 paid; // at the end: a merchant contributes from the cash it had before
        for (uint256 offset; offset < records.length; offset += 64) {
            (uint256 word, uint256 parts) = (_number(records, offset, 32), _number(records, offset + 32, 32));
            T.Terms memory terms = batches[uint32(word >> 224)].terms;
            Amounts memory amounts = _take(merchant, word, terms);
            _equal("what has a delay waits", terms.settlementDelayHours, 0);
            CouponOf storage known = coupons[word >> 184];
            if (known.state == T.JourneyState.None) known.lane = SPENT;
            else known.state = T.JourneyState.Redeemed;
            _put(word >> 184, Place.Gone);
            paid += _funded(terms, amounts.discount);
            paid += _applyParts(word >> 184, terms, parts, amounts.reward + amounts.contribution);
        }
        merchants[merchant].cash += paid;
        _useAgent(merchant, agent, records.length / 64, REDEEMS);
        return records.length / 64;
    }

    function _applyPooled(uint32 merchant, bytes memory data) private returns (uint256) {
        (uint32 agent, bytes memory records) = abi.decode(data, (uint32, bytes));
        for (uint256 offset; offset < records.length; offset += 64) {
            uint256 word = _number(records, offset, 32);
            T.Terms memory terms = batches[uint32(word >> 224)].terms;
            Amounts memory amounts = _take(merchant, word, terms);
            _holds("what has no delay is paid", terms.settlementDelayHours != 0);
            CouponOf storage known = coupons[word >> 184];
            _nextVersion(word >> 184, T.JourneyState.Pending);
            (known.redeemer, known.order) = (merchant, uint48(word >> 120));
            known.until = (time + uint256(terms.settlementDelayHours) * 1 hours + 1 hours - 1) / 1 hours;
            _equal("a pool waits as long as the terms say", _number(records, offset + 32, 32), known.until);
            (known.asRedeemed, known.pool, known.orderAsRedeemed) = (amounts, amounts, known.order);
            pools += amounts.reward + amounts.contribution + _funded(terms, amounts.discount);
            _put(word >> 184, Place.Waiting);
        }
        _useAgent(merchant, agent, records.length / 64, REDEEMS);
        return records.length / 64;
    }

    /// @dev What a redemption takes, by the terms, worked out here.
    function _take(uint32 merchant, uint256 word, T.Terms memory terms) private returns (Amounts memory amounts) {
        uint256 coupon = word >> 184;
        uint256 order = uint48(word >> 120);
        _equal("a version is used once", (word >> 172) & 0xfff, coupons[coupon].version);
        _checkLive(coupon);
        _holds("a window has opened", time >= terms.opens);
        _holds("the order is above the minimum", order >= terms.minimumOrder && order != 0);
        uint32 issuer = lots[uint32(coupon >> 40)][coupons[coupon].lot].merchant;
        if (terms.group == type(uint32).max) _equal("only the issuer accepts", merchant, issuer);
        amounts = _amounts(terms, order);
        _checkAmounts(amounts, uint40(word >> 80), uint40(word >> 40), uint40(word));
        uint256 drawn = amounts.reward + _funded(terms, amounts.discount);
        drawnOn[merchant][time / 1 days] += drawn;
        uint256 cap = merchants[merchant].rewardCap == 0 ? rewardCapDaily : merchants[merchant].rewardCap;
        if (drawn != 0) _atMost("the daily cap on reward holds", drawnOn[merchant][time / 1 days], cap);
        _atMost("a contribution was there", amounts.contribution, merchants[merchant].cash);
        merchants[merchant].cash -= amounts.contribution;
        _takeReserves(coupon, terms, amounts);
    }
}
