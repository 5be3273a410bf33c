"""Migrations of the database, run by `algesia.adapters.store.migrate`."""
