"""The life of a coupon, the conservation of money, and the tables held against the chain."""
