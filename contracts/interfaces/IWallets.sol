// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Wallets and the ledger's end
/// @notice A party's wallet changes by the old and the new one's signatures, or by a delayed recovery that the old one may
/// veto; a ledger that moves to a new one is retired. The storage is in place (`Recovery`, `Standing`); the verbs follow.
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

    event WalletChanged(bool indexed consumer, uint32 party, address wallet, uint64 nonce);
    event RecoveryStarted(bool indexed consumer, uint32 party, address wallet, uint40 readyAt);
    event RecoveryVetoed(bool indexed consumer, uint32 party, uint64 nonce);
    event Retiring(uint40 indexed retiresAt);

    /// @notice Changes wallets with both signatures.
    function changeWallet(WalletIntent[] calldata intents) external;

    /// @notice Starts the recovery of a lost wallet. Role: operator.
    function startRecovery(bool consumer, uint32 party, address wallet) external;

    /// @notice Stops a recovery: Veto{consumer, party, wallet, deadline} signed by the wallet in force.
    function vetoRecovery(bool consumer, uint32 party, uint40 deadline, bytes calldata signature) external;

    /// @notice Completes a recovery whose delay is over. Anybody may call.
    function completeRecovery(bool consumer, uint32 party) external;

    /// @notice Announces the end: from `retiresAt` on nothing is minted or issued. Role: admin.
    function retire(uint40 retiresAt) external;
}
