// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The ledger's types
/// @notice Stored structs are laid out by slot: the order of fields is the layout. Amounts are minor units of the
/// settlement token, times are Unix seconds, shares are basis points (1/10,000).
interface ILedgerTypes {
    /// @notice Why an item was refused. The number stands in `Refused` records; a new reason is added at the end.
    enum Reason {
        None,
        SignatureInvalid,
        DeadlinePassed,
        NonceUsed,
        ItemsMalformed,
        CountZero,
        AmountZero,
        MerchantUnknown,
        MerchantSuspended,
        AgentNotInForce,
        AgentKindMismatch,
        AllowanceExceeded,
        ConsumerUnknown,
        ConsumerSuspended,
        WalletInvalid,
        WalletTaken,
        KindInvalid,
        BatchUnknown,
        BatchNotOpen,
        BatchExpired,
        BatchClosed,
        MerchantNotAccepted,
        LotMismatch,
        LotExhausted,
        CouponNotIssued,
        CouponRedeemed,
        CouponVoid,
        CouponExpired,
        VersionStale,
        OrderZero,
        OrderAboveMaximum,
        OrderBelowMinimum,
        ContributionUnfunded,
        DiscountUnfunded,
        RewardCapReached,
        CashInsufficient,
        WithdrawalPending,
        WithdrawalNotDue,
        PayeeRefused,
        ShareNotAllowed,
        HopsExhausted,
        CopyUnavailable,
        RecipientInvalid,
        VersionExhausted,
        RedemptionNotPending,
        RedeemerMismatch,
        SettlementNotDue,
        SettlementOver,
        OrderNotLower,
        BearerNotAllowed,
        NotRevocable,
        PointsInsufficient,
        PointsUnspent,
        PeriodNotOver,
        PeriodStated,
        PolicyUnknown,
        CommissionUnfunded,
        WithdrawalCapReached,
        PartiesExhausted
    }

    /// @notice The verb of a `Refused` record.
    enum Verb {
        None,
        RegisterMerchant,
        RegisterConsumer,
        Appoint,
        Deposit,
        Withdraw,
        PayOut,
        Allocate,
        Recall,
        Issue,
        Redeem,
        CloseLot,
        IssueToBearers,
        Transfer,
        Copy,
        Claim,
        Cancel,
        Revoke,
        Amend,
        Reverse,
        Forfeit,
        Distribute,
        State,
        Grant,
        Spend,
        CashOut,
        Expire,
        ChangeWallet
    }

    enum Status {
        Unknown,
        Active,
        Suspended
    }

    enum MerchantKind {
        None,
        Merchant,
        Institution,
        Operator
    }

    enum ShareMode {
        None,
        Transfer,
        Copy
    }

    /// @notice Who reimburses the redeeming merchant for the discount.
    enum Funder {
        Operator,
        Issuer,
        Redeemer
    }

    /// @notice The seven roles of a split, in the order of its basis points.
    enum Role {
        Platform,
        Issuer,
        Redeemer,
        Consumer,
        Sharer,
        FirstSharer,
        Recruiter
    }

    /// @notice A merchant, an institution (payee only) or the operator (id 1). Two slots.
    struct Merchant {
        address wallet;
        uint64 cash;
        Status status;
        MerchantKind kind;
        uint64 points;
        uint64 rewardCapDaily; // 0: the ledger's own cap holds
        uint64 rewardToday;
        uint32 rewardDay;
        uint32 statedUntil; // day up to which its purchases are stated
    }

    /// @notice A consumer. The second slot is touched only when used; a suspended consumer's wallet is parked there, so
    /// that no signature of it fits anything.
    struct Consumer {
        address wallet;
        uint32 recruiter;
        uint64 cash;
        address parkedWallet;
        uint64 points;
    }

    /// @notice A key a merchant appointed. `kind` is a set of AGENT_ISSUES (1), AGENT_REDEEMS (2), AGENT_RECRUITS (4),
    /// AGENT_STATES (8).
    struct Agent {
        address key;
        uint40 until;
        uint40 allowance; // items it may still do
        uint8 kind;
    }

