// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ILedgerTypes} from "./interfaces/ILedgerTypes.sol";
import {CouponId} from "./libraries/CouponId.sol";
import {Journeys} from "./libraries/Journeys.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {LedgerState} from "./libraries/LedgerStorage.sol";

/// @notice What the lens needs of a ledger.
interface ISlots {
    function slots(bytes32[] calldata keys) external view returns (bytes32[] memory values);
}

/// @title Lens
/// @notice Wallet-style reads over a ledger's raw slots: parties, batches, lots, coupons with their journeys, statements,
/// policies, points and limits.
/// @dev Its own storage is empty; as `LedgerState` it only finds where the ledger keeps each slot.
contract CouponLens is LedgerState, ILedgerTypes {
    using Journeys for uint256;

    /// @notice Where a coupon is. Pending: redeemed, its pool not yet distributed.
    enum CouponStatus {
        Unknown,
        Stock,
        Issued,
        Pending,
        Redeemed,
        Void,
        Forfeited
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
        found.statedUntil = uint32(second >> 224);
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

    /// @notice State and holder of a coupon, minted or a copy. The holder is 0 unless it is issued or pending, and where it
    /// is a bearer (see `bearerOf`).
    function coupon(uint72 id) public view returns (CouponStatus status, uint32 holder) {
        uint256 serial = CouponId.serialOf(id);
        (uint32 size,,,,,,) = batch(CouponId.batchOf(id));
        uint32 lane = uint32(Lanes.TRAVELLED);
        if (serial < size) lane = _lane(CouponId.batchOf(id), serial);
        if (lane == Lanes.STOCK) return (CouponStatus.Stock, 0);
        if (lane == Lanes.SPENT) return (CouponStatus.Redeemed, 0);
        if (lane == Lanes.VOID) return (CouponStatus.Void, 0);
        if (lane != Lanes.TRAVELLED) return (CouponStatus.Issued, lane == Lanes.BEARER ? 0 : lane);
        uint256 word = _journey(id);
        if (word == 0) return (CouponStatus.Unknown, 0);
        if (word.isLive()) return (CouponStatus.Issued, uint32(word.holder()));
        if (word.isPending()) return (CouponStatus.Pending, uint32(word.holder()));
        JourneyState state = word.state();
        if (state == JourneyState.Redeemed) return (CouponStatus.Redeemed, 0);
        return (state == JourneyState.Void ? CouponStatus.Void : CouponStatus.Forfeited, 0);
    }

    /// @notice Where a coupon that was shared or redeemed with a delay has been; zeros for one that is still in its lane.
    function journey(uint72 id) external view returns (Journey memory found) {
        uint256 word = _journey(id);
        found.holder = uint32(word.holder());
        found.sharer = uint32(word.sharer());
        found.firstSharer = uint32(word.firstSharer());
        found.lot = uint32(word.lot());
        found.redeemer = uint32(word.redeemer());
        found.order = uint48(word.order());
        found.until = uint24(word.until());
        found.versionAndHops = uint16(word >> 232);
        found.state = word.state();
    }

    /// @notice What a holder's next signature of this coupon names, and how often it was given on.
    function versionOf(uint72 id) external view returns (uint256 version, uint256 hops) {
        uint256 word = _journey(id);
        return (word.version(), word.hops());
    }

    /// @notice The key whose holder may use a coupon that no account holds; zero if there is none.
    function bearerOf(uint72 id) external view returns (address) {
        (CouponStatus status, uint32 holder) = coupon(id);
        if (holder != 0 || (status != CouponStatus.Issued && status != CouponStatus.Pending)) return address(0);
        mapping(uint72 => address) storage bearers = $.bearers;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := bearers.slot
        }
        return address(uint160(_word(keccak256(abi.encode(id, slot)))));
    }

    /// @notice The order as redeemed, of a redemption that was amended; 0 if none was.
    function amendedFrom(uint72 id) external view returns (uint48) {
        mapping(uint72 => uint48) storage amendments = $.amendments;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := amendments.slot
        }
        return uint48(_word(keccak256(abi.encode(id, slot))));
    }

    /// @notice 1 if the wallet's party holds the coupon, as in ERC-1155.
    function balanceOf(address wallet, uint256 id) external view returns (uint256) {
        if (id > type(uint72).max) return 0;
        (bool isConsumer, uint32 party) = partyOf(wallet);
        (CouponStatus status, uint32 holder) = coupon(uint72(id));
        return isConsumer && status == CouponStatus.Issued && holder == party ? 1 : 0;
    }

    /// @notice The Merkle root of the purchase lines that a merchant stated of a period; zero if it stated none.
    function statement(uint32 merchantId, uint32 period) external view returns (bytes32) {
        mapping(uint64 => bytes32) storage statements = $.statements;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := statements.slot
        }
        return bytes32(_word(keccak256(abi.encode((uint256(merchantId) << 32) | period, slot))));
    }

    /// @notice A version of the commission and rebate policy, from 1 on.
    function policy(uint32 version) external view returns (CommissionPolicy memory found) {
        CommissionPolicy storage stored = $.policies[version];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        found.startsAt = uint40(word);
        found.commissionBps = uint16(word >> 40);
        found.rebateBps = uint16(word >> 56);
        found.equalCodes = uint8(word >> 72);
    }

    /// @notice The backing of all points, when this ledger retires (0: never), and how many policies there are.
    function standing() external view returns (Standing memory found) {
        Standing storage stored = $.standing;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        found.pointsBacking = uint64(word);
        found.retiresAt = uint40(word >> 64);
        found.policies = uint32(word >> 104);
    }

    /// @notice The daily cap on withdrawals, and what left on the day it names.
    function outflow() external view returns (Outflow memory found) {
        Outflow storage stored = $.outflow;
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        uint256 word = _word(slot);
        found.withdrawalCapDaily = uint64(word);
        found.withdrawnToday = uint64(word >> 64);
        found.withdrawnDay = uint32(word >> 128);
    }

    /// @notice Where a coupon's description stands, as in ERC-1155.
    function uri(uint256 id) external view returns (string memory) {
        return string.concat(_base, Strings.toString(id));
    }

    function _lane(uint32 batchId, uint256 serial) private view returns (uint32) {
        uint256[1 << 29] storage lanes = $.lanes[batchId];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := add(lanes.slot, shr(3, serial))
        }
        return uint32(_word(slot) >> ((serial & 7) << 5));
    }

    function _journey(uint72 id) private view returns (uint256) {
        Journey storage stored = $.journeys[id];
        bytes32 slot;
        assembly ("memory-safe") {
            slot := stored.slot
        }
        return _word(slot);
    }

    function _word(bytes32 slot) private view returns (uint256) {
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = slot;
        return uint256(ledger.slots(keys)[0]);
    }
}
