"""Keys of parties who have none of their own, behind the `Signer` interface."""
