"""`Ledger`: opens the parts and offers them by noun."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Self

from sqlalchemy import Connection, func, insert, select

from ledger import charter as charters
from ledger.chain.clock import Clock, ReplayClock, WallClock
from ledger.chain.compile import compile_contracts
from ledger.chain.contract import Contract
from ledger.chain.deploy import LIBRARIES, Deployer, Deployment, Parameters, Wallets, deploy
from ledger.chain.eip712 import digest, domain_separator
from ledger.chain.embedded import EmbeddedChain
from ledger.chain.source import ChainSource
from ledger.charter import ROLES, Charter
from ledger.custody import keystore as keystores
from ledger.custody.keystore import Keystore
from ledger.domain.intents import Recruit, Redeem
from ledger.domain.signing import Signer
from ledger.folder import Folder, FolderEmpty, FolderTaken
from ledger.index.index import Index
from ledger.intake.desk import INTENT_SECONDS, Desk
from ledger.nouns.admin import Admin
from ledger.nouns.auditing import Auditing
from ledger.nouns.batches import Batches
from ledger.nouns.cash import Cash
from ledger.nouns.coupons import Coupons
from ledger.nouns.limits import Limits
from ledger.nouns.members import OPERATOR_REFERENCE, Members
from ledger.nouns.operations import Operations
from ledger.nouns.points import Points
from ledger.nouns.purchases import Purchases
from ledger.nouns.settlements import Settlements
from ledger.nouns.sharing import Sharing
from ledger.nouns.statements import Statements
from ledger.nouns.vouchers import Vouchers
from ledger.nouns.wallets import WalletDesk
from ledger.relay.gather import Gatherer
from ledger.relay.relay import Relay, Round
from ledger.store.engine import Store, open_sqlite
from ledger.store.migrate import migrate
from ledger.store.outbox import ACCOUNTS, OPERATIONS, OperationState

ITEMS_LIMIT = 200
"""Operations of one transaction at most; gas bounds it too."""

OPERATOR_PATH = "merchant/operator"
"""Where custody derives the key of the operator as a merchant."""


class Ledger:
    """One ledger on the embedded chain, in one folder. Close it, or use it in a `with` statement.

    Verbs are accepted at once and reach the chain by `settle`, which also brings the index up to date.
    """

    def __init__(
        self, folder: Folder, chain: EmbeddedChain, store: Store, keystore: Keystore, charter: Charter
    ) -> None:
        """For `create_ledger` and `open_ledger`."""
        if charter.deployment is None:
            raise FolderEmpty(folder.path)
        self.folder, self.chain, self.store, self.charter = folder, chain, store, charter
        self._keystore = keystore
        self._settling = Lock()
        self.deployment = charter.deployment
        artifacts = compile_contracts()
        self.contract = Contract(
            [artifacts["CouponLedger"], *(artifacts[name] for name in LIBRARIES)], self.deployment.ledger
        )
        self.token = Contract([artifacts["SettlementToken"]], self.deployment.token)
        # It passes on the errors of what it calls.
        self.timelock = Contract(
            [artifacts[name] for name in ("TimelockController", "CouponLedger", *LIBRARIES)], self.deployment.timelock
        )
        self.separator = domain_separator(chain.chain_id, self.deployment.ledger)
        self.index = Index(store, ChainSource(chain, self.deployment.ledger, self.deployment.block))
        self._relay = Relay(
            store,
            chain,
            gatherer=self._gatherer(),
            senders={role: keystore.signer(f"role/{role}") for role in ROLES},
            contracts={"ledger": self.contract, "token": self.token, "timelock": self.timelock},
        )
        self.members, self.cash, self.batches = Members(self), Cash(self), Batches(self)
        self.points, self.wallets, self.limits = Points(self), WalletDesk(self), Limits(self)
        self.coupons, self.operations, self.audit = Coupons(self), Operations(self), Auditing(self)
        self.sharing, self.vouchers = Sharing(self), Vouchers(self)
        self.settlements = Settlements(self)
        self.purchases, self.statements, self.admin = Purchases(self), Statements(self), Admin(self)

    @property
    def clock(self) -> Clock:
        """The ledger's time: the wall's, or that of a replay."""
        return self.chain.clock

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk in one database transaction: all it accepts is kept at the end, or nothing."""
        with self.store.write() as connection:
            yield Desk(connection, keystore=self._keystore, separator=self.separator, now=self.clock.now)

    def role(self, name: str) -> Signer:
        """The key of a role of the platform: operator, treasurer, pauser, admin, relayer."""
        return self._keystore.signer(f"role/{name}")

    def settle(self, progress: Callable[[Round], None] | None = None) -> Round:
        """Bring every accepted operation to its end and the index up to date; what was done in all.

        Threads take turns: what one of them stores, another must not overtake on its way to the chain.
        """
        with self._settling:
            total = self._finish_round()
            while self._relay.store_round():
                done = self._finish_round()
                if progress is not None:
                    progress(done)
                total = Round(total.sent + done.sent, total.included + done.included, total.refused + done.refused)
            return total

    def close(self) -> None:
        """Let go of the files."""
        self.chain.close()
        self.store.close()
        self.folder.unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish_round(self) -> Round:
        self._relay.send()
        self.index.catch_up()
        return self._relay.settle()

    def _gatherer(self) -> Gatherer:
        def sign_for(merchant: int, intent: Redeem | Recruit) -> bytes:
            with self.store.read() as connection:
                wallet = self.members.wallet_of_merchant(connection, merchant)
                path = self.members.custody_path(connection, wallet)
            return self._keystore.signer(path).sign(digest(self.separator, intent))

        return Gatherer(
            contracts={"ledger": self.contract, "token": self.token, "timelock": self.timelock},
            sign_for=sign_for,
            fresh_nonce=lambda: secrets.randbits(63) or 1,
            deadline=lambda: self.clock.now() + INTENT_SECONDS,
            items_limit=ITEMS_LIMIT,
        )


