// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that takes a toll from who pays, beside the amount: more leaves than was asked for.
contract TollToken is MisbehavingToken {
    uint256 public toll;

    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function setToll(uint256 amount) external {
        toll = amount;
    }

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        super._move(from, address(this), toll);
    }
}
