"""The subcommands of `algesia plan`. Thin shells: read, review, plan, write. Each docstring is its help."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from algesia import read_record
from algesia.cli.days import day_of
from algesia.cli.output import format_of, terminal_width, write, write_json
from algesia.quantities.refusal import Unassessable, WrongCall

if TYPE_CHECKING:
    from algesia.plan.model import RotationPlan, TaperPlan
    from algesia.record.model import Record
    from algesia.report.plan_calendar import Pages
    from algesia.report.release import Release
    from algesia.report.statements import Place
    from algesia.review import Review

TAPER: Final = ("text", "json", "html", "pdf", "ics", "csv", "fhir")
ROTATION: Final = ("text", "json", "html", "fhir")
PLAIN: Final = ("text", "json")
LETTER: Final = ("text", "pdf")


def taper(asked: Namespace) -> None:
    """Plan a gradual, supervised taper in marketed products on real days. Only slower than the slowest rule that
    applies, never faster; no step above the cap; a review gate at least every 31 days. For clinicians: the wall
    calendar and the calendar file for a person come only with --released-by, once naloxone is at hand.

    Examples:
    algesia plan taper example:synthetic-escalation
    algesia plan taper record.json --percent 5 --with oxycodone-oral-solution
    algesia plan taper record.json --released-by "Dr Okafor" --call "555 0142" --naloxone-offered -o plan.pdf
    algesia plan taper record.json -f csv -o supplies.csv
    """
    from algesia.knowledge.loader import load
    from algesia.plan.model import TaperRequest
    from algesia.plan.tapering import taper as plan_taper

    wanted = format_of(asked.format, asked.output, TAPER)
    record, review = _reviewed(asked)
    request = TaperRequest(
        drugs=tuple(name.strip().lower() for name in asked.drug),
        start=None if asked.start is None else day_of(record, asked.start, "--start"),
        percent=asked.percent,
        interval_days=asked.interval_days,
        until=asked.until,
        products=tuple(name.strip().lower() for name in asked.products),
        strengths=_numbers(asked.strengths),
        since=None if asked.since is None else day_of(record, asked.since, "--since"),
        naloxone_acknowledged=asked.naloxone_offered,
        last_steps=asked.last_steps,
        for_pain=asked.for_pain,
    )
    plan = plan_taper(review, load(), request)
    if wanted not in ("text", "json", "html") and plan.status == "unassessable":
        _unanswered(plan.unassessable, plan.nearest)
    if wanted in ("ics", "csv") and plan.status == "blocked":
        reasons = "; ".join(lock.title for lock in plan.blocked_by)
        _stop(f"no plan: {reasons}", "algesia plan taper RECORD says what to do instead")
    _write(asked, _taper_as(wanted, review, plan, asked), wanted)
    if plan.status == "unassessable":
        _unanswered(plan.unassessable, plan.nearest)


def rotate(asked: Namespace) -> None:
    """Plan a rotation to another opioid: the equianalgesic range of every source, the reduction for incomplete
    cross-tolerance, the lower end, rounded down to products; buprenorphine, methadone and fentanyl patches by
    their labels only. Never computed from MME.

    Examples:
    algesia plan rotate record.json --to hydromorphone
    algesia plan rotate record.json --to buprenorphine --to-route transdermal
    algesia plan rotate record.json --to morphine --reduction 60 --format json
    """
    from algesia.knowledge.loader import load
    from algesia.plan.model import RotationRequest
    from algesia.plan.rotation import rotate as plan_rotation

    wanted = format_of(asked.format, asked.output, ROTATION)
    _, review = _reviewed(asked)
    request = RotationRequest(asked.to, asked.to_route, asked.reduction, asked.drug, asked.naloxone_offered)
    plan = plan_rotation(review, load(), request)
    if wanted == "fhir" and plan.status == "unassessable":
        _unanswered(plan.unassessable, plan.nearest)
    _write(asked, _rotation_as(wanted, review, plan), wanted)
    if plan.status == "unassessable":
        _unanswered(plan.unassessable, plan.nearest)


def options(asked: Namespace) -> None:
    """Lay out adjuncts and alternatives, each checked against the record: doses, renal limits, interactions,
    contraindications, effect with its interval, certainty, and the evidence against it.

    Examples:
    algesia plan options example:synthetic-escalation
    algesia plan options record.json --format json
    """
    from algesia.knowledge.loader import load
    from algesia.plan.options import lay_out
    from algesia.report.days import Calendar
    from algesia.report.plan_answer import options_json
    from algesia.report.plan_options_text import options_text

    wanted = format_of(asked.format, asked.output, PLAIN)
    record, review = _reviewed(asked)
    plan = lay_out(review, load())
    if wanted == "json":
        write_json(options_json(plan, record), asked.output)
    else:
        write(options_text(plan, _width(asked), Calendar.of(review)), asked.output)


def letter(asked: Namespace) -> None:
    """Write the referral letter to a pain specialist: one page, from the review.

    Examples:
    algesia plan letter example:synthetic-escalation
    algesia plan letter record.json -o letter.pdf
    """
    from algesia.knowledge.loader import load
    from algesia.report.letter import letter as compose
    from algesia.report.letter import letter_pdf, letter_text

    wanted = format_of(asked.format, asked.output, LETTER)
    _, review = _reviewed(asked)
    page = compose(review, load(), _place(review.record))
    write(
        letter_pdf(page, asked.paper) if wanted == "pdf" else letter_text(page, _width(asked)), asked.output
    )


def follow(asked: Namespace) -> None:
    """Feed a later record back to a taper that runs: on track, pause, step back or urgent, with reasons.

    Examples:
    algesia plan taper record.json -o plan.json
    algesia plan follow plan.json later-record.json
    """
    from algesia.adapters.plan_file import read_plan
    from algesia.knowledge.loader import load
    from algesia.plan.following import follow as follow_plan
    from algesia.report.plan_follow_text import follow_json, follow_text

    wanted = format_of(asked.format, asked.output, PLAIN)
    if asked.plan == asked.record == "-":
        raise WrongCall("PLAN and RECORD cannot both be standard input")
    plan = read_plan(_bytes(asked.plan), asked.plan)
    record, review = _reviewed(asked)
    found = follow_plan(plan, review, load())
    if wanted == "json":
        write_json(follow_json(found, record), asked.output)
    else:
        write(follow_text(found, record, _width(asked)), asked.output)
    if found.status == "unassessable":
        _stop("the record says nothing on the plan since its start", "; ".join(found.missing))


def _reviewed(asked: Namespace) -> tuple[Record, Review]:
    from algesia.knowledge.loader import load
    from algesia.review import review

    record = read_record(asked.record)
    as_of = None if asked.as_of is None else day_of(record, asked.as_of, "--as-of")
    return record, review(record, load(), as_of)


def _taper_as(wanted: str, review: Review, plan: TaperPlan, asked: Namespace) -> str | bytes | object:
    match wanted:
        case "json":
            from algesia.report.plan_answer import taper_json

            return taper_json(plan, review.record)
        case "html":
            from algesia.report.plan_html import taper_html

            return taper_html(review, plan, _place(review.record))
        case "pdf":
            from algesia.report.plan_pdf import taper_pdf

            return taper_pdf(
                review, plan, _release(asked), _place(review.record), size=asked.paper, pages=_pages(asked)
            )
        case "ics":
            from algesia.report.plan_ics import taper_ics

            return taper_ics(plan, _release(asked), _pages(asked), review.record.relative).encode()
        case "csv":
            from algesia.report.days import Calendar
            from algesia.report.plan_supplies import supplies_csv

            return supplies_csv(plan, Calendar.of(review)).encode()
        case "fhir":
            from algesia.adapters.fhir.write_plan import plan_bundle

            return plan_bundle(review, plan)
        case _:
            from algesia.report.plan_text import taper_text

            return taper_text(plan, review.record, _width(asked), _color(asked), _place(review.record))


def _rotation_as(wanted: str, review: Review, plan: RotationPlan) -> str | object:
    match wanted:
        case "json":
            from algesia.report.plan_answer import rotation_json

            return rotation_json(plan, review.record)
        case "html":
            from algesia.report.plan_html import rotation_html

            return rotation_html(review, plan)
        case "fhir":
            from algesia.adapters.fhir.write_plan import plan_bundle

            return plan_bundle(review, plan)
        case _:
            from algesia.report.plan_rotation_text import rotation_text

            return rotation_text(plan, review.record)


def _release(asked: Namespace) -> Release | None:
    from algesia.report.release import Release

    if asked.released_by is None:
        return None
    from algesia.quantities.refusal import InputRefused
    from algesia.report.fonts import covered
    from algesia.report.printable import drawable

    options = (("--released-by", asked.released_by), ("--call", asked.call or ""))
    for option, text in options:
        if drawable(text, covered()) != text:
            raise WrongCall(
                f"{option} holds letters that the font of the page cannot draw: write it in Latin letters"
            )
    try:
        return Release(by=asked.released_by, phone=asked.call or "", name=asked.name or "")
    except InputRefused as refused:
        raise WrongCall(f"--released-by, --call and --name: {refused.problem}; {refused.expected}") from None


def _place(record: Record) -> Place:
    """Whose emergency numbers are printed: those of Europe for a time zone there, else those of the United States."""
    return "eu" if (record.person.time_zone or "").startswith("Europe/") else "us"


def _pages(asked: Namespace) -> Pages:
    return "all" if asked.all_pages else "next"


def _write(asked: Namespace, content: str | bytes | object, wanted: str) -> None:
    if isinstance(content, str | bytes):
        write(content, asked.output)
    elif wanted in ("json", "fhir"):
        write_json(content, asked.output)


def _width(asked: Namespace) -> int:
    return terminal_width() if asked.output is None else 100


def _color(asked: Namespace) -> bool:
    return asked.output is None and sys.stdout is not None and sys.stdout.isatty()


def _numbers(text: str | None) -> tuple[float, ...]:
    if text is None:
        return ()
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise WrongCall(f"--strengths {text!r} is not a list of numbers such as 10,15,20") from None


def _bytes(place: str) -> bytes:
    if place == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(place).read_bytes()
    except OSError as error:
        raise WrongCall(f"cannot read {place!r}: {error.strerror}") from None


def _unanswered(found: tuple[Unassessable, ...], nearest: str) -> NoReturn:
    _stop(
        "; ".join(one.because for one in found), nearest or "; ".join(m for one in found for m in one.missing)
    )


def _stop(because: str, instead: str) -> NoReturn:
    tail = f". Nearest: {instead}" if instead else ""
    sys.stderr.write(f"algesia: cannot plan: {because}{tail}\n")
    raise SystemExit(4)
