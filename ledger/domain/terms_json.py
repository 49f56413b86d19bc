"""Terms as JSON: what the store keeps and the command line prints."""

import json
from dataclasses import asdict

from ledger.domain.terms import Funder, Role, ShareMode, Terms


def dumps(terms: Terms) -> str:
    """Terms as a JSON object; enumerations by name, `text` as hex."""
    values = asdict(terms)
    values.update(
        share_mode=terms.share_mode.name.lower(),
        funder=terms.funder.name.lower(),
        remainder_role=terms.remainder_role.name.lower(),
        text=terms.text.hex(),
    )
    return json.dumps(values)


def loads(text: str) -> Terms:
    """The terms that `dumps` wrote."""
    values = json.loads(text)
    values.update(
        share_mode=ShareMode[values["share_mode"].upper()],
        funder=Funder[values["funder"].upper()],
        remainder_role=Role[values["remainder_role"].upper()],
        split_bps=tuple(values["split_bps"]),
        text=bytes.fromhex(values["text"]),
    )
    return Terms(**values)
