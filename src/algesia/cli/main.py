"""The `algesia` command: its parser, and how refusals become exit statuses.

Exit status: 0 done; 2 wrong call; 3 input refused; 4 the record cannot answer what was asked. The parser is the
standard library's, and subcommands import what they need when they run: `--help` and `mme` start fast.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final, NoReturn, cast

from algesia import __version__
from algesia.cli import commands
from algesia.cli.output import write
from algesia.quantities.refusal import InputRefused, WrongCall

ABOUT: Final = """\
Opioid-induced hyperalgesia: dose against pain, the escalation trap, a differential with reasons.
Decision support for clinicians. Not validated, not a diagnosis.
"""
START: Final = """\
start with:
  algesia review example:synthetic-escalation
  algesia example

exit status: 0 done; 2 wrong call; 3 input refused, with what would be right;
4 the record cannot answer what was asked
"""
RECORD: Final = (
    "algesia-record/1 JSON, FHIR R4 (Bundle, list or NDJSON), a folder of CSV, a published case, "
    "example:NAME for a bundled example, or - for standard input"
)
TEXT_OR_JSON: Final = "text or json; default: by FILE's ending, else text"
TABLES: Final = "cdc-2022 (default), cdc-2016, cdc-2016-file, cdc-2018-file or nih-heal"


class Parser(argparse.ArgumentParser):
    """The standard parser, whose errors name the closest command or option."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, and exit with status 2."""
        import re

        wrong = re.search(r"invalid choice: '(.+?)' \(|unrecognized arguments: (--?[^\s=]+)", message)
        if wrong:
            from difflib import get_close_matches

            near = get_close_matches(wrong[1] or wrong[2], self._names(), 1, 0.7)
            message += f"; did you mean {near[0]}?" if near else ""
        super().error(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Exit, after what was printed (a help, the version) is out."""
        if status == 0:
            write(b"", None)
        super().exit(status, message)

    def _names(self) -> list[str]:
        names: list[str] = []
        for action in self._actions:
            names.extend(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                names.extend(action.choices)
        return names


def parser() -> argparse.ArgumentParser:
    """The whole command line, with an example in every help."""
    top = Parser(
        prog="algesia", description=ABOUT, epilog=START, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"algesia {__version__}")
    commands_ = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    review = _command(commands_, "review", commands.review, "review a record")
    _record(review)
    _as_of(review)
    review.add_argument(
        "-f",
        "--format",
        metavar="F",
        help="text, json, html, pdf or fhir; default: by FILE's ending, else text",
    )
    review.add_argument("--table", default="cdc-2022", help=f"MME table: {TABLES}")
    _output(review)

    mme = _command(commands_, "mme", commands.mme, "morphine milligram equivalents a day, with their working")
    _record(mme)
    _as_of(mme)
    mme.add_argument("--table", default="cdc-2022", help=f"{TABLES}, or all")
    mme.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    _output(mme)

    sources = _command(
        commands_, "sources", commands.sources, "every table, citation, licence and confidence"
    )
    sources.add_argument("id", nargs="?", help="a table, source, finding, interlock, instrument or claim")
    sources.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    _output(sources)

    schema = _command(commands_, "schema", commands.schema, "the JSON Schema of a format")
    schema.add_argument("name", help="record, review or mme")
    _output(schema)

    convert = _command(commands_, "convert", commands.convert, "turn any readable record into JSON or CSV")
    _record(convert)
    convert.add_argument(
        "target", metavar="OUT", help="FILE.json, - for standard output, or a folder for CSV"
    )

    example = _command(commands_, "example", commands.example, "print a bundled example, or list them")
    example.add_argument("name", nargs="?", help="which example")
    _output(example)
    return top


def _command(
    under: argparse._SubParsersAction[Parser], name: str, run: commands.Command, help: str
) -> argparse.ArgumentParser:
    about, _, examples = (run.__doc__ or "").partition("Examples:")
    lines = [line.strip() for line in examples.strip().splitlines() if line.strip()]
    command = under.add_parser(
        name,
        help=help,
        description="\n".join(line.strip() for line in about.strip().splitlines()),
        epilog="examples:\n" + "\n".join(f"  {line}" for line in lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run, parser=command)
    return command


def _record(command: argparse.ArgumentParser) -> None:
    command.add_argument("record", metavar="RECORD", help=RECORD)


def _as_of(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as-of",
        metavar="T",
        help="day of asking: an ISO date, or a day number for a record that counts days; default: the last day on record",
    )


def _output(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of the terminal")


def run(arguments: Sequence[str] | None = None) -> None:
    """Entry point: run the command and turn refusals into one line on standard error and a status."""
    try:
        asked, unknown = parser().parse_known_args(arguments)
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
