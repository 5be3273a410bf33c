"""What `algesia serve` refuses before anything runs."""

from __future__ import annotations

import pytest

from algesia.quantities.refusal import WrongCall
from algesia.web.serving import Asked, _refuse_open, serve


def asked(**more: object) -> Asked:
    given: dict[str, object] = {
        "host": "127.0.0.1", "port": 1, "data": None, "place": None, "clinic": True, "origin": None, "encrypt": False,
        "passphrase_file": None, "browser": False,
    }  # fmt: skip
    return Asked(**(given | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", ["http://pain.example.org", "http://192.0.2.7:8000"])
def test_a_clinic_without_tls_is_refused(origin: str) -> None:
    with pytest.raises(WrongCall, match="https"):
        serve(asked(origin=origin))


def test_a_clinic_for_the_network_says_its_address() -> None:
    with pytest.raises(WrongCall, match="--origin"):
        serve(asked(host="0.0.0.0"))


@pytest.mark.parametrize(
    "origin",
    ["pain.example.org", "ftp://pain.example.org", "https://", "https://[", "https://a.example/pain", "https://a.example?x=1",
     "https://anna@a.example", "https://a.example:port", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_of_a_site_is_refused(origin: str) -> None:
    with pytest.raises(WrongCall, match="no address of a site"):
        serve(asked(origin=origin))


@pytest.mark.parametrize(
    "origin",
    ["https://pain.example.org", "https://pain.example.org:8443/", "http://localhost:8242", "http://127.0.0.1", "http://[::1]:8000"],
)  # fmt: skip
def test_tls_and_the_own_machine_are_taken(origin: str) -> None:
    _refuse_open(origin)


def test_another_host_needs_accounts() -> None:
    with pytest.raises(WrongCall, match="needs --clinic"):
        serve(asked(host="192.0.2.7", clinic=False))