    /// @notice A batch: its immutable terms and, in the third slot, what moves. Four slots.
    struct Batch {
        uint32 size;
        uint40 opens;
        uint40 closes;
        uint16 validDays;
        ShareMode shareMode;
        uint8 copies;
        uint8 hops;
        uint32 group;
        uint48 minimumOrder;
        uint16 settlementDelayHours;
        uint8 flags;
        uint40 reward;
        uint16 rewardCapBps;
        uint16 contributionBps;
        uint40 contributionCap;
        uint16 discountBps;
        uint40 discountAmount;
        Funder funder;
        Role remainderRole;
        uint40 pointsPrice;
        uint32 pausedAtMint;
        uint112 split;
        uint64 reserve;
        uint32 lots; // lots opened so far; their ids are 1 to lots
        uint32 stock; // serials [0, stock) are the operator's and in no lot
        bool closed;
        bytes32 text;
    }

    /// @notice A run of serials: [first, next) issued by `merchant`, [next, end) its stock. One slot.
    struct Lot {
        uint32 merchant;
        uint32 first;
        uint32 next;
        uint32 end;
        uint64 reserve; // issuer-funded discounts
    }

    /// @notice Where a coupon that has a journey is. Pending: redeemed, its pool not yet distributed.
    enum JourneyState {
        None,
        Live,
        Pending,
        PendingAmended,
        Redeemed,
        Forfeited,
        Void
    }

    /// @notice A coupon that travelled or awaits settlement. One slot, packed by `Journeys`. `holder` 0: a bearer.
    struct Journey {
        uint32 holder;
        uint32 sharer; // who gave it last
        uint32 firstSharer; // who gave it first, once two have given it
        uint32 lot;
        uint32 redeemer;
        uint48 order; // reward, contribution and discount follow from it and the terms
        uint24 until; // hours since 1970 at which the pool may be distributed
        uint16 versionAndHops; // version 12 | hops 4
        JourneyState state;
    }

    /// @notice A merchant's requested withdrawal, paid out once `readyAt` has come.
    struct Withdrawal {
        address to;
        uint64 amount;
        uint32 readyAt;
    }

    /// @notice A new wallet asked for without the old one's signature, open to its veto until `readyAt`.
    struct Recovery {
        address wallet;
        uint40 readyAt;
    }

    /// @notice One version of the commission and rebate policy (S3.14).
    struct CommissionPolicy {
        uint40 startsAt;
        uint16 commissionBps;
        uint16 rebateBps;
        uint8 equalCodes;
    }

    /// @notice Counters and the pause. One slot.
    struct Head {
        uint40 pausedAt;
        uint40 pausedUntil;
        uint32 pausedTotal;
        uint32 batches;
        uint32 merchants;
        uint32 consumers;
        uint32 groups;
    }

    /// @notice Limits set by the Admin, and what the operator has reserved today. One slot.
    struct Limits {
        uint64 rewardCapDaily; // per merchant: rewards and the discounts others fund
        uint64 reserveCapDaily; // the operator's mints and grants of points
        uint64 reservedToday;
        uint32 reservedDay;
        uint32 withdrawalDelay; // seconds, merchants only
    }

    /// @notice The daily cap on what leaves the ledger by the parties' withdrawals, and what left today. One slot.
    struct Outflow {
        uint64 withdrawalCapDaily;
        uint64 withdrawnToday;
        uint32 withdrawnDay;
    }

    /// @notice The limits that the admin sets.
    struct LimitSettings {
        uint64 rewardCapDaily;
        uint64 reserveCapDaily;
        uint64 withdrawalCapDaily;
        uint32 withdrawalDelay;
    }

    /// @notice The chain of seals. One slot.
    struct SealState {
        uint64 sequence;
        uint192 rolling;
    }

    /// @notice Backing of points, the end of this ledger, and the number of commission policies. One slot.
    struct Standing {
        uint64 pointsBacking;
        uint40 retiresAt;
        uint32 policies;
    }

