// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Wallets and the ledger's end
/// @notice A party's wallet changes by the old and the new one's signatures, or by a delayed recovery that the old one may
/// veto; a ledger that moves to a new one is retired.
interface IWallets {
    /// @notice Intent ChangeWallet{consumer, party, wallet, nonce, deadline}, signed by the old wallet and by the new.
    struct WalletIntent {
        bool consumer;
        uint32 party;
        address wallet;
        uint64 nonce;
        uint40 deadline;
        bytes oldSignature;
        bytes newSignature;
    }

    /// @notice `nonce` is that of the intent, 0 for a completed recovery.
    event WalletChanged(bool indexed consumer, uint32 party, address wallet, uint64 nonce);
    event RecoveryStarted(bool indexed consumer, uint32 party, address wallet, uint40 readyAt);
    event RecoveryVetoed(bool indexed consumer, uint32 party, address wallet);
    event Retiring(uint40 indexed retiresAt);

    error RecoveryUnknown(bool consumer, uint32 party);
    error RecoveryPending(uint40 readyAt);
    error RecoveryNotReady(uint40 readyAt, uint256 time);
    error VetoInvalid();
    error WalletInUse(address wallet);
    error LedgerRetired(uint40 retiresAt);
    error RetirementTooEarly(uint40 retiresAt, uint256 earliest);

    /// @notice Changes wallets with both signatures; a recovery of the party that waits is over.
    function changeWallet(WalletIntent[] calldata intents) external;

    /// @notice Starts the recovery of a lost wallet, complete after 7 days. Role: operator.
    function startRecovery(bool consumer, uint32 party, address wallet) external;

    /// @notice Stops a recovery: Veto{consumer, party, wallet, readyAt} signed by the wallet in force, or by the pauser's call.
    function vetoRecovery(bool consumer, uint32 party, bytes calldata signature) external;

    /// @notice Completes a recovery whose delay is over. Anybody may call.
    function completeRecovery(bool consumer, uint32 party) external;

    /// @notice Announces the end, at least 7 days ahead and once: from `retiresAt` on nothing is minted or issued. Role: admin.
    function retire(uint40 retiresAt) external;
}
