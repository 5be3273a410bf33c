"""The database: people, their facts (append-only), accounts, consent, and the audit chain."""
