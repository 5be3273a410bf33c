"""A clinic for the tests: the application in clinic mode, people who joined it by invitation, a device with passkeys."""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from algesia.adapters.store.account_types import Account
from algesia.adapters.store.accounts import Accounts
from algesia.web.account.admin import first_invitation
from algesia.web.account.sessions import accounts_of
from algesia.web.app import create_app
from algesia.web.settings import Settings
from algesia.web.state import State
from tests.web.server import Held

HOST = "pain.example.org"
ORIGIN = f"https://{HOST}"
PASSWORD = "four-words-in-a-row"
LINK = re.compile(r"https://[^<\s]+/invite/([\w-]+)")


class Clinic:
    """One application with its clock; every person has a browser of their own."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.clock = Held()
        self.app = create_app(
            Settings(url=url, clinic=True, hosts=(HOST,), origin=ORIGIN, clock=self.clock, examples=False)
        )
        self.state: State = self.app.state.algesia
        self.accounts: Accounts = accounts_of(self.state)

    def browser(self, address: str = "192.0.2.1") -> TestClient:
        """A browser at this address, signed in as nobody."""
        return TestClient(self.app, base_url=ORIGIN, follow_redirects=False, client=(address, 50_000))

    def admin(self) -> TestClient:
        """The first administrator, signed in."""
        link = first_invitation(self.state)
        assert link is not None
        return self._accept(link.removeprefix(ORIGIN))

    def join(self, admin: TestClient, name: str, role: str) -> TestClient:
        """Somebody who was invited and chose a password, signed in."""
        return self._accept(f"/invite/{invite(admin, name, role)}")

    def account(self, name: str) -> Account:
        """The account of that name."""
        found = self.accounts.named(name)
        assert found is not None
        return found

    def record(self, name: str) -> str:
        """The id of that patient's record."""
        person = self.account(name).person
        assert person is not None
        return person

    def log(self) -> list[tuple[str, str]]:
        """Who did what, oldest first."""
        return [(row.who, row.action) for row in reversed(self.state.store.audit.rows(limit=10_000))]

    def _accept(self, path: str) -> TestClient:
        browser = self.browser()
        answer = browser.post(path, data={"password": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


def invite(admin: TestClient, name: str, role: str) -> str:
    """The token of a new invitation, as the administrator's page shows it."""
    found = LINK.search(admin.post("/admin/invite", data={"name": name, "role": role}).text)
    assert found is not None
    return found[1]


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the sign-in form."""
    return browser.post("/login", data={"name": name, "password": password, **more})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form on a page, as a browser would send them."""
    form = page.split("<form", 1)[1].split("</form>", 1)[0]
    return {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    }


class Device:
    """A device that makes passkeys and signs with them: attestation "none", ES256, counting its uses."""

    def __init__(self, id: bytes = b"device-one-credential", origin: str = ORIGIN, host: str = HOST) -> None:
        self.id, self.origin, self.host = id, origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0
        self.user = ""

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """A new passkey for these options."""
        self.user = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cose
        data = self._data(0x45) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._said(
            "webauthn.create", options["challenge"], {"attestationObject": bytes_to_base64url(made)}
        )

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """What the device signs for these options."""
        self.count += 1
        said = self._said("webauthn.get", options["challenge"], {})
        data = self._data(0x05)
        told = base64url_to_bytes(said["response"]["clientDataJSON"])
        signed = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        said["response"] |= {
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(signed),
            "userHandle": self.user,
        }
        return said

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _said(self, kind: str, challenge: str, response: dict[str, Any]) -> dict[str, Any]:
        told = json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()
        id = bytes_to_base64url(self.id)
        return {"id": id, "rawId": id, "type": "public-key",
                "response": {"clientDataJSON": bytes_to_base64url(told), **response}}  # fmt: skip


def add_passkey(browser: TestClient, device: Device, label: str = "My phone") -> Any:
    """Add a passkey to the account that is signed in."""
    options = browser.post("/passkey/register/begin").json()
    return browser.post("/passkey/register/finish", json={"credential": device.make(options), "label": label})
