// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerTypes as T} from "../../../contracts/interfaces/ILedgerTypes.sol";
import {Journeys} from "../../../contracts/libraries/Journeys.sol";
import {vm} from "./Vm.sol";

/// @title A journey changes by what was asked and by nothing else
/// @dev Of any word, also of one that no coupon can have.
contract JourneyWords {
    using Journeys for uint256;

    uint256 private constant HOLDERS = (1 << 96) - 1; // holder, sharer, firstSharer
    uint256 private constant REDEMPTION = ((1 << 104) - 1) << 128;
    uint256 private constant VERSION = 0xfff << 232;
    uint256 private constant HOPS = 0xf << 244;
    uint256 private constant STATE = 0xff << 248;

    /// @dev The ledger passes a coupon on only while its hops are below the terms', which are at most 15.
    function check_passing_on_is_one_hop_and_changes_holders_alone(uint256 word, uint32 to) external pure {
        vm.assume(word.hops() < 15);
        uint256 passed = word.pass(to);
        assert((passed ^ word) & ~(HOLDERS | HOPS) == 0);
        assert(passed.hops() == word.hops() + 1);
        assert(passed.holder() == to && passed.sharer() == word.holder());
    }

    function check_the_first_who_gave_a_coupon_stays_known(uint256 word, uint32 to) external pure {
        vm.assume(word.hops() < 15);
        uint256 first = word.firstSharer();
        assert(word.pass(to).firstSharer() == (first == 0 ? word.sharer() : first));
    }

    function check_versions_only_go_up_and_stop_at_their_limit(uint256 word) external pure {
        uint256 next = word.bump();
        assert((next ^ word) & ~VERSION == 0);
        bool last = word.version() == Journeys.VERSION_LIMIT;
        assert(next.version() == word.version() + (last ? 0 : 1));
    }

    function check_a_state_is_put_and_all_else_kept(uint256 word, uint8 state) external pure {
        vm.assume(state <= uint8(type(T.JourneyState).max));
        uint256 changed = word.withState(T.JourneyState(state));
        assert((changed ^ word) & ~STATE == 0);
        assert(changed.state() == T.JourneyState(state));
    }

    function check_a_redemption_is_put_and_all_else_kept(uint256 word, uint32 redeemer, uint48 order, uint24 until)
        external
        pure
    {
        uint256 changed = word.withRedemption(redeemer, order, until);
        assert((changed ^ word) & ~REDEMPTION == 0);
        assert(changed.redeemer() == redeemer && changed.order() == order && changed.until() == until);
    }
}
