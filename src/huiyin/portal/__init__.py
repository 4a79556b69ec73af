"""The public side: whoever has a complaint tells it without an account, and follows it with a number and a secret."""
