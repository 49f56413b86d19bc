// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICouponLedger} from "./interfaces/ICouponLedger.sol";
import {LedgerState, LedgerStorage} from "./libraries/LedgerStorage.sol";
import {LedgerTime} from "./libraries/LedgerTime.sol";
import {Seals} from "./libraries/Seals.sol";
import {Cash} from "./logic/Cash.sol";
import {Control} from "./logic/Control.sol";
import {Issuing} from "./logic/Issuing.sol";
import {Members} from "./logic/Members.sol";
import {Minting} from "./logic/Minting.sol";
import {Points} from "./logic/Points.sol";
import {Redeeming} from "./logic/Redeeming.sol";
import {Revoking} from "./logic/Revoking.sol";
import {Settlement} from "./logic/Settlement.sol";
import {Sharing} from "./logic/Sharing.sol";
import {Statements} from "./logic/Statements.sol";
import {Stock} from "./logic/Stock.sol";
import {Wallets} from "./logic/Wallets.sol";

/// @title Coupon Ledger
/// @notice The one address and the one storage; see `ICouponLedger` for what each function does.
/// @dev Not upgradeable. Roles are OpenZeppelin's; their admin is meant to be a timelock. The verbs are linked libraries over
/// the same storage: an entrance checks the role and hands its calldata on as it came, under the library's selector, so
/// that nothing is encoded twice. Every entrance that writes is guarded, not only those that call the token: a verb
/// inside another would seal its logs out of order.
contract CouponLedger is LedgerState, ICouponLedger, AccessControl, EIP712, ReentrancyGuardTransient {
    using Seals for Seals.Seal;

    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    bytes32 public constant TREASURER_ROLE = keccak256("TREASURER_ROLE");
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");
    uint8 private constant DECIMALS_LIMIT = 6;

    /// @notice The settlement token.
    IERC20 public immutable token;

    /// @param settlementToken an ERC-20 of at most 6 decimals that moves exactly what it is asked to
    /// @param admin appoints the roles and sets the limits
    /// @param operatorWallet signs for the operator's own stock (merchant id 1)
    /// @param settings the limits in force from the start
    constructor(IERC20Metadata settlementToken, address admin, address operatorWallet, LimitSettings memory settings)
        EIP712("Coupon Ledger", "1")
    {
        uint8 decimals = settlementToken.decimals();
        if (decimals > DECIMALS_LIMIT) revert DecimalsTooMany(decimals, DECIMALS_LIMIT);
        if (admin == address(0)) revert WalletInvalid(admin);
        if (operatorWallet == address(0)) revert WalletInvalid(operatorWallet);
        token = settlementToken;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        $.head.merchants = LedgerStorage.OPERATOR;
        $.merchants[LedgerStorage.OPERATOR] =
            Merchant(operatorWallet, 0, Status.Active, MerchantKind.Operator, 0, 0, 0, 0, 0);
        $.partyOf[operatorWallet] = LedgerStorage.OPERATOR;
        Seals.Seal memory seal = Seals.open($.seal);
        bytes memory operator = abi.encodePacked(operatorWallet, MerchantKind.Operator);
        seal.items = 1;
        seal.log(MerchantsRegistered.selector, LedgerStorage.OPERATOR, abi.encode(operator));
        Control.put($, seal, settings);
        seal.close($.seal);
    }

    // ---------------------------------------------------------------- members

    function registerMerchants(MerchantRegistration[] calldata registrations)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
    {
        _call(address(Members), Members.registerMerchants.selector);
    }

    function registerConsumers(ConsumerRegistration[] calldata registrations) external nonReentrant {
        _call(address(Members), Members.registerConsumers.selector);
    }

    function appoint(Appointment[] calldata appointments) external nonReentrant {
        _call(address(Members), Members.appoint.selector);
    }

    function suspendMerchant(uint32 merchant, bool suspended) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Members), Members.suspendMerchant.selector);
    }

    function suspendConsumer(uint32 consumer, bool suspended) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Members), Members.suspendConsumer.selector);
    }

    function changeGroup(uint32 group, bool member, uint32[] calldata merchants)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
        returns (uint32 changed)
    {
        return abi.decode(_call(address(Members), Members.changeGroup.selector), (uint32));
    }

    function changeWallet(WalletIntent[] calldata intents) external nonReentrant {
        _call(address(Wallets), Wallets.changeWallet.selector);
    }

    function startRecovery(bool consumer, uint32 party, address wallet) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Wallets), Wallets.startRecovery.selector);
    }

    function vetoRecovery(bool consumer, uint32 party, bytes calldata signature) external nonReentrant {
        _call(address(Wallets), Wallets.vetoRecovery.selector);
    }

    function completeRecovery(bool consumer, uint32 party) external nonReentrant {
        _call(address(Wallets), Wallets.completeRecovery.selector);
    }

    // ---------------------------------------------------------------- cash and points

    function deposit(Deposit[] calldata deposits) external nonReentrant {
        _call(address(Cash), Cash.deposit.selector);
    }

    function withdraw(WithdrawIntent[] calldata withdrawals) external nonReentrant {
        _call(address(Cash), Cash.withdraw.selector);
    }

    function payOut(uint32[] calldata merchants) external nonReentrant {
        _call(address(Cash), Cash.payOut.selector);
    }

    function withdrawPlatform(uint64 amount, address to) external nonReentrant onlyRole(TREASURER_ROLE) {
        _call(address(Cash), Cash.withdrawPlatform.selector);
    }

    function grant(PointsItem[] calldata grants) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Points), Points.grant.selector);
    }

    function spend(SpendIntent[] calldata intents) external nonReentrant {
        _call(address(Points), Points.spend.selector);
    }

    function cashOut(uint32[] calldata merchants) external nonReentrant {
        _call(address(Points), Points.cashOut.selector);
    }

    function expire(PointsItem[] calldata expiries) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Points), Points.expire.selector);
    }

    // ---------------------------------------------------------------- coupons

    function mint(Terms calldata terms) external nonReentrant onlyRole(OPERATOR_ROLE) returns (uint32 batch) {
        return abi.decode(_call(address(Minting), Minting.mint.selector), (uint32));
    }

    function allocate(Allocation[] calldata allocations) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Stock), Stock.allocate.selector);
    }

    function recall(RecallIntent[] calldata recalls) external nonReentrant {
        _call(address(Stock), Stock.recall.selector);
    }

    function issue(IssueIntent[] calldata intents) external nonReentrant {
        _call(address(Issuing), Issuing.issue.selector);
    }

    function issueToBearers(BearerIssueIntent[] calldata intents) external nonReentrant {
        _call(address(Issuing), Issuing.issueToBearers.selector);
    }

    function transfer(bytes calldata items) external nonReentrant {
        _call(address(Sharing), Sharing.transfer.selector);
    }

    function copy(bytes calldata items) external nonReentrant {
        _call(address(Sharing), Sharing.copy.selector);
    }

    function claim(ClaimIntent[] calldata claims) external nonReentrant {
        _call(address(Sharing), Sharing.claim.selector);
    }

    function cancel(CancelIntent[] calldata cancels) external nonReentrant {
        _call(address(Sharing), Sharing.cancel.selector);
    }

    function revoke(uint72[] calldata coupons, uint8 cause) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Revoking), Revoking.revoke.selector);
    }

    function redeem(RedeemIntent[] calldata intents) external nonReentrant {
        _call(address(Redeeming), Redeeming.redeem.selector);
    }

    function close(uint32 batch) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Minting), Minting.close.selector);
    }

    function closeLots(uint32 batch, uint32[] calldata lots) external nonReentrant {
        _call(address(Stock), Stock.closeLots.selector);
    }

    // ---------------------------------------------------------------- settlement and statements

    function amend(AmendIntent[] calldata intents) external nonReentrant {
        _call(address(Settlement), Settlement.amend.selector);
    }

    function reverse(ReverseIntent[] calldata intents) external nonReentrant {
        _call(address(Settlement), Settlement.reverse.selector);
    }

    function forfeit(uint72[] calldata coupons, uint8 cause, bool discountToo)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
    {
        _call(address(Settlement), Settlement.forfeit.selector);
    }

    function distribute(uint72[] calldata coupons) external nonReentrant {
        _call(address(Settlement), Settlement.distribute.selector);
    }

    function state(StatementIntent[] calldata statements) external nonReentrant {
        _call(address(Statements), Statements.state.selector);
    }

    function changePolicy(uint40 startsAt, uint16 commissionBps, uint16 rebateBps, EqualCodes equalCodes)
        external
        nonReentrant
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _call(address(Statements), Statements.changePolicy.selector);
    }

    // ---------------------------------------------------------------- limits and pause

    function setLimits(LimitSettings calldata settings) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _call(address(Control), Control.setLimits.selector);
    }

    function setRewardCap(uint32 merchant, uint64 rewardCapDaily) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _call(address(Control), Control.setRewardCap.selector);
    }

    function pause() external nonReentrant onlyRole(PAUSER_ROLE) {
        _call(address(Control), Control.pause.selector);
    }

    function unpause() external nonReentrant onlyRole(PAUSER_ROLE) {
        _call(address(Control), Control.unpause.selector);
    }

    function retire(uint40 retiresAt) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _call(address(Wallets), Wallets.retire.selector);
    }

    /// @dev Calls a linked library with this call's arguments, over this storage.
    function _call(address logic, bytes4 selector) private returns (bytes memory) {
        return Address.functionDelegateCall(logic, abi.encodePacked(selector, msg.data[4:]));
    }

    // ---------------------------------------------------------------- reads

    /// @notice Raw slots, for `CouponLens` and for anybody who reads the storage layout.
    function slots(bytes32[] calldata keys) external view returns (bytes32[] memory values) {
        values = new bytes32[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            bytes32 key = keys[i];
            bytes32 value;
            assembly ("memory-safe") {
                value := sload(key)
            }
            values[i] = value;
        }
    }

    /// @notice The domain separator of the intents.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }
}
