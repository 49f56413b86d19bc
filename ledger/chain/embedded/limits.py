"""The chain's limits on gas, in one place, and why base fees stay at zero."""

BLOCK_GAS = 60_000_000
"""What the transactions of one block may use together; the next one opens a new block."""

HEADER_GAS_LIMIT = 2 * BLOCK_GAS
"""The limit a header states. EIP-1559 aims at half of it and raises the base fee only above that, so blocks of at most
`BLOCK_GAS` keep the genesis' base fee of 0 for ever: nobody needs coins to send, and every header follows the rule."""

TRANSACTION_GAS = 16_777_216
"""What one transaction may ask for (EIP-7825), the same as on public chains, so that batches fit both."""

CALL_GAS = BLOCK_GAS
"""What a call may use unless it says otherwise; reading a page may take more than one transaction may."""
