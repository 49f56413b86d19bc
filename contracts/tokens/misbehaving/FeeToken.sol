// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that keeps a hundredth of what it moves: less comes in than was asked for.
contract FeeToken is MisbehavingToken {
    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        super._move(to, address(this), value / 100);
    }
}
