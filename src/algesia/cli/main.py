"""The `algesia` command: its subcommands, and how refusals become exit statuses.

Exit status: 0 done; 2 wrong call; 3 input refused; 4 the record cannot answer what was asked. Subcommands import what
they need when they run, so that `--help` and `mme` start fast.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from algesia.cli import commands
from algesia.quantities.refusal import InputRefused, WrongCall

ABOUT = """Opioid-induced hyperalgesia: dose against pain, the escalation trap, a differential with reasons.

Decision support for clinicians. Not validated, not a diagnosis.

Start with: algesia review example:synthetic-escalation
"""

app = typer.Typer(
    help=ABOUT,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("review")(commands.review)
app.command("mme")(commands.mme)
app.command("sources")(commands.sources)
app.command("schema")(commands.schema)
app.command("convert")(commands.convert)
app.command("example")(commands.example)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from algesia import __version__

        typer.echo(f"algesia {__version__}")
        raise typer.Exit


def run() -> None:
    """Entry point: run the command and turn refusals into one line on standard error and a status."""
    try:
        app(standalone_mode=True)
    except InputRefused as refused:
        _stop(str(refused), 3)
    except WrongCall as wrong:
        _stop(str(wrong), 2)
    except BrokenPipeError:
        # the reader of a pipe went away (`algesia review ... | head`): nothing is wrong
        sys.stderr.close()
        raise SystemExit(0) from None


def _stop(message: str, status: int) -> None:
    sys.stderr.write(f"algesia: {message}\n")
    raise SystemExit(status)
