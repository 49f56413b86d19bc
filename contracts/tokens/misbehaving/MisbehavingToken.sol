// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What misbehaving tokens share: an ERC-20 that anybody may mint. For tests; short, as it is compiled with the rest.
abstract contract MisbehavingToken {
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    uint8 public immutable decimals;

    event Transfer(address indexed from, address indexed to, uint256 value);

    error BalanceInsufficient(address account, uint256 balance, uint256 value);

    constructor(string memory, string memory, uint8 decimals_, address) {
        decimals = decimals_;
    }

    /// @notice Taken so that it can be deployed in the settlement token's place.
    function grantRole(bytes32, address) external {}

    /// @notice Taken so that it can be deployed in the settlement token's place.
    function renounceRole(bytes32, address) external {}

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) public virtual returns (bool) {
        _move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) public virtual returns (bool) {
        allowance[from][msg.sender] -= value;
        _move(from, to, value);
        return true;
    }

    function _move(address from, address to, uint256 value) internal virtual {
        if (balanceOf[from] < value) revert BalanceInsufficient(from, balanceOf[from], value);
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}
