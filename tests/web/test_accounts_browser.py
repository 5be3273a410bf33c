"""Clinic mode in Chromium: an invitation accepted with a passkey of the browser's own virtual device, signing in with
it, the form of an ended session saved afterward, and every account page looked at."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from algesia.web.account.admin import link_for
from algesia.web.account.passwords import hashed
from algesia.web.account.sessions import accounts_of
from algesia.web.account.sharing import give
from algesia.web.app import create_app
from algesia.web.clock import stamp
from algesia.web.settings import Settings
from tests.web.browser import MARKS, Seen, Watched, launched
from tests.web.clinic_app import PASSWORD
from tests.web.server import Held

pytestmark = MARKS
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Site:
    """A clinic that runs on localhost, where browsers make passkeys without TLS."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.clock = Held()
        self.app = create_app(
            Settings(
                f"sqlite:///{folder / 'clinic.db'}",
                clinic=True,
                origin=self.address,
                clock=self.clock,
                examples=False,
            )
        )
        self.state = self.app.state.algesia
        self.accounts = accounts_of(self.state)

    def add(self, name: str, role: Any) -> Any:
        """An account with a password."""
        made = self.accounts.create(name, role, at=stamp(self.clock()))
        self.accounts.set_password(made.id, hashed(PASSWORD))
        return self.accounts.get(made.id)

    def invitation(self, name: str) -> str:
        """The path of an invitation for a new patient."""
        made = self.accounts.create(name, "patient", at=stamp(self.clock()))
        return link_for(self.state, made).removeprefix(self.address)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve until the block ends."""
        server = uvicorn.Server(uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        for _ in range(600):
            if server.started:
                break
            time.sleep(0.02)
        yield
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("clinic"))
    with made.running():
        yield made


@contextmanager
def opened(browser: Any, *, scripts: bool = True) -> Iterator[Any]:
    """A fresh browser with an empty virtual device."""
    context = browser.new_context(java_script_enabled=scripts, service_workers="block", locale="en-US")
    page = context.new_page()
    page.set_default_timeout(8000)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    context.close()


def accept(site: Site, page: Any, name: str) -> None:
    page.goto(site.address + site.invitation(name))
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/today**")


def sign_in(page: Any, name: str) -> None:
    page.get_by_label("Account name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_accepts_an_invitation_and_signs_in_again(site: Site, browser: Any) -> None:
    with opened(browser) as page:
        accept(site, page, "passkey-anna")
        page.goto(f"{site.address}/account")
        page.get_by_role("button", name="Sign out", exact=True).click()
        assert "You are signed out." in page.get_by_role("status").first.inner_text()
        page.goto(f"{site.address}/sharing")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("heading", name="Nobody else can see your record").wait_for()


def test_a_second_passkey_is_added_and_removed(site: Site, browser: Any) -> None:
    site.add("password-anna", "patient")
    with opened(browser) as page:
        page.goto(f"{site.address}/account")
        sign_in(page, "password-anna")
        page.get_by_label("Name of this device").fill("Kitchen tablet")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("button", name="Remove Kitchen tablet").click()
        page.wait_for_url("**/account?did=removed")
        assert "There is none yet." in page.get_by_role("main").inner_text()


def test_a_device_without_the_passkey_is_told_and_can_try_again(site: Site, browser: Any) -> None:
    with opened(browser) as page:
        page.goto(f"{site.address}/login")
        button = page.get_by_role("button", name="Sign in with a passkey")
        button.click()
        said = page.locator("#passkey-says")
        said.filter(has_text="Try again or use a password.").wait_for()
        assert button.is_enabled()


def test_a_form_sent_too_late_is_saved_after_the_passkey(site: Site, browser: Any) -> None:
    with opened(browser) as page:
        accept(site, page, "late-anna")
        record = site.accounts.named("late-anna").person  # type: ignore[union-attr]
        page.goto(f"{site.address}/today/pain")
        site.accounts.end_all(site.accounts.named("late-anna").id, at=stamp(site.clock()))  # type: ignore[union-attr]
        page.get_by_role("button", name="7", exact=True).click()
        assert "What you entered is below" in page.get_by_role("status").first.inner_text()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("button", name="Save it now").click()
        page.wait_for_url("**/today/**")
        assert [rating.score for rating in site.state.store.people.record(record).pain] == [7]


def test_signing_in_needs_no_script(site: Site, browser: Any) -> None:
    site.add("plain-anna", "patient")
    with opened(browser, scripts=False) as page:
        page.goto(f"{site.address}/sharing")
        assert page.get_by_role("button", name="Sign in with a passkey").count() == 0
        sign_in(page, "plain-anna")
        page.get_by_role("heading", name="Nobody else can see your record").wait_for()


KEPT = """caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))
  .then(found => found.flat().filter(kept => /^\\/(today|body)/.test(new URL(kept.url).pathname)).length)"""
"""How many pages of a diary the device has kept."""


def test_signing_out_removes_what_the_device_had_kept(site: Site, browser: Any) -> None:
    site.add("offline-anna", "patient")
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(f"{site.address}/login")
    sign_in(page, "offline-anna")
    page.goto(f"{site.address}/more")
    assert until(page, "navigator.serviceWorker.controller !== null", True)
    assert page.evaluate(KEPT) > 0
    page.goto(f"{site.address}/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert until(page, KEPT, 0)
    context.close()


def until(page: Any, expression: str, wanted: object) -> bool:
    """Whether it comes to that within five seconds."""
    for _ in range(50):
        if page.evaluate(expression) == wanted:
            return True
        page.wait_for_timeout(100)
    return False


@pytest.fixture(scope="module")
def seen(site: Site, browser: Any) -> dict[str, Seen]:
    """Each account page once, as whoever it is for."""
    anna, okafor, boss = (
        site.add("anna", "patient"),
        site.add("dr.okafor", "clinician"),
        site.add("boss", "admin"),
    )
    give(site.state, person=anna.person, clinician=okafor.id, days=30, at=site.clock())
    site.state.store.audit.add(okafor.id, "read-review", anna.person, at=stamp(site.clock()))
    site.accounts.disable(site.add("gone", "clinician").id, at=stamp(site.clock()))
    found: dict[str, Seen] = {}
    pages = {
        "": ["/login", "/login?out=1", site.invitation("invited-anna")],
        anna.name: ["/account", "/sharing", "/sharing?did=given"],
        okafor.name: ["/account"],
        boss.name: ["/admin", "/admin/audit", "/account"],
    }
    for name, paths in pages.items():
        context = browser.new_context(locale="en-US")
        watched = Watched(context, site.address)
        if name:
            watched.page.goto(f"{site.address}/login")
            sign_in(watched.page, name)
        for path in paths:
            found[f"{name} {path}"] = watched.look(path, (390, 1280))
        context.close()
    return found


@pytest.mark.parametrize("what", ["axe", "sideways", "small", "foreign", "said", "inline"])
def test_on_every_account_page(seen: dict[str, Seen], what: str) -> None:
    """As on every other page: no axe violation, no sideways scroll, no small target, nothing foreign or inline."""
    assert {page: getattr(one, what) for page, one in seen.items() if getattr(one, what)} == {}
