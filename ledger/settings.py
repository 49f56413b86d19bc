"""The settings in force: the only reader of the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from variables that start with COUPON_: COUPON_STATE, COUPON_PASSWORD."""

    model_config = SettingsConfigDict(env_prefix="COUPON_", extra="ignore")

    state: Path = Path("state")
    """The folder that holds a ledger: its chain, its database, its keys."""

    password: SecretStr | None = None
    """What opens the keystore; without it, the file `password` in the state folder is read."""
