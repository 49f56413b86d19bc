"""Rebate by referral code (S3): purchases without a coupon, and the periods in which merchants state them."""
