// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";

/// @title The words of a batch
/// @notice Packs terms into the four slots of `Batch`, field by field in its order from the lowest bit, so that a mint
/// writes each slot once and its event carries them as they are stored.
library BatchWords {
    uint8 internal constant FLAG_REVOCABLE = 1;
    uint8 internal constant FLAG_BEARER = 2;

    function pack(T.Terms calldata terms, uint64 reserve, uint32 pausedAtMint)
        internal
        pure
        returns (uint256[4] memory words)
    {
        words[0] = _acceptance(terms);
        words[1] = _money(terms, pausedAtMint);
        uint256 split;
        for (uint256 role; role < 7; ++role) {
            split |= uint256(terms.split[role]) << (role << 4);
        }
        words[2] = split | (uint256(reserve) << 112) | (uint256(terms.size) << 208);
        words[3] = uint256(terms.text);
    }

    function store(T.Batch storage batch, uint256[4] memory words) internal {
        assembly ("memory-safe") {
            let slot := batch.slot
            sstore(slot, mload(words))
            sstore(add(slot, 1), mload(add(words, 0x20)))
            sstore(add(slot, 2), mload(add(words, 0x40)))
            sstore(add(slot, 3), mload(add(words, 0x60)))
        }
    }

    function _acceptance(T.Terms calldata terms) private pure returns (uint256 word) {
        uint256 flags = (terms.revocable ? FLAG_REVOCABLE : 0) | (terms.bearer ? FLAG_BEARER : 0);
        word = terms.size;
        word |= uint256(terms.opens) << 32;
        word |= uint256(terms.closes) << 72;
        word |= uint256(terms.validDays) << 112;
        word |= uint256(terms.shareMode) << 128;
        word |= uint256(terms.copies) << 136;
        word |= uint256(terms.hops) << 144;
        word |= uint256(terms.group) << 152;
        word |= uint256(terms.minimumOrder) << 184;
        word |= uint256(terms.settlementDelayHours) << 232;
        word |= flags << 248;
    }

    function _money(T.Terms calldata terms, uint32 pausedAtMint) private pure returns (uint256 word) {
        word = terms.reward;
        word |= uint256(terms.rewardCapBps) << 40;
        word |= uint256(terms.contributionBps) << 56;
        word |= uint256(terms.contributionCap) << 72;
        word |= uint256(terms.discountBps) << 112;
        word |= uint256(terms.discountAmount) << 128;
        word |= uint256(terms.funder) << 168;
        word |= uint256(terms.remainderRole) << 176;
        word |= uint256(terms.pointsPrice) << 184;
        word |= uint256(pausedAtMint) << 224;
    }
}
