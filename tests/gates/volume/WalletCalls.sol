// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IWallets} from "contracts/interfaces/IWallets.sol";
import {MemberCalls} from "./MemberCalls.sol";
import {vm} from "./Vm.sol";

/// @notice changeWallet; recoveries started, vetoed, completed.
abstract contract WalletCalls is MemberCalls {
    bytes32 private constant CHANGE_WALLET =
        keccak256("ChangeWallet(bool consumer,uint32 party,address wallet,uint64 nonce,uint40 deadline)");
    bytes32 private constant VETO = keccak256("Veto(bool consumer,uint32 party,address wallet,uint40 readyAt)");

    struct RecoveryOf {
        address wallet;
        uint256 readyAt;
    }

    mapping(bool isConsumer => mapping(uint32 party => RecoveryOf)) private _recoveries;
    address[] private _left; // wallets that parties left, for taking up again

    function changeWallet(uint256 seed) external {
        IWallets.WalletIntent[] memory intents = new IWallets.WalletIntent[](1);
        IWallets.WalletIntent memory w = intents[0];
        (w.consumer, w.party) = _someParty(seed);
        w.wallet = _someWallet(seed);
        (w.nonce, w.deadline) = (_nonce(), _deadline(seed));
        bytes32 hash = keccak256(abi.encode(CHANGE_WALLET, w.consumer, w.party, w.wallet, w.nonce, w.deadline));
        uint256 wrong = _roll(seed, "wrong", 24);
        w.oldSignature = _sign(wrong == 0 ? _keyOf("thief") : _memberOf(w.consumer, w.party).key, hash);
        w.newSignature = _sign(wrong == 1 ? _keyOf("thief") : keyOf[w.wallet], hash);
        if (wrong == 2) ++w.nonce; // neither signed it
        bool fits = wrong > 2 && !isParty[w.wallet] && !_memberOf(w.consumer, w.party).suspended;
        _sendSigned("change wallet", abi.encodeCall(IWallets.changeWallet, (intents)), 1, fits);
    }

    function startRecovery(uint256 seed) external {
        bool byStranger = _chance(seed, "stranger", 6);
        (bool isConsumer, uint32 party) = _someParty(seed);
        address wallet = _someWallet(seed);
        bytes memory data = abi.encodeCall(IWallets.startRecovery, (isConsumer, party, wallet));
        bool fits = !byStranger && !isParty[wallet] && _recoveries[isConsumer][party].readyAt == 0;
        _send("start recovery", byStranger ? stranger : operator, data, 1, fits);
    }

    /// @notice By the pauser, or by anybody with the wallet's signature, which half of the times is not its own.
    function vetoRecovery(uint256 seed) external {
        (bool isConsumer, uint32 party) = _recovering(seed, 0);
        RecoveryOf memory recovery = _recoveries[isConsumer][party];
        uint256 way = _roll(seed, "way", 8);
        uint256 key = way < 4 ? _keyOf("thief") : _memberOf(isConsumer, party).key;
        uint256 readyAt = recovery.readyAt + (way == 4 ? 1 : 0); // of another recovery
        bytes memory signature = _sign(key, keccak256(abi.encode(VETO, isConsumer, party, recovery.wallet, readyAt)));
        bytes memory data = abi.encodeCall(IWallets.vetoRecovery, (isConsumer, party, signature));
        bool fits = recovery.readyAt != 0 && way > 4;
        _send("veto recovery", way == 5 ? pauser : stranger, data, 1, fits);
    }

    function completeRecovery(uint256 seed) external {
        (bool isConsumer, uint32 party) = _recovering(seed, time);
        RecoveryOf storage recovery = _recoveries[isConsumer][party];
        bool fits = recovery.readyAt != 0 && recovery.readyAt <= time && !isParty[recovery.wallet];
        bytes memory data = abi.encodeCall(IWallets.completeRecovery, (isConsumer, party));
        _send("complete recovery", stranger, data, 1, fits);
    }

    /// @dev Mostly a party that waits for its recovery, or (`readyBy` not 0) has waited for it long enough by then.
    function _recovering(uint256 seed, uint256 readyBy) private view returns (bool isConsumer, uint32 party) {
        for (uint256 i; i < 24; ++i) {
            (isConsumer, party) = _someParty(_each(seed, i));
            uint256 readyAt = _recoveries[isConsumer][party].readyAt;
            if (readyAt != 0 && (readyBy == 0 || readyAt <= readyBy)) break;
        }
    }

    function _someParty(uint256 seed) private view returns (bool isConsumer, uint32 party) {
        isConsumer = _chance(seed, "consumer's", 2);
        party = isConsumer ? _someConsumer(seed) : _someMerchant(seed);
    }

    function _memberOf(bool isConsumer, uint32 party) private view returns (Member storage) {
        return isConsumer ? consumers[party] : merchants[party];
    }

    /// @dev Mostly nobody's: a new one, or one that was left; sometimes another party's.
    function _someWallet(uint256 seed) private returns (address wallet) {
        uint256 way = _roll(seed, "wallet", 12);
        if (way == 0) return consumers[_someConsumer(seed)].wallet;
        if (way < 4 && _left.length != 0) return _left[_roll(seed, "left", _left.length)];
        uint256 key = _freshKey("wallet", seed);
        wallet = vm.addr(key);
        keyOf[wallet] = key;
    }

    // ---------------------------------------------------------------- what was done

    function _apply(bytes32 topic, uint256 indexed_, bytes memory data) internal virtual override returns (uint256) {
        bool isConsumer = indexed_ != 0;
        if (topic == IWallets.WalletChanged.selector) return _applyChanged(isConsumer, data);
        if (topic == IWallets.RecoveryStarted.selector) {
            (uint32 party, address wallet, uint40 readyAt) = abi.decode(data, (uint32, address, uint40));
            _equal("one recovery at a time", _recoveries[isConsumer][party].readyAt, 0);
            _equal("a recovery waits a week", readyAt, time + 7 days);
            _recoveries[isConsumer][party] = RecoveryOf(wallet, readyAt);
            return 1;
        }
        if (topic == IWallets.RecoveryVetoed.selector) {
            (uint32 party, address wallet) = abi.decode(data, (uint32, address));
            _equal("what is vetoed was asked for", uint160(wallet), uint160(_recoveries[isConsumer][party].wallet));
            delete _recoveries[isConsumer][party];
            return 1;
        }
        return super._apply(topic, indexed_, data);
    }

    function _applyChanged(bool isConsumer, bytes memory data) private returns (uint256) {
        (uint32 party, address wallet, uint64 nonce) = abi.decode(data, (uint32, address, uint64));
        Member storage member = _memberOf(isConsumer, party);
        if (nonce == 0) {
            RecoveryOf memory recovery = _recoveries[isConsumer][party];
            _holds("a recovery was asked for", recovery.readyAt != 0 && recovery.wallet == wallet);
            _atMost("a recovery waits a week", recovery.readyAt, time);
        } else {
            _use(isConsumer, party, nonce);
            _holds("the suspended sign nothing", !member.suspended);
        }
        _holds("a wallet belongs to one party at most", !isParty[wallet]);
        _holds("only who signed or was asked for is a wallet", keyOf[wallet] != 0);
        keyOf[member.wallet] = member.key;
        isParty[member.wallet] = false;
        isParty[wallet] = true;
        _left.push(member.wallet);
        (member.key, member.wallet) = (keyOf[wallet], wallet);
        delete _recoveries[isConsumer][party];
        uint256 stored = uint256(_slot(bytes32(_mapped(uint160(wallet), 7))));
        _equal("a wallet is its party's", stored, isConsumer ? (1 << 32) | uint256(party) : party);
        stored = uint256(_slot(bytes32(_mapped(uint160(_left[_left.length - 1]), 7))));
        _equal("a wallet that was left is nobody's", stored, 0);
        return 1;
    }
}
