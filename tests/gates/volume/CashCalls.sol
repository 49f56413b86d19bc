// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {Stage} from "./Stage.sol";

/// @notice deposit, withdraw, pay out, and the treasurer's withdrawal.
abstract contract CashCalls is Stage {
    bytes32 private constant WITHDRAW =
        keccak256("Withdraw(bool consumer,uint32 party,uint64 amount,address to,uint64 nonce,uint40 deadline)");
    address private constant BANK = address(0xbacc);

    uint256 private _deposited;
    uint256 private _withdrawn;
    bool private _paysOut; // the call at hand was sent to pay requests out

    function deposit(uint256 seed) external {
        uint256 count = 1 + _roll(seed, "count", 3);
        T.Deposit[] memory deposits = new T.Deposit[](count);
        for (uint256 i; i < count; ++i) {
            uint256 each = _each(seed, i);
            deposits[i].consumer = _chance(each, "consumer", 4);
            deposits[i].party = deposits[i].consumer ? _someConsumer(each) : _someMerchant(each);
            if (_chance(each, "nobody", 32)) deposits[i].party = 1_000;
            if (!_chance(each, "nothing", 32)) deposits[i].amount = uint64(_roll(each, "amount", 50_000));
            // The operator funds most of what is minted.
            if (_chance(each, "operator", 3)) {
                (deposits[i].consumer, deposits[i].party) = (false, OPERATOR);
                deposits[i].amount *= 10;
            }
        }
        bool byStranger = _chance(seed, "stranger", 32); // who has no tokens
        uint256 before = token.balanceOf(ledger);
        uint256 booked = _deposited;
        _send("deposit", byStranger ? stranger : treasurer, abi.encodeCall(L.deposit, (deposits)), count, !byStranger);
        _equal("what is credited has come", token.balanceOf(ledger) - before, _deposited - booked);
    }

    function withdraw(uint256 seed) external {
        T.WithdrawIntent[] memory withdrawals = new T.WithdrawIntent[](1);
        T.WithdrawIntent memory w = withdrawals[0];
        w.consumer = _chance(seed, "by consumer", 2);
        w.party = w.consumer ? _someConsumer(seed) : _someMerchant(seed);
        Member storage member = w.consumer ? consumers[w.party] : merchants[w.party];
        w.amount = uint64(1 + _roll(seed, "amount", member.cash + 1 + member.cash / 8));
        w.to = _chance(seed, "to nobody", 32) ? address(0) : member.wallet;
        (w.nonce, w.deadline) = (_nonce(), _deadline(seed));
        bool forged = _chance(seed, "forged", 16);
        w.signature = _sign(
            forged ? _keyOf("forger") : member.key,
            keccak256(abi.encode(WITHDRAW, w.consumer, w.party, w.amount, w.to, w.nonce, w.deadline))
        );
        _paysOut = false;
        Sent memory sent = _sendSigned("withdraw", abi.encodeCall(L.withdraw, (withdrawals)), 1, !forged);
        _holds("a pause leaves withdraw open", sent.succeeded);
        bool good = !forged && w.to != address(0) && w.deadline >= time && !member.suspended;
        good = good && withdrawnOn[time / 1 days] + w.amount <= withdrawalCapDaily;
        if (w.consumer && good && sent.done == 0) _atMost("what one has can be withdrawn", member.cash + 1, w.amount);
    }

    function payOut(uint256 seed) external {
        uint32[] memory asked = new uint32[](1);
        for (uint256 i; i < 8 && requests[asked[0]].amount == 0; ++i) asked[0] = _someMerchant(_each(seed, i));
        _paysOut = true;
        Sent memory sent = _send("pay out", stranger, abi.encodeCall(L.payOut, (asked)), 1, true);
        _holds("a pause leaves paying out open", sent.succeeded);
        _paysOut = false;
    }

    function withdrawPlatform(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 4);
        uint64 amount = uint64(_roll(seed, "amount", merchants[OPERATOR].cash / 16 + 2));
        if (_chance(seed, "too much", 8)) amount = uint64(merchants[OPERATOR].cash + 1);
        bytes memory data = abi.encodeCall(L.withdrawPlatform, (amount, BANK));
        _paysOut = true;
        _send("withdraw platform", byStranger ? stranger : treasurer, data, 1, !byStranger);
        _paysOut = false;
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.Deposited.selector) return _applyDeposited(indexed_ != 0, data);
        if (topic == L.WithdrawalRequested.selector) return _applyRequested(uint32(indexed_), data);
        if (topic == L.Withdrawn.selector) return _applyWithdrawn(indexed_ != 0, data);
        return super._apply(topic, indexed_, data);
    }

    function _applyDeposited(bool isConsumer, bytes memory data) private returns (uint256) {
        (uint32 party, uint64 amount,) = abi.decode(data, (uint32, uint64, address));
        _atMost("only parties are credited", party, isConsumer ? consumerCount : merchantCount);
        (isConsumer ? consumers[party] : merchants[party]).cash += amount;
        _deposited += amount;
        if (!isConsumer && party == OPERATOR) return 1;
        // The daily cap is on what leaves in all: what comes in makes room.
        uint256 withdrawn = withdrawnOn[time / 1 days];
        withdrawnOn[time / 1 days] = amount < withdrawn ? withdrawn - amount : 0;
        return 1;
    }

    function _applyRequested(uint32 merchant, bytes memory data) private returns (uint256) {
        (uint64 amount,, uint32 readyAt, uint64 nonce) = abi.decode(data, (uint64, address, uint32, uint64));
        _use(false, merchant, nonce);
        _holds("the suspended sign nothing", !merchants[merchant].suspended);
        requests[merchant] = Request(amount, readyAt);
        return 1;
    }

    function _applyWithdrawn(bool isConsumer, bytes memory data) private returns (uint256) {
        (uint32 party, uint64 amount,, uint64 nonce) = abi.decode(data, (uint32, uint64, address, uint64));
        Member storage member = isConsumer ? consumers[party] : merchants[party];
        _atMost("what is paid was there", amount, member.cash);
        member.cash -= amount;
        _withdrawn += amount;
        if (isConsumer || party != OPERATOR) {
            withdrawnOn[time / 1 days] += amount;
            _atMost("the daily cap on withdrawals holds", withdrawnOn[time / 1 days], withdrawalCapDaily);
        }
        if (nonce != 0) {
            _use(isConsumer, party, nonce);
        } else if (member.kind == T.MerchantKind.Merchant) {
            _atMost("a request is paid once, at most as asked for", amount, requests[party].amount);
            _atMost("a request is paid when it is due", requests[party].readyAt, time);
            delete requests[party];
            if (!_paysOut) ++unasked;
        }
        _holds("the suspended are paid nothing", !member.suspended);
        return 1;
    }

    /// @dev What came in and did not go out.
    function _inside() internal view returns (uint256) {
        return _deposited - _withdrawn;
    }
}
