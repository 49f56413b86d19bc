// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerTypes as T} from "../../../contracts/interfaces/ILedgerTypes.sol";
import {LedgerState} from "../../../contracts/libraries/LedgerStorage.sol";
import {Cash} from "../../../contracts/logic/Cash.sol";
import {svm, vm} from "./Vm.sol";

contract PlainToken {
    mapping(address => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = uint256(uint64(type(int64).max));
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @title Who withdraws is paid out of its own cash, to the unit, and nobody else's
/// @dev In a ledger whose storage is unknown, with a token that moves what it is asked to; who has signed is unknown.
/// @custom:halmos --storage-layout generic
contract Withdrawals is LedgerState {
    struct Parties {
        uint64 payer;
        uint64 otherMerchant;
        uint64 otherConsumer;
    }

    PlainToken public immutable token = new PlainToken();

    function setUp() public {
        svm.enableSymbolicStorage(address(this));
    }

    /// @dev A merchant may have a request that is due, which its next one pays first: the check below is of that.
    function check_a_withdrawal_moves_its_amount_from_one_party_or_nothing(
        T.WithdrawIntent memory w,
        uint32 merchant,
        uint32 consumer
    ) external {
        vm.assume(w.consumer || $.withdrawals[w.party].amount == 0);
        vm.assume(w.to != address(token) && w.to != address(this));
        w.signature = svm.createBytes(64, "signature");
        Parties memory before = _parties(w.consumer, w.party, merchant, consumer);
        T.WithdrawIntent[] memory withdrawals = new T.WithdrawIntent[](1);
        withdrawals[0] = w;
        Cash.withdraw(withdrawals);
        uint256 paid = token.balanceOf(w.to);
        assert(paid == 0 || paid == w.amount);
        _checkTaken(before, _parties(w.consumer, w.party, merchant, consumer), paid);
    }

    function check_a_request_due_moves_the_requested_or_all_there_is(uint32 payer, uint32 merchant, uint32 consumer)
        external
    {
        T.Withdrawal memory request = $.withdrawals[payer];
        vm.assume(request.to != address(token) && request.to != address(this));
        Parties memory before = _parties(false, payer, merchant, consumer);
        uint32[] memory merchants = new uint32[](1);
        merchants[0] = payer;
        Cash.payOut(merchants);
        uint256 paid = token.balanceOf(request.to);
        assert(paid == 0 || paid == (request.amount < before.payer ? request.amount : before.payer));
        _checkTaken(before, _parties(false, payer, merchant, consumer), paid);
    }

    function _parties(bool isConsumer, uint32 party, uint32 merchant, uint32 consumer)
        private
        view
        returns (Parties memory)
    {
        vm.assume(isConsumer ? consumer != party : merchant != party);
        uint64 payer = isConsumer ? $.consumers[party].cash : $.merchants[party].cash;
        return Parties(payer, $.merchants[merchant].cash, $.consumers[consumer].cash);
    }

    function _checkTaken(Parties memory before, Parties memory left, uint256 paid) private pure {
        assert(paid <= before.payer);
        unchecked {
            assert(left.payer == before.payer - paid);
        }
        assert(left.otherMerchant == before.otherMerchant);
        assert(left.otherConsumer == before.otherConsumer);
    }
}
