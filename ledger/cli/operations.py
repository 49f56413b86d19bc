"""`coupon operations`: what became of everything that was accepted."""

from ledger.cli.session import Session, work
from ledger.cli.show import nothing, number, table

STATES = ("accepted", "sent", "included", "refused")


@work
def operations(session: Session) -> None:
    """Count operations by verb and state."""
    counts = session.ledger.operations.counts()
    verbs = sorted({verb for verb, _ in counts})
    rows = [(verb.replace("_", " "), *(number(counts.get((verb, state), 0)) for state in STATES)) for verb in verbs]
    totals = ("all", *(number(sum(counts.get((verb, state), 0) for verb in verbs)) for state in STATES))
    document = {
        "operations": [
            {"verb": verb, "state": state, "count": count} for (verb, state), count in sorted(counts.items())
        ]
    }
    columns = ("verb", *(f">{state}" for state in STATES))
    session.output.show(
        document, table(columns, rows, totals=totals) if rows else nothing("There is no operation yet.")
    )
