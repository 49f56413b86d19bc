// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
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
import {Redeeming} from "./logic/Redeeming.sol";
import {Stock} from "./logic/Stock.sol";

/// @title Coupon Ledger
/// @notice The one address and the one storage; see `ICouponLedger` for what each function does.
/// @dev Not upgradeable. Roles are OpenZeppelin's; their admin is meant to be a timelock. The hot verbs are compiled in,
/// the others are linked libraries over the same storage. Every entrance that writes is guarded, not only those that call
/// the token: a verb inside another would seal its logs out of order.
contract CouponLedger is LedgerState, ICouponLedger, AccessControl, EIP712, ReentrancyGuardTransient {
    using Seals for Seals.Seal;

    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    bytes32 public constant TREASURER_ROLE = keccak256("TREASURER_ROLE");
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");
    uint8 private constant DECIMALS_LIMIT = 6;
    uint32 private constant WITHDRAWAL_DELAY_LIMIT = 30 days;

    /// @notice The settlement token.
    IERC20 public immutable token;

    /// @param settlementToken an ERC-20 of at most 6 decimals that moves exactly what it is asked to
    /// @param admin appoints the roles and sets the limits
    /// @param operatorWallet signs for the operator's own stock (merchant id 1)
    /// @param limits rewardCapDaily, reserveCapDaily and withdrawalDelay in force from the start
    constructor(IERC20Metadata settlementToken, address admin, address operatorWallet, Limits memory limits)
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
            Merchant(operatorWallet, 0, Status.Active, MerchantKind.Operator, 0, 0, 0, 0);
        $.partyOf[operatorWallet] = LedgerStorage.OPERATOR;
        Seals.Seal memory seal = Seals.open($.seal);
        bytes memory operator = abi.encodePacked(operatorWallet, MerchantKind.Operator);
        seal.items = 1;
        seal.log(MerchantsRegistered.selector, LedgerStorage.OPERATOR, abi.encode(operator));
        _setLimits(seal, limits.rewardCapDaily, limits.reserveCapDaily, limits.withdrawalDelay);
    }

    // ---------------------------------------------------------------- members

    function registerMerchants(MerchantRegistration[] calldata registrations)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
    {
        Members.registerMerchants($, _domainSeparatorV4(), registrations);
    }

    function registerConsumers(ConsumerRegistration[] calldata registrations) external nonReentrant {
        Members.registerConsumers($, _domainSeparatorV4(), registrations);
    }

    function appoint(Appointment[] calldata appointments) external nonReentrant {
        Members.appoint($, _domainSeparatorV4(), appointments);
    }

    function suspendMerchant(uint32 merchant, bool suspended) external nonReentrant onlyRole(OPERATOR_ROLE) {
        Members.suspendMerchant($, merchant, suspended);
    }

    function suspendConsumer(uint32 consumer, bool suspended) external nonReentrant onlyRole(OPERATOR_ROLE) {
        Members.suspendConsumer($, consumer, suspended);
    }

    function changeGroup(uint32 group, bool member, uint32[] calldata merchants)
        external
        nonReentrant
        onlyRole(OPERATOR_ROLE)
        returns (uint32 changed)
    {
        return Members.changeGroup($, group, member, merchants);
    }

    // ---------------------------------------------------------------- cash

    function deposit(Deposit[] calldata deposits) external nonReentrant {
        Cash.deposit($, token, deposits);
    }

    function withdraw(WithdrawIntent[] calldata withdrawals) external nonReentrant {
        Cash.withdraw($, token, _domainSeparatorV4(), withdrawals);
    }

    function payOut(uint32[] calldata merchants) external nonReentrant {
        Cash.payOut($, token, merchants);
    }

    function withdrawPlatform(uint64 amount, address to) external nonReentrant onlyRole(TREASURER_ROLE) {
        Cash.withdrawPlatform($, token, amount, to);
    }

    // ---------------------------------------------------------------- coupons

    function mint(Terms calldata terms) external nonReentrant onlyRole(OPERATOR_ROLE) returns (uint32 batch) {
        return Minting.mint($, terms);
    }

    function allocate(Allocation[] calldata allocations) external nonReentrant onlyRole(OPERATOR_ROLE) {
        Stock.allocate($, _domainSeparatorV4(), allocations);
    }

    function recall(RecallIntent[] calldata recalls) external nonReentrant {
        Stock.recall($, _domainSeparatorV4(), hasRole(OPERATOR_ROLE, msg.sender), recalls);
    }

    function issue(IssueIntent[] calldata intents) external nonReentrant {
        Issuing.issue($, _domainSeparatorV4(), intents);
    }

    function redeem(RedeemIntent[] calldata intents) external nonReentrant {
        Redeeming.redeem($, _domainSeparatorV4(), intents);
    }

    function close(uint32 batch) external nonReentrant onlyRole(OPERATOR_ROLE) {
        Minting.close($, batch);
    }

    function closeLots(uint32 batch, uint32[] calldata lots) external nonReentrant {
        Stock.closeLots($, batch, lots);
    }

    // ---------------------------------------------------------------- limits and pause

    function setLimits(uint64 rewardCapDaily, uint64 reserveCapDaily, uint32 withdrawalDelay)
        external
        nonReentrant
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _setLimits(Seals.open($.seal), rewardCapDaily, reserveCapDaily, withdrawalDelay);
    }

    function setRewardCap(uint32 merchant, uint64 rewardCapDaily)
        external
        nonReentrant
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        if (merchant == 0 || merchant > $.head.merchants) revert MerchantUnknown(merchant, $.head.merchants);
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

    function _setLimits(Seals.Seal memory seal, uint64 rewardCapDaily, uint64 reserveCapDaily, uint32 withdrawalDelay)
        private
    {
        if (withdrawalDelay > WITHDRAWAL_DELAY_LIMIT) {
            revert WithdrawalDelayTooLong(withdrawalDelay, WITHDRAWAL_DELAY_LIMIT);
        }
        $.limits.rewardCapDaily = rewardCapDaily;
        $.limits.reserveCapDaily = reserveCapDaily;
        $.limits.withdrawalDelay = withdrawalDelay;
        ++seal.items;
        seal.log(LimitsChanged.selector, rewardCapDaily, abi.encode(reserveCapDaily, withdrawalDelay));
        seal.close($.seal);
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
