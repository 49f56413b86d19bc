// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that reverts for the accounts on its list.
contract BlocklistToken is MisbehavingToken {
    mapping(address account => bool) public blocked;

    error AccountBlocked(address account);

    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function setBlocked(address account, bool blocked_) external {
        blocked[account] = blocked_;
    }

    function _move(address from, address to, uint256 value) internal override {
        if (blocked[from]) revert AccountBlocked(from);
        if (blocked[to]) revert AccountBlocked(to);
        super._move(from, to, value);
    }
}
