// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICouponLedger as L} from "../interfaces/ICouponLedger.sol";
import {ILedgerTypes as T} from "../interfaces/ILedgerTypes.sol";
import {Digests} from "../libraries/Digests.sol";
import {Intents} from "../libraries/Intents.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {LedgerStorage} from "../libraries/LedgerStorage.sol";
import {Records} from "../libraries/Records.sol";
import {Seals} from "../libraries/Seals.sol";
import {Signers} from "../libraries/Signers.sol";

/// @title Members
/// @notice Registers, suspends and appoints; keeps groups of acceptance. A wallet belongs to one party at most.
library Members {
    using Seals for Seals.Seal;
    using Records for Records.Refusals;
    using Records for bytes;

    uint256 private constant RECORD = 96; // wallet 20, deadline 5, zero 7, signature 64

    function registerMerchants(T.MerchantRegistration[] calldata registrations) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = registrations.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.RegisterMerchant;
        bytes memory registered = Records.allocate(registrations.length * 21 + 32);
        uint32 first = $.head.merchants + 1;
        uint32 next = first;
        for (uint256 i; i < registrations.length; ++i) {
            T.MerchantRegistration calldata r = registrations[i];
            T.Reason reason = _merchantRefusal($, domain, r);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, 0, uint160(r.wallet));
                continue;
            }
            $.merchants[next] = T.Merchant(r.wallet, 0, T.Status.Active, r.kind, 0, 0, 0, 0, 0);
            $.partyOf[r.wallet] = Signers.party(false, next++);
            registered.pushBytes(bytes32((uint256(uint160(r.wallet)) << 96) | (uint256(r.kind) << 88)), 21);
        }
        if (next != first) {
            $.head.merchants = next - 1;
            seal.log(L.MerchantsRegistered.selector, first, abi.encode(registered));
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function registerConsumers(T.ConsumerRegistration[] calldata registrations) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.RegisterConsumer;
        for (uint256 i; i < registrations.length; ++i) {
            _registerConsumers($, domain, seal, refusals, registrations[i], i);
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function appoint(T.Appointment[] calldata appointments) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        bytes32 domain = Digests.domain();
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = appointments.length;
        Records.Refusals memory refusals;
        refusals.verb = T.Verb.Appoint;
        for (uint256 i; i < appointments.length; ++i) {
            T.Appointment calldata a = appointments[i];
            T.Reason reason = _appointRefusal($, domain, a);
            if (reason != T.Reason.None) {
                refusals.refuse(reason, 0, i, a.merchant, a.nonce);
                continue;
            }
            Signers.useNonce($, a.merchant, a.nonce);
            $.agents[a.merchant][a.agent] = T.Agent(a.key, a.until, a.allowance, a.kind);
            seal.log(
                L.Appointed.selector, a.merchant, abi.encode(a.agent, a.key, a.until, a.allowance, a.kind, a.nonce)
            );
        }
        refusals.emitAll(seal);
        seal.close($.seal);
    }

    function suspendMerchant(uint32 merchant, bool suspended) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        if (merchant == 0 || merchant > $.head.merchants) revert L.MerchantUnknown(merchant, $.head.merchants);
        if (merchant == LedgerStorage.OPERATOR) revert L.OperatorNotSuspendable();
        T.Status status = suspended ? T.Status.Suspended : T.Status.Active;
        if ($.merchants[merchant].status == status) revert L.StatusUnchanged(merchant);
        $.merchants[merchant].status = status;
        _sealOne($, L.MerchantSuspended.selector, merchant, abi.encode(suspended));
    }

    function suspendConsumer(uint32 consumer, bool suspended) external {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        if (consumer == 0 || consumer > $.head.consumers) revert L.ConsumerUnknown(consumer, $.head.consumers);
        T.Consumer storage party = $.consumers[consumer];
        if ((party.wallet == address(0)) == suspended) revert L.StatusUnchanged(consumer);
        (party.wallet, party.parkedWallet) = (party.parkedWallet, party.wallet);
        _sealOne($, L.ConsumerSuspended.selector, consumer, abi.encode(suspended));
    }

    function changeGroup(uint32 group, bool member, uint32[] calldata merchants) external returns (uint32 changed) {
        LedgerStorage.Layout storage $ = LedgerStorage.load();
        changed = group == 0 ? $.head.groups + 1 : group;
        if (group > $.head.groups) revert L.GroupUnknown(group, $.head.groups);
        if (group == 0) $.head.groups = changed;
        uint32 registered = $.head.merchants;
        for (uint256 i; i < merchants.length; ++i) {
            uint32 merchant = merchants[i];
            if (merchant == 0 || merchant > registered) revert L.MerchantUnknown(merchant, registered);
            uint256 bit = 1 << (merchant & 0xff);
            if (member) $.groupMembers[changed][uint24(merchant >> 8)] |= bit;
            else $.groupMembers[changed][uint24(merchant >> 8)] &= ~bit;
        }
        _sealOne($, L.GroupChanged.selector, changed, abi.encode(member, merchants));
    }

    function _merchantRefusal(LedgerStorage.Layout storage $, bytes32 domain, T.MerchantRegistration calldata r)
        private
        view
        returns (T.Reason)
    {
        if (r.wallet == address(0)) return T.Reason.WalletInvalid;
        if (r.kind != T.MerchantKind.Merchant && r.kind != T.MerchantKind.Institution) return T.Reason.KindInvalid;
        if (r.deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if ($.partyOf[r.wallet] != 0) return T.Reason.WalletTaken;
        bytes32 digest = Intents.register(domain, r.wallet, r.kind, 0, r.deadline);
        return Signers.signedBy(r.wallet, digest, r.signature) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    function _registerConsumers(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        Seals.Seal memory seal,
        Records.Refusals memory refusals,
        T.ConsumerRegistration calldata group,
        uint256 index
    ) private {
        uint256 count = (group.consumers.length + RECORD - 1) / RECORD;
        seal.items += count;
        T.Reason unfit = _recruitRefusal($, domain, group, count);
        bytes memory wallets = Records.allocate(unfit == T.Reason.None ? count * 20 + 32 : 0);
        uint32 first = $.head.consumers + 1;
        uint32 next = first;
        for (uint256 i; i < count; ++i) {
            (address wallet, uint256 deadline, bytes32 r, bytes32 vs) = _record(group.consumers, i);
            if (unfit == T.Reason.None && next > Lanes.HOLDER_LIMIT) unfit = T.Reason.PartiesExhausted;
            T.Reason reason =
                unfit == T.Reason.None ? _consumerRefusal($, domain, wallet, group.merchant, deadline, r, vs) : unfit;
            if (reason != T.Reason.None) {
                refusals.refuse(reason, index, i, group.merchant, uint160(wallet));
                continue;
            }
            $.consumers[next].wallet = wallet;
            $.consumers[next].recruiter = group.merchant;
            $.partyOf[wallet] = Signers.party(true, next++);
            wallets.pushBytes(bytes32(bytes20(wallet)), 20);
        }
        if (next == first) return;
        $.head.consumers = next - 1;
        Signers.useNonce($, group.merchant, group.nonce);
        Signers.consume($, group.merchant, group.agent, next - first);
        bytes memory registered = abi.encode(group.agent, first, group.nonce, wallets);
        seal.log(L.ConsumersRegistered.selector, group.merchant, registered);
    }

    function _recruitRefusal(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        T.ConsumerRegistration calldata group,
        uint256 count
    ) private view returns (T.Reason) {
        if (group.consumers.length % RECORD != 0) return T.Reason.ItemsMalformed;
        if (Signers.nonceUsed($, group.merchant, group.nonce)) return T.Reason.NonceUsed;
        return Signers.refusalOf(
            $,
            group.merchant,
            group.agent,
            Signers.AGENT_RECRUITS,
            count,
            group.deadline,
            Intents.recruit(domain, group),
            group.signature
        );
    }

    function _consumerRefusal(
        LedgerStorage.Layout storage $,
        bytes32 domain,
        address wallet,
        uint32 recruiter,
        uint256 deadline,
        bytes32 r,
        bytes32 vs
    ) private view returns (T.Reason) {
        if (deadline < block.timestamp) return T.Reason.DeadlinePassed;
        if (wallet == address(0)) return T.Reason.WalletInvalid;
        if ($.partyOf[wallet] != 0) return T.Reason.WalletTaken;
        bytes32 digest = Intents.register(domain, wallet, T.MerchantKind.None, recruiter, deadline);
        return Signers.signedBy(wallet, digest, r, vs) ? T.Reason.None : T.Reason.SignatureInvalid;
    }

    function _appointRefusal(LedgerStorage.Layout storage $, bytes32 domain, T.Appointment calldata a)
        private
        view
        returns (T.Reason)
    {
        if (a.agent == 0 || a.kind == 0 || a.kind > Signers.AGENT_KINDS) return T.Reason.KindInvalid;
        if (a.key == address(0)) return T.Reason.WalletInvalid;
        if (Signers.nonceUsed($, a.merchant, a.nonce)) return T.Reason.NonceUsed;
        return Signers.refusalOf($, a.merchant, 0, 0, 0, a.deadline, Intents.appoint(domain, a), a.signature);
    }

    function _sealOne(LedgerStorage.Layout storage $, bytes32 topic, uint256 indexedValue, bytes memory data) private {
        Seals.Seal memory seal = Seals.open($.seal);
        seal.items = 1;
        seal.log(topic, indexedValue, data);
        seal.close($.seal);
    }

    function _record(bytes calldata consumers, uint256 index)
        private
        pure
        returns (address wallet, uint256 deadline, bytes32 r, bytes32 vs)
    {
        assembly ("memory-safe") {
            let record := add(consumers.offset, mul(index, 96))
            let word := calldataload(record)
            wallet := shr(96, word)
            deadline := and(shr(56, word), 0xffffffffff)
            r := calldataload(add(record, 0x20))
            vs := calldataload(add(record, 0x40))
        }
    }
}
