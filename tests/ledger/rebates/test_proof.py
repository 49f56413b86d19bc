"""Proofs that a purchase stands in a statement, held against the chain alone."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from ledger.chain.merkle import leaf_of
from ledger.domain.errors import NotFound
from ledger.nouns.statements import Lines
from ledger.rebates.proofs import NotStated, Proof, ProofBroken, ProofUnreadable, read_proof
from ledger.store.purchases import PURCHASES
from tests.ledger.house import ANN, BOB, BOOKSHOP, CINEMA, House
from tests.ledger.stating import TODAY, buy, close, set_policy

COUNT = 11


@pytest.fixture
def stated(house: House) -> House:
    """A house whose bookshop stated some purchases of yesterday."""
    set_policy(house)
    for number in range(COUNT):
        buy(house, f"o-{number}", 100 + number, consumer=(ANN, BOB)[number % 2], day=TODAY - 1)
    house.included(close(house))
    return house


def test_every_line_of_a_statement_is_proven(stated: House) -> None:
    """Checked against the chain, without any table."""
    statements = stated.ledger.statements
    for number in range(COUNT):
        proof = statements.prove(BOOKSHOP, f"o-{number}")
        assert (proof.line.amount, proof.period) == (100 + number, TODAY - 1)
        statements.check(proof)
        assert proof.root() == statements.get(BOOKSHOP, TODAY - 1).root


def test_a_line_that_was_changed_leads_elsewhere(stated: House) -> None:
    statements = stated.ledger.statements
    proof = statements.prove(BOOKSHOP, "o-3")
    line = proof.line
    changed = [
        replace(line, amount=line.amount + 1),
        replace(line, amount=-line.amount),
        replace(line, recruiter=CINEMA),
        replace(line, occurred_at=line.occurred_at + 1),
        replace(line, reference="o-4"),
        replace(line, salt=bytes(32)),
    ]
    forged = [replace(proof, line=each) for each in changed]
    forged += [replace(proof, path=proof.path[:-1]), replace(proof, path=(*proof.path, bytes(32)))]
    forged += [replace(proof, period=proof.period + 1), replace(proof, merchant=CINEMA)]
    for each in forged:
        with pytest.raises(ProofBroken):
            statements.check(each)


def test_the_table_is_not_believed(stated: House) -> None:
    """Whoever changes a line in the database proves nothing with it."""
    statements = stated.ledger.statements
    assert statements.lines(statements.get(BOOKSHOP, TODAY - 1)) == Lines(COUNT, as_stated=True)
    with stated.ledger.store.write() as connection:
        connection.execute(update(PURCHASES).where(PURCHASES.c.reference == "o-3").values(amount=5))
    with pytest.raises(ProofBroken):
        statements.check(statements.prove(BOOKSHOP, "o-3"))
    assert statements.lines(statements.get(BOOKSHOP, TODAY - 1)) == Lines(COUNT, as_stated=False)


def test_a_proof_travels_as_a_document(stated: House) -> None:
    proof = stated.ledger.statements.prove(BOOKSHOP, "o-3")
    assert read_proof(json.dumps(proof.document())) == proof


def test_only_what_is_stated_has_a_proof(stated: House) -> None:
    buy(stated, "today")
    with pytest.raises(NotStated):
        stated.ledger.statements.prove(BOOKSHOP, "today")
    with pytest.raises(NotFound):
        stated.ledger.statements.prove(CINEMA, "o-3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"merchant": 1}',
        '{"merchant": 3, "period": 1, "path": [], "line": 5}',
        '{"merchant": -1, "period": 1, "path": [], "line": {"reference": "a", "recruiter": 2, "amount_minor": 5,'
        f' "occurred_at": 1, "salt": "0x{"00" * 32}"}}}}',
        '{"merchant": 3, "period": 1, "path": ["0x00"], "line": {"reference": "a", "recruiter": 2, "amount_minor": 5,'
        f' "occurred_at": 1, "salt": "0x{"00" * 32}"}}}}',
        '{"merchant": 3, "period": 1, "path": [], "line": {"reference": "a", "recruiter": 2, "amount_minor": 1e400,'
        f' "occurred_at": 1, "salt": "0x{"00" * 32}"}}}}',
        '{"merchant": 3, "period": 1, "path": [], "line": {"reference": "\\ud800", "recruiter": 2, "amount_minor": 1,'
        f' "occurred_at": 1, "salt": "0x{"00" * 32}"}}}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_proof_is_refused_by_name(text: str) -> None:
    with pytest.raises(ProofUnreadable):
        read_proof(text)


def test_a_single_line_is_its_own_root(house: House) -> None:
    set_policy(house)
    buy(house, "only", day=TODAY - 1)
    house.included(close(house))
    proof: Proof = house.ledger.statements.prove(BOOKSHOP, "only")
    assert proof.path == ()
    assert proof.root() == leaf_of(proof.line)
    house.ledger.statements.check(proof)
