// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {StockCalls} from "./StockCalls.sol";
import {vm} from "./Vm.sol";

/// @notice What the ghost knows of coupons, and the money that moves with them.
abstract contract CouponBook is StockCalls {
    uint256 internal constant SPENT = type(uint32).max; // in lanes
    uint256 internal constant TRAVELLED = SPENT - 1;
    uint256 internal constant VOID = SPENT - 2;
    uint256 internal constant BEARER = SPENT - 3;

    uint256[] private _changed; // coupons of the transaction at hand

    // ---------------------------------------------------------------- choosing

    /// @dev Mostly one that is in date; 0 where there is none at that place.
    function _someAt(uint256 seed, Place place) internal view returns (uint256 coupon) {
        uint256 count = placed[place].length;
        for (uint256 i; i < 10 && count != 0; ++i) {
            coupon = placed[place][_roll(_each(seed, i), "coupon", count)];
            uint32 batch = uint32(coupon >> 40);
            T.Terms storage terms = batches[batch].terms;
            if (time < terms.opens || _ledgerTime() >= _redeemEnd(batch)) continue;
            if (terms.validDays == 0 || _ledgerTime() / 1 days <= coupons[coupon].day + terms.validDays) return coupon;
        }
    }

    /// @dev Every other time one that was given on before, if there is one: a long way has most of what can go wrong.
    function _someHeld(uint256 seed) internal view returns (uint256 coupon) {
        for (uint256 i; i < 12 && _chance(seed, "given on", 2); ++i) {
            coupon = _someAt(_each(seed, i), Place.Held);
            if (coupons[coupon].sharer != 0) return coupon;
        }
        return _someAt(seed, Place.Held);
    }

    function _keyOfHolder(uint256 coupon) internal view returns (uint256) {
        CouponOf storage known = coupons[coupon];
        return known.holder == 0 ? known.bearerKey : consumers[known.holder].key;
    }

    /// @dev Mostly the one at hand; one in sixteen is stale or not yet reached.
    function _someVersion(uint256 seed, uint256 coupon) internal view returns (uint256 version) {
        version = coupons[coupon].version;
        if (!_chance(seed, "version", 16)) return version;
        return version == 0 ? 1 : version - 1;
    }

    // ---------------------------------------------------------------- where coupons are

    function _put(uint256 coupon, Place place) internal {
        CouponOf storage known = coupons[coupon];
        if (known.place != Place.Nowhere) {
            uint256[] storage old = placed[known.place];
            uint256 last = old[old.length - 1];
            old[known.position] = last;
            coupons[last].position = known.position;
            old.pop();
        }
        (known.place, known.position) = (place, placed[place].length);
        placed[place].push(coupon);
        _touch(coupon);
    }

    function _touch(uint256 coupon) internal {
        _changed.push(coupon);
    }

    /// @dev The next version; the first of a coupon that leaves its lane.
    function _nextVersion(uint256 coupon, T.JourneyState state) internal {
        CouponOf storage known = coupons[coupon];
        if (known.state == T.JourneyState.None) known.lane = TRAVELLED;
        ++known.version;
        known.state = state;
    }

    /// @dev Whoever hands it on or redeems it holds it in time.
    function _checkLive(uint256 coupon) internal view {
        CouponOf storage known = coupons[coupon];
        uint32 id = uint32(coupon >> 40);
        _holds("a coupon is redeemed at most once", known.place == Place.Held);
        _holds("states only go forward", !batches[id].closed);
        _atMost("a window has not ended", _ledgerTime() + 1, _redeemEnd(id));
        uint256 validDays = batches[id].terms.validDays;
        if (validDays != 0) _atMost("a coupon has not expired", _ledgerTime() / 1 days, known.day + validDays);
        if (known.holder != 0) _holds("the suspended sign nothing", !consumers[known.holder].suspended);
    }

    function _checkTouched() internal virtual override {
        for (uint256 i; i < _changed.length; ++i) _checkCoupon(_changed[i]);
        delete _changed;
        super._checkTouched();
    }

    /// @dev The coupon as the ledger stores it: its lane, its journey, its bearer's key, its order before amendments.
    function _checkCoupon(uint256 coupon) internal view {
        CouponOf storage known = coupons[coupon];
        uint256 serial = coupon & type(uint40).max;
        if (serial < batches[uint32(coupon >> 40)].terms.size) {
            _equal("a coupon's lane is what it should be", _lane(coupon), known.lane);
        }
        uint256 word;
        if (known.state != T.JourneyState.None) {
            word = known.holder | (uint256(known.sharer) << 32) | (uint256(known.firstSharer) << 64);
            word |= (uint256(known.lot) << 96) | (uint256(known.redeemer) << 128) | (known.order << 160);
            word |= (known.until << 208) | (known.version << 232) | (known.hops << 244);
            word |= uint256(known.state) << 248;
        }
        _equal("a coupon's journey is what it should be", uint256(_slot(bytes32(_mapped(coupon, 14)))), word);
        uint256 key = known.bearerKey == 0 ? 0 : uint160(vm.addr(known.bearerKey));
        _equal("a bearer's coupon has its key", uint256(_slot(bytes32(_mapped(coupon, 20)))), key);
        _equal("an amended order is known", uint256(_slot(bytes32(_mapped(coupon, 21)))), known.amendment);
    }

    /// @dev What stands in the lane of a coupon.
    function _lane(uint256 coupon) private view returns (uint256) {
        uint256 serial = coupon & type(uint40).max;
        uint256 word = uint256(_slot(bytes32(_mapped(coupon >> 40, 12) + serial / 8)));
        return (word >> (32 * (serial % 8))) & type(uint32).max;
    }

    // ---------------------------------------------------------------- their money

    function _amounts(T.Terms memory terms, uint256 order) internal pure returns (Amounts memory amounts) {
        amounts.reward = order * terms.rewardCapBps / 10_000;
        if (amounts.reward > terms.reward) amounts.reward = terms.reward;
        amounts.contribution = order * terms.contributionBps / 10_000;
        if (amounts.contribution > terms.contributionCap) amounts.contribution = terms.contributionCap;
        uint256 discount = terms.discountBps == 0 ? terms.discountAmount : order * terms.discountBps / 10_000;
        if (discount > terms.discountAmount) discount = terms.discountAmount;
        amounts.discount = discount > order ? order : discount;
    }

    function _checkAmounts(Amounts memory amounts, uint256 reward, uint256 contribution, uint256 discount)
        internal
        pure
    {
        _equal("the reward is the terms'", reward, amounts.reward);
        _equal("the contribution is the terms'", contribution, amounts.contribution);
        _equal("the discount is the terms'", discount, amounts.discount);
    }

    /// @dev What of a discount comes from others than the redeemer.
    function _funded(T.Terms memory terms, uint256 discount) internal pure returns (uint256) {
        return terms.funder == T.Funder.Redeemer ? 0 : discount;
    }

    function _takeReserves(uint256 coupon, T.Terms memory terms, Amounts memory amounts) internal {
        uint32 id = uint32(coupon >> 40);
        uint256 fromBatch = amounts.reward + (terms.funder == T.Funder.Operator ? amounts.discount : 0);
        uint256 fromLot = terms.funder == T.Funder.Issuer ? amounts.discount : 0;
        LotOf storage lot = lots[id][coupons[coupon].lot];
        _atMost("every promise is funded", fromBatch, batches[id].reserve);
        _atMost("every promise is funded", fromLot, lot.reserve);
        batches[id].reserve -= fromBatch;
        lot.reserve -= fromLot;
        _touched.push(id);
        reserves -= fromBatch + fromLot;
    }

    /// @dev Out of a coupon's pool, back to where it came from.
    function _giveBack(uint256 coupon, Amounts memory back) internal {
        uint32 id = uint32(coupon >> 40);
        T.Funder funder = batches[id].terms.funder;
        uint256 toBatch = back.reward + (funder == T.Funder.Operator ? back.discount : 0);
        uint256 toLot = funder == T.Funder.Issuer ? back.discount : 0;
        _holds("what comes back meets no closed batch", !batches[id].closed);
        batches[id].reserve += toBatch;
        lots[id][coupons[coupon].lot].reserve += toLot;
        _touched.push(id);
        reserves += toBatch + toLot;
        merchants[coupons[coupon].redeemer].cash += back.contribution;
        pools -= toBatch + toLot + back.contribution;
    }

    /// @dev By the split, over the roles that are present; the redeemer's part is handed back.
    function _applyParts(uint256 coupon, T.Terms memory terms, uint256 parts, uint256 incentive)
        internal
        returns (uint256 redeemers)
    {
        CouponOf storage known = coupons[coupon];
        uint256 sum;
        uint256 floors;
        for (uint256 role; role < 7; ++role) {
            if (_isPresent(known, role)) floors += incentive * terms.split[role] / 10_000;
        }
        for (uint256 role; role < 7; ++role) {
            uint256 part = (parts >> (36 * role)) & 0xfffffffff;
            uint256 expected = _isPresent(known, role) ? incentive * terms.split[role] / 10_000 : 0;
            if (role == uint256(terms.remainderRole)) expected += incentive - floors;
            _equal("each part is as the split says", part, expected);
            sum += part;
            if (role == uint256(T.Role.Redeemer)) redeemers = part;
            else if (part != 0) _payeeOf(coupon, known, T.Role(role)).cash += part;
        }
        _equal("parts sum to the incentive", sum, incentive);
    }

    function _payeeOf(uint256 coupon, CouponOf storage known, T.Role role) private view returns (Member storage) {
        if (role == T.Role.Platform) return merchants[OPERATOR];
        if (role == T.Role.Issuer) return merchants[lots[uint32(coupon >> 40)][known.lot].merchant];
        if (role == T.Role.Consumer) return consumers[known.holder];
        if (role == T.Role.Sharer) return consumers[known.sharer];
        if (role == T.Role.FirstSharer) return consumers[known.firstSharer];
        return merchants[consumers[known.holder].recruiter];
    }

    /// @dev A bearer is no consumer and has no recruiter; a coupon has as many sharers as gave it on.
    function _isPresent(CouponOf storage known, uint256 role) private view returns (bool) {
        if (role == uint256(T.Role.Consumer) || role == uint256(T.Role.Recruiter)) return known.holder != 0;
        if (role == uint256(T.Role.Sharer)) return known.sharer != 0;
        return role != uint256(T.Role.FirstSharer) || known.firstSharer != 0;
    }

    function _number(bytes memory records, uint256 offset, uint256 size) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, mul(8, size)), mload(add(add(records, 0x20), offset)))
        }
    }
}
