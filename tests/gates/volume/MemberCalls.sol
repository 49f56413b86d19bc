// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {Stage} from "./Stage.sol";
import {vm} from "./Vm.sol";

/// @notice register, appoint, suspend.
abstract contract MemberCalls is Stage {
    uint32 private constant MERCHANTS_LIMIT = 12;
    uint32 private constant CONSUMERS_LIMIT = 24;
    bytes32 private constant REGISTER =
        keccak256("Register(address wallet,uint8 kind,uint32 recruiter,uint40 deadline)");
    bytes32 private constant RECRUIT =
        keccak256("Recruit(uint32 merchant,bytes consumers,uint64 nonce,uint40 deadline)");
    bytes32 private constant APPOINT = keccak256(
        "Appoint(uint32 merchant,uint32 agent,address key,uint40 until,uint40 allowance,uint8 kind,uint64 nonce,uint40 deadline)"
    );

    mapping(address wallet => uint256 key) internal keyOf; // of all who were ever offered for registering
    mapping(address wallet => bool) internal isParty;
    uint256 private _agentKey;

    function registerMerchant(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 16);
        bool forged = _chance(seed, "forged", 16);
        bool full = merchantCount >= MERCHANTS_LIMIT;
        uint256 key = full ? merchants[_someMerchant(seed)].key : _freshKey("merchant", merchantCount);
        T.MerchantRegistration[] memory registrations = new T.MerchantRegistration[](1);
        T.MerchantRegistration memory r = registrations[0];
        r.wallet = vm.addr(key);
        r.kind = _chance(seed, "institution", 4) ? T.MerchantKind.Institution : T.MerchantKind.Merchant;
        r.deadline = _deadline(seed);
        r.signature = _sign(
            forged ? _keyOf("forger") : key, keccak256(abi.encode(REGISTER, r.wallet, r.kind, 0, r.deadline))
        );
        keyOf[r.wallet] = key;
        _send(
            "register merchant",
            byStranger ? stranger : operator,
            abi.encodeCall(L.registerMerchants, (registrations)),
            1,
            !byStranger && !forged && !full
        );
    }

    function registerConsumers(uint256 seed) external {
        uint256 count = 1 + _roll(seed, "count", 3);
        bool full = consumerCount + count > CONSUMERS_LIMIT;
        bool forged;
        uint256 signer;
        bool alone = _chance(seed, "unasked", 16); // the consumers did not sign
        T.ConsumerRegistration[] memory groups = new T.ConsumerRegistration[](1);
        T.ConsumerRegistration memory group = groups[0];
        group.merchant = _someTrader(seed);
        (group.agent, signer, forged) = _signer(seed, group.merchant);
        (group.nonce, group.deadline) = (_nonce(), _deadline(seed));
        for (uint256 i; i < count; ++i) {
            uint32 known = uint32(1 + (_roll(seed, "known", consumerCount == 0 ? 1 : consumerCount)));
            uint256 key = full ? consumers[known].key : _freshKey("consumer", consumerCount + i);
            keyOf[vm.addr(key)] = key;
            group.consumers = bytes.concat(group.consumers, _consumer(key, group.merchant, alone));
        }
        group.signature = _sign(
            signer,
            keccak256(abi.encode(RECRUIT, group.merchant, keccak256(group.consumers), group.nonce, group.deadline))
        );
        bool fits = !forged && !alone && !full;
        _sendSigned("register consumer", abi.encodeCall(L.registerConsumers, (groups)), count, fits);
    }

    function appoint(uint256 seed) external {
        bool forged = _chance(seed, "forged", 16);
        T.Appointment[] memory appointments = new T.Appointment[](1);
        T.Appointment memory a = appointments[0];
        a.merchant = _someMerchant(seed);
        (a.agent, a.kind, a.nonce, a.deadline) = (1, 15, _nonce(), _deadline(seed));
        if (_chance(seed, "some kinds", 3)) a.kind = uint8(_roll(seed, "kinds", 17)); // 0 and 16 are none
        if (_chance(seed, "no number", 32)) a.agent = 0;
        _agentKey = _freshKey("agent", a.nonce);
        a.key = vm.addr(_agentKey);
        a.until = uint40(time + _roll(seed, "until", 3 days));
        a.allowance = uint40(_roll(seed, "allowance", 30));
        uint256 key = forged ? _keyOf("forger") : merchants[a.merchant].key;
        a.signature = _sign(
            key,
            keccak256(abi.encode(APPOINT, a.merchant, a.agent, a.key, a.until, a.allowance, a.kind, a.nonce, a.deadline))
        );
        _send("appoint", stranger, abi.encodeCall(L.appoint, (appointments)), 1, !forged && a.agent != 0 && a.kind % 16 != 0);
    }

    function suspendMerchant(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 8);
        bool suspended = _chance(seed, "suspend", 3);
        uint32 merchant;
        for (uint256 i; i < 8 && (i == 0 || merchants[merchant].suspended == suspended); ++i) {
            merchant = _someMerchant(_each(seed, i));
        }
        _send(
            "suspend",
            byStranger ? stranger : operator,
            abi.encodeCall(L.suspendMerchant, (merchant, suspended)),
            1,
            !byStranger && merchant != OPERATOR
        );
    }

    function suspendConsumer(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 8);
        bool suspended = _chance(seed, "suspend", 3);
        uint32 consumer;
        for (uint256 i; i < 8 && (i == 0 || consumers[consumer].suspended == suspended); ++i) {
            consumer = _someConsumer(_each(seed, i));
        }
        bytes memory data = abi.encodeCall(L.suspendConsumer, (consumer, suspended));
        _send("suspend", byStranger ? stranger : operator, data, 1, !byStranger);
    }

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        if (topic == L.MerchantsRegistered.selector) return _applyMerchants(uint32(indexed_), data);
        if (topic == L.ConsumersRegistered.selector) return _applyConsumers(uint32(indexed_), data);
        if (topic == L.Appointed.selector) return _applyAppointed(uint32(indexed_), data);
        if (topic == L.MerchantSuspended.selector) {
            merchants[uint32(indexed_)].suspended = abi.decode(data, (bool));
            return 1;
        }
        if (topic == L.ConsumerSuspended.selector) {
            consumers[uint32(indexed_)].suspended = abi.decode(data, (bool));
            return 1;
        }
        return super._apply(topic, indexed_, data);
    }

    function _applyMerchants(uint32 first, bytes memory data) private returns (uint256) {
        bytes memory records = abi.decode(data, (bytes));
        _equal("ids are never reused", first, merchantCount + 1);
        _equal("one merchant was offered", records.length, 21);
        _member(false, T.MerchantKind(uint8(records[20])), _party(records, 0), 0);
        return 1;
    }

    function _applyConsumers(uint32 recruiter, bytes memory data) private returns (uint256) {
        (uint32 agent, uint32 first, uint64 nonce, bytes memory wallets) =
            abi.decode(data, (uint32, uint32, uint64, bytes));
        _equal("ids are never reused", first, consumerCount + 1);
        _useAgent(recruiter, agent, wallets.length / 20, RECRUITS);
        _use(false, recruiter, nonce);
        for (uint256 i; i < wallets.length; i += 20) {
            _member(true, T.MerchantKind.None, _party(wallets, i), recruiter);
        }
        return wallets.length / 20;
    }

    /// @dev The key of the wallet that stands at `offset`, now a party's.
    function _party(bytes memory records, uint256 offset) private returns (uint256 key) {
        address wallet;
        assembly ("memory-safe") {
            wallet := shr(96, mload(add(add(records, 0x20), offset)))
        }
        key = keyOf[wallet];
        _holds("only who signed is registered", key != 0);
        _holds("a wallet belongs to one party at most", !isParty[wallet]);
        isParty[wallet] = true;
    }

    function _applyAppointed(uint32 merchant, bytes memory data) private returns (uint256) {
        (,, uint40 until, uint40 allowance, uint8 kind, uint64 nonce) =
            abi.decode(data, (uint32, address, uint40, uint40, uint8, uint64));
        _use(false, merchant, nonce);
        _holds("the suspended sign nothing", !merchants[merchant].suspended);
        agents[merchant] = AgentOf(_agentKey, until, allowance, kind);
        return 1;
    }

    function _consumer(uint256 key, uint32 recruiter, bool forged) private view returns (bytes memory) {
        address wallet = vm.addr(key);
        uint40 deadline = uint40(time + 1 days);
        uint256 by = forged ? _keyOf("forger") : key;
        bytes memory signature = _sign(by, keccak256(abi.encode(REGISTER, wallet, 0, recruiter, deadline)));
        return abi.encodePacked(wallet, deadline, bytes7(0), signature);
    }

    function _freshKey(string memory kind, uint256 number) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(kind, number))) >> 1;
    }
}
