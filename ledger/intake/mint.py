"""Mint a batch."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from ledger.domain.errors import Reason, Refused, TermsInvalid
from ledger.domain.ids import GROUP_ISSUER_ONLY, OPERATOR
from ledger.domain.terms import Terms
from ledger.intake import reading
from ledger.intake.desk import Accepted, Desk, Draft
from ledger.store.projections import LEDGER_STATE, MERCHANTS


@dataclass(frozen=True, slots=True)
class Mint:
    """The terms to mint a batch with."""

    terms: Terms


def mint(desk: Desk, request: Mint, *, key: str) -> Accepted:
    """Take a mint; raises OutOfRange, TermsInvalid, CashInsufficient where the operator cannot fund its reserve."""

    def draft() -> Draft:
        reading.refuse_retired(desk.connection, desk.now())
        terms = request.terms
        terms.check()
        now = desk.now()
        if terms.closes <= now:
            raise TermsInvalid("WindowPast", "close in the future", given=terms.closes, limit=now)
        _check_state(desk, terms)
        return Draft(verb="mint", payload={"arguments": [_abi(terms)]})

    return desk.accept(key, request, draft)


def _check_state(desk: Desk, terms: Terms) -> None:
    state = desk.connection.execute(select(LEDGER_STATE)).one()
    if terms.group > state.groups and terms.group != GROUP_ISSUER_ONLY:
        raise TermsInvalid("GroupUnknown", "open the group first", given=terms.group, limit=state.groups)
    cash = desk.connection.scalar(select(MERCHANTS.c.cash).where(MERCHANTS.c.id == OPERATOR))
    if terms.reserve_minor > (cash or 0):
        hint = "the batch's reserve is more than the operator's cash: deposit the difference, or mint fewer"
        raise Refused(Reason.CASH_INSUFFICIENT, hint, given=terms.reserve_minor, limit=cash)
    today = desk.now() // 86_400
    reserved = state.reserved_today if state.reserved_day == today else 0
    # A cap that was lowered may be below what was reserved before.
    left = max(0, state.reserve_cap_daily - reserved)
    if terms.reserve_minor > left:
        hint = "the operator's mints are capped a day: wait for tomorrow (UTC), or have the admin raise the limit"
        raise TermsInvalid("ReserveCapReached", hint, given=terms.reserve_minor, limit=left)


def _abi(terms: Terms) -> list[object]:
    """The fields in the order of Solidity's `Terms`, which is that of ours."""
    return list(asdict(terms).values())
