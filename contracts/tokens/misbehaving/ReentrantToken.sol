// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MisbehavingToken} from "./MisbehavingToken.sol";

/// @title A token that calls somebody back while it moves, as one with hooks lets a payee do.
contract ReentrantToken is MisbehavingToken {
    address public target;
    bytes public data;
    bool public bubbles;
    uint256 public entered;
    bytes public answer;

    constructor(string memory name, string memory symbol, uint8 decimals_, address admin)
        MisbehavingToken(name, symbol, decimals_, admin)
    {}

    /// @notice What to call during each move; `bubbles_` passes a revert of that call on, else it is only noted.
    function setCall(address target_, bytes calldata data_, bool bubbles_) external {
        (target, data, bubbles) = (target_, data_, bubbles_);
        (entered, answer) = (0, "");
    }

    function _move(address from, address to, uint256 value) internal override {
        super._move(from, to, value);
        if (target == address(0)) return;
        (bool done, bytes memory returned) = target.call(data);
        if (done) ++entered;
        answer = returned;
        if (!done && bubbles) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
    }
}
