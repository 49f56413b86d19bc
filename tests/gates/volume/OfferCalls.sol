// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISharing} from "contracts/interfaces/ISharing.sol";
import {SharingCalls} from "./SharingCalls.sol";
import {vm} from "./Vm.sol";

/// @notice claim, cancel.
abstract contract OfferCalls is SharingCalls {
    bytes32 private constant OFFER = keccak256(
        "Offer(uint72 coupon,uint16 version,bool copy,uint32 to,address claimKey,uint40 price,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant CLAIM = keccak256("Claim(bytes32 offer,uint8 index,uint32 claimant)");
    bytes32 private constant ACCEPT_OFFER =
        keccak256("AcceptOffer(bytes32 offer,uint8 index,uint32 claimant,uint40 price)");
    bytes32 private constant CANCEL = keccak256("Cancel(uint32 consumer,uint64 nonce,uint40 deadline)");

    /// @dev An offer as it was signed, off the chain.
    struct Offered {
        ISharing.OfferIntent intent;
        uint256 linkKey;
        uint32 holder;
        uint32 lot;
        bool forged;
    }

    Offered[] private _offers;

    function claim(uint256 seed) external {
        (bool found, uint256 index) = _someOffer(seed, 3);
        if (found) _claim(seed, index);
        else _repeat(seed);
    }

    /// @notice Half of what is cancelled is claimed after it.
    function cancel(uint256 seed) external {
        (bool found, uint256 index) = _someOffer(seed, 2);
        if (!found) return _repeat(seed);
        ISharing.CancelIntent[] memory cancels = new ISharing.CancelIntent[](1);
        ISharing.CancelIntent memory c = cancels[0];
        (c.consumer, c.nonce, c.deadline) = (_offers[index].holder, _offers[index].intent.nonce, _deadline(seed));
        bool forged = _chance(seed, "forged", 8);
        uint256 key = forged ? _keyOf("forger") : consumers[c.consumer].key;
        c.signature = _sign(key, keccak256(abi.encode(CANCEL, c.consumer, c.nonce, c.deadline)));
        _sendSigned("cancel", abi.encodeCall(ISharing.cancel, (cancels)), 1, !forged);
        if (_chance(seed, "too late", 2)) _claim(seed, index);
    }

    /// @dev One in `old` of those made before, else a new one.
    function _someOffer(uint256 seed, uint256 old) private returns (bool, uint256) {
        uint256 count = _offers.length;
        if (count != 0 && _chance(seed, "old", old)) {
            return (true, count - 1 - _roll(seed, "offer", count < 16 ? count : 16));
        }
        bool copying = _chance(seed, "copying", 2);
        uint256 coupon = _shareable(seed, copying);
        if (coupon == 0) (coupon, copying) = (_shareable(seed, false), false);
        if (coupon == 0 || coupons[coupon].holder == 0) return (count != 0, count - (count != 0 ? 1 : 0));
        _offer(seed, coupon, copying);
        return (true, count);
    }

    function _offer(uint256 seed, uint256 coupon, bool copying) private {
        Offered memory made;
        ISharing.OfferIntent memory o = made.intent;
        (o.coupon, o.version, o.copy) = (uint72(coupon), uint16(_someVersion(seed, coupon)), copying);
        made.linkKey = uint256(keccak256(abi.encode("link", seed))) >> 1;
        if (_chance(seed, "named", 2)) o.to = _someConsumer(seed);
        else o.claimKey = vm.addr(made.linkKey);
        if (_chance(seed, "priced", 2)) o.price = uint40(_roll(seed, "price", 300));
        (o.nonce, o.deadline) = (_nonce(), uint40(time + _roll(seed, "good for", 8 days)));
        (made.holder, made.lot) = (coupons[coupon].holder, coupons[coupon].lot);
        made.forged = _chance(seed, "forged", 12);
        o.signature = _sign(made.forged ? _keyOf("thief") : consumers[made.holder].key, _hashOf(o));
        _offers.push(made);
    }

    function _claim(uint256 seed, uint256 number) private {
        ISharing.ClaimIntent[] memory claims = new ISharing.ClaimIntent[](1);
        ISharing.ClaimIntent memory c = claims[0];
        Offered memory made = _offers[number];
        c.offer = made.intent;
        Wrong wrong = _wrong(seed);
        if (wrong == Wrong.OfAnotherCoupon) c.offer.price ^= 1; // the holder signed another offer
        if (wrong == Wrong.OfAnotherVersion) ++c.offer.version;
        c.lot = made.lot;
        if (c.offer.copy) c.index = uint8(_roll(seed, "index", batches[uint32(c.offer.coupon >> 40)].terms.copies + 1));
        c.claimant = c.offer.to == 0 || _chance(seed, "another", 12) ? _someConsumer(seed) : c.offer.to;
        uint32 signedFor = wrong == Wrong.ForAnother ? c.claimant + 1 : c.claimant;
        bytes32 offer = _hashOf(c.offer);
        uint256 linkKey = wrong == Wrong.Forged ? _keyOf("thief") : made.linkKey;
        uint256 key = wrong == Wrong.Forged ? _keyOf("thief") : consumers[c.claimant].key;
        bytes32 claimed = keccak256(abi.encode(CLAIM, offer, c.index, signedFor));
        bytes32 accepted = keccak256(abi.encode(ACCEPT_OFFER, offer, c.index, signedFor, c.offer.price));
        if (wrong == Wrong.OfAnotherKind) (claimed, accepted) = (accepted, claimed);
        (c.claimSignature, c.acceptSignature) = (_sign(linkKey, claimed), _sign(key, accepted));
        bool cancelled = usedNonces[(1 << 32) | uint40(made.holder)][c.offer.nonce];
        bool fits = wrong == Wrong.Nothing && !made.forged && !cancelled && !_isPaused();
        if (c.offer.to != 0 && c.offer.to != c.claimant) fits = false;
        agreedPrice = c.offer.price;
        _sendSigned("claim", abi.encodeCall(ISharing.claim, (claims)), 1, fits);
        agreedPrice = type(uint256).max;
    }

    function _hashOf(ISharing.OfferIntent memory o) private pure returns (bytes32) {
        return keccak256(
            abi.encode(OFFER, o.coupon, o.version, o.copy, o.to, o.claimKey, o.price, o.nonce, o.deadline)
        );
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic != ISharing.OfferCancelled.selector) return super._apply(topic, indexed_, data);
        _use(true, uint32(indexed_), abi.decode(data, (uint64)));
        _holds("the suspended sign nothing", !consumers[uint32(indexed_)].suspended);
        return 1;
    }
}
