"""Screenshots of every page of the application, for the guide: ``python docs/gen/screens.py``. Needs Chromium.

The application runs in a thread on a database of its own, with its clock held, so that a second run draws the same.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn

from algesia.adapters.store.account_types import AccountRole
from algesia.adapters.store.model import Entry
from algesia.adapters.store.open import open_store
from algesia.web.account.sessions import accounts_of
from algesia.web.app import create_app
from algesia.web.clock import stamp
from algesia.web.settings import Settings

OUT: Final = Path(__file__).parents[1] / "assets" / "screens"
NOON: Final = datetime(2026, 11, 12, 19, 14, tzinfo=UTC)
FULL, FRESH, DOOR = "example-synthetic-escalation", "diary-fresh", ""
PHONE, DESK = 390, 1280
COLORS: Final = 48
TALLEST: Final = 1500
"""Pages are cut below: what follows is more of the same."""

PERSON: Final = (
    ("welcome", "/?welcome", DOOR), ("today-goal", "/today/goal", FULL), ("today-pain", "/today/pain", FULL),
    ("today-doses", "/today/doses", FULL), ("today-different", "/today/different", FULL), ("today-saved", "/today/saved", FULL),
    ("body", "/body", FULL), ("body-film", "/body/film", FULL), ("picture", "/picture", FULL), ("plan", "/plan", FULL),
    ("more", "/more", FULL), ("help", "/help", DOOR), ("crisis", "/help/crisis", DOOR), ("checkup", "/checkup", FULL),
    ("checkup-peg", "/checkup/peg/1", FULL), ("checkup-new", "/checkup/new", FULL), ("checkup-sleep", "/checkup/sleep", FULL),
    ("goal", "/goal", FRESH), ("note", "/note", FULL), ("medicines", "/medicines", FULL), ("medicines-add", "/medicines/add", FULL),
    ("entries", "/entries", FULL), ("report", "/report", FULL), ("learn", "/learn", FULL), ("learn-page", "/learn/what-it-is", FULL),
    ("why-more", "/learn/why-more?step=3", FULL),
    ("data", "/data", FULL), ("data-import", "/data/import", FRESH), ("data-delete", "/data/delete", FRESH),
    ("settings", "/settings", FULL), ("examples", "/examples", DOOR), ("picture-empty", "/picture", FRESH),
)  # fmt: skip
CLINIC: Final = (
    ("people", "/clinic"), ("patient", f"/clinic/{FULL}"), ("patient-emergency", "/clinic/example-gagnon2013_91m"),
    ("patient-hospital", "/clinic/example-pitt_v5n3_33f"), ("options", f"/clinic/{FULL}/options"), ("taper", f"/clinic/{FULL}/taper"),
    ("rotate", f"/clinic/{FULL}/rotate"), ("model", f"/clinic/{FULL}/model"), ("simulator", "/simulator"),
    ("history", f"/clinic/{FULL}/history"), ("sources", "/sources"), ("source", "/sources/chu2012"), ("audit", "/audit"),
)  # fmt: skip
ACCOUNTS: Final = (
    ("sign-in", "/login", ""), ("account", "/account", "anna"), ("sharing", "/sharing", "anna"),
    ("accounts", "/admin", "admin"), ("accounts-audit", "/admin/audit", "admin"), ("clinic-people", "/clinic", "dr.okafor"),
)  # fmt: skip
"""In clinic mode: whose session is open."""
ROLES: Final[tuple[tuple[str, AccountRole], ...]] = (
    ("admin", "admin"),
    ("dr.okafor", "clinician"),
    ("anna", "patient"),
)
DARK: Final = ("today-goal", "today-pain", "body", "picture", "help", "patient")


def main() -> None:
    """Draw them all."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed for the screenshots.")
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    only = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        address = serve(f"sqlite:///{Path(folder) / 'algesia.db'}")
        clinic, sessions = serve_clinic(f"sqlite:///{Path(folder) / 'clinic.db'}")
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            for name, path, person, widths in pages():
                if only and name not in only:
                    continue
                cookie = ("person", person) if person else None
                for width in widths:
                    shoot(browser, address + path, cookie, width, "light", OUT / f"{name}-{width}.png")
                if name in DARK:
                    dark = OUT / f"{name}-{widths[0]}-dark.png"
                    shoot(browser, address + path, cookie, widths[0], "dark", dark)
            for name, path, who in ACCOUNTS:
                if only and name not in only:
                    continue
                cookie = ("session", sessions[who]) if who else None
                for width in (DESK, PHONE):
                    shoot(browser, clinic + path, cookie, width, "light", OUT / f"{name}-{width}.png")
            browser.close()


def pages() -> list[tuple[str, str, str, tuple[int, int]]]:
    """Name, address, whose diary is open, and the widths, the usual one first."""
    person = [(name, path, diary, (PHONE, DESK)) for name, path, diary in PERSON]
    return person + [(name, path, FULL, (DESK, PHONE)) for name, path in CLINIC]


def serve(url: str) -> str:
    """Start the application with a diary that has just begun, beside the bundled examples."""
    people = open_store(url).people
    people.add(FRESH, "diary", "My diary", at="2026-11-12T19:00:00.000000Z")
    people.write(
        FRESH,
        [Entry("zone", "person", {"time_zone": "Europe/Paris"})],
        by="local",
        at="2026-11-12T19:00:00.000000Z",
    )
    return started(create_app(Settings(url=url, clock=lambda: NOON)))


def serve_clinic(url: str) -> tuple[str, dict[str, str]]:
    """Start clinic mode with three accounts and a consent; the address and each one's session."""
    app = create_app(Settings(url=url, clinic=True, origin="http://localhost", clock=lambda: NOON))
    state = app.state.algesia
    accounts, at = accounts_of(state), stamp(NOON)
    made = {name: accounts.create(name, role, at=at) for name, role in ROLES}
    person = made["anna"].person or ""
    accounts.give(person, made["dr.okafor"].id, at=at, until=stamp(NOON + timedelta(days=30)))
    until = stamp(NOON + timedelta(days=1))
    return started(app), {name: accounts.begin(made[name].id, at=at, until=until) for name in made}


def started(app: Any) -> str:
    """Serve an application from a thread; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}"


def shoot(
    browser: Any, address: str, cookie: tuple[str, str] | None, width: int, scheme: str, to: Path
) -> None:
    """One picture, its colors counted down so that it stays small."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width == PHONE else 900},
        color_scheme=scheme, reduced_motion="reduce", locale="en-US", timezone_id="Europe/Paris", service_workers="block",
    )  # fmt: skip
    if cookie:
        context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": address}])
    page = context.new_page()
    page.goto(address)
    page.evaluate("() => document.fonts.ready")
    height = min(page.evaluate("() => document.documentElement.scrollHeight"), TALLEST)
    page.screenshot(path=to, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    context.close()
    if convert := shutil.which("convert"):
        subprocess.run(
            [convert, str(to), "+dither", "-colors", str(COLORS), "-depth", "8", "-strip", "-define", "png:compression-level=9", f"PNG8:{to}"],
            check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
