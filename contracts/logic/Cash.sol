// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Digests} from "../libraries/Digests.sol";
import {Intents} from "../libraries/Intents.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @notice What `Cash` asks of the ledger that it serves.
interface ISettles {
    function token() external view returns (IERC20);
}

/// @title Cash
/// @notice Tokens come in by deposit and leave by withdrawal. The ledger never holds 2^63 minor units or more, so
/// that every sum also fits a column of a database.
/// @dev Every entrance is guarded. A token that moves another amount than asked for reverts the transaction, in or out.
library Cash {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using SafeERC20 for IERC20;

    uint256 private constant TOTAL_LIMIT = uint64(type(int64).max);

    function deposit(T.Deposit[] calldata deposits) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = deposits.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Deposit;
        uint256 total;
        uint256 inflow; // but for the operator: its cash is the treasurer's to withdraw
        for (uint256 i; i < deposits.length; ++i) {
            T.Deposit calldata d = deposits[i];
            T.Reason reason = _depositRefusal($, d);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, d.party, (d.consumer ? 1 << 64 : 0) | d.amount);
                continue;
            }
            total += d.amount;
            if (d.consumer || d.party != LedgerStorage.OPERATOR) inflow += d.amount;
            if (d.consumer) $.consumers[d.party].cash += d.amount;
            else $.merchants[d.party].cash += d.amount;
            seal.log(L.Deposited.selector, d.consumer ? 1 : 0, abi.encode(d.party, d.amount, msg.sender));
        }
        _countInflow($, inflow);
        refusals.emitAll(seal);
        seal.close($.seal);
        if (total != 0) _pull(_token(), total);
    }

    function withdraw(T.WithdrawIntent[] calldata withdrawals) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        IERC20 token = _token();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = withdrawals.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Withdraw;
        for (uint256 i; i < withdrawals.length; ++i) {
            T.WithdrawIntent calldata w = withdrawals[i];
            T.Reason reason = _withdrawRefusal($, domain, w);
            if (reason == T.Reason.None) reason = _withdraw($, token, seal, w);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, w.party, (w.consumer ? 1 << 64 : 0) | w.nonce);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function payOut(uint32[] calldata merchants) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        IERC20 token = _token();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = merchants.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.PayOut;
        for (uint256 i; i < merchants.length; ++i) {
            T.Reason reason = _payOut($, token, seal, merchants[i]);
            if (reason != T.Reason.None) refusals.refuse(reason, 0, i, merchants[i], 0);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function withdrawPlatform(uint64 amount, address to) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        IERC20 token = _token();
        if (amount == 0) revert L.AmountZero();
        if (to == address(0) || to == address(this)) revert L.WalletInvalid(to);
        T.Merchant storage operator = $.merchants[LedgerStorage.OPERATOR];
        if (amount > operator.cash) revert L.CashInsufficient(amount, operator.cash);
        operator.cash -= amount;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(L.Withdrawn.selector, 0, abi.encode(LedgerStorage.OPERATOR, amount, to, uint64(0)));
        seal.close($.seal);
        if (!_push(token, to, amount)) revert SafeERC20.SafeERC20FailedOperation(address(token));
    }

    /// @dev The ledger's own, which it answers for itself; it never changes.
    function _token() private view returns (IERC20) {
        return ISettles(address(this)).token();
    }

    function _depositRefusal(LedgerStorage.Layout storage $, T.Deposit calldata d) private view returns (T.Reason) {
        if (d.amount == 0) return T.Reason.AmountZero;
        if (d.consumer && (d.party == 0 || d.party > $.head.consumers)) return T.Reason.ConsumerUnknown;
        if (!d.consumer && (d.party == 0 || d.party > $.head.merchants)) return T.Reason.MerchantUnknown;
        return T.Reason.None;
    }

    /// @dev Takes the sum and checks that it came, and that the ledger's sums stay within the limit.
    function _pull(IERC20 token, uint256 total) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), total);
        uint256 balance = token.balanceOf(address(this));
        if (balance != before + total) revert L.TokenAmountMismatch(balance - before, total);
        if (balance > TOTAL_LIMIT) revert L.TokenTotalTooLarge(balance, TOTAL_LIMIT);
    }

    function _withdrawRefusal(LedgerStorage.Layout storage $, bytes32 domain, T.WithdrawIntent calldata w)
        private
        view
        returns (T.Reason)
    {
        if (w.amount == 0) return T.Reason.AmountZero;
        if (w.to == address(0) || w.to == address(this)) return T.Reason.WalletInvalid;
        if (w.deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if (Signers.nonceUsed($, Signers.party(w.consumer, w.party), w.nonce)) return T.Reason.NonceUsed;
        (address wallet, uint64 cash, T.Reason unfit) = _payer($, w.consumer, w.party);
        if (unfit != T.Reason.None) return unfit;
        if (w.amount > cash) return T.Reason.CashInsufficient;
        if (!w.consumer && block.timestamp < $.withdrawals[w.party].readyAt) return T.Reason.WithdrawalPending;
        bytes32 digest = Intents.withdraw(domain, w);
        return Signers.signedBy(wallet, digest, w.signature) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    /// @dev Wallet and cash of who withdraws, or why it may not. The operator's cash is the treasurer's.
    function _payer(LedgerStorage.Layout storage $, bool isConsumer, uint32 party)
        private
        view
        returns (address wallet, uint64 cash, T.Reason unfit)
    {
        if (isConsumer) {
            T.Consumer storage consumer = $.consumers[party];
            (wallet, cash) = (consumer.wallet, consumer.cash);
            if (party == 0 || party > $.head.consumers) unfit = T.Reason.ConsumerUnknown;
            else if (wallet == address(0)) unfit = T.Reason.ConsumerSuspended;
        } else {
            T.Merchant storage merchant = $.merchants[party];
            (wallet, cash) = (merchant.wallet, merchant.cash);
            if (merchant.status == T.Status.Unknown) unfit = T.Reason.MerchantUnknown;
            else if (merchant.status == T.Status.Suspended) unfit = T.Reason.MerchantSuspended;
            else if (merchant.kind == T.MerchantKind.Operator) unfit = T.Reason.KindInvalid;
        }
    }

    /// @dev A merchant's withdrawal waits, so that redemptions accepted meanwhile stay funded; others are paid now.
    function _withdraw(
        LedgerStorage.Layout storage $,
        IERC20 token,
        Seals.Seal memory seal,
        T.WithdrawIntent calldata w
    ) private returns (T.Reason) {
        if (!w.consumer && $.merchants[w.party].kind == T.MerchantKind.Merchant) {
            // More than the cap of a day would never be paid.
            if (w.amount > $.outflow.withdrawalCapDaily) return T.Reason.WithdrawalCapReached;
            Signers.useNonce($, Signers.party(w.consumer, w.party), w.nonce);
            // A request that is due is paid first, as an item of its own. One that cannot be paid gives way to the new one:
            // a merchant is never held to an address that the token blocks.
            if (_payOut($, token, seal, w.party) == T.Reason.None) ++seal.items;
            uint32 readyAt = uint32(block.timestamp) + $.limits.withdrawalDelay;
            $.withdrawals[w.party] = T.Withdrawal(w.to, w.amount, readyAt);
            seal.log(L.WithdrawalRequested.selector, w.party, abi.encode(w.amount, w.to, readyAt, w.nonce));
            return T.Reason.None;
        }
        if (w.amount > _outflowLeft($)) return T.Reason.WithdrawalCapReached;
        if (!_push(token, w.to, w.amount)) return T.Reason.PayeeRefused;
        _countOutflow($, w.amount);
        Signers.useNonce($, Signers.party(w.consumer, w.party), w.nonce);
        if (w.consumer) $.consumers[w.party].cash -= w.amount;
        else $.merchants[w.party].cash -= w.amount;
        seal.log(L.Withdrawn.selector, w.consumer ? 1 : 0, abi.encode(w.party, w.amount, w.to, w.nonce));
        return T.Reason.None;
    }

    function _payOut(LedgerStorage.Layout storage $, IERC20 token, Seals.Seal memory seal, uint32 merchant)
        private
        returns (T.Reason)
    {
        T.Withdrawal memory request = $.withdrawals[merchant];
        if (request.amount == 0) return T.Reason.AmountZero;
        if (block.timestamp < request.readyAt) return T.Reason.WithdrawalNotDue;
        T.Merchant storage payer = $.merchants[merchant];
        if (payer.status == T.Status.Suspended) return T.Reason.MerchantSuspended;
        uint64 amount = request.amount < payer.cash ? request.amount : payer.cash;
        if (amount == 0) return T.Reason.CashInsufficient;
        if (amount > _outflowLeft($)) return T.Reason.WithdrawalCapReached;
        if (!_push(token, request.to, amount)) return T.Reason.PayeeRefused;
        _countOutflow($, amount);
        payer.cash -= amount;
        delete $.withdrawals[merchant];
        seal.log(L.Withdrawn.selector, 0, abi.encode(merchant, amount, request.to, uint64(0)));
        return T.Reason.None;
    }

    /// @dev What parties may still withdraw today, all together.
    function _outflowLeft(LedgerStorage.Layout storage $) private view returns (uint256) {
        T.Outflow memory outflow = $.outflow;
        uint64 withdrawn = outflow.withdrawnDay == uint32(block.timestamp / 1 days) ? outflow.withdrawnToday : 0;
        return outflow.withdrawalCapDaily > withdrawn ? outflow.withdrawalCapDaily - withdrawn : 0;
    }

    /// @dev The cap is on what leaves in all: who brings money in and takes it out again keeps nobody else waiting.
    function _countInflow(LedgerStorage.Layout storage $, uint256 amount) private {
        T.Outflow memory outflow = $.outflow;
        if (outflow.withdrawnToday == 0 || outflow.withdrawnDay != uint32(block.timestamp / 1 days)) return;
        uint64 withdrawn = outflow.withdrawnToday;
        $.outflow.withdrawnToday = amount < withdrawn ? withdrawn - uint64(amount) : 0;
    }

    function _countOutflow(LedgerStorage.Layout storage $, uint64 amount) private {
        uint32 today = uint32(block.timestamp / 1 days);
        uint64 withdrawn = $.outflow.withdrawnDay == today ? $.outflow.withdrawnToday : 0;
        $.outflow.withdrawnToday = withdrawn + amount;
        $.outflow.withdrawnDay = today;
    }

    /// @dev False if the token refuses the payee. A token that says yes and takes another amount out of the ledger would
    /// pay with others' money: that reverts.
    function _push(IERC20 token, address to, uint256 amount) private returns (bool) {
        uint256 before = token.balanceOf(address(this));
        if (!token.trySafeTransfer(to, amount)) return false;
        uint256 left = token.balanceOf(address(this));
        if (left + amount != before) revert L.TokenAmountMismatch(before - left, amount);
        return true;
    }
}