def create_ledger(path: Path, charter: Charter, *, password: str | None, start: int | None = None) -> Ledger:
    """Make a ledger in a folder; a creation that was cut short is done again.

    `start` is the first moment of a replay clock, Unix seconds. Raises FolderTaken, FolderInUse.
    """
    folder = Folder(path)
    with ExitStack() as opened:
        folder.lock(create=True)
        opened.callback(folder.unlock)
        store = open_sqlite(folder.database)
        opened.callback(store.close)
        migrate(store)
        with store.read() as connection:
            if charters.read(connection) is not None:
                raise FolderTaken(path)
        secret = folder.new_password(password)
        keystore = (
            keystores.open_keystore(folder.keystore, secret)
            if folder.keystore.exists()
            else keystores.create(folder.keystore, secret)
        )
        chain = EmbeddedChain(folder.chain, _clock(charter, start), chain_id=charter.chain_id)
        opened.callback(chain.close)
        _set_clock(chain, store)
        complete = replace(charter, deployment=_deploy(chain, keystore, charter))
        ledger = Ledger(folder, chain, store, keystore, complete)
        # A creation that was cut short may have left the tables of another deployment.
        ledger.index.rebuild()
        with store.write() as connection:
            charters.write(connection, complete)
            _open_operator_account(connection, keystore)
        opened.pop_all()
        return ledger


def open_ledger(path: Path, *, password: str | None) -> Ledger:
    """The ledger in a folder, where it stopped.

    Raises FolderEmpty, FolderInUse, PasswordMissing, PasswordWrong, KeystoreMissing, KeystoreDamaged.
    """
    folder = Folder(path)
    with ExitStack() as opened:
        folder.lock()
        opened.callback(folder.unlock)
        store = open_sqlite(folder.database)
        opened.callback(store.close)
        migrate(store)
        with store.read() as connection:
            charter = charters.read(connection)
        if charter is None:
            raise FolderEmpty(path)
        keystore = keystores.open_keystore(folder.keystore, folder.password(password))
        chain = EmbeddedChain(folder.chain, _clock(charter, None), chain_id=charter.chain_id)
        opened.callback(chain.close)
        _set_clock(chain, store)
        ledger = Ledger(folder, chain, store, keystore, charter)
        opened.pop_all()
        return ledger


def _set_clock(chain: EmbeddedChain, store: Store) -> None:
    """A replay clock goes on from the newest block, or from the newest operation that is not in one yet."""
    if not isinstance(chain.clock, ReplayClock):
        return
    unsettled = OPERATIONS.c.state.in_((OperationState.ACCEPTED, OperationState.SENT))
    with store.read() as connection:
        accepted = connection.scalar(select(func.max(OPERATIONS.c.accepted_at)).where(unsettled)) or 0
    chain.clock.set(max(chain.clock.now(), chain.head().timestamp, accepted))


def _open_operator_account(connection: Connection, keystore: Keystore) -> None:
    """The operator's own stock is signed for by custody, and nobody else is called what it is called."""
    wallet = keystore.signer(OPERATOR_PATH).address
    connection.execute(
        insert(ACCOUNTS).values(
            kind="merchant", reference=OPERATOR_REFERENCE, wallet=wallet, custody_path=OPERATOR_PATH
        )
    )


def _clock(charter: Charter, start: int | None) -> Clock:
    return WallClock() if charter.clock == "wall" else ReplayClock(start or 0)


def _deploy(chain: EmbeddedChain, keystore: Keystore, charter: Charter) -> Deployment:
    signers = {role: keystore.signer(f"role/{role}") for role in ROLES}
    parameters = Parameters(
        currency=charter.currency,
        decimals=charter.decimals,
        admin_delay=charter.admin_delay,
        reward_cap_daily=charter.reward_cap_daily,
        reserve_cap_daily=charter.reserve_cap_daily,
        withdrawal_cap_daily=charter.withdrawal_cap_daily,
        withdrawal_delay=charter.withdrawal_delay,
    )
    wallets = Wallets(
        deployer=signers["deployer"].address,
        admin=signers["admin"].address,
        operator=signers["operator"].address,
        treasurer=signers["treasurer"].address,
        pauser=signers["pauser"].address,
        operator_wallet=keystore.signer(OPERATOR_PATH).address,
    )
    deployer = Deployer(chain, signers["deployer"], max_fee=2 * chain.head().base_fee_per_gas)
    done = deploy(
        compile_contracts(), deployer, parameters=parameters, wallets=wallets, head=lambda: chain.head().number
    )
    token = Contract([compile_contracts()["SettlementToken"]], done.token)
    treasurer = Deployer(chain, signers["treasurer"], max_fee=2 * chain.head().base_fee_per_gas)
    treasurer.call("approving the ledger", done.token, token.encode("approve", done.ledger, 2**256 - 1))
    return done
