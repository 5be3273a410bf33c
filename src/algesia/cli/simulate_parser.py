"""The command line of `algesia simulate`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from algesia.cli import simulate
from algesia.cli.arguments import RECORD, Parser, command, output
from algesia.quantities.refusal import WrongCall


def simulations(under: argparse._SubParsersAction[Parser]) -> None:
    """The command `algesia simulate`."""
    added = command(
        under, "simulate", simulate.simulate, "simulate a regimen: plasma, tolerance, sensitization, pain"
    )
    added.add_argument(
        "regimen",
        nargs="+",
        metavar="REGIMEN|RECORD",
        help=f"a regimen in words; or {RECORD}; or study FILE: published studies, predicted beside observed",
    )
    people = added.add_argument_group("who")
    people.add_argument(
        "--people",
        type=_count("--people"),
        default=None,
        metavar="N",
        help="virtual people, with --observed for each observed; default 200; 1 is the typical one",
    )
    people.add_argument("--weight", type=_number("--weight"), metavar="KG", help="body weight")
    people.add_argument("--age", type=_number("--age"), metavar="Y", help="years")
    people.add_argument("--egfr", type=_number("--egfr"), metavar="X", help="kidney function, mL/min/1.73 m2")
    people.add_argument("--sex", metavar="S", help="female or male")
    people.add_argument("--hepatic", metavar="H", help="impaired liver: none, mild, moderate or severe")
    people.add_argument("--cyp2d6", metavar="P", help="poor, intermediate, normal or ultrarapid")
    people.add_argument("--cyp2b6", metavar="P", help="poor, intermediate, normal or ultrarapid")
    people.add_argument(
        "--chronic-pain",
        action="store_true",
        help="people in lasting pain; a record is always simulated so",
    )
    people.add_argument(
        "--seed", type=_count("--seed"), default=1, metavar="N", help="which people are drawn; default 1"
    )
    people.add_argument(
        "--draws",
        type=_count("--draws"),
        default=200,
        metavar="N",
        help="with study: draws of the parameters; default 200",
    )
    what = added.add_argument_group("what")
    what.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="NAME",
        help="such as tolerance or plasma/morphine; again for more; default: the main ones, all of them in json and csv",
    )
    what.add_argument(
        "--days",
        type=_number("--days"),
        metavar="D",
        help="simulate until this day; default: beyond the last dose",
    )
    what.add_argument("--hours", type=_number("--hours"), metavar="H", help="the same in hours")
    what.add_argument(
        "--every",
        type=_number("--every"),
        metavar="H",
        help="hours between the points of a curve, beside those soon after doses; default: by length",
    )
    what.add_argument(
        "--observed",
        metavar="FILE",
        help="check the model on observations: CSV with time_h (or day, TIME), value (or DV) and id; or record",
    )
    what.add_argument(
        "--diary", action="store_true", help="the 0 to 10 scores that virtual people write, one a day"
    )
    what.add_argument(
        "-f",
        "--format",
        metavar="F",
        help="text, json, csv, svg, png or sbml; default: by FILE's ending, else text",
    )
    output(added)


def _number(option: str) -> Callable[[str], float]:
    """Reads the number of an option; what is none is refused in one line, without the usage."""

    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise WrongCall(f"{option} {text!r} is no number") from None

    return read


def _count(option: str) -> Callable[[str], int]:
    """The same of a whole number."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise WrongCall(f"{option} {text!r} is no whole number") from None

    return read
