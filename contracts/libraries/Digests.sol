// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ISharing} from "../interfaces/ISharing.sol";

/// @title Digests
/// @notice The ledger's EIP-712 domain, and digests of what parties sign to share and to issue to bearers; those of the other
/// verbs are in `Intents` and `AccountDigests`.
library Digests {
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant TRANSFER = keccak256("Transfer(uint72 coupon,uint16 version,uint32 to,uint40 deadline)");
    bytes32 private constant COPY =
        keccak256("Copy(uint72 coupon,uint16 version,uint8 index,uint32 to,uint40 deadline)");
    bytes32 private constant OFFER = keccak256(
        "Offer(uint72 coupon,uint16 version,bool copy,uint32 to,address claimKey,uint40 price,uint64 nonce,uint40 deadline)"
    );
    bytes32 private constant CLAIM = keccak256("Claim(bytes32 offer,uint8 index,uint32 claimant)");
    bytes32 private constant ACCEPT_OFFER =
        keccak256("AcceptOffer(bytes32 offer,uint8 index,uint32 claimant,uint40 price)");
    bytes32 private constant CANCEL = keccak256("Cancel(uint32 consumer,uint64 nonce,uint40 deadline)");
    bytes32 private constant ISSUE_TO_BEARERS =
        keccak256("IssueToBearers(uint32 merchant,uint32 batch,uint32 lot,bytes keys,uint64 nonce,uint40 deadline)");

    /// @notice The domain separator, as OpenZeppelin's EIP712 makes it, for code that the ledger calls by delegatecall.
    function domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN, keccak256("Coupon Ledger"), keccak256("1"), block.chainid, address(this))
        );
    }

    /// @dev A hot one: hashed in free memory that is not kept.
    function transfer(bytes32 separator, uint256 coupon, uint256 version, uint256 to, uint256 deadline)
        internal
        pure
        returns (bytes32 digest)
    {
        bytes32 typehash = TRANSFER;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typehash)
            mstore(add(pointer, 0x20), coupon)
            mstore(add(pointer, 0x40), version)
            mstore(add(pointer, 0x60), to)
            mstore(add(pointer, 0x80), deadline)
            let structHash := keccak256(pointer, 0xa0)
            mstore(pointer, hex"1901")
            mstore(add(pointer, 0x02), separator)
            mstore(add(pointer, 0x22), structHash)
            digest := keccak256(pointer, 0x42)
        }
    }

    function copy(
        bytes32 separator,
        uint256 coupon,
        uint256 version,
        uint256 index,
        uint256 to,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return _digest(separator, keccak256(abi.encode(COPY, coupon, version, index, to, deadline)));
    }

    /// @notice An offer's struct hash, which claims name.
    function offerHash(ISharing.OfferIntent calldata o) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(OFFER, o.coupon, o.version, o.copy, o.to, o.claimKey, o.price, o.nonce, o.deadline)
        );
    }

    function offer(bytes32 separator, bytes32 hash) internal pure returns (bytes32) {
        return _digest(separator, hash);
    }

    function claim(bytes32 separator, bytes32 hash, uint8 index, uint32 claimant) internal pure returns (bytes32) {
        return _digest(separator, keccak256(abi.encode(CLAIM, hash, index, claimant)));
    }

    function acceptOffer(bytes32 separator, bytes32 hash, uint8 index, uint32 claimant, uint40 price)
        internal
        pure
        returns (bytes32)
    {
        return _digest(separator, keccak256(abi.encode(ACCEPT_OFFER, hash, index, claimant, price)));
    }

    function cancel(bytes32 separator, ISharing.CancelIntent calldata c) internal pure returns (bytes32) {
        return _digest(separator, keccak256(abi.encode(CANCEL, c.consumer, c.nonce, c.deadline)));
    }

    function issueToBearers(bytes32 separator, ISharing.BearerIssueIntent calldata i) internal pure returns (bytes32) {
        bytes32 keys = keccak256(i.keys);
        return _digest(
            separator,
            keccak256(abi.encode(ISSUE_TO_BEARERS, i.merchant, i.batch, i.lot, keys, i.nonce, i.deadline))
        );
    }

    function _digest(bytes32 separator, bytes32 structHash) private pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(separator, structHash);
    }
}
