"""The gates: tools of others that look at the contracts, one module per tool; each prints what it found."""
