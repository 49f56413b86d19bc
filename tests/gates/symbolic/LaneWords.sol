// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Lanes} from "../../../contracts/libraries/Lanes.sol";
import {vm} from "./Vm.sol";

/// @title A lane is written by itself
/// @custom:halmos --storage-layout generic
contract LaneWords {
    uint256[1 << 29] private lanes;

    function check_a_lane_holds_what_was_put_and_the_others_what_they_held(
        uint256 before,
        uint32 serial,
        uint32 holder,
        uint32 other
    ) external {
        uint256 slot = Lanes.slotOf(lanes);
        lanes[serial >> 3] = before;
        uint256 word = Lanes.wordOf(slot, serial);
        assert(word == before);
        Lanes.put(slot, serial, word, holder);
        uint256 afterwards = Lanes.wordOf(slot, serial);
        assert(Lanes.holderIn(afterwards, serial) == holder);
        vm.assume(other >> 3 == serial >> 3 && other != serial);
        assert(Lanes.holderIn(afterwards, other) == Lanes.holderIn(before, other));
    }
}
