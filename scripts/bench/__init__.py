"""Benches: each module is one, run by `python3 scripts/dev.py bench NAME`."""
