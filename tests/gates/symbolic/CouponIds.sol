// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CouponId} from "../../../contracts/libraries/CouponId.sol";
import {vm} from "./Vm.sol";

/// @title No two coupons share an id
contract CouponIds {
    function check_an_id_names_one_batch_and_one_serial(uint32 batch, uint40 serial) external pure {
        uint256 coupon = CouponId.pack(batch, serial);
        assert(CouponId.batchOf(coupon) == batch);
        assert(CouponId.serialOf(coupon) == serial);
        assert(coupon <= type(uint72).max);
    }

    /// @dev The last copy of the last serial of the largest batch still fits, and copies begin where serials end.
    function check_a_copy_has_a_serial_that_fits_and_was_not_minted(
        uint32 root,
        uint32 size,
        uint8 copies,
        uint8 index
    ) external pure {
        vm.assume(root < size && index < copies);
        uint256 serial = CouponId.copyOf(root, size, copies, index);
        assert(serial >= size && serial <= type(uint40).max);
    }

    /// @dev Of one root, whose share of the serials is the same for all: other indices, other serials.
    function check_two_copies_of_a_root_differ(uint32 root, uint32 size, uint8 copies, uint8 one, uint8 other)
        external
        pure
    {
        vm.assume(root < size && one < other && other < copies);
        assert(CouponId.copyOf(root, size, copies, one) < CouponId.copyOf(root, size, copies, other));
    }

    /// @dev From the last copies of one root to the first of the next: as many serials as copies, so none is in both.
    function check_copies_of_a_root_end_before_those_of_the_next(uint32 root, uint32 size, uint8 copies, uint8 index)
        external
        pure
    {
        vm.assume(uint256(root) + 1 < size && index < copies);
        uint256 next = CouponId.copyOf(uint256(root) + 1, size, copies, 0);
        unchecked {
            assert(next - CouponId.copyOf(root, size, copies, index) == uint256(copies) - index);
        }
    }
}
