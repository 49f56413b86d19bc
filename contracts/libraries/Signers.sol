// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {LedgerStorage} from "./LedgerStorage.sol";

/// @title Signers
/// @notice Who may sign for whom: a wallet for itself, an agent for its merchant. Signatures are compact (EIP-2098). A
/// wallet that is a contract is asked (ERC-1271) after its key was tried: once, with bounded gas and bounded answer.
library Signers {
    uint256 private constant CONTRACT_GAS = 200_000;
    uint256 private constant GAS_AFTER = 100_000; // for what follows the answer
    uint256 private constant SIGNATURE_LIMIT = 1_024;

    error GasTooLow(uint256 left, uint256 needed);

    uint8 internal constant AGENT_ISSUES = 1;
    uint8 internal constant AGENT_REDEEMS = 2;
    uint8 internal constant AGENT_RECRUITS = 4;
    uint8 internal constant AGENT_STATES = 8;
    uint8 internal constant AGENT_KINDS = 15;

    uint40 private constant CONSUMER_FLAG = 1 << 32;

    /// @notice One number for a merchant or a consumer, key of nonces and wallets.
    function party(bool consumer, uint32 id) internal pure returns (uint40) {
        return consumer ? CONSUMER_FLAG | id : id;
    }

    /// @notice True if `wallet` signed `digest`; never for the zero wallet, a malleable or a malformed signature.
    function signedBy(address wallet, bytes32 digest, bytes32 r, bytes32 vs) internal view returns (bool) {
        (address signer, ECDSA.RecoverError failed,) = ECDSA.tryRecover(digest, r, vs);
        if (failed == ECDSA.RecoverError.NoError && signer == wallet) return true;
        return wallet.code.length != 0 && _contractAgrees(wallet, digest, abi.encodePacked(r, vs));
    }

    /// @notice As above; a contract may be given up to 1,024 bytes.
    function signedBy(address wallet, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        if (signature.length == 64) return signedBy(wallet, digest, bytes32(signature[:32]), bytes32(signature[32:]));
        if (signature.length > SIGNATURE_LIMIT || wallet.code.length == 0) return false;
        return _contractAgrees(wallet, digest, signature);
    }

    /// @notice True if the key of a bearer or of a link signed; never asks a contract.
    function signedByKey(address key, bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (bool) {
        (address signer, ECDSA.RecoverError failed,) = ECDSA.tryRecover(digest, r, vs);
        return failed == ECDSA.RecoverError.NoError && signer == key;
    }

    /// @dev Reverts where too little gas is left to ask: whoever sends must not make a good signature look bad.
    function _contractAgrees(address wallet, bytes32 digest, bytes memory signature) private view returns (bool agrees) {
        uint256 needed = CONTRACT_GAS + CONTRACT_GAS / 32 + GAS_AFTER;
        if (gasleft() < needed) revert GasTooLow(gasleft(), needed);
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 yes = bytes32(IERC1271.isValidSignature.selector);
        assembly ("memory-safe") {
            mstore(0, 0)
            let answered := staticcall(CONTRACT_GAS, wallet, add(question, 0x20), mload(question), 0, 0x20)
            agrees := and(and(answered, gt(returndatasize(), 0x1f)), eq(mload(0), yes))
        }
    }

    /// @notice Why a merchant's intent may not be done, None if it may: merchant in force, deadline, signature of its
    /// wallet (`agent` 0) or of an agent of the right kind with `uses` left.
    function refusalOf(
        LedgerStorage.Layout storage $,
        uint32 merchant,
        uint32 agent,
        uint8 kind,
        uint256 uses,
        uint256 deadline,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (T.Reason) {
        T.Merchant storage signing = $.merchants[merchant];
        if (signing.status != T.Status.Active) {
            return signing.status == T.Status.Unknown ? T.Reason.MerchantUnknown : T.Reason.MerchantSuspended;
        }
        if (signing.kind == T.MerchantKind.Institution) return T.Reason.KindInvalid;
        if (deadline < block.timestamp) return T.Reason.DeadlinePassed;
        address key = signing.wallet;
        if (agent != 0) {
            T.Agent memory appointed = $.agents[merchant][agent];
            if (appointed.until < block.timestamp) return T.Reason.AgentNotInForce;
            if (appointed.kind & kind == 0) return T.Reason.AgentKindMismatch;
            if (appointed.allowance < uses) return T.Reason.AllowanceExceeded;
            key = appointed.key;
        }
        return signedBy(key, digest, signature) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    /// @notice Takes what an agent did from its allowance.
    function consume(LedgerStorage.Layout storage $, uint32 merchant, uint32 agent, uint256 uses) internal {
        if (agent != 0 && uses != 0) $.agents[merchant][agent].allowance -= uint40(uses);
    }

    function nonceUsed(LedgerStorage.Layout storage $, uint40 key, uint64 nonce) internal view returns (bool) {
        return ($.nonces[key][nonce >> 8] >> (nonce & 0xff)) & 1 == 1;
    }

    function useNonce(LedgerStorage.Layout storage $, uint40 key, uint64 nonce) internal {
        $.nonces[key][nonce >> 8] |= 1 << (nonce & 0xff);
    }
}
