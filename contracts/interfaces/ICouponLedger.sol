// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes} from "./ILedgerTypes.sol";
import {IPoints} from "./IPoints.sol";
import {ISettlement} from "./ISettlement.sol";
import {ISharing} from "./ISharing.sol";
import {IStatements} from "./IStatements.sol";
import {IWallets} from "./IWallets.sol";

/// @title Coupon Ledger
/// @notice Coupons whose holders, balances and pools of reward live at this one address.
/// @dev Verbs signed by parties take many items in a transaction, which never fails whole: each item is done or refused
/// with a `Reason`; a refusal changes nothing. Verbs of the platform's roles revert with a named error. Every transaction
/// that changes anything ends with `Sealed`. Ids of batches, merchants, consumers, groups and lots start at 1.
interface ICouponLedger is ILedgerTypes, ISharing, ISettlement, IStatements, IPoints, IWallets {
    // ---------------------------------------------------------------- events
    // Records in `bytes` are packed big-endian. Each log has two topics: its signature and the one indexed field.

    /// @notice Merchants got the ids from `first` on. Records of 21 bytes: wallet 20, kind 1.
    event MerchantsRegistered(uint32 indexed first, bytes merchants);
    /// @notice Consumers got the ids from `first` on. Records of 20 bytes: wallet.
    event ConsumersRegistered(uint32 indexed recruiter, uint32 agent, uint32 first, uint64 nonce, bytes wallets);
    event MerchantSuspended(uint32 indexed merchant, bool suspended);
    event ConsumerSuspended(uint32 indexed consumer, bool suspended);
    event Appointed(
        uint32 indexed merchant, uint32 agent, address key, uint40 until, uint40 allowance, uint8 kind, uint64 nonce
    );
    /// @notice Merchants joined or left a group of acceptance. A group's first event creates it.
    event GroupChanged(uint32 indexed group, bool member, uint32[] merchants);
    event Deposited(bool indexed consumer, uint32 party, uint64 amount, address from);
    event WithdrawalRequested(uint32 indexed merchant, uint64 amount, address to, uint32 readyAt, uint64 nonce);
    /// @notice Tokens left the ledger. `nonce` is that of the intent, 0 for the treasurer and for a paid-out request.
    event Withdrawn(bool indexed consumer, uint32 party, uint64 amount, address to, uint64 nonce);
    /// @notice A batch with its four stored words (see `Batch`); all its serials are the operator's stock.
    event Minted(uint32 indexed batch, uint256 acceptance, uint256 money, uint256 state, bytes32 text);
    event Allocated(
        uint32 indexed batch, uint32 fromLot, uint32 lot, uint32 merchant, uint32 count, uint64 reserved, uint64 nonce
    );
    event Recalled(uint32 indexed batch, uint32 fromLot, uint32 lot, uint32 count, uint64 released, uint64 nonce);
    /// @notice Serials from `first` on went to consumers. Records of 5 bytes: consumer 4, count 1.
    event Issued(uint32 indexed batch, uint32 lot, uint32 first, uint64 nonce, uint32 agent, bytes consumers);
    /// @notice Coupons were written off. Records of 64 bytes: coupon 72 bits, version 12, zero 4, order 48, reward 40,
    /// contribution 40, discount 40; then zero 4 and the seven parts of 36 bits in the order of `Role`.
    event Redeemed(uint32 indexed merchant, uint32 agent, bytes items);
    event Closed(uint32 indexed batch, uint64 released);
    event LotClosed(uint32 indexed batch, uint32 lot, uint32 merchant, uint64 released);
    event LimitsChanged(
        uint64 indexed rewardCapDaily, uint64 reserveCapDaily, uint64 withdrawalCapDaily, uint32 withdrawalDelay
    );
    event RewardCapChanged(uint32 indexed merchant, uint64 rewardCapDaily);
    event Paused(address indexed by, uint40 until);
    event Unpaused(address indexed by, uint32 pausedTotal);
    /// @notice Items that changed nothing. Records of 32 bytes: verb 8 bits, reason 8, group 16, item 16, zero 16,
    /// party 32, subject 160: a wallet; a nonce or amount, with bit 64 set for a consumer's; coupon 72 and version 16 of a
    /// redemption and its settlement; coupon 72, version 16 and index 8 of a sharing; the lot of a closing; the period of a
    /// statement.
    event Refused(uint8 indexed verb, bytes records);
    /// @notice The end of a transaction: its number without gaps, its items (done + refused) and the hash that chains
    /// every log of the ledger: rolling' = keccak(rolling, topic0, topic1, keccak(data)) cut to its upper 192 bits after
    /// the transaction's last log.
    event Sealed(uint64 indexed sequence, uint32 items, uint192 rolling);

