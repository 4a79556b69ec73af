"""Intake 收件: what comes in from elsewhere. In this form: files with complaints of the past (`huiyin import`)."""
