"""Names of effects: how an operation and what the chain says of it find each other."""

from ledger.domain.errors import Verb


def by_wallet(verb: Verb, wallet: bytes) -> str:
    """A registration's effect."""
    return f"{verb.name.lower()}/{wallet.hex()}"


def by_nonce(verb: Verb, party: int, nonce: int) -> str:
    """The effect of an intent with a nonce: allocate, recall, issue, appoint, withdraw of a merchant."""
    return f"{verb.name.lower()}/{party}/{nonce}"


def by_consumer_nonce(verb: Verb, party: int, nonce: int) -> str:
    """The effect of a consumer's intent with a nonce."""
    return f"{verb.name.lower()}/c{party}/{nonce}"


def of_redemption(coupon: int, version: int, merchant: int) -> str:
    """A redemption's effect."""
    return f"redeem/{coupon}/{version}/{merchant}"


def by_transaction(transaction: bytes, position: int = 0) -> str:
    """The effect of a verb that a transaction of a role does alone."""
    return f"transaction/{transaction.hex()}/{position}"
