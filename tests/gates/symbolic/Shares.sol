// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Payees} from "../../../contracts/libraries/Payees.sol";

/// @title Who is not there has no share
contract Shares {
    uint256 private constant CONSUMER = 3;
    uint256 private constant SHARER = 4;
    uint256 private constant FIRST_SHARER = 5;
    uint256 private constant RECRUITER = 6;

    function check_each_role_has_its_share_if_it_is_there_and_nothing_if_not(
        uint112 split,
        uint32 holder,
        uint256 journey
    ) external pure {
        uint256 shares = Payees.sharesOf(split, holder, journey);
        for (uint256 role; role < 7; ++role) {
            bool absent;
            if (role == CONSUMER || role == RECRUITER) absent = holder == 0;
            if (role == SHARER) absent = uint32(journey >> 32) == 0;
            if (role == FIRST_SHARER) absent = uint32(journey >> 64) == 0;
            assert(uint16(shares >> (16 * role)) == (absent ? 0 : uint16(split >> (16 * role))));
        }
        assert(shares >> 112 == 0);
    }
}
