"""Put a ledger on a chain: token, libraries, timelock, ledger, lens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import rlp
from eth_hash.auto import keccak

from ledger.chain.artifacts import Artifact, link
from ledger.chain.contract import Contract, creation_arguments
from ledger.chain.errors import ChainError
from ledger.chain.protocol import Chain
from ledger.chain.transactions import TRANSACTION_GAS_LIMIT, Transaction, sign
from ledger.domain.signing import Signer

LIBRARIES = (
    "Control",
    "Members",
    "Wallets",
    "Cash",
    "Points",
    "Minting",
    "Stock",
    "Issuing",
    "Sharing",
    "Revoking",
    "Redeeming",
    "Settlement",
    "Statements",
)
OPERATOR_ROLE = keccak(b"OPERATOR_ROLE")
TREASURER_ROLE = keccak(b"TREASURER_ROLE")
PAUSER_ROLE = keccak(b"PAUSER_ROLE")


class DeploymentFailed(ChainError):
    """A contract could not be deployed; what was deployed before stays unused on the chain."""

    def __init__(self, contract: str, detail: str) -> None:
        self.contract, self.detail = contract, detail
        super().__init__(f"deploying {contract} failed: {detail}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How a ledger starts. Amounts in minor units, delays in seconds."""

    currency: str
    decimals: int
    admin_delay: int
    reward_cap_daily: int
    reserve_cap_daily: int
    withdrawal_cap_daily: int
    withdrawal_delay: int
    base_uri: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a ledger stands: addresses of 20 bytes, and the block of its first log."""

    token: bytes
    timelock: bytes
    ledger: bytes
    lens: bytes
    block: int
    libraries: Mapping[str, bytes]


class Deployer:
    """Sends one account's transactions and waits for each; used once, before the relay takes over."""

    def __init__(self, chain: Chain, signer: Signer, *, max_fee: int) -> None:
        self._chain, self._signer, self._max_fee = chain, signer, max_fee
        self._nonce = chain.nonce(signer.address)

    def create(self, name: str, code: bytes) -> bytes:
        """Deploy creation code; the new contract's address."""
        address = keccak(rlp.encode([self._signer.address, self._nonce]))[12:]
        self._send(name, b"", code)
        return address

    def call(self, name: str, to: bytes, data: bytes) -> None:
        """Call a contract."""
        self._send(name, to, data)

    def _send(self, name: str, to: bytes, data: bytes) -> None:
        transaction = Transaction(
            chain_id=self._chain.chain_id,
            nonce=self._nonce,
            to=to,
            data=data,
            gas=TRANSACTION_GAS_LIMIT,
            max_fee=self._max_fee,
        )
        signed = sign(transaction, self._signer)
        result = self._chain.send_raw([signed.raw])[0]
        if not result.accepted:
            raise DeploymentFailed(name, f"{result.rejection}: {result.detail}")
        receipt = self._chain.receipts([signed.hash])[0]
        if receipt is None or not receipt.succeeded:
            raise DeploymentFailed(name, "the transaction was reverted" if receipt else "no receipt")
        self._nonce += 1


def deploy(
    artifacts: Mapping[str, Artifact],
    deployer: Deployer,
    *,
    parameters: Parameters,
    wallets: "Wallets",
    head: Callable[[], int],
) -> Deployment:
    """Deploy everything and appoint the roles; at the end the timelock alone is admin of ledger and token."""
    token = deployer.create("SettlementToken", _token(artifacts, parameters, wallets.deployer))
    libraries = {name: deployer.create(name, link(artifacts[name], {})) for name in LIBRARIES}
    timelock = deployer.create("TimelockController", _timelock(artifacts, parameters, wallets.admin))
    block = head() + 1
    ledger = deployer.create("CouponLedger", _ledger(artifacts, parameters, wallets, token, libraries))
    lens_code = link(artifacts["CouponLens"], {}) + creation_arguments(
        artifacts["CouponLens"], ledger, parameters.base_uri
    )
    lens = deployer.create("CouponLens", lens_code)
    _hand_over(artifacts, deployer, wallets=wallets, token=token, ledger=ledger, timelock=timelock)
    return Deployment(token, timelock, ledger, lens, block, libraries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallets:
    """Who holds the platform's roles at the start; addresses of 20 bytes."""

    deployer: bytes
    admin: bytes
    operator: bytes
    treasurer: bytes
    pauser: bytes
    operator_wallet: bytes


def _token(artifacts: Mapping[str, Artifact], parameters: Parameters, admin: bytes) -> bytes:
    artifact = artifacts["SettlementToken"]
    name = f"{parameters.currency} settlement"
    return link(artifact, {}) + creation_arguments(artifact, name, parameters.currency, parameters.decimals, admin)


def _timelock(artifacts: Mapping[str, Artifact], parameters: Parameters, admin: bytes) -> bytes:
    artifact = artifacts["TimelockController"]
    return link(artifact, {}) + creation_arguments(artifact, parameters.admin_delay, [admin], [admin], bytes(20))


def _ledger(
    artifacts: Mapping[str, Artifact],
    parameters: Parameters,
    wallets: Wallets,
    token: bytes,
    libraries: Mapping[str, bytes],
) -> bytes:
    artifact = artifacts["CouponLedger"]
    limits = (
        parameters.reward_cap_daily,
        parameters.reserve_cap_daily,
        parameters.withdrawal_cap_daily,
        parameters.withdrawal_delay,
    )
    arguments = creation_arguments(artifact, token, wallets.deployer, wallets.operator_wallet, limits)
    return link(artifact, libraries) + arguments


def _hand_over(
    artifacts: Mapping[str, Artifact],
    deployer: Deployer,
    *,
    wallets: Wallets,
    token: bytes,
    ledger: bytes,
    timelock: bytes,
) -> None:
    """Grant the roles, then give the admin's away: after this the deployer has no power."""
    admin = bytes(32)
    roles = Contract([artifacts["CouponLedger"]], ledger)
    for name, role, holder in (
        ("operator", OPERATOR_ROLE, wallets.operator),
        ("treasurer", TREASURER_ROLE, wallets.treasurer),
        ("pauser", PAUSER_ROLE, wallets.pauser),
        ("admin", admin, timelock),
    ):
        deployer.call(f"granting {name}", ledger, roles.encode("grantRole", role, holder))
    deployer.call("renouncing admin", ledger, roles.encode("renounceRole", admin, wallets.deployer))
    tokens = Contract([artifacts["SettlementToken"]], token)
    minter = keccak(b"MINTER_ROLE")
    deployer.call("granting minter", token, tokens.encode("grantRole", minter, wallets.treasurer))
    deployer.call("granting token admin", token, tokens.encode("grantRole", admin, timelock))
    deployer.call("renouncing minter", token, tokens.encode("renounceRole", minter, wallets.deployer))
    deployer.call("renouncing token admin", token, tokens.encode("renounceRole", admin, wallets.deployer))
