// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {CouponLedger} from "../../../contracts/CouponLedger.sol";
import {vm} from "./Vm.sol";

contract TwoDecimals {
    uint8 public constant decimals = 2;
}

/// @title Without its role, nobody gets past a function's gate
/// @dev The checks themselves, one a function, are written out of tests/gates/roles.toml. Who calls is unknown; the
/// arguments are zeros, since no gate reads them.
/// @custom:halmos --storage-layout generic
abstract contract RoleGates {
    CouponLedger internal ledger;

    function setUp() public {
        CouponLedger.LimitSettings memory settings;
        IERC20Metadata token = IERC20Metadata(address(new TwoDecimals()));
        ledger = new CouponLedger(token, address(0xad), address(0x0e), settings);
        bytes32[3] memory roles = [ledger.OPERATOR_ROLE(), ledger.TREASURER_ROLE(), ledger.PAUSER_ROLE()];
        for (uint256 i; i < roles.length; ++i) {
            vm.prank(address(0xad));
            ledger.grantRole(roles[i], address(uint160(0xb0 + i)));
        }
    }

    function _refuses(bytes4 selector, bytes32 role, address caller) internal {
        vm.assume(!ledger.hasRole(role, caller));
        vm.prank(caller);
        (bool done, bytes memory answer) = address(ledger).call(abi.encodePacked(selector, new bytes(1_024)));
        bytes memory refusal =
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role);
        assert(!done && keccak256(answer) == keccak256(refusal));
    }
}
