"""What a ledger offers, by noun; each takes a request, checks nothing of its own, and hands it to its part."""
