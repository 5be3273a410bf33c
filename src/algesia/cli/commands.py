"""The subcommands. Each is a thin shell: read, ask the library, write. Its docstring is its help."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from algesia import read_record
from algesia.cli.days import day_of
from algesia.cli.output import format_of, terminal_width, write, write_json
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.knowledge.model import Edition
    from algesia.record.model import Record

Command: TypeAlias = Callable[[Namespace], None]


def review(asked: Namespace) -> None:
    """Review a record: exposure, what followed each dose change, the escalation trap, signs, interlocks,
    a differential with reasons for and against, and what to ask next.

    Examples:
    algesia review example:synthetic-escalation
    algesia review record.json -o review.html
    algesia review bundle.json --as-of 2026-11-12 --format json
    """
    from algesia.cli.reviewing import FORMATS, render
    from algesia.knowledge.loader import load
    from algesia.review import review as review_record

    wanted = format_of(asked.format, asked.output, FORMATS)
    facts = read_record(asked.record)
    done = review_record(facts, load(), _day(facts, asked.as_of), _edition(asked.table))
    write(render(done, wanted, to_terminal=asked.output is None), asked.output)


def mme(asked: Namespace) -> None:
    """Morphine milligram equivalents a day, with the working and source of every number. What cannot be
    converted is listed with the reason: never zero, never dropped.

    Examples:
    algesia mme record.json
    algesia mme record.json --table all --format json
    """
    from algesia.exposure.compute import exposure
    from algesia.knowledge.loader import load
    from algesia.knowledge.model import EDITIONS
    from algesia.report.mme import WIDTH, mme_all, mme_document, mme_text

    wanted = format_of(asked.format, asked.output, ("text", "json"))
    every = asked.table == "all"
    editions = EDITIONS if every else (_edition(asked.table),)
    facts = read_record(asked.record)
    given = _day(facts, asked.as_of)
    day = facts.last_day if given is None else given
    done = {edition: exposure(facts, load(), edition, day) for edition in editions}
    if wanted == "json":
        one = done[editions[0]]
        write_json(mme_all(done, day, facts) if every else mme_document(one, day, facts), asked.output)
    else:
        width = terminal_width() if asked.output is None else WIDTH
        write("\n\n".join(mme_text(one, day, facts, width) for one in done.values()), asked.output)


def sources(asked: Namespace) -> None:
    """Every table, row, edition, citation, licence and confidence that a result can rest on.

    Examples:
    algesia sources
    algesia sources cdc2022
    algesia sources allodynia
    """
    from algesia.knowledge.loader import load
    from algesia.report.sources import list_sources, sources_text

    if format_of(asked.format, asked.output, ("text", "json")) == "json":
        write_json(list_sources(load(), asked.id), asked.output)
    else:
        write(sources_text(load(), asked.id), asked.output)


def schema(asked: Namespace) -> None:
    """The JSON Schema of a format: record, review, mme, plan, simulation, check or diary.

    Examples:
    algesia schema record -o record.schema.json
    """
    _one_of(asked.name, ("record", "review", "mme", "plan", "simulation", "check", "diary"), "the schema")
    if asked.name == "record":
        from algesia.record.schema import record_schema

        write_json(record_schema(), asked.output)
    elif asked.name == "review":
        from algesia.report.contract import review_schema

        write_json(review_schema(), asked.output)
    elif asked.name == "plan":
        from algesia.report.plan_contract import plan_schema

        write_json(plan_schema(), asked.output)
    elif asked.name == "simulation":
        from algesia.report.simulation import simulation_schema

        write_json(simulation_schema(), asked.output)
    elif asked.name == "check":
        from algesia.report.check import check_schema

        write_json(check_schema(), asked.output)
    elif asked.name == "diary":
        from algesia.report.diary import diary_schema

        write_json(diary_schema(), asked.output)
    else:
        from algesia.report.mme import mme_schema

        write_json(mme_schema(), asked.output)


def convert(asked: Namespace) -> None:
    """Turn any readable record into algesia-record/1 JSON or a folder of CSV files.

    Examples:
    algesia convert bundle.json record.json
    algesia convert record.json record-csv/
    """
    from algesia.record.codec import write_record

    target = Path(asked.target)
    if target.suffix not in ("", ".json") and not asked.target.endswith("/") and not target.is_dir():
        raise WrongCall(
            f"{asked.target!r} is neither FILE.json nor a folder; a folder's name with a dot ends in /"
        )
    facts = read_record(asked.record)
    if asked.target == "-" or asked.target.endswith(".json"):
        write(write_record(facts), asked.target)
    else:
        from algesia.adapters.csv_folder import write_folder

        write_folder(facts, Path(asked.target))


def example(asked: Namespace) -> None:
    """Print a bundled example record, or list them all.

    Examples:
    algesia example
    algesia example synthetic-escalation -o record.json
    """
    from algesia.adapters import examples

    if asked.name is None:
        lines = [f"{one}\n    {examples.describe(one)}" for one in examples.names()]
        write("\n".join(lines), asked.output)
    else:
        write(examples.raw(asked.name), asked.output)


def _day(record: Record, as_of: str | None) -> int | None:
    return None if as_of is None else day_of(record, as_of, "--as-of")


def _edition(table: str) -> Edition:
    from algesia.knowledge.model import EDITIONS

    for edition in EDITIONS:
        if edition == table:
            return edition
    raise WrongCall(f"--table {table!r} is not one of {', '.join(EDITIONS)}")


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise WrongCall(f"{what} {value!r} is not one of {', '.join(allowed)}")
