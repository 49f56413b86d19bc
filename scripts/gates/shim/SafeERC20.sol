// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title SafeERC20 by plain calls
/// @notice Stands in for OpenZeppelin's in slither's second pass: through the assembly of that one it sees no outside call,
/// and so no reentrance. Nothing is ever deployed with it.
library SafeERC20 {
    error SafeERC20FailedOperation(address token);

    function safeTransfer(IERC20 token, address to, uint256 value) internal {
        if (!token.transfer(to, value)) revert SafeERC20FailedOperation(address(token));
    }

    function safeTransferFrom(IERC20 token, address from, address to, uint256 value) internal {
        if (!token.transferFrom(from, to, value)) revert SafeERC20FailedOperation(address(token));
    }

    function trySafeTransfer(IERC20 token, address to, uint256 value) internal returns (bool) {
        return token.transfer(to, value);
    }

    function trySafeTransferFrom(IERC20 token, address from, address to, uint256 value) internal returns (bool) {
        return token.transferFrom(from, to, value);
    }
}
