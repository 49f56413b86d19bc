"""Which Keccak-256 the Ethereum libraries of this process use."""

from typing import Literal

from eth_hash.auto import keccak


def use_fastest_keccak() -> Literal["pysha3", "pycryptodome"]:
    """Put pysha3 (0.9 us a hash) in the place of pycryptodome (5.8 us) where it is installed, and name what is used.

    eth-hash would choose pycryptodome when it finds both, and otherwise listens to the environment only, which just
    the settings may touch. All importers share this one object, so they all follow; both give the same hashes.
    """
    try:
        from eth_hash.backends import pysha3
    except ImportError:
        return "pycryptodome"
    keccak.hasher = pysha3.keccak256  # type: ignore[assignment]  # the parameter has another name only
    keccak.preimage = pysha3.preimage  # type: ignore[assignment]
    return "pysha3"
