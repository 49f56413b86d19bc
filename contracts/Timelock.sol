// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Compiled beside the ledger, whose Admin it is.
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
