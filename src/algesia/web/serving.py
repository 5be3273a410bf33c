"""Starting the application: the database found and unlocked, the server run, the browser opened when it answers."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from algesia.adapters.store.ask import passphrase
from algesia.adapters.store.place import data_folder, database_url
from algesia.adapters.store.unlock import key_for_encrypted, key_of
from algesia.quantities.refusal import WrongCall
from algesia.report.statements import Place
from algesia.web.app import create_app
from algesia.web.settings import LOCAL_HOSTS, Settings

WAIT_SECONDS: Final = 30
KEEP_ALIVE_SECONDS: Final = 75
"""Longer than a person reads: a connection that is closed just as the next tap comes would fail."""
COLLECT: Final = (50_000, 50, 100)
"""New objects before a look through the young ones, and how many looks before one through older ones."""
OWN_MACHINE: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `algesia serve` was asked for."""

    host: str
    port: int
    data: str | None
    place: Place | None
    clinic: bool
    origin: str | None
    encrypt: bool
    passphrase_file: str | None
    browser: bool


def serve(asked: Asked) -> None:
    """Run the application until it is stopped.

    Raises
    ------
    WrongCall
        For options that do not go together, and a port that is taken.
    InputRefused
        For a database that cannot be opened, and a wrong passphrase.
    """
    if asked.host not in LOCAL_HOSTS and not asked.clinic:
        raise WrongCall("--host other than this machine's own needs --clinic: local mode has no accounts")
    if asked.origin is not None and not asked.clinic:
        raise WrongCall("--origin is for --clinic")
    if asked.clinic:
        _refuse_open(asked.origin or f"http://{asked.host}")
    _refuse_taken(asked.host, asked.port)
    address = f"http://{asked.host}:{asked.port}"
    url = database_url(data_folder(asked.data))
    settings = Settings(
        url=url,
        key=_key(url, asked),
        clinic=asked.clinic,
        hosts=_hosts(asked),
        origin=(asked.origin or address).rstrip("/"),
        place=asked.place or _place(),
    )
    app = create_app(settings)
    server = server_of(app, asked.host, asked.port)
    threading.Thread(target=_announce, args=(server, address, asked), daemon=True).start()
    if asked.clinic:
        from algesia.web.account.admin import first_invitation

        link = first_invitation(app.state.algesia)
        if link is not None:
            _say(f"No account yet. Make the first administrator's here, once: {link}")
    rare_collections()
    server.run()


def server_of(app: FastAPI, host: str, port: int) -> uvicorn.Server:
    """The server as it runs for people: quiet, and patient with connections."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="critical",  # uvicorn would print messages of errors; `errors` prints where, without them
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
    )


def rare_collections() -> None:
    """Leave what the program loaded out of garbage collection, and look for cycles more rarely.

    Records in memory are many small objects and no cycles. Looking through all of them stops every page for as long as it
    takes: with fifty diaries of five years it made the slowest pages three times slower (`benchmarks/web_load.py`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _announce(server: uvicorn.Server, address: str, asked: Asked) -> None:
    for _ in range(WAIT_SECONDS * 20):
        if server.started:
            _say(f"algesia runs at {address}. Stop it with Ctrl+C.")
            if asked.browser and _has_screen():
                webbrowser.open(address)
            return
        time.sleep(0.05)


def _has_screen() -> bool:
    """Whether a browser could be shown. Without a screen, Python would open one in the terminal."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _refuse_open(origin: str) -> None:
    """Refuse an address where passwords and records would travel readable, and one that is no address of a site."""
    try:
        parts = urlsplit(origin)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    whole = named and parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not whole or parts.scheme not in ("http", "https"):
        raise WrongCall("--origin is no address of a site: write it like https://pain.example.org")
    if parts.scheme == "http" and parts.hostname not in OWN_MACHINE:
        raise WrongCall(
            "--clinic needs an --origin with https, for example https://pain.example.org: without TLS, passwords and "
            "records can be read on the way"
        )


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise WrongCall(
                f"{host}:{port} cannot be used ({error.strerror}): stop what runs there, or choose another --port"
            ) from None


def _hosts(asked: Asked) -> tuple[str, ...]:
    named = urlsplit(asked.origin or "").hostname
    return (*LOCAL_HOSTS, *((named,) if named else ()), *((asked.host,) if asked.host != "0.0.0.0" else ()))


def _place() -> Place:
    """By the machine's time zone, as far as it says."""
    zone = os.environ.get("TZ", "")
    if not zone:
        link = Path("/etc/localtime")
        zone = str(link.resolve()) if link.is_symlink() else ""
    return "eu" if "Europe/" in zone else "us"


def _key(url: str, asked: Asked) -> bytes | None:
    """The key of an encrypted database; a database that is encrypted asks for its passphrase by itself."""

    def known() -> str:
        return passphrase(asked.passphrase_file)

    if not asked.encrypt:
        return key_of(url, known)
    key, code = key_for_encrypted(
        url, known, lambda: passphrase(asked.passphrase_file, "New passphrase: ", twice=True)
    )
    if code is not None:
        _say(
            "Recovery code, shown once. Write it down and keep it away from this machine:\n\n"
            f"    {code}\n\nWithout the passphrase and without this code, nobody can read the diary again."
        )
    return key
