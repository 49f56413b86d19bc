// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {ISharing} from "contracts/interfaces/ISharing.sol";
import {CouponBook} from "./CouponBook.sol";

/// @notice transfer, copy; what every coupon handed on means.
abstract contract SharingCalls is CouponBook {
    bytes32 private constant TRANSFER = keccak256("Transfer(uint72 coupon,uint16 version,uint32 to,uint40 deadline)");
    bytes32 private constant COPY =
        keccak256("Copy(uint72 coupon,uint16 version,uint8 index,uint32 to,uint40 deadline)");

    /// @dev How a signature does not fit what is sent; from the last on it does.
    enum Wrong {
        Forged,
        OfAnotherVersion,
        OfAnotherCoupon,
        ForAnother,
        OfAnotherKind,
        Nothing
    }

    struct Handed {
        uint256 coupon;
        uint256 lot;
        uint256 to;
        uint256 version;
        uint256 index;
        uint256 deadline;
    }

    uint256 internal agreedPrice = type(uint256).max; // of the claim at hand, if it is known

    function transfer(uint256 seed) external {
        _share(seed, false);
    }

    function copy(uint256 seed) external {
        _share(seed, true);
    }

    /// @notice A bearer brings its coupon into an account, where there is one.
    function takeIn(uint256 seed) external {
        for (uint256 i; i < 12; ++i) {
            uint256 coupon = _someAt(_each(seed, i), Place.Held);
            if (coupon == 0 || coupons[coupon].holder != 0) continue;
            Wrong wrong = _wrong(seed);
            bytes memory items = _signed(_handed(seed, coupon, false), false, wrong);
            bool fits = wrong == Wrong.Nothing && !_isPaused();
            _sendSigned("take in", abi.encodeCall(ISharing.transfer, (items)), 1, fits);
            return;
        }
        _share(seed, false);
    }

    function _share(uint256 seed, bool copying) private {
        uint256 count = 1 + _roll(seed, "count", 3);
        Wrong wrong = _wrong(seed);
        bytes memory items;
        for (uint256 i; i < count; ++i) {
            uint256 coupon = _shareable(_each(seed, i), copying);
            if (coupon == 0) return _repeat(seed);
            items = bytes.concat(items, _signed(_handed(_each(seed, i), coupon, copying), copying, wrong));
        }
        bytes memory data = copying ? abi.encodeCall(ISharing.copy, (items)) : abi.encodeCall(ISharing.transfer, (items));
        bool fits = wrong == Wrong.Nothing && !_isPaused();
        _sendSigned(copying ? "copy" : "transfer", data, count, fits);
    }

    function _wrong(uint256 seed) internal pure returns (Wrong) {
        uint256 way = _roll(seed, "wrong", 40);
        return way < uint256(Wrong.Nothing) ? Wrong(way) : Wrong.Nothing;
    }

    /// @dev Mostly one that its terms let share that way; where there is none, mostly 0.
    function _shareable(uint256 seed, bool copying) internal view returns (uint256 coupon) {
        for (uint256 i; i < 16; ++i) {
            coupon = copying ? _someAt(_each(seed, i), Place.Held) : _someHeld(_each(seed, i));
            T.Terms storage terms = batches[uint32(coupon >> 40)].terms;
            bool isRoot = coupon & type(uint40).max < terms.size && coupons[coupon].holder != 0;
            if (copying ? terms.copies != 0 && isRoot : coupons[coupon].hops < terms.hops) return coupon;
        }
        if (!_chance(seed, "whatever", 4)) coupon = 0;
    }

    function _handed(uint256 seed, uint256 coupon, bool copying) private view returns (Handed memory handed) {
        handed.coupon = coupon;
        handed.lot = coupons[coupon].lot + (_chance(seed, "lot", 32) ? 1 : 0);
        handed.to = _chance(seed, "nobody", 32) ? 1_000 : _someConsumer(seed);
        handed.version = _someVersion(seed, coupon);
        if (copying) handed.index = _roll(seed, "index", uint256(batches[uint32(coupon >> 40)].terms.copies) + 1);
        handed.deadline = _deadline(seed);
    }

    function _signed(Handed memory handed, bool copying, Wrong wrong) private view returns (bytes memory) {
        uint256 word = (handed.coupon << 184) | (handed.lot << 152) | (handed.to << 120) | (handed.deadline << 88);
        word |= (handed.version << 72) | (handed.index << 64);
        uint256 key = wrong == Wrong.Forged ? _keyOf("thief") : _keyOfHolder(handed.coupon);
        uint256 version = handed.version + (wrong == Wrong.OfAnotherVersion ? 1 : 0);
        uint256 coupon = handed.coupon + (wrong == Wrong.OfAnotherCoupon ? 1 : 0);
        uint256 to = handed.to + (wrong == Wrong.ForAnother ? 1 : 0);
        bytes32 hash = copying != (wrong == Wrong.OfAnotherKind)
            ? keccak256(abi.encode(COPY, coupon, version, handed.index, to, handed.deadline))
            : keccak256(abi.encode(TRANSFER, coupon, version, to, handed.deadline));
        return abi.encodePacked(word, _sign(key, hash));
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic != ISharing.Transferred.selector && topic != ISharing.Copied.selector) {
            return super._apply(topic, indexed_, data);
        }
        bytes memory records = abi.decode(data, (bytes));
        for (uint256 offset; offset < records.length; offset += 32) {
            uint256 word = _number(records, offset, 32);
            _equal("records are of their batch", word >> 224, indexed_);
            if (topic == ISharing.Copied.selector) _applyCopied(word);
            else _applyTransferred(word);
        }
        return records.length / 32;
    }

    function _applyTransferred(uint256 word) private {
        uint256 coupon = word >> 184;
        CouponOf storage known = coupons[coupon];
        uint32 to = uint32(word >> 104);
        _checkHanded(coupon, uint32(word >> 136), to);
        _payPrice(known.holder, to, uint40(word >> 64));
        if (known.holder == 0) {
            known.bearerKey = 0;
        } else {
            T.Terms storage terms = batches[uint32(coupon >> 40)].terms;
            _holds("what may not be shared is not", terms.shareMode != T.ShareMode.None);
            _atMost("a coupon goes as far as its terms say", ++known.hops, terms.hops);
            if (known.firstSharer == 0) known.firstSharer = known.sharer;
            known.sharer = known.holder;
        }
        known.holder = to;
        _nextVersion(coupon, T.JourneyState.Live);
        _equal("the next version is one more", uint16(word >> 168), known.version);
        _touch(coupon);
    }

    function _applyCopied(uint256 word) private {
        uint256 root = word >> 184;
        CouponOf storage known = coupons[root];
        uint32 id = uint32(root >> 40);
        T.Terms storage terms = batches[id].terms;
        uint32 to = uint32(word >> 112);
        _checkHanded(root, uint32(word >> 144), to);
        _payPrice(known.holder, to, uint40(word >> 72));
        uint256 serial = root & type(uint40).max;
        uint256 index = uint8(word >> 176);
        _holds("only a consumer's root is copied", serial < terms.size && known.holder != 0);
        _atMost("copies <= limit", index + 1, terms.copies);
        uint256 coupon = (uint256(id) << 40) | (uint256(terms.size) + serial * terms.copies + index);
        CouponOf storage made = coupons[coupon];
        _equal("ids are never reused", uint256(made.place), uint256(Place.Nowhere));
        (made.holder, made.sharer, made.lot, made.day) = (to, known.holder, known.lot, known.day);
        made.firstSharer = known.firstSharer == 0 ? known.sharer : known.firstSharer;
        (made.version, made.state, made.hops) = (1, T.JourneyState.Live, known.hops + 1);
        _atMost("a coupon goes as far as its terms say", made.hops, terms.hops);
        _put(coupon, Place.Held);
        _touch(root);
    }

    function _checkHanded(uint256 coupon, uint32 from, uint32 to) private view {
        _checkLive(coupon);
        _equal("only its holder hands a coupon on", from, coupons[coupon].holder);
        _holds("only consumers hold coupons", to != 0 && to <= consumerCount);
        _holds("nobody hands on to itself", to != coupons[coupon].holder);
    }

    function _payPrice(uint32 giver, uint32 taker, uint256 price) private {
        if (agreedPrice != type(uint256).max) _equal("a price is the one agreed", price, agreedPrice);
        if (price == 0) return;
        _holds("the suspended pay and get no price", !consumers[taker].suspended && giver != 0);
        _atMost("a price was there", price, consumers[taker].cash);
        consumers[taker].cash -= price;
        consumers[giver].cash += price;
    }
}
