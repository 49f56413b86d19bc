// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";

/// @notice The ghost: what the ledger must hold by its events alone, in plain sums.
abstract contract Book {
    struct Member {
        uint256 key;
        address wallet;
        uint256 cash;
        uint256 points;
        uint256 rewardCap; // 0: the ledger's own
        uint256 statedUntil;
        T.MerchantKind kind; // None: a consumer
        bool suspended;
        uint32 recruiter;
    }

    struct AgentOf {
        uint256 key;
        uint256 until;
        uint256 allowance;
        uint8 kind;
    }

    struct Request {
        uint256 amount;
        uint256 readyAt;
    }

    struct BatchOf {
        T.Terms terms;
        uint256 reserve;
        uint256 stock;
        uint32 lots;
        uint256 issued;
        uint256 pausedAtMint;
        bool closed;
    }

    struct LotOf {
        uint32 merchant;
        uint256 first;
        uint256 next;
        uint256 end;
        uint256 reserve;
    }

    /// @dev Where a coupon is: Held by somebody, Waiting for its settlement, or Gone (redeemed, forfeited, void).
    enum Place {
        Nowhere,
        Held,
        Waiting,
        Gone
    }

    struct Amounts {
        uint256 reward;
        uint256 contribution;
        uint256 discount;
    }

    struct CouponOf {
        Place place;
        uint256 position; // among those of its place
        uint256 lane; // as stored
        T.JourneyState state; // None: it never left its lane
        uint32 holder; // 0: a bearer
        uint256 bearerKey;
        uint32 sharer;
        uint32 firstSharer;
        uint32 lot;
        uint256 day;
        uint256 version;
        uint256 hops;
        uint32 redeemer;
        uint256 order;
        uint256 until; // hours
        uint256 orderAsRedeemed;
        uint256 amendment; // as stored: the order before the first of its last amendments
        Amounts asRedeemed;
        Amounts pool;
    }

    error Broken(string invariant, uint256 found, uint256 expected);

    uint32 internal constant OPERATOR = 1;
    uint8 internal constant ISSUES = 1; // kinds of agents
    uint8 internal constant REDEEMS = 2;
    uint8 internal constant RECRUITS = 4;
    uint8 internal constant STATES = 8;

    uint32 internal merchantCount;
    uint32 internal consumerCount;
    uint32 internal batchCount;
    mapping(uint32 merchant => Member) internal merchants;
    mapping(uint32 consumer => Member) internal consumers;
    mapping(uint32 merchant => AgentOf) internal agents; // its agent 1
    mapping(uint32 merchant => Request) internal requests;
    mapping(uint40 party => mapping(uint64 nonce => bool)) internal usedNonces;
    mapping(uint32 batch => BatchOf) internal batches;
    mapping(uint32 batch => mapping(uint32 lot => LotOf)) internal lots;
    mapping(uint256 coupon => CouponOf) internal coupons;
    mapping(Place place => uint256[]) internal placed;
    uint256 internal pools; // of all coupons that wait
    uint256 internal backing; // of all points
    uint256 internal reserves; // of all batches and lots
    mapping(uint256 day => uint256) internal reservedOn;
    mapping(uint32 merchant => mapping(uint256 day => uint256)) internal drawnOn; // rewards, and discounts that others fund
    mapping(uint256 day => uint256) internal withdrawnOn;
    uint256 internal retiresAt;
    uint256 internal rewardCapDaily;
    uint256 internal reserveCapDaily;
    uint256 internal withdrawalCapDaily;
    uint256 internal time;
    uint256 internal pausedAt;
    uint256 internal pausedUntil;
    uint256 internal pausedTotal;

    function _equal(string memory invariant, uint256 found, uint256 expected) internal pure {
        if (found != expected) revert Broken(invariant, found, expected);
    }

    function _atMost(string memory invariant, uint256 found, uint256 limit) internal pure {
        if (found > limit) revert Broken(invariant, found, limit);
    }

    function _holds(string memory invariant, bool condition) internal pure {
        if (!condition) revert Broken(invariant, 0, 1);
    }

    /// @dev A (signer, intent) is used once.
    function _use(bool isConsumer, uint32 party, uint64 nonce) internal {
        uint40 key = isConsumer ? (1 << 32) | uint40(party) : party;
        _holds("one intent of one signer is used at most once", !usedNonces[key][nonce]);
        usedNonces[key][nonce] = true;
    }

    function _useAgent(uint32 merchant, uint32 agent, uint256 uses, uint8 kind) internal {
        _holds("the suspended sign nothing", !merchants[merchant].suspended);
        if (agent == 0) return;
        AgentOf storage appointed = agents[merchant];
        _atMost("an agent keeps to its allowance", uses, appointed.allowance);
        _atMost("an agent keeps to its end", time, appointed.until);
        _holds("an agent does what it was appointed for", appointed.kind & kind != 0);
        appointed.allowance -= uses;
    }

    /// @dev Nothing is minted or issued in a pause, nor after the ledger's end.
    function _isStopped() internal view returns (bool) {
        return _isPaused() || (retiresAt != 0 && time >= retiresAt);
    }

    function _isPaused() internal view returns (bool) {
        return time < pausedUntil;
    }

    function _pausedSeconds() internal view returns (uint256) {
        if (pausedAt == 0) return pausedTotal;
        return pausedTotal + (time < pausedUntil ? time : pausedUntil) - pausedAt;
    }

    /// @dev Time without the pauses.
    function _ledgerTime() internal view returns (uint256) {
        return time - _pausedSeconds();
    }

    /// @dev Ledger time at which the last coupon of a batch has expired.
    function _redeemEnd(uint32 id) internal view returns (uint256) {
        BatchOf storage batch = batches[id];
        uint256 end = uint256(batch.terms.closes) - batch.pausedAtMint;
        if (batch.terms.validDays == 0) return end;
        return ((end - 1) / 1 days + batch.terms.validDays + 1) * 1 days;
    }

    /// @dev Sets the operator's money aside, within its daily cap.
    function _reserve(uint256 amount) internal {
        _atMost("what is reserved was there", amount, merchants[OPERATOR].cash);
        merchants[OPERATOR].cash -= amount;
        if (amount == 0) return;
        reservedOn[time / 1 days] += amount;
        _atMost("the daily cap on reserves holds", reservedOn[time / 1 days], reserveCapDaily);
    }

    /// @dev What minting a batch must reserve of the operator's money.
    function _batchReserve(T.Terms memory terms) internal pure returns (uint256) {
        uint256 each = terms.reward;
        if (terms.funder == T.Funder.Operator) each += terms.discountAmount;
        return each * terms.size * (1 + uint256(terms.copies));
    }

    /// @dev What one coupon may take of its issuer's money.
    function _lotReserve(uint32 batch) internal view returns (uint256) {
        T.Terms storage terms = batches[batch].terms;
        if (terms.funder != T.Funder.Issuer) return 0;
        return uint256(terms.discountAmount) * (1 + uint256(terms.copies));
    }
}
