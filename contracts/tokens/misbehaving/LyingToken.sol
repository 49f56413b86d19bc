// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that answers true and moves nothing when it is switched off.
contract LyingToken is MisbehavingToken {
    bool public off;

    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    function setOff(bool off_) external {
        off = off_;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return off ? true : super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return off ? true : super.transferFrom(from, to, value);
    }
}
