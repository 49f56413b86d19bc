"""What the chain's tests share."""
