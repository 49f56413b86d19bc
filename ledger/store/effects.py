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


def of_statement(merchant: int, period: int, root: bytes) -> str:
    """A statement's effect; its root too, since another one may stand for the same period."""
    return f"state/{merchant}/{period}/{root.hex()}"


def of_transfer(coupon: int, version: int, to: int) -> str:
    """The effect of handing a coupon on at a version, by whatever verb."""
    return f"transfer/{coupon}/{version}/{to}"


def of_copy(root: int, index: int, to: int) -> str:
    """The effect of giving a copy of a coupon, by whatever verb."""
    return f"copy/{root}/{index}/{to}"


def of_claim(coupon: int, version: int, index: int, claimant: int) -> str:
    """A refused claim's effect: the chain does not say whether it was to move the coupon or to copy it."""
    return f"claim/{coupon}/{version}/{index}/{claimant}"


def of_revocation(coupon: int) -> str:
    """The effect of making a coupon void."""
    return f"revoke/{coupon}"


def of_settlement(verb: Verb, coupon: int, version: int, merchant: int = 0) -> str:
    """The effect of what is done to a redemption that waits; `merchant` where its intent names one."""
    return f"{verb.name.lower()}/{coupon}/{version}/{merchant}"


def by_transaction(transaction: bytes, position: int = 0) -> str:
    """The effect of a verb that a transaction of a role does alone."""
    return f"transaction/{transaction.hex()}/{position}"
