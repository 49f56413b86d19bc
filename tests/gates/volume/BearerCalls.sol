// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {ISharing} from "contracts/interfaces/ISharing.sol";
import {CouponCalls} from "./CouponCalls.sol";
import {vm} from "./Vm.sol";

/// @notice issueToBearers, revoke. Bearers' coupons are redeemed and taken into accounts as all others are.
abstract contract BearerCalls is CouponCalls {
    bytes32 private constant ISSUE_TO_BEARERS =
        keccak256("IssueToBearers(uint32 merchant,uint32 batch,uint32 lot,bytes keys,uint64 nonce,uint40 deadline)");

    mapping(address bearer => uint256 key) private _bearerKeys;

    function issueToBearers(uint256 seed) external {
        ISharing.BearerIssueIntent[] memory intents = new ISharing.BearerIssueIntent[](1);
        ISharing.BearerIssueIntent memory i = intents[0];
        (i.batch, i.lot) = _stocked(seed, false, !_chance(seed, "no bearer's", 16));
        i.merchant = lots[i.batch][i.lot].merchant;
        (i.nonce, i.deadline) = (_nonce(), _deadline(seed));
        uint256 count = 1 + _roll(seed, "count", 4);
        bool keyless = _chance(seed, "no key", 16);
        for (uint256 k; k < count; ++k) {
            uint256 bearerKey = uint256(keccak256(abi.encode("bearer", i.nonce, k))) >> 1;
            address bearer = keyless ? address(0) : vm.addr(bearerKey);
            _bearerKeys[bearer] = bearerKey;
            i.keys = abi.encodePacked(i.keys, bearer);
        }
        (uint32 agent, uint256 key, bool forged) = _signer(seed, i.merchant);
        i.agent = agent;
        bytes32 hash =
            keccak256(abi.encode(ISSUE_TO_BEARERS, i.merchant, i.batch, i.lot, keccak256(i.keys), i.nonce, i.deadline));
        i.signature = _sign(key, hash);
        T.Terms storage terms = batches[i.batch].terms;
        bool fits = !forged && !keyless && terms.bearer && terms.pointsPrice == 0 && !_isStopped();
        _sendSigned("issue to bearers", abi.encodeCall(ISharing.issueToBearers, (intents)), 1, fits);
    }

    /// @notice Mostly of a batch that may be revoked; a pause does not stop it.
    function revoke(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 6);
        uint256 count = 1 + _roll(seed, "count", 2);
        uint72[] memory revoked = new uint72[](count);
        for (uint256 i; i < count; ++i) {
            uint256 way = _roll(_each(seed, i), "place", 12);
            Place place = way == 0 ? Place.Waiting : way == 1 ? Place.Gone : Place.Held;
            for (uint256 k; k < 6 && (k == 0 || !batches[uint32(revoked[i] >> 40)].terms.revocable); ++k) {
                revoked[i] = uint72(_someAt(_each(_each(seed, i), k), place));
            }
        }
        bytes memory data = abi.encodeCall(ISharing.revoke, (revoked, uint8(_roll(seed, "cause", 4))));
        _send("revoke", byStranger ? stranger : operator, data, count, !byStranger);
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == ISharing.IssuedToBearers.selector) return _applyBearers(uint32(indexed_), data);
        if (topic == ISharing.Revoked.selector) return _applyRevoked(uint32(indexed_), data);
        return super._apply(topic, indexed_, data);
    }

    function _applyBearers(uint32 id, bytes memory data) private returns (uint256) {
        Run memory run;
        (run.lot, run.first, run.nonce, run.agent, run.records) =
            abi.decode(data, (uint32, uint32, uint64, uint32, bytes));
        _holds("only bearers' terms are issued to bearers", batches[id].terms.bearer);
        uint256 count = run.records.length / 20;
        for (uint256 i; i < count; ++i) {
            uint256 key = _bearerKeys[address(uint160(_number(run.records, i * 20, 20)))];
            _holds("a bearer has a key", key != 0);
            _give(id, run.first + i, 0, key, run.lot);
        }
        _applyRun(id, run, count);
        return 1;
    }

    function _applyRevoked(uint32 id, bytes memory data) private returns (uint256) {
        (, bytes memory serials) = abi.decode(data, (uint8, bytes));
        _holds("only what may be revoked is", batches[id].terms.revocable);
        for (uint256 offset; offset < serials.length; offset += 5) {
            uint256 coupon = (uint256(id) << 40) | _number(serials, offset, 5);
            CouponOf storage known = coupons[coupon];
            _holds("what was redeemed stays", known.place == Place.Held);
            if (known.state == T.JourneyState.None) known.lane = VOID;
            else known.state = T.JourneyState.Void;
            _put(coupon, Place.Gone);
        }
        return serials.length / 5;
    }
}
