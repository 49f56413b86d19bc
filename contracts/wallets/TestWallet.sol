// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet that is a contract and agrees to what its owner's key signed, in 64 or in 65 bytes.
/// @notice For tests. It keeps nothing in storage, so that an account may delegate to it (EIP-7702) as it is.
contract TestWallet is IERC1271 {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) public view virtual returns (bytes4) {
        return _agrees(digest, signature) ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    function _agrees(bytes32 digest, bytes calldata signature) internal view returns (bool) {
        address signer;
        ECDSA.RecoverError failed;
        if (signature.length == 64) {
            (signer, failed,) = ECDSA.tryRecover(digest, bytes32(signature[:32]), bytes32(signature[32:]));
        } else {
            (signer, failed,) = ECDSA.tryRecover(digest, signature);
        }
        return failed == ECDSA.RecoverError.NoError && signer == owner;
    }
}
