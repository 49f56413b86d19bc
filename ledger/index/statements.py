"""Statements and the policy they follow."""

from ledger.domain import events
from ledger.domain.ids import OPERATOR
from ledger.index.book import Book, Place
from ledger.index.cash import credit
from ledger.index.members import use_agent
from ledger.store.effects import of_statement
from ledger.store.projections_accounts import POLICIES, STATEMENT_TOTALS, STATEMENTS


def stated(book: Book, event: events.Stated, place: Place) -> None:
    """Commission leaves the seller; of it each recruiter gets its rebate and the platform the rest."""
    commission = sum(total.commission for total in event.totals)
    rebate = sum(total.rebate for total in event.totals)
    credit(book, event.merchant, -commission)
    credit(book, OPERATOR, commission - rebate)
    book.append(
        STATEMENTS,
        merchant=event.merchant,
        period=event.period,
        period_days=event.period_days,
        agent=event.agent,
        policy=event.policy,
        root=event.root,
        amount=sum(total.amount for total in event.totals),
        commission=commission,
        rebate=rebate,
        occurrence_id=place.id,
    )
    for total in event.totals:
        credit(book, total.recruiter, total.rebate)
        book.append(
            STATEMENT_TOTALS,
            merchant=event.merchant,
            period=event.period,
            recruiter=total.recruiter,
            amount=total.amount,
            commission=total.commission,
            rebate=total.rebate,
        )
    book.merchants.change(event.merchant)["stated_until"] = event.period + event.period_days
    use_agent(book, event.merchant, event.agent, uses=1)
    book.effect(place, of_statement(event.merchant, event.period, event.root))


def policy_changed(book: Book, event: events.PolicyChanged, place: Place) -> None:
    """A version of the policy, for periods that begin from its start on."""
    book.append(
        POLICIES,
        id=event.policy,
        starts_at=event.starts_at,
        commission_bps=event.commission_bps,
        rebate_bps=event.rebate_bps,
        equal_codes=event.equal_codes,
        occurrence_id=place.id,
    )
