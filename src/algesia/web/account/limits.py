"""How often somebody may try: counted in memory, for each account name and each address, with a bound on the memory.

An attempt is counted before it is looked at, so that many at once are no way round. A restart forgets the counts.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `times` attempts within `seconds`."""

    name: str
    times: int
    seconds: int


BY_NAME: Final = Rule("name", 5, 900)
BY_ADDRESS: Final = Rule("address", 30, 900)
CODES: Final = Rule("code", 10, 900)
"""Names of clinicians that a person tries when sharing."""
MOST_KEYS: Final = 20_000


class Limits:
    """The counts of one application. Safe to use from many threads.

    >>> from datetime import UTC, timedelta
    >>> limits, now = Limits(), datetime(2026, 11, 12, tzinfo=UTC)
    >>> [limits.take([(BY_NAME, "anna")], now) for _ in range(6)]
    [0, 0, 0, 0, 0, 900]
    >>> limits.take([(BY_NAME, "anna")], now + timedelta(minutes=15))
    0
    """

    def __init__(self, most: int = MOST_KEYS) -> None:
        self._most = most
        self._tried: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, asked: Sequence[tuple[Rule, str]], now: datetime) -> int:
        """Count an attempt. 0 when it may be made; else the seconds to wait, and it is not counted."""
        moment = now.timestamp()
        with self._lock:
            wait = max(self._wait(rule, key, moment) for rule, key in asked)
            if wait == 0:
                for rule, key in asked:
                    self._tried.setdefault((rule.name, key), deque()).append(moment)
                    self._tried.move_to_end((rule.name, key))
                while len(self._tried) > self._most:
                    self._tried.popitem(last=False)
        return wait

    def succeeded(self, asked: Sequence[tuple[Rule, str]]) -> None:
        """An attempt that was right: the name's count ends, the address gets this one back."""
        with self._lock:
            for rule, key in asked:
                tried = self._tried.get((rule.name, key))
                if rule is BY_NAME:
                    self._tried.pop((rule.name, key), None)
                elif tried:
                    tried.pop()

    def __len__(self) -> int:
        return len(self._tried)

    def _wait(self, rule: Rule, key: str, moment: float) -> int:
        tried = self._tried.get((rule.name, key), deque())
        # a moment later than now was written by a clock that has been set back since
        while tried and not moment - rule.seconds < tried[0] <= moment:
            tried.popleft()
        return 0 if len(tried) < rule.times else max(1, math.ceil(tried[0] + rule.seconds - moment))


_making = threading.Lock()


def limits_of(request: Request) -> Limits:
    """The counts of the application that serves this request."""
    state = request.app.state
    with _making:
        if not hasattr(state, "limits"):
            state.limits = Limits()
    found: Limits = state.limits
    return found


def address(request: Request) -> str:
    """Whom the network says is asking. Behind a proxy that is the proxy, unless the server trusts its header.

    Of an IPv6 address the first half counts: a household or a provider's customer has all of the second.
    """
    host = request.client.host if request.client else ""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((found, 64), strict=False))
    return host


def in_words(seconds: int) -> str:
    """When to try again.

    >>> in_words(45), in_words(61)
    ('in 1 minute', 'in 2 minutes')
    """
    minutes = math.ceil(seconds / 60)
    return f"in {minutes} minute{'' if minutes == 1 else 's'}"
