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
import {Issuing} from "./logic/Issuing.sol";
import {Members} from "./logic/Members.sol";
import {Minting} from "./logic/Minting.sol";
import {Points} from "./logic/Points.sol";
import {Redeeming} from "./logic/Redeeming.sol";
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
    uint32 private constant WITHDRAWAL_DELAY_LIMIT = 30 days;
    uint64 private constant CAP_LIMIT = uint64(type(int64).max);

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
        _setLimits(seal, settings);
    }

    // ---------------------------------------------------------------- members

    function registerMerchants(MerchantRegistration[] calldata) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Members), Members.registerMerchants.selector);
    }

    function registerConsumers(ConsumerRegistration[] calldata) external nonReentrant {
        _call(address(Members), Members.registerConsumers.selector);
    }

    function appoint(Appointment[] calldata) external nonReentrant {
        _call(address(Members), Members.appoint.selector);
    }

    function suspendMerchant(uint32, bool) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Members), Members.suspendMerchant.selector);
    }

    function suspendConsumer(uint32, bool) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Members), Members.suspendConsumer.selector);
    }

    function changeGroup(uint32, bool, uint32[] calldata)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
        returns (uint32 changed)
    {
        return abi.decode(_call(address(Members), Members.changeGroup.selector), (uint32));
    }

    function changeWallet(WalletIntent[] calldata) external nonReentrant {
        _call(address(Wallets), Wallets.changeWallet.selector);
    }

    function startRecovery(bool, uint32, address) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Wallets), Wallets.startRecovery.selector);
    }

    function vetoRecovery(bool, uint32, bytes calldata) external nonReentrant {
        _call(address(Wallets), Wallets.vetoRecovery.selector);
    }

    function completeRecovery(bool, uint32) external nonReentrant {
        _call(address(Wallets), Wallets.completeRecovery.selector);
    }

    // ---------------------------------------------------------------- cash and points

    function deposit(Deposit[] calldata) external nonReentrant {
        _call(address(Cash), Cash.deposit.selector);
    }

    function withdraw(WithdrawIntent[] calldata) external nonReentrant {
        _call(address(Cash), Cash.withdraw.selector);
    }

    function payOut(uint32[] calldata) external nonReentrant {
        _call(address(Cash), Cash.payOut.selector);
    }

    function withdrawPlatform(uint64, address) external nonReentrant onlyRole(TREASURER_ROLE) {
        _call(address(Cash), Cash.withdrawPlatform.selector);
    }

    function grant(PointsItem[] calldata) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Points), Points.grant.selector);
    }

    function spend(SpendIntent[] calldata) external nonReentrant {
        _call(address(Points), Points.spend.selector);
    }

    function cashOut(uint32[] calldata) external nonReentrant {
        _call(address(Points), Points.cashOut.selector);
    }

    function expire(PointsItem[] calldata) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Points), Points.expire.selector);
    }

    // ---------------------------------------------------------------- coupons

    function mint(Terms calldata) external nonReentrant onlyRole(OPERATOR_ROLE) returns (uint32 batch) {
        return abi.decode(_call(address(Minting), Minting.mint.selector), (uint32));
    }

    function allocate(Allocation[] calldata) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Stock), Stock.allocate.selector);
    }

    function recall(RecallIntent[] calldata) external nonReentrant {
        _call(address(Stock), Stock.recall.selector);
    }

    function issue(IssueIntent[] calldata) external nonReentrant {
        _call(address(Issuing), Issuing.issue.selector);
    }

    function issueToBearers(BearerIssueIntent[] calldata) external nonReentrant {
        _call(address(Issuing), Issuing.issueToBearers.selector);
    }

    function transfer(bytes calldata) external nonReentrant {
        _call(address(Sharing), Sharing.transfer.selector);
    }

    function copy(bytes calldata) external nonReentrant {
        _call(address(Sharing), Sharing.copy.selector);
    }

    function claim(ClaimIntent[] calldata) external nonReentrant {
        _call(address(Sharing), Sharing.claim.selector);
    }

    function cancel(CancelIntent[] calldata) external nonReentrant {
        _call(address(Sharing), Sharing.cancel.selector);
    }

    function revoke(uint72[] calldata, uint8) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Sharing), Sharing.revoke.selector);
    }

    function redeem(RedeemIntent[] calldata) external nonReentrant {
        _call(address(Redeeming), Redeeming.redeem.selector);
    }

    function close(uint32) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Minting), Minting.close.selector);
    }

    function closeLots(uint32, uint32[] calldata) external nonReentrant {
        _call(address(Stock), Stock.closeLots.selector);
    }

    // ---------------------------------------------------------------- settlement and statements

    function amend(AmendIntent[] calldata) external nonReentrant {
        _call(address(Settlement), Settlement.amend.selector);
    }

    function reverse(ReverseIntent[] calldata) external nonReentrant {
        _call(address(Settlement), Settlement.reverse.selector);
    }

    function forfeit(uint72[] calldata, uint8, bool) external nonReentrant onlyRole(OPERATOR_ROLE) {
        _call(address(Settlement), Settlement.forfeit.selector);
    }

    function distribute(uint72[] calldata) external nonReentrant {
        _call(address(Settlement), Settlement.distribute.selector);
    }

    function state(StatementIntent[] calldata) external nonReentrant {
        _call(address(Statements), Statements.state.selector);
    }

    function changePolicy(uint40, uint16, uint16, EqualCodes) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _call(address(Statements), Statements.changePolicy.selector);
    }

    // ---------------------------------------------------------------- limits and pause

    function setLimits(LimitSettings calldata settings) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _setLimits(Seals.open($.seal), settings);
    }

    function setRewardCap(uint32 merchant, uint64 rewardCapDaily)
        external
        nonReentrant
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        if (merchant == 0 || merchant > $.head.merchants) revert MerchantUnknown(merchant, $.head.merchants);
        _checkCap(rewardCapDaily);
        $.merchants[merchant].rewardCapDaily = rewardCapDaily;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(RewardCapChanged.selector, merchant, abi.encode(rewardCapDaily));
        seal.close($.seal);
    }

    function pause() external nonReentrant onlyRole(PAUSER_ROLE) {
        Head memory head = $.head;
        if (LedgerTime.isPaused(head)) revert LedgerPaused(head.pausedUntil);
        uint40 cooledDown = head.pausedUntil + LedgerTime.PAUSE_COOL_DOWN;
        if (head.pausedUntil != 0 && block.timestamp < cooledDown) revert PauseCoolingDown(cooledDown);
        $.head.pausedTotal = uint32(LedgerTime.pausedSeconds(head));
        $.head.pausedAt = uint40(block.timestamp);
        $.head.pausedUntil = uint40(block.timestamp) + LedgerTime.PAUSE_LENGTH;
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(Paused.selector, uint160(msg.sender), abi.encode($.head.pausedUntil));
        seal.close($.seal);
    }

    function unpause() external nonReentrant onlyRole(PAUSER_ROLE) {
        Head memory head = $.head;
        if (!LedgerTime.isPaused(head)) revert NotPaused();
        $.head.pausedTotal = uint32(LedgerTime.pausedSeconds(head));
        $.head.pausedAt = 0;
        $.head.pausedUntil = uint40(block.timestamp);
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(Unpaused.selector, uint160(msg.sender), abi.encode($.head.pausedTotal));
        seal.close($.seal);
    }

    function retire(uint40) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _call(address(Wallets), Wallets.retire.selector);
    }

    function _setLimits(Seals.Seal memory seal, LimitSettings memory settings) private {
        if (settings.withdrawalDelay > WITHDRAWAL_DELAY_LIMIT) {
            revert WithdrawalDelayTooLong(settings.withdrawalDelay, WITHDRAWAL_DELAY_LIMIT);
        }
        _checkCap(settings.rewardCapDaily);
        _checkCap(settings.reserveCapDaily);
        _checkCap(settings.withdrawalCapDaily);
        $.limits.rewardCapDaily = settings.rewardCapDaily;
        $.limits.reserveCapDaily = settings.reserveCapDaily;
        $.limits.withdrawalDelay = settings.withdrawalDelay;
        $.outflow.withdrawalCapDaily = settings.withdrawalCapDaily;
        ++seal.items;
        bytes memory others = abi.encode(settings.reserveCapDaily, settings.withdrawalCapDaily, settings.withdrawalDelay);
        seal.log(LimitsChanged.selector, settings.rewardCapDaily, others);
        seal.close($.seal);
    }

    function _checkCap(uint64 cap) private pure {
        if (cap > CAP_LIMIT) revert CapTooLarge(cap, CAP_LIMIT);
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
