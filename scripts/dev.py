#!/usr/bin/env python3
"""Every developer verb: `python3 scripts/dev.py VERB`. Needs nothing but Python; sets up the rest itself."""

import sys
from pathlib import Path

FIRST_PYTHON, FIRST_UNSUPPORTED_PYTHON = (3, 11), (3, 14)

# The root instead of this folder: what is imported here is `scripts.verbs`, for mypy and the tests as well.
sys.path[0] = str(Path(__file__).resolve().parents[1])


def _refuse_other_pythons() -> None:
    """Older ones lack syntax the product uses; for 3.14 there is no built coincurve, the signature library."""
    found = sys.version_info[:2]
    if FIRST_PYTHON <= found < FIRST_UNSUPPORTED_PYTHON:
        return
    message = "Coupon Ledger runs on Python 3.11, 3.12 and 3.13; this is {}.{}.".format(*found)
    sys.exit(message + " Call it with one of those, for example: python3.13 scripts/dev.py " + " ".join(sys.argv[1:]))


if __name__ == "__main__":
    _refuse_other_pythons()
    from scripts.verbs import main

    sys.exit(main(sys.argv[1:]))
