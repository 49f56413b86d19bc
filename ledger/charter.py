"""A ledger's charter: what was decided when it was made, kept in its database."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select

from ledger.chain.deploy import Deployment
from ledger.store.outbox import SETTINGS

_NAME = "charter"
ROLES = ("deployer", "operator", "treasurer", "pauser", "admin", "relayer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """Money has `decimals` digits after the point; `zone` is the IANA zone days are shown in; caps in minor units."""

    name: str
    currency: str
    decimals: int
    zone: str
    clock: Literal["wall", "replay"]
    chain_id: int
    reward_cap_daily: int
    reserve_cap_daily: int
    withdrawal_cap_daily: int
    withdrawal_delay: int
    admin_delay: int
    deployment: Deployment | None = None


def write(connection: Connection, charter: Charter) -> None:
    """Keep a charter, once and for all."""
    connection.execute(insert(SETTINGS).values(name=_NAME, value=json.dumps(asdict(charter), default=_hex)))


def read(connection: Connection) -> Charter | None:
    """The charter, None where the ledger was never made to the end."""
    text = connection.scalar(select(SETTINGS.c.value).where(SETTINGS.c.name == _NAME))
    if text is None:
        return None
    values = json.loads(text)
    values["deployment"] = _deployment(values["deployment"])
    return Charter(**values)


def _deployment(values: Mapping[str, object]) -> Deployment:
    libraries = values["libraries"]
    assert isinstance(libraries, dict)
    return Deployment(
        token=_bytes(values["token"]),
        timelock=_bytes(values["timelock"]),
        ledger=_bytes(values["ledger"]),
        lens=_bytes(values["lens"]),
        block=int(str(values["block"])),
        libraries={name: _bytes(address) for name, address in libraries.items()},
    )


def _bytes(value: object) -> bytes:
    return bytes.fromhex(str(value))


def _hex(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no plain form")