    // ---------------------------------------------------------------- errors of the platform's verbs
    error LedgerPaused(uint40 until);
    error PauseCoolingDown(uint40 until);
    error NotPaused();
    error DecimalsTooMany(uint8 decimals, uint8 limit);
    error TokenAmountMismatch(uint256 received, uint256 expected);
    error TokenTotalTooLarge(uint256 total, uint256 limit);
    error MerchantUnknown(uint32 merchant, uint32 merchants);
    error ConsumerUnknown(uint32 consumer, uint32 consumers);
    error StatusUnchanged(uint32 party);
    error OperatorNotSuspendable();
    error GroupUnknown(uint32 group, uint32 groups);
    error SizeZero();
    error WindowEmpty(uint40 opens, uint40 closes);
    error WindowPast(uint40 closes, uint256 time);
    error ShareTermsInvalid(ShareMode mode, uint8 copies, uint8 hops);
    error RewardCapMissing();
    error ContributionTermsInvalid(uint16 bps, uint40 cap);
    error DiscountTermsInvalid(uint16 bps, uint40 amount);
    error BpsTooHigh(uint256 bps, uint256 limit);
    error IncentiveTooLarge(uint256 incentive, uint256 limit);
    error SplitSumWrong(uint256 sum, uint256 expected);
    error RemainderRoleAbsent(Role role);
    error ReserveTooLarge(uint256 reserve, uint256 limit);
    error ReserveCapReached(uint256 reserve, uint256 left);
    error CashInsufficient(uint64 amount, uint64 cash);
    error CapTooLarge(uint64 cap, uint64 limit);
    error AmountZero();
    error WithdrawalDelayTooLong(uint32 delay, uint32 limit);
    error WalletInvalid(address wallet);
    error BatchUnknown(uint32 batch, uint32 batches);
    error BatchClosed(uint32 batch);
    error BatchNotClosed(uint32 batch);
    error BatchNotFinished(uint256 finishes, uint256 time);

    // ---------------------------------------------------------------- members
    /// @notice Registers merchants and institutions with their wallets' consent. Role: operator.
    function registerMerchants(MerchantRegistration[] calldata registrations) external;

    /// @notice Registers consumers, signed by each wallet and by the recruiting merchant (S2.23, S3.3-S3.5).
    function registerConsumers(ConsumerRegistration[] calldata registrations) external;

    /// @notice Appoints, changes or (with `until` 0) dismisses merchants' agents.
    function appoint(Appointment[] calldata appointments) external;

    /// @notice Suspends a merchant or lifts it: suspended, it neither issues, recruits, redeems nor withdraws. Role: operator.
    function suspendMerchant(uint32 merchant, bool suspended) external;

    /// @notice Suspends a consumer or lifts it: suspended, no signature of its wallet fits. Role: operator.
    function suspendConsumer(uint32 consumer, bool suspended) external;

    /// @notice Adds merchants to a group of acceptance or takes them out; group 0 opens a new one. Role: operator.
    function changeGroup(uint32 group, bool member, uint32[] calldata merchants) external returns (uint32 changed);

    // ---------------------------------------------------------------- cash
    /// @notice Takes the sum of the deposits done from the caller's tokens; parties that do not exist are refused.
    function deposit(Deposit[] calldata deposits) external;

    /// @notice Pays consumers and institutions at once and notes merchants' requests, due after the withdrawal delay.
    /// A merchant's request that is due is paid before its next one is noted, or gives way to it if it cannot be paid.
    function withdraw(WithdrawIntent[] calldata withdrawals) external;

    /// @notice Pays merchants' requests that are due: what was asked for, at most the cash at hand. Anybody may call.
    function payOut(uint32[] calldata merchants) external;

    /// @notice Moves the platform's own cash out. Role: treasurer.
    function withdrawPlatform(uint64 amount, address to) external;

    // ---------------------------------------------------------------- coupons
    /// @notice Mints a batch and reserves the money of every reward and operator-funded discount. Role: operator.
    function mint(Terms calldata terms) external returns (uint32 batch);

    /// @notice Gives merchants stock from the end of the operator's lots. Role: operator.
    function allocate(Allocation[] calldata allocations) external;

    /// @notice Returns unissued stock, with its issuer-funded reserve, to whom it came from.
    function recall(RecallIntent[] calldata recalls) external;

    /// @notice Issues coupons from merchants' stock to consumers.
    function issue(IssueIntent[] calldata intents) external;

    /// @notice Writes presented coupons off against orders and pays everybody who made the sale happen.
    function redeem(RedeemIntent[] calldata intents) external;

    /// @notice Returns the reserve of a batch that can no longer be redeemed to the operator. Role: operator.
    function close(uint32 batch) external;

    /// @notice Returns the issuer-funded reserve of a closed batch's lots to their merchants. Anybody may call.
    function closeLots(uint32 batch, uint32[] calldata lots) external;

    // ---------------------------------------------------------------- limits and pause
    /// @notice Sets the daily caps, each below 2^63, and the withdrawal delay, at most 30 days. Role: admin (a timelock).
    function setLimits(LimitSettings calldata settings) external;

    /// @notice Sets one merchant's own daily cap on reward (0: the ledger's). Role: admin.
    function setRewardCap(uint32 merchant, uint64 rewardCapDaily) external;

    /// @notice Stops mint, allocate, recall, issue, share and redeem for at most 7 days. Role: pauser.
    function pause() external;

    /// @notice Ends the pause early. Windows end later by its length. Role: pauser.
    function unpause() external;
}
