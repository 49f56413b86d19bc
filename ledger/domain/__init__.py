"""The ledger's words as frozen types, and its arithmetic; imports the standard library only."""
