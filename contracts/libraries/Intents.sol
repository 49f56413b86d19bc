// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {RedeemItem} from "./RedeemItem.sol";

/// @title Intents
/// @notice EIP-712 digests of what parties sign. `domain` is the ledger's domain separator.
library Intents {
    bytes32 private constant REGISTER =
        keccak256("Register(address wallet,uint8 kind,uint32 recruiter,uint40 deadline)");
    bytes32 private constant RECRUIT = keccak256("Recruit(uint32 merchant,bytes consumers,uint64 nonce,uint40 deadline)");
    bytes32 private constant APPOINT = keccak256(
        "Appoint(uint32 merchant,uint32 agent,address key,uint40 until,uint40 allowance,uint8 kind,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant WITHDRAW =
        keccak256("Withdraw(bool consumer,uint32 party,uint64 amount,address to,uint64 nonce,uint40 deadline)");
    bytes32 private constant ACCEPT =
        keccak256("Accept(uint32 merchant,uint32 batch,uint32 count,uint64 nonce,uint40 deadline)");
    bytes32 private constant RECALL =
        keccak256("Recall(uint32 merchant,uint32 batch,uint32 lot,uint32 count,uint64 nonce,uint40 deadline)");
    bytes32 private constant ISSUE =
        keccak256("Issue(uint32 merchant,uint32 batch,uint32 lot,bytes consumers,uint64 nonce,uint40 deadline)");
    bytes32 private constant REDEEM = keccak256("Redeem(uint32 merchant,bytes items,uint40 deadline)");
    bytes32 private constant PRESENT =
        keccak256("Present(uint72 coupon,uint16 version,uint32 merchant,uint48 maximumOrder,uint40 deadline)");

    function register(bytes32 domain, address wallet, T.MerchantKind kind, uint32 recruiter, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        return _digest(domain, keccak256(abi.encode(REGISTER, wallet, kind, recruiter, deadline)));
    }

    function recruit(bytes32 domain, T.ConsumerRegistration calldata r) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(RECRUIT, r.merchant, keccak256(r.consumers), r.nonce, r.deadline)));
    }

    function appoint(bytes32 domain, T.Appointment calldata a) internal pure returns (bytes32) {
        return _digest(
            domain,
            keccak256(abi.encode(APPOINT, a.merchant, a.agent, a.key, a.until, a.allowance, a.kind, a.nonce, a.deadline))
        );
    }

    function withdraw(bytes32 domain, T.WithdrawIntent calldata w) internal pure returns (bytes32) {
        return _digest(
            domain, keccak256(abi.encode(WITHDRAW, w.consumer, w.party, w.amount, w.to, w.nonce, w.deadline))
        );
    }

    function accept(bytes32 domain, T.Allocation calldata a) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(ACCEPT, a.merchant, a.batch, a.count, a.nonce, a.deadline)));
    }

    function recall(bytes32 domain, T.RecallIntent calldata r) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(RECALL, r.merchant, r.batch, r.lot, r.count, r.nonce, r.deadline)));
    }

    function issue(bytes32 domain, T.IssueIntent calldata i) internal pure returns (bytes32) {
        return _digest(
            domain,
            keccak256(abi.encode(ISSUE, i.merchant, i.batch, i.lot, keccak256(i.consumers), i.nonce, i.deadline))
        );
    }

    function redeem(bytes32 domain, T.RedeemIntent calldata r) internal pure returns (bytes32) {
        return _digest(domain, keccak256(abi.encode(REDEEM, r.merchant, keccak256(r.items), r.deadline)));
    }

    /// @notice What a holder signs for the item (see `RedeemItem`).
    /// @dev The hot one: hashed in free memory that is not kept.
    function present(bytes32 domain, uint256 item, uint256 merchant) internal pure returns (bytes32 digest) {
        uint256 coupon = RedeemItem.coupon(item);
        uint256 version = RedeemItem.version(item);
        uint256 maximumOrder = RedeemItem.maximumOrder(item);
        uint256 deadline = RedeemItem.deadline(item);
        bytes32 typehash = PRESENT;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), coupon)
            mstore(add(pointer, 0x40), version)
            mstore(add(pointer, 0x60), merchant)
            mstore(add(pointer, 0x80), maximumOrder)
            mstore(add(pointer, 0xa0), deadline)
            let structHash := keccak256(pointer, 0xc0)
            mstore(pointer, hex"1901")
            mstore(add(pointer, 0x02), domain)
            mstore(add(pointer, 0x22), structHash)
            digest := keccak256(pointer, 0x42)
        }
    }

    function _digest(bytes32 domain, bytes32 structHash) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }
}