    /// @notice Terms as minted. `split` is seven shares in the order of `Role` that sum to 10,000.
    /// `group`: 0 all merchants, GROUP_ISSUER_ONLY, or a group's id. `discountBps` 0: `discountAmount` is the discount,
    /// else its cap. `rewardCapBps` and `contributionCap` bound the reward and the contribution by the order.
    struct Terms {
        uint32 size;
        uint40 opens;
        uint40 closes;
        uint16 validDays;
        ShareMode shareMode;
        uint8 copies;
        uint8 hops;
        uint32 group;
        uint48 minimumOrder;
        uint16 settlementDelayHours;
        bool revocable;
        bool bearer;
        uint40 reward;
        uint16 rewardCapBps;
        uint16 contributionBps;
        uint40 contributionCap;
        uint16 discountBps;
        uint40 discountAmount;
        Funder funder;
        Role remainderRole;
        uint40 pointsPrice;
        uint16[7] split;
        bytes32 text;
    }

    /// @notice Intent Register{wallet, kind, recruiter 0, deadline}, signed by `wallet`.
    struct MerchantRegistration {
        address wallet;
        MerchantKind kind;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Intent Recruit{merchant, consumers, nonce, deadline}, signed by the recruiter or its agent. `consumers` holds
    /// records of 96 bytes: wallet 20, deadline 5, zero 7, then the wallet's compact signature (64) of
    /// Register{wallet, kind None, recruiter, deadline}.
    struct ConsumerRegistration {
        uint32 merchant;
        uint32 agent;
        uint64 nonce;
        uint40 deadline;
        bytes consumers;
        bytes signature;
    }

    /// @notice Intent Appoint{merchant, agent, key, until, allowance, kind, nonce, deadline}, signed by the merchant.
    struct Appointment {
        uint32 merchant;
        uint32 agent;
        address key;
        uint40 until;
        uint40 allowance;
        uint8 kind;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Money for one party, taken from the caller's tokens.
    struct Deposit {
        bool consumer;
        uint32 party;
        uint64 amount;
    }

    /// @notice Intent Withdraw{consumer, party, amount, to, nonce, deadline}, signed by the party's wallet.
    struct WithdrawIntent {
        bool consumer;
        uint32 party;
        uint64 amount;
        address to;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Stock for a merchant, out of the batch's stock (`fromLot` 0) or a lot that came back to the operator.
    /// Where the issuer funds the discount, the merchant's signature of Accept{merchant, batch, count, nonce, deadline}
    /// is needed: the allocation reserves its cash.
    struct Allocation {
        uint32 batch;
        uint32 fromLot;
        uint32 merchant;
        uint32 count;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Intent Recall{merchant, batch, lot, count, nonce, deadline}: the last `count` unissued serials go back to the
    /// operator. Signed by the merchant, or unsigned when an operator sends it.
    struct RecallIntent {
        uint32 merchant;
        uint32 batch;
        uint32 lot;
        uint32 count;
        uint64 nonce;
        uint40 deadline;
        bytes signature;
    }

    /// @notice Intent Issue{merchant, batch, lot, consumers, nonce, deadline}, signed by the merchant or its agent.
    /// `consumers` holds records of 5 bytes: consumer 4, count 1. Done whole or refused whole.
    struct IssueIntent {
        uint32 merchant;
        uint32 agent;
        uint32 batch;
        uint32 lot;
        uint64 nonce;
        uint40 deadline;
        bytes consumers;
        bytes signature;
    }

    /// @notice Intent Redeem{merchant, items, deadline}, signed by the merchant or its agent. `items` holds records of 96
    /// bytes: coupon 72 bits, lot 32, order 48, maximumOrder 48, deadline 32, version 16, flags 8; then the holder's
    /// compact signature (64) of Present{coupon, version, merchant, maximumOrder, deadline}. Flag 1: the presentation
    /// names no merchant (0), which only terms that allow bearers accept. Done or refused one by one.
    struct RedeemIntent {
        uint32 merchant;
        uint32 agent;
        uint40 deadline;
        bytes items;
        bytes signature;
    }
}
