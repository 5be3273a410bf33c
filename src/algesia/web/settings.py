"""How one running application is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from algesia.report.statements import Place
from algesia.web.clock import Clock, system_clock

LOCAL_HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
LARGEST_UPLOAD: Final = 25_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What `algesia serve` was asked for.

    Parameters
    ----------
    clinic
        Accounts, roles and consent; without it there is one user of this machine and no account.
    hosts
        Names under which the application answers. A request for any other is refused, which keeps a foreign page
        from reaching a local server by a name of its own.
    origin
        The address people use, for passkeys and links, e.g. ``https://pain.example.org``.
    place
        Whose emergency numbers are shown until a person chooses.
    """

    url: str
    key: bytes | None = None
    clinic: bool = False
    hosts: tuple[str, ...] = LOCAL_HOSTS
    origin: str = "http://127.0.0.1:8000"
    place: Place = "us"
    clock: Clock = system_clock
    examples: bool = True
    largest_upload: int = LARGEST_UPLOAD

    @property
    def secure(self) -> bool:
        """Whether cookies may travel over TLS only."""
        return self.origin.startswith("https://")
