"""Accounts 账号: who signs in, how one gets an account, and what a person's posts allow."""
