// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CashCalls} from "./CashCalls.sol";
import {CouponCalls} from "./CouponCalls.sol";
import {MemberCalls} from "./MemberCalls.sol";
import {Stage} from "./Stage.sol";
import {StockCalls} from "./StockCalls.sol";
import {TimeCalls} from "./TimeCalls.sol";
import {vm} from "./Vm.sol";

/// @notice Every call there is. A new verb comes in a file of its own: one more base here, in both lists.
contract Calls is MemberCalls, CashCalls, CouponCalls, TimeCalls {
    uint256 private constant FUNDS = 2_000_000;

    /// @notice Once, before the first life: a town that is at work already, so that no life is spent on building it.
    function open() external {
        for (uint256 i; i < 6; ++i) this.registerMerchant(i);
        for (uint256 i; i < 6; ++i) this.registerConsumers(i);
        for (uint256 i; i < 40; ++i) this.deposit(i);
        for (uint256 i; i < 5; ++i) _mint(i);
        for (uint256 i; i < 20; ++i) _allocate(i);
        for (uint256 i; i < 20; ++i) _issue(i);
        opened = true;
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data)
        internal
        override(MemberCalls, CashCalls, CouponCalls, TimeCalls)
        returns (uint256)
    {
        return super._apply(topic, indexed_, data);
    }

    function _checkTouched() internal override(Stage, StockCalls) {
        super._checkTouched();
    }

    /// @notice Every token is owed to somebody, and every party has what the ghost says.
    function checkMoney() external view {
        uint256 cash;
        for (uint32 id = 1; id <= merchantCount; ++id) {
            uint256 word = uint256(_slot(bytes32(_mapped(id, 4))));
            _equal("a merchant's cash is what it should be", uint64(word >> 160), merchants[id].cash);
            _equal("a merchant is suspended or not", uint8(word >> 224), merchants[id].suspended ? 2 : 1);
            cash += merchants[id].cash;
        }
        for (uint32 id = 1; id <= consumerCount; ++id) {
            uint256 word = uint256(_slot(bytes32(_mapped(id, 5))));
            _equal("a consumer's cash is what it should be", word >> 192, consumers[id].cash);
            cash += consumers[id].cash;
        }
        uint256 balance = token.balanceOf(ledger);
        _equal("balance == cash + reserves + pools + points", balance, cash + reserves + _owedElsewhere());
        _equal("balance == deposited - withdrawn", balance, _inside());
    }

    /// @notice All batches, lots and coupons, and the number of seals.
    function checkEverything() external view {
        for (uint32 id = 1; id <= batchCount; ++id) _checkBatch(id);
        for (uint256 i; i < held.length; ++i) {
            _equal("a coupon is its holder's", _lane(held[i]), coupons[held[i]].holder);
        }
        for (uint256 i; i < spent.length; ++i) _equal("a redeemed coupon is written off", _lane(spent[i]), SPENT);
        uint256 sequence = uint64(uint256(_slot(bytes32(uint256(2)))));
        _equal("every transaction has its number", sequence, sequenceAtStart + transactions);
    }
}

/// @notice Random lives of the ledger; the README beside this file tells how.
contract Volume {
    struct Selectors {
        address target;
        bytes4[] selectors;
    }

    Calls private _calls;

    function setUp() external {
        _calls = new Calls();
        _calls.open();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_calls);
    }

    function excludeSelectors() external view returns (Selectors[] memory excluded) {
        excluded = new Selectors[](1);
        excluded[0] = Selectors(address(_calls), new bytes4[](1));
        excluded[0].selectors[0] = Calls.open.selector;
    }

    function targetSenders() external pure returns (address[] memory senders) {
        senders = new address[](1);
        senders[0] = address(0xca11);
    }

    function invariant_theLedgerIsWhatItsEventsSay() external view {
        _calls.checkMoney();
    }

    /// @dev Once at the end of each life.
    function afterInvariant() external {
        _calls.checkEverything();
        vm.writeLine("mix.txt", _calls.mix());
    }
}
