// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that changes an account's balance without a transfer, up or down.
contract RebaseToken is MisbehavingToken {
    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function rebase(address account, uint256 balance) external {
        balanceOf[account] = balance;
    }
}
