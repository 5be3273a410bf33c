"""Accounts in clinic mode: signing in, passkeys, sessions, sharing, administration."""
