// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {BearerCalls} from "./BearerCalls.sol";
import {CashCalls} from "./CashCalls.sol";
import {CouponBook} from "./CouponBook.sol";
import {OfferCalls} from "./OfferCalls.sol";
import {PointsCalls} from "./PointsCalls.sol";
import {SettlementCalls} from "./SettlementCalls.sol";
import {Stage} from "./Stage.sol";
import {StatementCalls} from "./StatementCalls.sol";
import {TimeCalls} from "./TimeCalls.sol";
import {vm} from "./Vm.sol";
import {WalletCalls} from "./WalletCalls.sol";

/// @notice Every call there is. A new verb comes in a file of its own: one more base here, in both lists.
contract Calls is
    WalletCalls,
    CashCalls,
    BearerCalls,
    OfferCalls,
    SettlementCalls,
    StatementCalls,
    PointsCalls,
    TimeCalls
{
    /// @notice Once, before the first life: a town that is at work already, so that no life is spent on building it.
    function open() external {
        _changePolicy(0, uint40(time - 30 days));
        for (uint256 i; i < 6; ++i) this.registerMerchant(i);
        for (uint256 i; i < 6; ++i) this.registerConsumers(i);
        for (uint256 i; i < 40; ++i) this.deposit(i);
        for (uint256 i; i < 8; ++i) _mint(i);
        for (uint256 i; i < 32; ++i) _allocate(i);
        for (uint256 i; i < 30; ++i) _issue(i);
        for (uint256 i; i < 8; ++i) _grant(i);
        opened = true;
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data)
        internal
        override(
            WalletCalls,
            CashCalls,
            BearerCalls,
            OfferCalls,
            SettlementCalls,
            StatementCalls,
            PointsCalls,
            TimeCalls
        )
        returns (uint256)
    {
        return super._apply(topic, indexed_, data);
    }

    function _checkTouched() internal override(Stage, CouponBook) {
        super._checkTouched();
    }

    /// @notice Every token is owed to somebody, and every party has what the ghost says.
    function checkMoney() external view {
        uint256 cash;
        uint256 points;
        for (uint32 id = 1; id <= merchantCount; ++id) {
            Member storage merchant = merchants[id];
            _checkMerchant(merchant, _mapped(id, 4));
            (cash, points) = (cash + merchant.cash, points + merchant.points);
        }
        for (uint32 id = 1; id <= consumerCount; ++id) {
            Member storage consumer = consumers[id];
            _checkConsumer(consumer, _mapped(id, 5));
            (cash, points) = (cash + consumer.cash, points + consumer.points);
        }
        _equal("every point is backed", points, backing);
        _equal("the backing is what it should be", uint64(uint256(_slot(bytes32(uint256(3))))), backing);
        uint256 outflow = uint256(_slot(OUTFLOW_SLOT));
        uint256 withdrawn = uint32(outflow >> 128) == time / 1 days ? uint64(outflow >> 64) : 0;
        _equal("what left today is known", withdrawn, withdrawnOn[time / 1 days]);
        uint256 balance = token.balanceOf(ledger);
        _equal("balance == cash + reserves + pools + points", balance, cash + reserves + pools + backing);
        _equal("balance == deposited - withdrawn", balance, _inside());
    }

    function _checkMerchant(Member storage merchant, uint256 slot) private view {
        uint256 word = uint160(merchant.wallet) | (merchant.cash << 160);
        word |= (uint256(merchant.suspended ? 2 : 1) << 224) | (uint256(merchant.kind) << 232);
        uint256 stored = uint256(_slot(bytes32(slot)));
        _equal("a merchant's cash is what it should be", uint64(stored >> 160), merchant.cash);
        _equal("a merchant's wallet and state are what they should be", stored, word);
        stored = uint256(_slot(bytes32(slot + 1)));
        _equal("a merchant's points are what they should be", uint64(stored), merchant.points);
        _equal("a merchant's cap is what it should be", uint64(stored >> 64), merchant.rewardCap);
        _equal("a merchant has stated what it should have", stored >> 224, merchant.statedUntil);
    }

    /// @dev A suspended consumer's wallet is parked.
    function _checkConsumer(Member storage consumer, uint256 slot) private view {
        (uint256 wallet, uint256 parked) = (uint160(consumer.wallet), 0);
        if (consumer.suspended) (wallet, parked) = (parked, wallet);
        uint256 stored = uint256(_slot(bytes32(slot)));
        _equal("a consumer's cash is what it should be", stored >> 192, consumer.cash);
        uint256 word = wallet | (uint256(consumer.recruiter) << 160) | (consumer.cash << 192);
        _equal("a consumer's wallet and recruiter are what they should be", stored, word);
        stored = uint256(_slot(bytes32(slot + 1)));
        _equal("a consumer's points are what they should be", stored >> 160, consumer.points);
        _equal("a suspended consumer's wallet is parked", uint160(stored), parked);
    }

    /// @notice All batches, lots and coupons, and the number of seals.
    function checkEverything() external view {
        for (uint32 id = 1; id <= batchCount; ++id) _checkBatch(id);
        for (uint256 place = uint256(Place.Held); place <= uint256(Place.Gone); ++place) {
            uint256[] storage there = placed[Place(place)];
            for (uint256 i; i < there.length; ++i) _checkCoupon(there[i]);
        }
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
