// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that answers nothing when it moves, as some well-known ones do.
contract SilentToken is MisbehavingToken {
    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function transfer(address to, uint256 value) public override returns (bool) {
        super.transfer(to, value);
        assembly ("memory-safe") {
            return(0, 0)
        }
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        super.transferFrom(from, to, value);
        assembly ("memory-safe") {
            return(0, 0)
        }
    }
}
