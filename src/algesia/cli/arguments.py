"""What the subcommands share: the parser class, and the arguments that many of them take."""

from __future__ import annotations

import argparse
from typing import Final, NoReturn

from algesia.cli.commands import Command
from algesia.cli.output import write

RECORD: Final = (
    "algesia-record/1 JSON, FHIR R4 (Bundle, list or NDJSON), a folder of CSV, a published case, "
    "example:NAME for a bundled example, or - for standard input"
)
TEXT_OR_JSON: Final = "text or json; default: by FILE's ending, else text"


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


def command(
    under: argparse._SubParsersAction[Parser], name: str, run: Command, help: str
) -> argparse.ArgumentParser:
    """A subcommand whose help is the docstring of what it runs, with its examples."""
    about, _, examples = (run.__doc__ or "").partition("Examples:")
    lines = [line.strip() for line in examples.strip().splitlines() if line.strip()]
    added = under.add_parser(
        name,
        help=help,
        description="\n".join(line.strip() for line in about.strip().splitlines()),
        epilog="examples:\n" + "\n".join(f"  {line}" for line in lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(run=run, parser=added)
    return added


def record(command: argparse.ArgumentParser) -> None:
    """The record to read."""
    command.add_argument("record", metavar="RECORD", help=RECORD)


def as_of(command: argparse.ArgumentParser) -> None:
    """The day of asking."""
    command.add_argument(
        "--as-of",
        metavar="T",
        help="day of asking: an ISO date, or a day number for a record that counts days; default: the last day on record",
    )


def output(command: argparse.ArgumentParser) -> None:
    """Where to write."""
    command.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of the terminal")
