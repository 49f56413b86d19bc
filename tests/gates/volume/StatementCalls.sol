// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IStatements} from "contracts/interfaces/IStatements.sol";
import {Stage} from "./Stage.sol";

/// @notice state, changePolicy.
abstract contract StatementCalls is Stage {
    bytes32 private constant STATE = keccak256(
        "State(uint32 merchant,uint32 period,uint16 periodDays,bytes totals,bytes32 root,uint40 deadline)"
    );

    struct Policy {
        uint256 startsAt;
        uint256 commissionBps;
        uint256 rebateBps;
        IStatements.EqualCodes equalCodes;
    }

    Policy[] private _policies;

    function changePolicy(uint256 seed) external {
        _changePolicy(seed, uint40(time + _roll(seed, "starts", 3 days) - 1 hours));
    }

    function state(uint256 seed) external {
        IStatements.StatementIntent[] memory intents = new IStatements.StatementIntent[](1);
        IStatements.StatementIntent memory s = intents[0];
        s.merchant = _someTrader(seed);
        s.periodDays = uint16(1 + _roll(seed, "days", 2));
        uint256 next = merchants[s.merchant].statedUntil;
        uint256 latest = time / 1 days - s.periodDays;
        if (next == 0 || next > latest || _chance(seed, "latest", 3)) next = latest;
        if (_chance(seed, "shifted", 12)) next = next + _roll(seed, "shift", 4) - 1; // may overlap, or not be over
        s.period = uint32(next);
        s.deadline = _deadline(seed);
        s.root = keccak256(abi.encode(seed));
        bool sound;
        (s.totals, sound) = _totals(seed);
        (uint32 agent, uint256 key, bool forged) = _signer(seed, s.merchant);
        s.agent = agent;
        bytes32 totals = keccak256(s.totals);
        if (_chance(seed, "other totals", 24)) (totals, forged) = (keccak256("others"), true);
        s.signature =
            _sign(key, keccak256(abi.encode(STATE, s.merchant, s.period, s.periodDays, totals, s.root, s.deadline)));
        bool over = (next + s.periodDays) * 1 days <= time;
        _sendSigned("state", abi.encodeCall(IStatements.state, (intents)), 1, sound && over && !forged);
    }

    function _changePolicy(uint256 seed, uint40 startsAt) internal {
        bool byStranger = opened && _chance(seed, "stranger", 4);
        uint16 commissionBps = uint16(_roll(seed, "commission", 1_500));
        uint16 rebateBps = uint16(_roll(seed, "rebate", _chance(seed, "too high", 16) ? 20_000 : 10_001));
        IStatements.EqualCodes equalCodes = IStatements.EqualCodes(_roll(seed, "equal", 3));
        bytes memory data = abi.encodeCall(IStatements.changePolicy, (startsAt, commissionBps, rebateBps, equalCodes));
        bool past = opened && startsAt < time;
        _send("change policy", byStranger ? stranger : address(this), data, 1, !byStranger && !past && rebateBps <= 10_000);
    }

    /// @dev Up to three recruiters, ascending; not sound: one again, one that is none, or of nothing.
    function _totals(uint256 seed) private view returns (bytes memory totals, bool sound) {
        sound = true;
        uint256 recruiter = _roll(seed, "first", merchantCount);
        uint256 count = 1 + _roll(seed, "count", 3);
        for (uint256 i; i < count && (i == 0 || recruiter < merchantCount); ++i) {
            uint256 each = _each(seed, i);
            recruiter += 1 + _roll(each, "skipped", merchantCount - recruiter);
            uint64 amount = uint64(1 + _roll(each, "amount", 20_000));
            uint256 way = _roll(each, "unsound", 60);
            if (way < 3) sound = false;
            if (way == 0) amount = 0;
            uint32 named = way == 1 ? merchantCount + 1 : uint32(recruiter);
            totals = abi.encodePacked(totals, named, amount);
            if (way == 2) totals = abi.encodePacked(totals, named, amount);
            if (way == 1) break;
        }
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == IStatements.Stated.selector) return _applyStated(uint32(indexed_), data);
        if (topic != IStatements.PolicyChanged.selector) return super._apply(topic, indexed_, data);
        Policy memory policy = abi.decode(data, (Policy));
        if (_policies.length != 0) {
            _atMost("policies start in order", _policies[_policies.length - 1].startsAt + 1, policy.startsAt);
            _atMost("no policy starts in the past", time, policy.startsAt);
        }
        _policies.push(policy);
        _equal("ids are never reused", indexed_, _policies.length);
        return 1;
    }

    struct Statement {
        uint32 agent;
        uint32 period;
        uint16 periodDays;
        uint32 policy;
        bytes32 root;
        bytes totals;
    }

    function _applyStated(uint32 seller, bytes memory data) private returns (uint256) {
        Statement memory s;
        (s.agent, s.period, s.periodDays, s.policy, s.root, s.totals) =
            abi.decode(data, (uint32, uint32, uint16, uint32, bytes32, bytes));
        Member storage merchant = merchants[seller];
        _useAgent(seller, s.agent, 1, STATES);
        _atMost("days are stated once", merchant.statedUntil, s.period);
        _atMost("a period is over", (uint256(s.period) + s.periodDays) * 1 days, time);
        merchant.statedUntil = uint256(s.period) + s.periodDays;
        _equal("the policy is the one then in force", s.policy, _policyOf(s.period));
        bytes32 root = _slot(bytes32(_mapped((uint256(seller) << 32) | s.period, 17)));
        _equal("a statement's root is kept", uint256(root), uint256(s.root));
        uint256 before = merchant.cash;
        (uint256 due, uint256 rebates) = _rebate(_policies[s.policy - 1], seller, s.totals);
        _atMost("a commission was there", due, before);
        merchant.cash -= due;
        merchants[OPERATOR].cash += due - rebates;
        return 1;
    }

    /// @dev Gives recruiters their rebates; sums of commissions and rebates.
    function _rebate(Policy memory policy, uint32 seller, bytes memory totals)
        private
        returns (uint256 due, uint256 rebates)
    {
        for (uint256 offset = 32; offset < totals.length + 32; offset += 28) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(totals, offset))
            }
            (uint256 commission, uint256 rebate) = _extract(policy, seller, uint32(word >> 224), uint64(word >> 160));
            _equal("a commission is the policy's", uint64(word >> 96), commission);
            _equal("a rebate is the policy's", uint64(word >> 32), rebate);
            (due, rebates) = (due + commission, rebates + rebate);
            merchants[uint32(word >> 224)].cash += rebate;
        }
    }

    function _policyOf(uint32 period) private view returns (uint256 id) {
        for (uint256 i; i < _policies.length; ++i) {
            if (_policies[i].startsAt <= uint256(period) * 1 days) id = i + 1;
        }
    }

    function _extract(Policy memory policy, uint32 seller, uint32 recruiter, uint256 amount)
        private
        pure
        returns (uint256 commission, uint256 rebate)
    {
        bool equal = seller == recruiter;
        if (equal && policy.equalCodes == IStatements.EqualCodes.NoCommission) return (0, 0);
        commission = amount * policy.commissionBps / 10_000;
        if (equal && policy.equalCodes == IStatements.EqualCodes.PlatformKeeps) return (commission, 0);
        rebate = commission * policy.rebateBps / 10_000;
    }
}
