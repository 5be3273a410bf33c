"""The command lines under `algesia plan`."""

from __future__ import annotations

import argparse
from typing import Final

from algesia.cli import planning
from algesia.cli.arguments import TEXT_OR_JSON, Parser, as_of, command, output, record

PLANS: Final = """\
Plans for clinicians, bounded by the rules they name. Interlocks come first: a blocked record yields no plan.
"""


def plans(under: argparse._SubParsersAction[Parser]) -> None:
    """The commands under `algesia plan`."""
    top = under.add_parser(
        "plan",
        help="plans: taper, rotation, adjuncts and alternatives, letter",
        description=PLANS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    kinds = top.add_subparsers(title="plans", metavar="PLAN", required=True)

    taper = command(kinds, "taper", planning.taper, "a gradual taper in real products on real days")
    record(taper)
    as_of(taper)
    taper.add_argument(
        "--drug",
        action="append",
        default=[],
        metavar="D",
        help="taper this drug only; again for the next in order",
    )
    taper.add_argument(
        "--start", metavar="DATE", help="first day of the first step; default: the day after asking"
    )
    taper.add_argument("--percent", type=float, metavar="P", help="percent a step, slower than the rule only")
    taper.add_argument(
        "--interval-days", type=int, metavar="N", help="days a step, longer than the rule only"
    )
    taper.add_argument(
        "--until",
        type=float,
        default=0.0,
        metavar="V",
        help="stop at this daily amount, mg (ug/h for a patch); default 0",
    )
    taper.add_argument(
        "--with",
        dest="products",
        action="append",
        default=[],
        metavar="PRODUCT",
        help="a product that may follow when the present one makes no step, such as oxycodone-oral-solution",
    )
    taper.add_argument(
        "--strengths", metavar="LIST", help="strengths at hand, such as 10,15,20; default: all marketed ones"
    )
    taper.add_argument(
        "--last-steps",
        action="store_true",
        help="at the smallest tablet lengthen the time between doses, then stop",
    )
    taper.add_argument(
        "--since", metavar="DATE", help="first day of opioid use, where the record does not go back to it"
    )
    taper.add_argument(
        "--for-pain",
        action="store_true",
        help="methadone or buprenorphine is given for pain, not for opioid use disorder",
    )
    _naloxone(taper)
    taper.add_argument(
        "--released-by", metavar="NAME", help="the clinician who releases the plan: adds the wall calendar"
    )
    taper.add_argument("--call", metavar="PHONE", help="whom to call, printed on the calendar")
    taper.add_argument(
        "--name", metavar="NAME", help="the person's name, printed on the calendar and kept nowhere"
    )
    taper.add_argument(
        "--all-pages",
        action="store_true",
        help="calendar of every step, not only up to the next review",
    )
    _paper(taper)
    taper.add_argument(
        "-f",
        "--format",
        metavar="F",
        help="text, json, html, pdf, ics, csv (supplies) or fhir; default: by FILE's ending, else text",
    )
    output(taper)

    rotate = command(kinds, "rotate", planning.rotate, "a rotation to another opioid, with its working")
    record(rotate)
    as_of(rotate)
    rotate.add_argument("--to", required=True, metavar="DRUG", help="the new opioid")
    rotate.add_argument(
        "--to-route", metavar="R", help="its route: oral, transdermal, buccal, sublingual ..."
    )
    rotate.add_argument(
        "--reduction",
        type=float,
        metavar="P",
        help="percent taken off for incomplete cross-tolerance; the default or more",
    )
    rotate.add_argument("--drug", metavar="D", help="the opioid to rotate from, where several run")
    _naloxone(rotate)
    rotate.add_argument(
        "-f", "--format", metavar="F", help="text, json, html or fhir; default: by FILE's ending, else text"
    )
    output(rotate)

    options = command(
        kinds, "options", planning.options, "adjuncts and alternatives, checked against the record"
    )
    record(options)
    as_of(options)
    options.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    output(options)

    letter = command(kinds, "letter", planning.letter, "the referral letter to a pain specialist")
    record(letter)
    as_of(letter)
    _paper(letter)
    letter.add_argument(
        "-f", "--format", metavar="F", help="text or pdf; default: by FILE's ending, else text"
    )
    output(letter)

    follow = command(kinds, "follow", planning.follow, "what a later record says about a taper that runs")
    follow.add_argument(
        "plan", metavar="PLAN", help="the plan as JSON, written by algesia plan taper -o plan.json"
    )
    record(follow)
    as_of(follow)
    follow.add_argument("-f", "--format", metavar="F", help=TEXT_OR_JSON)
    output(follow)


def _naloxone(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--naloxone-offered", action="store_true", help="naloxone has been offered and taught"
    )


def _paper(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--paper", choices=("a4", "us-letter"), default="a4", help="paper of the PDF; default a4"
    )
