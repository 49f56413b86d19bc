// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {SomeTerms} from "./SomeTerms.sol";

/// @notice mint, allocate, recall, close and the closing of lots.
abstract contract StockCalls is SomeTerms {
    bytes32 private constant ACCEPT =
        keccak256("Accept(uint32 merchant,uint32 batch,uint32 count,uint64 nonce,uint40 deadline)");
    bytes32 private constant RECALL =
        keccak256("Recall(uint32 merchant,uint32 batch,uint32 lot,uint32 count,uint64 nonce,uint40 deadline)");
    uint32 private constant BATCHES_LIMIT = 24;

    T.Terms private _minting;
    uint32[] internal _touched; // batches of the transaction at hand
    bool private _unsigned; // the recall at hand is the operator's, its nonce unused

    function mint(uint256 seed) external {
        if (batchCount < BATCHES_LIMIT) _mint(seed);
        else _close(seed);
    }

    function close(uint256 seed) external {
        _close(seed);
    }

    function allocate(uint256 seed) external {
        _allocate(seed);
    }

    function recall(uint256 seed) external {
        T.RecallIntent[] memory recalls = new T.RecallIntent[](1);
        T.RecallIntent memory r = recalls[0];
        (r.batch, r.lot) = _stocked(seed);
        LotOf storage lot = lots[r.batch][r.lot];
        r.merchant = lot.merchant;
        r.count = uint32(1 + _roll(seed, "count", lot.end - lot.next + 2));
        (r.nonce, r.deadline) = (_nonce(), _deadline(seed));
        uint256 way = _roll(seed, "way", 8);
        bool byOperator = way < 2;
        _unsigned = byOperator;
        if (way > 2) {
            r.signature = _sign(
                way == 3 ? _keyOf("forger") : merchants[r.merchant].key,
                keccak256(abi.encode(RECALL, r.merchant, r.batch, r.lot, r.count, r.nonce, r.deadline))
            );
        }
        bytes memory data = abi.encodeCall(L.recall, (recalls));
        bool paused = _isPaused();
        if (byOperator) _send("recall", operator, data, 1, !paused);
        else _sendSigned("recall", data, 1, way > 3 && !paused);
        _unsigned = false;
    }

    function closeLots(uint256 seed) external {
        uint32 batch;
        for (uint256 i; i < 6 && !batches[batch].closed; ++i) batch = _someBatch(_each(seed, i));
        uint32[] memory closing = new uint32[](2);
        for (uint256 i; i < 16; ++i) {
            if (i > 1 && lots[batch][closing[i % 2]].reserve != 0) continue;
            closing[i % 2] = uint32(_roll(_each(seed, i), "lot", batches[batch].lots + 2));
        }
        bytes memory data = abi.encodeCall(L.closeLots, (batch, closing));
        _send("close lots", stranger, data, 2, batches[batch].closed);
    }

    function _mint(uint256 seed) internal {
        bool byStranger = _chance(seed, "stranger", 16);
        T.Terms memory terms = _terms(seed);
        _minting = terms;
        bool fits = !byStranger && !_isStopped();
        _send("mint", byStranger ? stranger : operator, abi.encodeCall(L.mint, (terms)), 1, fits);
    }

    function _allocate(uint256 seed) internal {
        T.Allocation[] memory allocations = new T.Allocation[](1);
        T.Allocation memory a = allocations[0];
        bool byStranger = _chance(seed, "stranger", 16);
        bool forged = _chance(seed, "forged", 8);
        // The newest batches have the most stock.
        uint256 newest = batchCount < 4 ? batchCount : 4;
        a.batch = uint32(batchCount - _roll(seed, "batch", newest));
        a.merchant = _chance(seed, "anybody", 8) ? _someMerchant(seed) : _someTrader(seed);
        BatchOf storage batch = batches[a.batch];
        if (batch.lots != 0 && _chance(seed, "returned", 8)) {
            a.fromLot = uint32(1 + _roll(seed, "from", batch.lots));
            LotOf storage from = lots[a.batch][a.fromLot];
            a.count = uint32(1 + _roll(seed, "count", from.end - from.next + 1));
        } else {
            a.count = uint32(1 + _roll(seed, "count", batch.stock / 3 + 2));
        }
        (a.nonce, a.deadline) = (_nonce(), _deadline(seed));
        a.signature = _sign(
            forged ? _keyOf("forger") : merchants[a.merchant].key,
            keccak256(abi.encode(ACCEPT, a.merchant, a.batch, a.count, a.nonce, a.deadline))
        );
        bool fits = !byStranger && !_isPaused() && !(forged && _lotReserve(a.batch) != 0);
        _send("allocate", byStranger ? stranger : operator, abi.encodeCall(L.allocate, (allocations)), 1, fits);
    }

    function _close(uint256 seed) private {
        bool byStranger = _chance(seed, "stranger", 8);
        uint32 batch;
        for (uint256 i; i < 8 && (i == 0 || !_isFinished(batch)); ++i) batch = _someBatch(_each(seed, i));
        _send("close", byStranger ? stranger : operator, abi.encodeCall(L.close, (batch)), 1, !byStranger);
    }

    /// @dev Mostly a lot that has stock, of a merchant that may trade, in a batch that still issues.
    function _stocked(uint256 seed) internal view returns (uint32 batch, uint32 lot) {
        for (uint256 i; i < 24; ++i) {
            batch = uint32(batchCount - _roll(_each(seed, i), "newest", batchCount < 12 ? batchCount : 12));
            lot = uint32(1 + _roll(_each(seed, i), "lot", batches[batch].lots + (batches[batch].lots == 0 || i == 23 ? 1 : 0)));
            LotOf storage found = lots[batch][lot];
            bool issues = _ledgerTime() < batches[batch].terms.closes - batches[batch].pausedAtMint;
            uint256 least = i < 16 ? 6 : 1;
            if (issues && found.end >= found.next + least && !merchants[found.merchant].suspended) return (batch, lot);
        }
    }

    /// @dev As above, mostly of terms with a price in points or without, and of bearers' terms if that matters.
    function _stocked(uint256 seed, bool priced, bool bearer) internal view returns (uint32 batch, uint32 lot) {
        for (uint256 i; i < 12; ++i) {
            (batch, lot) = _stocked(_each(seed, i));
            T.Terms storage terms = batches[batch].terms;
            if ((terms.pointsPrice != 0) == priced && (terms.bearer || !bearer)) return (batch, lot);
        }
    }

    function _isFinished(uint32 id) internal view returns (bool) {
        return !batches[id].closed && _ledgerTime() >= _redeemEnd(id) + _grace(id);
    }

    /// @dev What lies between a batch's last redemption and its closing.
    function _grace(uint32 id) private view returns (uint256) {
        return uint256(batches[id].terms.settlementDelayHours) * 1 hours + 7 days;
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.Minted.selector) return _applyMinted(uint32(indexed_), data);
        if (topic == L.Allocated.selector) return _applyAllocated(uint32(indexed_), data);
        if (topic == L.Recalled.selector) return _applyRecalled(uint32(indexed_), data);
        if (topic == L.Closed.selector) return _applyClosed(uint32(indexed_), data);
        if (topic == L.LotClosed.selector) return _applyLotClosed(uint32(indexed_), data);
        return super._apply(topic, indexed_, data);
    }

    function _applyMinted(uint32 id, bytes memory data) private returns (uint256) {
        (, , uint256 state,) = abi.decode(data, (uint256, uint256, uint256, bytes32));
        _equal("ids are never reused", id, ++batchCount);
        BatchOf storage batch = batches[id];
        batch.terms = _minting;
        batch.reserve = _batchReserve(_minting);
        batch.stock = _minting.size;
        batch.pausedAtMint = _pausedSeconds();
        _equal("every promise is funded", uint64(state >> 112), batch.reserve);
        _reserve(batch.reserve);
        reserves += batch.reserve;
        uint256 shares;
        for (uint256 i; i < 7; ++i) shares += _minting.split[i];
        _equal("shares sum to the whole", shares, 10_000);
        return 1;
    }

    struct Given {
        uint32 fromLot;
        uint32 lot;
        uint32 merchant;
        uint32 count;
        uint64 reserved;
        uint64 nonce;
    }

    function _applyAllocated(uint32 id, bytes memory data) private returns (uint256) {
        Given memory given = abi.decode(data, (Given));
        uint256 end = _takeStock(id, given.fromLot, given.count);
        _equal("every promise is funded", given.reserved, _lotReserve(id) * given.count);
        if (given.reserved != 0) _use(false, given.merchant, given.nonce);
        _equal("ids are never reused", given.lot, ++batches[id].lots);
        Member storage merchant = merchants[given.merchant];
        _atMost("what is reserved was there", given.reserved, merchant.cash);
        merchant.cash -= given.reserved;
        reserves += given.reserved;
        uint256 first = end - given.count;
        lots[id][given.lot] = LotOf(given.merchant, first, first, end, given.reserved);
        _holds("the suspended get no stock", !merchant.suspended);
        _holds("institutions get no stock", merchant.kind != T.MerchantKind.Institution);
        _touched.push(id);
        return 1;
    }

    /// @dev Serials leave at the end of the batch's stock or of an operator's lot.
    function _takeStock(uint32 id, uint32 fromLot, uint256 count) private returns (uint256 end) {
        BatchOf storage batch = batches[id];
        LotOf storage from = lots[id][fromLot];
        end = fromLot == 0 ? batch.stock : from.end;
        _atMost("only what is in stock is allocated", count, end - (fromLot == 0 ? 0 : from.next));
        if (fromLot == 0) {
            batch.stock -= count;
            return end;
        }
        from.end -= count;
        _equal("only the operator's lots are allocated", from.merchant, OPERATOR);
    }

    function _applyRecalled(uint32 id, bytes memory data) private returns (uint256) {
        (uint32 fromLot, uint32 back, uint32 count, uint64 released, uint64 nonce) =
            abi.decode(data, (uint32, uint32, uint32, uint64, uint64));
        LotOf storage from = lots[id][fromLot];
        if (!_unsigned) _use(false, from.merchant, nonce);
        _atMost("what was issued stays", count, from.end - from.next);
        _equal("the reserve of what goes back goes back", released, batches[id].closed ? 0 : _lotReserve(id) * count);
        uint256 end = from.end;
        from.end -= count;
        from.reserve -= released;
        reserves -= released;
        merchants[from.merchant].cash += released;
        _equal("ids are never reused", back, ++batches[id].lots);
        lots[id][back] = LotOf(OPERATOR, end - count, end - count, end, 0);
        _touched.push(id);
        return 1;
    }

    function _applyClosed(uint32 id, bytes memory data) private returns (uint256) {
        BatchOf storage batch = batches[id];
        _holds("states only go forward", !batch.closed);
        _equal("a closed batch gives back its reserve", abi.decode(data, (uint64)), batch.reserve);
        _atMost("a batch closes after its last redemption", _redeemEnd(id) + _grace(id), _ledgerTime());
        merchants[OPERATOR].cash += batch.reserve;
        reserves -= batch.reserve;
        (batch.reserve, batch.closed) = (0, true);
        _touched.push(id);
        return 1;
    }

    function _applyLotClosed(uint32 id, bytes memory data) private returns (uint256) {
        (uint32 lotId, uint32 merchant, uint64 released) = abi.decode(data, (uint32, uint32, uint64));
        LotOf storage lot = lots[id][lotId];
        _holds("lots close after their batch", batches[id].closed);
        _equal("a lot gives back its reserve", released, lot.reserve);
        _equal("to its merchant", merchant, lot.merchant);
        merchants[merchant].cash += released;
        reserves -= released;
        lot.reserve = 0;
        _touched.push(id);
        return 1;
    }

    function _checkTouched() internal virtual override {
        for (uint256 i; i < _touched.length; ++i) _checkBatch(_touched[i]);
        delete _touched;
        super._checkTouched();
    }

    /// @dev The batch and its lots as the ledger stores them; lots and stock make the size exactly.
    function _checkBatch(uint32 id) internal view {
        BatchOf storage batch = batches[id];
        uint256 state = uint256(_slot(bytes32(_mapped(id, 10) + 2)));
        _equal("a batch's reserve is what it should be", uint64(state >> 112), batch.reserve);
        _equal("a batch's lots are what they should be", uint32(state >> 176), batch.lots);
        _equal("a batch's stock is what it should be", uint32(state >> 208), batch.stock);
        _equal("a batch is closed or not", uint8(state >> 240), batch.closed ? 1 : 0);
        uint256 serials = batch.stock;
        uint256 issued;
        for (uint32 i = 1; i <= batch.lots; ++i) {
            LotOf storage lot = lots[id][i];
            uint256 word = uint256(_slot(bytes32(_mapped(i, _mapped(id, 11)))));
            _equal(
                "a lot is what it should be",
                word & type(uint192).max,
                lot.merchant | (lot.first << 32) | (lot.next << 64) | (lot.end << 96) | (lot.reserve << 128)
            );
            serials += lot.end - lot.first;
            issued += lot.next - lot.first;
        }
        _equal("lots and stock make the size", serials, batch.terms.size);
        _equal("what was issued is what lots issued", issued, batch.issued);
        _atMost("issued <= size", issued, batch.terms.size);
    }
}
