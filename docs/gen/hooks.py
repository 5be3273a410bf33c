"""MkDocs hooks: what the knowledge edition and the schemas say is written into the pages while the site is built.

A page asks for a table with a line ``<!-- algesia: NAME -->``. An unknown name stops the build, so a page
cannot silently lose its table, and no generated page is committed that could be stale.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

sys.path.insert(0, str(Path(__file__).parent))

import tables

MARK = re.compile(r"<!-- algesia: ([a-z-]+) -->")


def on_files(files: Any, config: Any) -> Any:
    """Add the JSON Schemas as files of the site."""
    for name, schema in tables.schemas().items():
        text = json.dumps(schema, indent=2) + "\n"
        files.append(File.generated(config, f"reference/schema/{name}.schema.json", content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Replace the marks of a page by their tables."""

    def fill(match: re.Match[str]) -> str:
        made = tables.TABLES.get(match[1])
        if made is None:
            raise PluginError(f"{page.file.src_uri}: no table is called {match[1]!r}")
        return made()

    return MARK.sub(fill, markdown)
