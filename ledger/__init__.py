"""Coupon Ledger: coupons whose IDs, holders, balances and pools of reward live on a chain."""
