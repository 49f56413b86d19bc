// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "contracts/interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "contracts/interfaces/ILedgerTypes.sol";
import {Book} from "./Book.sol";
import {vm, Vm} from "./Vm.sol";

interface IToken {
    function balanceOf(address owner) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function mint(address to, uint256 amount) external;
}

interface IRoles {
    function grantRole(bytes32 role, address account) external;
    function domainSeparator() external view returns (bytes32);
}

/// @notice One ledger, made of the product's own build, and the way every call takes to it.
/// @dev `_send` checks what holds of every transaction: its seal, its counts, that a refusal changes nothing. What an event
/// means is told by `_apply`, which each file of calls extends for its own events.
abstract contract Stage is Book {
    struct Count {
        uint256 calls;
        uint256 done;
        uint256 refused;
        uint256 reverted;
    }

    struct Sent {
        bool succeeded;
        uint256 done;
        bytes4 reason;
    }

    bytes32 private constant SEAL_SLOT = bytes32(uint256(2));
    bytes32 internal constant OUTFLOW_SLOT = bytes32(uint256(19));
    uint256 private constant OPENED = 1_700_000_000;

    IToken internal immutable token;
    address internal immutable ledger;
    bytes32 internal immutable domain;
    uint256 internal immutable sequenceAtStart;
    address internal operator = vm.addr(_keyOf("operator"));
    address internal treasurer = vm.addr(_keyOf("treasurer"));
    address internal pauser = vm.addr(_keyOf("pauser"));
    address internal stranger = vm.addr(_keyOf("stranger"));

    uint256 internal transactions;
    uint256 internal unasked; // items a transaction did beside those it was sent for
    uint64 internal lastNonce;
    bool internal opened; // only what a life does by itself is counted by its verb
    string[] private _verbs;
    mapping(string verb => Count) private _counts;
    bytes[] internal sentBefore;
    uint256[] internal sentItems;

    constructor() {
        time = OPENED;
        vm.warp(time);
        (address[] memory addresses, bytes[] memory codes) =
            abi.decode(vm.parseBytes(vm.readFile("build/libraries.hex")), (address[], bytes[]));
        for (uint256 i; i < addresses.length; ++i) vm.etch(addresses[i], codes[i]);
        token = IToken(_deploy("build/token.hex", abi.encode("settlement", "USD", uint8(2), address(this))));
        _member(false, T.MerchantKind.Operator, _keyOf("operator wallet"), 0);
        T.LimitSettings memory limits;
        limits.rewardCapDaily = 20_000;
        limits.reserveCapDaily = 10_000_000;
        limits.withdrawalCapDaily = 1_000_000;
        limits.withdrawalDelay = 6 hours;
        (rewardCapDaily, reserveCapDaily) = (limits.rewardCapDaily, limits.reserveCapDaily);
        withdrawalCapDaily = limits.withdrawalCapDaily;
        ledger = _deploy(
            "build/ledger.hex", abi.encode(token, address(this), merchants[OPERATOR].wallet, limits)
        );
        domain = IRoles(ledger).domainSeparator();
        IRoles(ledger).grantRole(keccak256("OPERATOR_ROLE"), operator);
        IRoles(ledger).grantRole(keccak256("TREASURER_ROLE"), treasurer);
        IRoles(ledger).grantRole(keccak256("PAUSER_ROLE"), pauser);
        token.mint(treasurer, 1e15);
        vm.prank(treasurer);
        token.approve(ledger, type(uint256).max);
        sequenceAtStart = uint64(uint256(_slot(SEAL_SLOT)));
    }

    // ---------------------------------------------------------------- sending

    /// @dev Sends one transaction of `items` and applies its events to the ghost. `fits` false: nothing may be done.
    function _send(string memory verb, address sender, bytes memory data, uint256 items, bool fits)
        internal
        returns (Sent memory sent)
    {
        Count storage count = _countOf(opened ? verb : "opening");
        ++count.calls;
        unasked = 0;
        vm.warp(time);
        uint256 sealBefore = uint256(_slot(SEAL_SLOT));
        bytes32 outflow = _slot(OUTFLOW_SLOT);
        vm.record();
        vm.recordLogs();
        vm.prank(sender);
        bytes memory answer;
        (sent.succeeded, answer) = ledger.call(data);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!sent.succeeded) {
            ++count.reverted;
            sent.reason = bytes4(answer);
            _checkError(sent.reason);
            _equal("what reverts leaves the seal", uint256(_slot(SEAL_SLOT)), sealBefore);
            return sent;
        }
        ++transactions;
        uint256 refused;
        (sent.done, refused) = _read(logs, sealBefore, items);
        count.done += sent.done;
        count.refused += refused;
        if (!fits) _equal("no role or no signature, no effect", sent.done, 0);
        if (sent.done == 0) _checkNothingWritten(outflow);
        _checkTouched();
    }

    /// @dev As `_send`, for what parties signed: it may come again later.
    function _sendSigned(string memory verb, bytes memory data, uint256 items, bool fits) internal returns (Sent memory) {
        sentBefore.push(data);
        sentItems.push(items);
        return _send(verb, stranger, data, items, fits);
    }

    /// @dev What an event of the ledger means; the items that it did. Each file of calls knows its own.
    function _apply(bytes32 topic, uint256, bytes memory) internal virtual returns (uint256) {
        revert Broken("every event is known", uint256(topic), 0);
    }

    /// @dev Compares what the transaction's events touched with what is stored, once all of them are applied.
    function _checkTouched() internal virtual {}

    /// @dev Anybody may send what parties signed, as often as it likes: the ghost sees whether anything is used twice.
    function _repeat(uint256 seed) internal {
        if (sentBefore.length == 0) return;
        uint256 index = _roll(seed, "again", sentBefore.length);
        _send("repeat", stranger, sentBefore[index], sentItems[index], true);
    }

    function _read(Vm.Log[] memory logs, uint256 sealBefore, uint256 items)
        private
        returns (uint256 done, uint256 refused)
    {
        bytes32 rolling = bytes32((sealBefore >> 64) << 64);
        bool sealed_;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].emitter != ledger) continue;
            _holds("the seal is the last log", !sealed_);
            (bytes32 topic, uint256 indexed_, bytes memory data) =
                (logs[i].topics[0], uint256(logs[i].topics[1]), logs[i].data);
            if (topic == L.Sealed.selector) {
                sealed_ = true;
                (uint256 counted, uint192 last) = abi.decode(data, (uint256, uint192));
                _equal("the sequence is strictly +1", indexed_, uint64(sealBefore) + 1);
                _equal("the seal covers every log", last, uint256(rolling) >> 64);
                _equal("done + refused == counted", done + refused, counted);
                _equal("counted == sent", counted, items + unasked);
                continue;
            }
            rolling = keccak256(abi.encode(rolling, topic, indexed_, keccak256(data)));
            if (topic == L.Refused.selector) refused += abi.decode(data, (bytes)).length / 32;
            else done += _apply(topic, indexed_, data);
        }
        _holds("a transaction is sealed", sealed_);
    }

    /// @dev Errors have names: neither a panic nor a text nor nothing.
    function _checkError(bytes4 reason) private pure {
        bool named = reason != bytes4(0) && reason != bytes4(0x4e487b71) && reason != bytes4(0x08c379a0);
        if (!named) revert Broken("an error has a name", uint32(reason), 0);
    }

    /// @dev A deposit refused may write back what parties withdrew today.
    function _checkNothingWritten(bytes32 outflow) private {
        _equal("a refusal changes nothing", uint256(_slot(OUTFLOW_SLOT)), uint256(outflow));
        (, bytes32[] memory writes) = vm.accesses(ledger);
        for (uint256 i; i < writes.length; ++i) {
            if (writes[i] != SEAL_SLOT && writes[i] != OUTFLOW_SLOT) revert Broken("a refusal changes nothing", uint256(writes[i]), 2);
        }
    }

    // ---------------------------------------------------------------- parties

    function _keyOf(string memory name) internal pure returns (uint256) {
        return uint256(keccak256(bytes(name))) >> 1;
    }

    /// @dev A party of the ghost; the ledger gives ids in order, so that its id is the next.
    function _member(bool isConsumer, T.MerchantKind kind, uint256 key, uint32 recruiter) internal returns (uint32 id) {
        id = isConsumer ? ++consumerCount : ++merchantCount;
        Member storage member = isConsumer ? consumers[id] : merchants[id];
        (member.key, member.wallet, member.kind, member.recruiter) = (key, vm.addr(key), kind, recruiter);
    }

    /// @dev By the key of a party; where there is no such party, by anybody's.
    function _sign(uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        if (key == 0) key = _keyOf("forger");
        (bytes32 r, bytes32 vs) = vm.signCompact(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, vs);
    }

    /// @dev Who signs for a merchant: itself, one in four times its agent, one in sixteen times somebody else.
    function _signer(uint256 seed, uint32 merchant) internal view returns (uint32 agent, uint256 key, bool forged) {
        forged = _chance(seed, "forged", 16);
        if (_chance(seed, "agent", 4) && agents[merchant].key != 0) agent = 1;
        key = agent == 0 ? merchants[merchant].key : agents[merchant].key;
        if (forged) key = _keyOf("forger");
    }

    // ---------------------------------------------------------------- chance

    function _roll(uint256 seed, string memory what, uint256 sides) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what))) % sides;
    }

    /// @dev One in `sides`.
    function _chance(uint256 seed, string memory what, uint256 sides) internal pure returns (bool) {
        return _roll(seed, what, sides) == 0;
    }

    /// @dev The seed of one of several.
    function _each(uint256 seed, uint256 index) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, index)));
    }

    function _someMerchant(uint256 seed) internal view returns (uint32) {
        return uint32(1 + _roll(seed, "merchant", merchantCount));
    }

    /// @dev Mostly one that may trade: in force and no institution.
    function _someTrader(uint256 seed) internal view returns (uint32 id) {
        for (uint256 i; i < 6; ++i) {
            id = _someMerchant(_each(seed, i));
            if (!merchants[id].suspended && merchants[id].kind != T.MerchantKind.Institution) return id;
        }
    }

    function _someConsumer(uint256 seed) internal view returns (uint32) {
        return uint32(1 + _roll(seed, "consumer", consumerCount));
    }

    function _someBatch(uint256 seed) internal view returns (uint32) {
        return uint32(1 + _roll(seed, "batch", batchCount));
    }

    /// @dev Mostly good for a day; one in thirty-two was good until a second ago.
    function _deadline(uint256 seed) internal view returns (uint40) {
        return uint40(_chance(seed, "late", 32) ? time - 1 : time + 1 days);
    }

    function _nonce() internal returns (uint64) {
        return ++lastNonce;
    }

    // ---------------------------------------------------------------- reading

    function _slot(bytes32 key) internal view returns (bytes32) {
        return vm.load(ledger, key);
    }

    function _mapped(uint256 key, uint256 slot) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(key, slot)));
    }

    function _deploy(string memory path, bytes memory arguments) private returns (address deployed) {
        bytes memory code = bytes.concat(vm.parseBytes(vm.readFile(path)), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        _holds("the contract is deployed", deployed != address(0));
    }

    // ---------------------------------------------------------------- the mix

    function _countOf(string memory verb) private returns (Count storage count) {
        count = _counts[verb];
        if (count.calls == 0) _verbs.push(verb);
    }

    /// @notice "verb calls done refused reverted" of each verb, parted by semicolons.
    function mix() external view returns (string memory line) {
        for (uint256 i; i < _verbs.length; ++i) {
            Count storage count = _counts[_verbs[i]];
            line = string.concat(line, i == 0 ? "" : ";", _verbs[i], " ", vm.toString(count.calls), " ");
            line = string.concat(line, vm.toString(count.done), " ", vm.toString(count.refused), " ");
            line = string.concat(line, vm.toString(count.reverted));
        }
    }
}
