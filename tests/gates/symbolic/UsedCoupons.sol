// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerTypes as T} from "../../../contracts/interfaces/ILedgerTypes.sol";
import {CouponId} from "../../../contracts/libraries/CouponId.sol";
import {Journeys} from "../../../contracts/libraries/Journeys.sol";
import {Lanes} from "../../../contracts/libraries/Lanes.sol";
import {LedgerState} from "../../../contracts/libraries/LedgerStorage.sol";
import {Revoking} from "../../../contracts/logic/Revoking.sol";
import {Settlement} from "../../../contracts/logic/Settlement.sol";
import {Sharing} from "../../../contracts/logic/Sharing.sol";
import {svm, vm} from "./Vm.sol";

/// @title A coupon's states only go forward
/// @dev In a ledger whose storage is unknown: what stands in the coupon's lane and journey, before and after a verb. Who has
/// signed is unknown too. Assumed, and shown to be kept: a lane that names its holder has no journey beside it.
/// @custom:halmos --storage-layout generic
contract UsedCoupons is LedgerState {
    using Journeys for uint256;
    using Journeys for T.Journey;

    struct Found {
        uint256 lane;
        uint256 journey;
    }

    function setUp() public {
        svm.enableSymbolicStorage(address(this));
    }

    function check_what_is_used_or_void_is_not_revoked(uint72 coupon) external {
        Found memory before = _before(coupon);
        Revoking.revoke(_one(coupon), 1);
        Found memory left = _after(coupon);
        if (before.lane == Lanes.SPENT || before.lane == Lanes.VOID) assert(left.lane == before.lane);
        assert(left.lane == before.lane || left.lane == Lanes.VOID);
        if (before.journey.isLive()) assert(left.journey == before.journey || _isNow(before, left, T.JourneyState.Void));
        else assert(left.journey == before.journey);
    }

    function check_what_does_not_wait_is_not_distributed(uint72 coupon) external {
        Found memory before = _before(coupon);
        vm.assume(!before.journey.isPending());
        Settlement.distribute(_one(coupon));
        _checkSame(before, _after(coupon));
    }

    function check_what_does_not_wait_is_not_forfeited(uint72 coupon, bool discountToo) external {
        Found memory before = _before(coupon);
        vm.assume(!before.journey.isPending());
        Settlement.forfeit(_one(coupon), 1, discountToo);
        _checkSame(before, _after(coupon));
    }

    function check_what_is_used_or_void_is_not_given_on(bytes32 word) external {
        uint72 coupon = uint72(uint256(word) >> 184);
        Found memory before = _before(coupon);
        vm.assume(!before.journey.isLive());
        vm.assume(before.journey != 0 || before.lane == Lanes.SPENT || before.lane == Lanes.VOID);
        Sharing.transfer(abi.encodePacked(word, svm.createBytes(64, "signature")));
        _checkSame(before, _after(coupon));
    }

    function _checkSame(Found memory before, Found memory left) private pure {
        assert(left.lane == before.lane && left.journey == before.journey);
    }

    /// @dev The same journey in another state.
    function _isNow(Found memory before, Found memory left, T.JourneyState state) private pure returns (bool) {
        return left.journey == before.journey.withState(state);
    }

    function _one(uint72 coupon) private pure returns (uint72[] memory coupons) {
        coupons = new uint72[](1);
        coupons[0] = coupon;
    }

    function _before(uint72 coupon) private view returns (Found memory found) {
        vm.assume(CouponId.serialOf(coupon) <= type(uint32).max);
        found = _found(coupon);
        vm.assume(_isEither(found));
    }

    function _after(uint72 coupon) private view returns (Found memory found) {
        found = _found(coupon);
        assert(_isEither(found));
    }

    function _isEither(Found memory found) private pure returns (bool) {
        return found.journey == 0 || found.lane == Lanes.STOCK || found.lane > Lanes.BEARER;
    }

    function _found(uint72 coupon) private view returns (Found memory found) {
        uint256 serial = CouponId.serialOf(coupon);
        uint256 lanes = Lanes.slotOf($.lanes[CouponId.batchOf(coupon)]);
        found.lane = Lanes.holderIn(Lanes.wordOf(lanes, serial), serial);
        found.journey = $.journeys[coupon].load();
    }
}
