// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ILedgerTypes} from "./interfaces/ILedgerTypes.sol";
import {CouponId} from "./libraries/CouponId.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {LedgerState} from "./libraries/LedgerStorage.sol";

/// @notice What the lens needs of a ledger.
interface ISlots {
    function slots(bytes32[] calldata keys) external view returns (bytes32[] memory values);
}

/// @title Lens
/// @notice Wallet-style reads over a ledger's raw slots: parties, batches, lots and coupons.
/// @dev Its own storage is empty; as `LedgerState` it only finds where the ledger keeps each slot.
contract CouponLens is LedgerState, ILedgerTypes {
    enum CouponStatus {
        Unknown,
        Stock,
        Issued,
        Travelled,
        Redeemed,
        Void
    }

    ISlots public immutable ledger;
    string private _base;

    constructor(ISlots ledger_, string memory base) {
        ledger = ledger_;
        _base = base;
    }

    /// @notice The party of a wallet; zeros if it has none.
    function partyOf(address wallet) public view returns (bool isConsumer, uint32 id) {
        mapping(address => uint40) storage parties = $.partyOf;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := parties.slot
        }
        uint40 party = uint40(_word(keccak256(abi.encode(wallet, slot))));
        return (party >> 32 != 0, uint32(party));
    }

    /// @notice Cash of a wallet's party, minor units.
    function cashOf(address wallet) external view returns (uint64 cash) {
        (bool isConsumer, uint32 id) = partyOf(wallet);
        return isConsumer ? consumer(id).cash : merchant(id).cash;
    }

    function merchant(uint32 id) public view returns (Merchant memory found) {
        Merchant storage stored = $.merchants[id];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        uint256 second = _word(bytes32(uint256(slot) + 1));
        found.wallet = address(uint160(word));
        found.cash = uint64(word >> 160);
        found.status = Status(uint8(word >> 224));
        found.kind = MerchantKind(uint8(word >> 232));
        found.points = uint64(second);
        found.rewardCapDaily = uint64(second >> 64);
        found.rewardToday = uint64(second >> 128);
        found.rewardDay = uint32(second >> 192);
    }

    function consumer(uint32 id) public view returns (Consumer memory found) {
        Consumer storage stored = $.consumers[id];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        uint256 second = _word(bytes32(uint256(slot) + 1));
        found.wallet = address(uint160(word));
        found.recruiter = uint32(word >> 160);
        found.cash = uint64(word >> 192);
        found.parkedWallet = address(uint160(second));
        found.points = uint64(second >> 160);
    }

    /// @notice Summary of a batch: its size, its window, what is left of its reserve and
    /// of its stock, its lots and whether it is closed.
    function batch(uint32 id)
        public
        view
        returns (uint32 size, uint40 opens, uint40 closes, uint64 reserve, uint32 lots, uint32 stock, bool closed)
    {
        Batch storage stored = $.batches[id];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 acceptance = _word(slot);
        uint256 state = _word(bytes32(uint256(slot) + 2));
        size = uint32(acceptance);
        opens = uint40(acceptance >> 32);
        closes = uint40(acceptance >> 72);
        reserve = uint64(state >> 112);
        lots = uint32(state >> 176);
        stock = uint32(state >> 208);
        closed = uint8(state >> 240) != 0;
    }

    function lot(uint32 batchId, uint32 id) external view returns (Lot memory found) {
        Lot storage stored = $.lots[batchId][id];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        found.merchant = uint32(word);
        found.first = uint32(word >> 32);
        found.next = uint32(word >> 64);
        found.end = uint32(word >> 96);
        found.reserve = uint64(word >> 128);
    }

    /// @notice State and holder of a coupon; the holder is 0 unless it is issued.
    function coupon(uint72 id) public view returns (CouponStatus status, uint32 holder) {
        uint32 batchId = CouponId.batchOf(id);
        uint256 serial = CouponId.serialOf(id);
        (uint32 size,,,,,,) = batch(batchId);
        if (serial >= size) return (CouponStatus.Unknown, 0);
        uint256[1 << 29] storage lanes = $.lanes[batchId];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := add(lanes.slot, shr(3, serial))
        }
        uint32 lane = uint32(_word(slot) >> ((serial & 7) << 5));
        if (lane == Lanes.STOCK) return (CouponStatus.Stock, 0);
        if (lane == Lanes.SPENT) return (CouponStatus.Redeemed, 0);
        if (lane == Lanes.VOID) return (CouponStatus.Void, 0);
        if (lane == Lanes.TRAVELLED) return (CouponStatus.Travelled, 0);
        return (CouponStatus.Issued, lane);
    }

    /// @notice 1 if the wallet's party holds the coupon, as in ERC-1155.
    function balanceOf(address wallet, uint256 id) external view returns (uint256) {
        if (id > type(uint72).max) return 0;
        (bool isConsumer, uint32 party) = partyOf(wallet);
        (CouponStatus status, uint32 holder) = coupon(uint72(id));
        return isConsumer && status == CouponStatus.Issued && holder == party ? 1 : 0;
    }

    /// @notice Where a coupon's description stands, as in ERC-1155.
    function uri(uint256 id) external view returns (string memory) {
        return string.concat(_base, Strings.toString(id));
    }

    function _word(bytes32 slot) private view returns (uint256) {
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = slot;
        return uint256(ledger.slots(keys)[0]);
    }
}
