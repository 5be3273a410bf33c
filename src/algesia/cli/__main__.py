"""`python -m algesia.cli`."""

from algesia.cli.main import run

run()
