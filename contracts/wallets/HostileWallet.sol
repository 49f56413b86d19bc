// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {TestWallet} from "./TestWallet.sol";

/// @title A wallet that agrees to what its owner signed; asked about anything else, it misbehaves.
/// @notice For tests. How it misbehaves stands in the last byte of the signature, so that it needs no storage.
contract HostileWallet is TestWallet {
    enum Way {
        BurnsGas,
        AnswersHuge,
        AnswersWrong,
        AnswersShort,
        AnswersDirty,
        AnswersNothing,
        Reverts,
        RevertsHuge,
        AgreesToOther,
        Reenters
    }

    constructor(address owner_) TestWallet(owner_) {}

    function isValidSignature(bytes32 digest, bytes calldata signature) public view override returns (bytes4) {
        bytes4 yes = IERC1271.isValidSignature.selector;
        if (_agrees(digest, signature)) return yes;
        Way way = Way(uint8(signature[signature.length - 1]) % (uint8(type(Way).max) + 1));
        if (way == Way.AnswersWrong) return 0xdeadbeef;
        if (way == Way.AgreesToOther) return digest == bytes32(signature[:32]) ? yes : bytes4(0);
        if (way == Way.Reenters) return _enters(bytes4(signature[:4])) ? yes : bytes4(0);
        _answer(way, bytes32(yes));
    }

    /// @dev Whether the ledger lets itself be called: a function of one empty array.
    function _enters(bytes4 selector) private view returns (bool done) {
        (done,) = msg.sender.staticcall(abi.encodePacked(selector, uint256(32), uint256(0)));
    }

    /// @dev 128 KiB are about all that 200,000 gas pay for; the magic number with a byte too many, or alone in four bytes.
    function _answer(Way way, bytes32 yes) private pure {
        assembly ("memory-safe") {
            switch way
            case 1 { return(0x80, 0x20000) }
            case 3 {
                mstore(0, yes)
                return(0, 4)
            }
            case 4 {
                mstore(0, or(yes, 1))
                return(0, 0x20)
            }
            case 5 { return(0, 0) }
            case 6 { revert(0, 0) }
            case 7 { revert(0x80, 0x20000) }
            default { invalid() }
        }
    }
}
