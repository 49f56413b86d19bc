// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {IWallets} from "../interfaces/IWallets.sol";
import {AccountDigests} from "../libraries/AccountDigests.sol";
import {Digests} from "../libraries/Digests.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title Wallets
/// @notice Changes and recovers parties' wallets, and announces the ledger's end.
/// @dev Called with the ledger's raw calldata; see `IWallets`.
library Wallets {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;

    bytes32 private constant PAUSER_ROLE = keccak256("PAUSER_ROLE");
    uint40 private constant RECOVERY_DELAY = 7 days;
    uint40 private constant RETIREMENT_NOTICE = 7 days;

    function changeWallet(IWallets.WalletIntent[] calldata intents) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = intents.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.ChangeWallet;
        for (uint256 i; i < intents.length; ++i) {
            IWallets.WalletIntent calldata w = intents[i];
            T.Reason reason = _changeRefusal($, domain, w);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, w.party, (w.consumer ? 1 << 64 : 0) | w.nonce);
                continue;
            }
            Signers.useNonce($, Signers.party(w.consumer, w.party), w.nonce);
            _setWallet($, seal, w.consumer, w.party, w.wallet, w.nonce);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function startRecovery(bool consumer, uint32 party, address wallet) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        if (_walletOf($, consumer, party) == address(0)) {
            if (consumer) revert L.ConsumerUnknown(party, $.head.consumers);
            revert L.MerchantUnknown(party, $.head.merchants);
        }
        if (wallet == address(0)) revert L.WalletInvalid(wallet);
        if ($.partyOf[wallet] != 0) revert IWallets.WalletInUse(wallet);
        uint40 key = Signers.party(consumer, party);
        uint40 pending = $.recoveries[key].readyAt;
        if (pending != 0) revert IWallets.RecoveryPending(pending);
        uint40 readyAt = uint40(block.timestamp) + RECOVERY_DELAY;
        $.recoveries[key] = T.Recovery(wallet, readyAt);
        _sealOne($, IWallets.RecoveryStarted.selector, consumer ? 1 : 0, abi.encode(party, wallet, readyAt));
    }

    function vetoRecovery(bool consumer, uint32 party, bytes calldata signature) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        uint40 key = Signers.party(consumer, party);
        T.Recovery memory recovery = $.recoveries[key];
        if (recovery.readyAt == 0) revert IWallets.RecoveryUnknown(consumer, party);
        if (!IAccessControl(address(this)).hasRole(PAUSER_ROLE, msg.sender)) {
            bytes32 domain = Digests.domain();
            bytes32 digest = AccountDigests.veto(domain, consumer, party, recovery.wallet, recovery.readyAt);
            bool vetoed = Signers.signedBy(_walletOf($, consumer, party), digest, signature);
            if (!vetoed) revert IWallets.VetoInvalid();
        }
        delete $.recoveries[key];
        _sealOne($, IWallets.RecoveryVetoed.selector, consumer ? 1 : 0, abi.encode(party, recovery.wallet));
    }

    function completeRecovery(bool consumer, uint32 party) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        uint40 key = Signers.party(consumer, party);
        T.Recovery memory recovery = $.recoveries[key];
        if (recovery.readyAt == 0) revert IWallets.RecoveryUnknown(consumer, party);
        if (block.timestamp < recovery.readyAt) revert IWallets.RecoveryNotReady(recovery.readyAt, block.timestamp);
        if ($.partyOf[recovery.wallet] != 0) revert IWallets.WalletInUse(recovery.wallet);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        _setWallet($, seal, consumer, party, recovery.wallet, 0);
        seal.close($.seal);
    }

    function retire(uint40 retiresAt) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        uint40 announced = $.standing.retiresAt;
        if (announced != 0) revert IWallets.LedgerRetired(announced);
        uint256 earliest = block.timestamp + RETIREMENT_NOTICE;
        if (retiresAt < earliest) revert IWallets.RetirementTooEarly(retiresAt, earliest);
        $.standing.retiresAt = retiresAt;
        _sealOne($, IWallets.Retiring.selector, retiresAt, "");
    }

    function _changeRefusal(LedgerStorage.Layout storage $, bytes32 domain, IWallets.WalletIntent calldata w)
        private
        view
        returns (T.Reason)
    {
        address wallet = _walletOf($, w.consumer, w.party);
        if (wallet == address(0)) return w.consumer ? T.Reason.ConsumerUnknown : T.Reason.MerchantUnknown;
        if (w.consumer && $.consumers[w.party].wallet == address(0)) return T.Reason.ConsumerSuspended;
        if (!w.consumer && $.merchants[w.party].status == T.Status.Suspended) return T.Reason.MerchantSuspended;
        if (w.deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if (w.wallet == address(0)) return T.Reason.WalletInvalid;
        if ($.partyOf[w.wallet] != 0) return T.Reason.WalletTaken;
        if (Signers.nonceUsed($, Signers.party(w.consumer, w.party), w.nonce)) return T.Reason.NonceUsed;
        bytes32 digest = AccountDigests.changeWallet(domain, w);
        bool both = Signers.signedBy(wallet, digest, w.oldSignature) && Signers.signedBy(w.wallet, digest, w.newSignature);
        return both ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    /// @dev A party's wallet, a suspended consumer's parked one; zero for no party.
    function _walletOf(LedgerStorage.Layout storage $, bool consumer, uint32 party) private view returns (address) {
        if (!consumer) return $.merchants[party].wallet;
        address wallet = $.consumers[party].wallet;
        return wallet == address(0) ? $.consumers[party].parkedWallet : wallet;
    }

    /// @dev A suspended consumer stays suspended: its new wallet is parked like the old one. Whoever signs with the old
    /// wallet has not lost it: a recovery that waits is over, as is one that is complete.
    function _setWallet(
        LedgerStorage.Layout storage $,
        Seals.Seal memory seal,
        bool consumer,
        uint32 party,
        address wallet,
        uint64 nonce
    ) private {
        uint40 key = Signers.party(consumer, party);
        delete $.partyOf[_walletOf($, consumer, party)];
        delete $.recoveries[key];
        $.partyOf[wallet] = key;
        if (!consumer) $.merchants[party].wallet = wallet;
        else if ($.consumers[party].wallet == address(0)) $.consumers[party].parkedWallet = wallet;
        else $.consumers[party].wallet = wallet;
        seal.log(IWallets.WalletChanged.selector, consumer ? 1 : 0, abi.encode(party, wallet, nonce));
    }

    function _sealOne(LedgerStorage.Layout storage $, bytes32 topic, uint256 indexedValue, bytes memory data) private {
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(topic, indexedValue, data);
        seal.close($.seal);
    }
}
