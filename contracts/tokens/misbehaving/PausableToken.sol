// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that reverts for everybody while it is paused.
contract PausableToken is MisbehavingToken {
    bool public paused;

    error TokenPaused();

    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function setPaused(bool paused_) external {
        paused = paused_;
    }

    function _move(address from, address to, uint256 value) internal override {
        if (paused) revert TokenPaused();
        super._move(from, to, value);
    }
}
