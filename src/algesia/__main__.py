"""`python -m algesia`."""

from algesia.cli.main import run

run()
