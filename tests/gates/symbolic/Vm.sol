// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What halmos gives to a check
/// @dev The part of its two cheat codes that the checks use.
interface Vm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
}

interface Svm {
    function createUint(uint256 bits, string memory name) external pure returns (uint256 value);
    function createBytes(uint256 size, string memory name) external pure returns (bytes memory value);
    function createBytes32(string memory name) external pure returns (bytes32 value);
    function createAddress(string memory name) external pure returns (address value);
    function createBool(string memory name) external pure returns (bool value);
    function createCalldata(string memory file, string memory name) external pure returns (bytes memory data);
    function enableSymbolicStorage(address account) external;
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
