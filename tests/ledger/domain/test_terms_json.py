"""Terms as JSON and back."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import terms_json
from ledger.domain.terms import Funder, Role, ShareMode, Terms
from scripts.world import some_terms

SPLITS = (
    st.lists(st.integers(0, 10_000), min_size=6, max_size=6)
    .map(sorted)
    .map(lambda cuts: tuple(b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)))
)


@given(
    changes=st.fixed_dictionaries(
        {
            "size": st.integers(1, 2**32 - 1),
            "closes": st.integers(2**33, 2**40 - 1),
            "share_mode": st.sampled_from(ShareMode),
            "funder": st.sampled_from(Funder),
            "remainder_role": st.sampled_from(Role),
            "split_bps": SPLITS,
            "revocable": st.booleans(),
            "bearer": st.booleans(),
            "discount_minor": st.integers(0, 2**40 - 1),
            "text": st.binary(min_size=32, max_size=32),
        }
    )
)
def test_what_is_written_is_read_back(changes: dict[str, Any]) -> None:
    terms = some_terms(**changes)
    assert terms_json.loads(terms_json.dumps(terms)) == terms


def test_people_can_read_it() -> None:
    values = json.loads(terms_json.dumps(some_terms(funder=Funder.ISSUER, remainder_role=Role.FIRST_SHARER)))
    assert (values["share_mode"], values["funder"], values["remainder_role"]) == ("none", "issuer", "first_sharer")
    assert values["text"] == "11" * 32
    assert set(values) == set(Terms.__slots__)
