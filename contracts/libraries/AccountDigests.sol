// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IPoints} from "../interfaces/IPoints.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {IWallets} from "../interfaces/IWallets.sol";

/// @title Digests of settlement, statements, points and wallets
/// @notice EIP-712 digests of what parties sign; `separator` is the ledger's (see `Digests`).
library AccountDigests {
    bytes32 private constant AMEND =
        keccak256("Amend(uint72 coupon,uint16 version,uint32 merchant,uint48 order,uint40 deadline)");
    bytes32 private constant REVERSE =
        keccak256("Reverse(uint72 coupon,uint16 version,uint32 merchant,uint40 deadline)");
    bytes32 private constant STATE = keccak256(
        "State(uint32 merchant,uint32 period,uint16 periodDays,bytes totals,bytes32 root,uint40 deadline)"
    );
    bytes32 private constant SPEND = keccak256(
        "Spend(uint32 consumer,uint32 merchant,uint32 batch,uint32 lot,uint8 count,uint64 points,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant CHANGE_WALLET =
        keccak256("ChangeWallet(bool consumer,uint32 party,address wallet,uint64 nonce,uint40 deadline)");
    bytes32 private constant VETO = keccak256("Veto(bool consumer,uint32 party,address wallet,uint40 readyAt)");

    function amend(bytes32 separator, ISettlement.AmendIntent calldata a) internal pure returns (bytes32) {
        return _digest(separator, keccak256(abi.encode(AMEND, a.coupon, a.version, a.merchant, a.order, a.deadline)));
    }

    function reverse(bytes32 separator, ISettlement.ReverseIntent calldata r) internal pure returns (bytes32) {
        return _digest(separator, keccak256(abi.encode(REVERSE, r.coupon, r.version, r.merchant, r.deadline)));
    }

    function state(bytes32 separator, IStatements.StatementIntent calldata s) internal pure returns (bytes32) {
        bytes32 totals = keccak256(s.totals);
        return _digest(
            separator,
            keccak256(abi.encode(STATE, s.merchant, s.period, s.periodDays, totals, s.root, s.deadline))
        );
    }

    function spend(bytes32 separator, IPoints.SpendIntent calldata s) internal pure returns (bytes32) {
        return _digest(
            separator,
            keccak256(
                abi.encode(SPEND, s.consumer, s.merchant, s.batch, s.lot, s.count, s.points, s.nonce, s.deadline)
            )
        );
    }

    function changeWallet(bytes32 separator, IWallets.WalletIntent calldata w) internal pure returns (bytes32) {
        return _digest(
            separator, keccak256(abi.encode(CHANGE_WALLET, w.consumer, w.party, w.wallet, w.nonce, w.deadline))
        );
    }

    function veto(bytes32 separator, bool consumer, uint32 party, address wallet, uint40 readyAt)
        internal
        pure
        returns (bytes32)
    {
        return _digest(separator, keccak256(abi.encode(VETO, consumer, party, wallet, readyAt)));
    }

    function _digest(bytes32 separator, bytes32 structHash) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }
}
