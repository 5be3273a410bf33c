"""The subcommands. Each is a thin shell: read, ask the library, write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from algesia import read_record
from algesia.cli.output import write, write_json
from algesia.quantities.refusal import WrongCall

if TYPE_CHECKING:
    from algesia.knowledge.model import Edition
    from algesia.record.model import Record

RecordArgument = Annotated[
    str,
    typer.Argument(
        help="A record: algesia-record/1 JSON, FHIR R4 (Bundle, list or NDJSON), a folder of CSV, a published case, "
        "example:NAME for a bundled example, or - for standard input.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write to this file instead of the terminal.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="T", help="Day of asking: an ISO date, or a day number for a record that counts days. Default: the last day on record."
    ),
]  # fmt: skip


def review(
    record: RecordArgument,
    as_of: AsOfOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", help="text, json, html, pdf or fhir. Default: by the ending of FILE, else text."
        ),
    ] = None,
    output: OutOption = None,
    table: Annotated[str, typer.Option("--table", help="MME table to measure exposure with.")] = "cdc-2022",
) -> None:
    """Review a record: exposure, what followed each dose change, the trap, signs, a differential with reasons.

    Examples:

      algesia review example:synthetic-escalation

      algesia review record.json --format html -o review.html

      algesia review bundle.json --as-of 2026-11-12 --format json
    """
    from algesia.cli.reviewing import render, render_format
    from algesia.knowledge.loader import load
    from algesia.review import review as review_record

    wanted = render_format(format, output)
    facts = read_record(record)
    done = review_record(facts, load(), _day(facts, as_of), _edition(table))
    write(render(done, wanted, to_terminal=output is None), output)


def mme(
    record: RecordArgument,
    table: Annotated[
        str,
        typer.Option("--table", help="cdc-2022, cdc-2016, cdc-2016-file, cdc-2018-file, nih-heal, or all."),
    ] = "cdc-2022",
    as_of: AsOfOption = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    output: OutOption = None,
) -> None:
    """Morphine milligram equivalents a day, with the working of every number.

    Examples:

      algesia mme record.json

      algesia mme record.json --table all --format json
    """
    from algesia.exposure.compute import exposure
    from algesia.knowledge.loader import load
    from algesia.knowledge.model import EDITIONS
    from algesia.report.mme import mme_all, mme_document, mme_text

    _one_of(format, ("text", "json"), "--format")
    facts = read_record(record)
    asked = _day(facts, as_of)
    day = facts.last_day if asked is None else asked
    editions = EDITIONS if table == "all" else (_edition(table),)
    done = {edition: exposure(facts, load(), edition, day) for edition in editions}
    if format == "json":
        write_json(mme_all(done, day) if table == "all" else mme_document(done[editions[0]], day), output)
    else:
        write("\n\n".join(mme_text(one, day) for one in done.values()), output)


def sources(
    id: Annotated[
        str | None,
        typer.Argument(help="A table, source, finding, interlock, instrument or claim.", show_default=False),
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text or json.")] = "text",
    output: OutOption = None,
) -> None:
    """Every table, row, edition, citation, licence and confidence that a result can rest on.

    Examples:

      algesia sources

      algesia sources cdc2022

      algesia sources allodynia
    """
    from algesia.knowledge.loader import load
    from algesia.report.sources import list_sources, sources_text

    _one_of(format, ("text", "json"), "--format")
    if format == "json":
        write_json(list_sources(load(), id), output)
    else:
        write(sources_text(load(), id), output)


def schema(
    name: Annotated[str, typer.Argument(help="record, review or mme.", show_default=False)],
    output: OutOption = None,
) -> None:
    """The JSON Schema of a format.

    Example:

      algesia schema record -o record.schema.json
    """
    _one_of(name, ("record", "review", "mme"), "the schema")
    if name == "record":
        from algesia.record.schema import record_schema

        write_json(record_schema(), output)
    elif name == "review":
        from algesia.report.contract import review_schema

        write_json(review_schema(), output)
    else:
        from algesia.report.mme import mme_schema

        write_json(mme_schema(), output)


def convert(
    source: RecordArgument,
    target: Annotated[
        str, typer.Argument(help="FILE.json, - for standard output, or a folder for CSV.", show_default=False)
    ],
) -> None:
    """Turn any readable record into algesia-record/1 JSON or a folder of CSV.

    Examples:

      algesia convert bundle.json record.json

      algesia convert record.json record-csv/
    """
    from algesia.record.codec import write_record

    facts = read_record(source)
    if target == "-":
        write(write_record(facts), None)
    elif target.endswith(".json"):
        write(write_record(facts), Path(target))
    else:
        from algesia.adapters.csv_folder import write_folder

        write_folder(facts, Path(target))


def example(
    name: Annotated[str | None, typer.Argument(help="Which example.", show_default=False)] = None,
    output: OutOption = None,
) -> None:
    """Print a bundled example, or list them.

    Examples:

      algesia example

      algesia example synthetic-escalation -o record.json
    """
    from algesia.adapters import examples

    if name is None:
        lines = [f"{one}\n    {examples.describe(one)}" for one in examples.names()]
        write("\n".join(lines), output)
    else:
        write(examples.raw(name), output)


def _day(record: Record, as_of: str | None) -> int | None:
    from algesia.quantities.time import Instant

    if as_of is None:
        return None
    try:
        if record.relative:
            return Instant.of_day(float(as_of), record.epoch.day).day
        return Instant.parse(as_of).day
    except (ValueError, OverflowError):
        right = "a day number such as 21" if record.relative else "an ISO date such as 2026-11-12"
        raise WrongCall(f"--as-of {as_of!r} is not {right}") from None


def _edition(table: str) -> Edition:
    from algesia.knowledge.model import EDITIONS

    for edition in EDITIONS:
        if edition == table:
            return edition
    raise WrongCall(f"--table {table!r} is not one of {', '.join(EDITIONS)}")


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise WrongCall(f"{what} {value!r} is not one of {', '.join(allowed)}")
