"""The `algesia` command: its parser, and how refusals become exit statuses.

Exit status: 0 done; 2 wrong call; 3 input refused; 4 the record cannot answer what was asked. The parser is the
standard library's, and subcommands import what they need when they run: `--help` and `mme` start fast.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final, cast

from algesia import __version__
from algesia.cli import commands
from algesia.cli.arguments import TEXT_OR_JSON, Parser, as_of, command, output, record
from algesia.cli.database_parser import databases
from algesia.cli.plan_parser import plans
from algesia.cli.serving import Server, add_serve
from algesia.cli.simulate_parser import simulations
from algesia.quantities.refusal import InputRefused, WrongCall

ABOUT: Final = """\
Opioid-induced hyperalgesia: dose against pain, the escalation trap, a differential with reasons.
Decision support for clinicians. Not validated, not a diagnosis.
"""
START: Final = """\
start with:
  algesia review example:synthetic-escalation
  algesia plan taper example:synthetic-escalation
  algesia example

exit status: 0 done; 2 wrong call; 3 input refused, with what would be right;
4 the record cannot answer what was asked
"""
TABLES: Final = "cdc-2022 (default), cdc-2016, cdc-2016-file, cdc-2018-file or nih-heal"


def parser(server: Server | None = None) -> argparse.ArgumentParser:
    """The whole command line, with an example in every help. `server` starts the web application."""
    top = Parser(
        prog="algesia", description=ABOUT, epilog=START, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"algesia {__version__}")
    commands_ = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    review = command(commands_, "review", commands.review, "review a record")
    record(review)
    as_of(review)
    review.add_argument(
        "-f",
        "--format",
        metavar="F",
        help="text, json, html, pdf or fhir; default: by FILE's ending, else text",
    )
    review.add_argument("--table", default="cdc-2022", help=f"MME table: {TABLES}")
    output(review)

    mme = command(commands_, "mme", commands.mme, "morphine milligram equivalents a day, with their working")
    record(mme)
    as_of(mme)
    mme.add_argument("--table", default="cdc-2022", help=f"{TABLES}, or all")
    mme.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    output(mme)

    plans(commands_)
    simulations(commands_)
    add_serve(commands_, server)
    databases(commands_)

    sources = command(commands_, "sources", commands.sources, "every table, citation, licence and confidence")
    sources.add_argument("id", nargs="?", help="a table, source, finding, interlock, instrument or claim")
    sources.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    output(sources)

    schema = command(commands_, "schema", commands.schema, "the JSON Schema of a format")
    schema.add_argument("name", help="record, review, mme, plan, simulation, check or diary")
    output(schema)

    convert = command(commands_, "convert", commands.convert, "turn any readable record into JSON or CSV")
    record(convert)
    convert.add_argument(
        "target", metavar="OUT", help="FILE.json, - for standard output, or a folder for CSV"
    )

    example = command(commands_, "example", commands.example, "print a bundled example, or list them")
    example.add_argument("name", nargs="?", help="which example")
    output(example)
    return top


def run(arguments: Sequence[str] | None = None, server: Server | None = None) -> None:
    """Run the command and turn refusals into one line on standard error and a status."""
    try:
        asked, unknown = parser(server).parse_known_args(arguments)
        if unknown:
            asked.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        asked.run(asked)
    except InputRefused as refused:
        _stop(str(refused), 3)
    except WrongCall as wrong:
        _stop(str(wrong), 2)
    except BrokenPipeError:
        # the reader of a pipe went away (`algesia review ... | head`): nothing is wrong
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        _stop("stopped", 130)


def _stop(message: str, status: int) -> None:
    # Python leaves None in place of a stream that was closed before it started
    if cast("object", sys.stderr) is not None:
        sys.stderr.write(f"algesia: {message}\n")
    raise SystemExit(status)
