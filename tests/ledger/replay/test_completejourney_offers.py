"""The invented offers of the campaigns."""

from collections.abc import Callable
from datetime import date

import pytest

from ledger.replay.completejourney_offers import OFFERS, offer_of
from ledger.replay.completejourney_year import Campaign
from ledger.replay.facts import TermsFact
from ledger.replay.limits import broken_rules

GROUP = ("store-1", "store-2")


def _campaign(number: int) -> Campaign:
    return Campaign(number=number, kind="Type B", first_day=date(2017, 3, 1), last_day=date(2017, 3, 31))


TERMS = tuple(
    offer.terms(_campaign(number), opens=1_000, closes=2_000, group=GROUP) for number, offer in OFFERS.items()
)


def test_there_is_an_offer_for_each_of_the_27_campaigns() -> None:
    assert list(OFFERS) == list(range(1, 28))
    assert offer_of(_campaign(28)) is OFFERS[1]
    assert offer_of(_campaign(27)) is OFFERS[27]


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: terms.text)
def test_every_offer_keeps_every_limit(terms: TermsFact) -> None:
    assert broken_rules(terms, 20_000) == ()


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: terms.text)
def test_a_fixed_discount_is_never_more_than_the_minimum_order(terms: TermsFact) -> None:
    if terms.discount_kind == "fixed":
        assert terms.discount_minor <= terms.minimum_order_minor


@pytest.mark.parametrize(
    ("term", "values"),
    [
        (lambda terms: terms.accepts, {"all", "issuer", GROUP}),
        (lambda terms: terms.discount_kind, {"none", "fixed", "bps"}),
        (lambda terms: terms.remainder_role, {"platform", "issuer", "redeemer", "consumer", "recruiter"}),
        (lambda terms: terms.valid_days > 0, {True, False}),
        (lambda terms: terms.minimum_order_minor > 0, {True, False}),
        (lambda terms: terms.reward_minor > 0, {True, False}),
        (lambda terms: terms.contribution_bps > 0, {True, False}),
        (lambda terms: terms.revocable, {True, False}),
        (
            lambda terms: (terms.split.platform > 0, terms.split.sharer > 0),
            {(True, True), (False, False), (True, False)},
        ),
    ],
)
def test_together_they_use_every_term(term: Callable[[TermsFact], object], values: set[object]) -> None:
    assert {term(terms) for terms in TERMS} == values


def test_every_funder_funds_a_fixed_discount_and_one_in_bps() -> None:
    discounts = {(terms.funder, terms.discount_kind) for terms in TERMS if terms.discount_kind != "none"}
    assert len(discounts) == 6
