"""What the guides show of a command is what the command prints.

A block that begins with ``$ algesia`` holds commands, each followed by its output. The commands of a page run in
order, in one empty folder. ``.venv/bin/python docs/gen/printed.py`` writes the outputs anew; the tests of the
documentation hold that they are.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(r"^```\n(\$ algesia .*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = "bash"


def pages() -> list[Path]:
    """The pages that show an output."""
    return [page for page in sorted(DOCS.rglob("*.md")) if BLOCK.search(page.read_text())]


def anew(text: str) -> str:
    """The text of a page with every output as it is printed now."""
    with tempfile.TemporaryDirectory() as folder:

        def fill(block: re.Match[str]) -> str:
            commands = [line[2:] for line in block[1].splitlines() if line.startswith("$ ")]
            lines = [part for one in commands for part in (f"$ {one}", *printed(one, Path(folder)))]
            return "\n".join(["```", *lines, "```"])

        return BLOCK.sub(fill, text)


def printed(command: str, folder: Path) -> list[str]:
    """The lines that a command prints, errors among them, without blank ones at its end."""
    done = subprocess.run(
        [SHELL, "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def main() -> None:
    """Write every page that shows an output anew."""
    for page in pages():
        page.write_text(anew(page.read_text()), encoding="utf-8")
        print(page.relative_to(DOCS))


if __name__ == "__main__":
    main()
