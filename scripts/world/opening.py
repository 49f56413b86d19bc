"""Opening a world: a fresh chain with a ledger deployed on it."""

from collections.abc import Sequence
from pathlib import Path

from ledger.chain.clock import ReplayClock
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract
from ledger.chain.deploy import LIBRARIES, Deployer, Parameters, Wallets, deploy
from ledger.chain.eip712 import domain_separator
from ledger.chain.embedded import EmbeddedChain
from scripts.world.keys import CHAIN_ID, MAX_FEE, NOW, WEI, key
from scripts.world.world import World

ACCOUNTS = ("deployer", "operator", "treasurer", "pauser", "admin", "relayer", "stranger")
"""The keys whose accounts have gas to send with."""


def new_world(
    *,
    path: Path | None = None,
    reward_cap_daily: int = 10**12,
    reserve_cap_daily: int = 10**18,
    withdrawal_cap_daily: int = 10**18,
    withdrawal_delay: int = 0,
    admin_delay: int = 0,
    token: str = "SettlementToken",
    decimals: int = 2,
    accounts: Sequence[str] = (),
) -> World:
    """Deploy a ledger whose roles are the keys `operator`, `treasurer`, `pauser`, `admin`; the operator's wallet is
    `operator wallet`; `relayer` has no role. The treasurer approved the ledger to take its tokens. `token` names a
    contract that is deployed as the settlement token; `accounts` more keys that can send."""
    artifacts = compile_contracts()
    clock = ReplayClock(NOW)
    balances = {key(name).address: WEI for name in (*ACCOUNTS, *accounts)}
    chain = EmbeddedChain(path, clock, chain_id=CHAIN_ID, balances=balances)
    parameters = Parameters(
        currency="USD",
        decimals=decimals,
        admin_delay=admin_delay,
        reward_cap_daily=reward_cap_daily,
        reserve_cap_daily=reserve_cap_daily,
        withdrawal_cap_daily=withdrawal_cap_daily,
        withdrawal_delay=withdrawal_delay,
    )
    deployment = deploy(
        {**artifacts, "SettlementToken": artifacts[token]},
        Deployer(chain, key("deployer"), max_fee=MAX_FEE),
        parameters=parameters,
        wallets=_wallets(),
        head=lambda: chain.head().number,
    )
    world = World(
        chain=chain,
        clock=clock,
        deployment=deployment,
        ledger=Contract([artifacts["CouponLedger"], *(artifacts[name] for name in LIBRARIES)], deployment.ledger),
        token=Contract([artifacts[token]], deployment.token),
        lens=Contract([artifacts["CouponLens"]], deployment.lens),
        timelock=Contract([artifacts["TimelockController"]], deployment.timelock),
        separator=domain_separator(CHAIN_ID, deployment.ledger),
    )
    world.send("approve", deployment.ledger, 2**256 - 1, sender="treasurer", to=world.token)
    return world


def _wallets() -> Wallets:
    return Wallets(
        deployer=key("deployer").address,
        admin=key("admin").address,
        operator=key("operator").address,
        treasurer=key("treasurer").address,
        pauser=key("pauser").address,
        operator_wallet=key("operator wallet").address,
    )
