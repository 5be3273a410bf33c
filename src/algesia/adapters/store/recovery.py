"""Recovery codes: random, easy to copy by hand, and able to tell a typing slip from a wrong code.

31 letters and digits, none of I, L, O, 0 and 1. 26 are random (over 128 bits), 2 check them. 31 is a prime, so the two
checks (the sum, and the sum weighted by position, modulo 31) find every slip in one or two places, every swap, and all but
about 1 in 961 of the rest; from a slip in one place they tell which.
"""

from __future__ import annotations

import secrets
from typing import Final

from algesia.quantities.refusal import InputRefused

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RANDOM: Final = 26
LENGTH: Final = RANDOM + 2
GROUP: Final = 4
_P: Final = len(ALPHABET)


def new_code() -> str:
    """A new code in groups of four.

    >>> len(new_code())
    34
    """
    digits = [secrets.randbelow(_P) for _ in range(RANDOM)]
    return grouped("".join(ALPHABET[d] for d in _with_checks(digits)))


def grouped(code: str) -> str:
    """A code in groups, as it is printed.

    >>> grouped("ABCDEFGH")
    'ABCD-EFGH'
    """
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def plain_code(typed: str) -> str:
    """A code as it was typed, without spaces and hyphens, in capitals.

    Raises
    ------
    InputRefused
        When it cannot be a code: a letter too many, one that no code has, or checks that do not fit.

    >>> plain_code("2222-2222-2222-2222-2222-2222-2222")
    '2222222222222222222222222222'
    >>> plain_code("2222-2222-2232-2222-2222-2222-2222")
    Traceback (most recent call last):
    ...
    algesia.quantities.refusal.InputRefused: recovery code: has a typing slip, most likely in group 3. Expected: the code as it was printed.
    """
    code = "".join(typed.split()).replace("-", "").upper()
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        raise _slip(f"holds {foreign[0]!r}, which no code has", "letters and digits without I, L, O, 0 and 1")
    if len(code) != LENGTH:
        raise _slip(
            f"has {len(code)} letters and digits", f"{LENGTH}, in {LENGTH // GROUP} groups of {GROUP}"
        )
    digits = [ALPHABET.index(letter) for letter in code]
    total = sum(digits) % _P
    weighted = sum(place * digit for place, digit in enumerate(digits, 1)) % _P
    if total == 0 and weighted == 0:
        return code
    place = weighted * pow(total, -1, _P) % _P if total else 0
    where = f", most likely in group {(place - 1) // GROUP + 1}" if 1 <= place <= LENGTH else ""
    raise _slip(f"has a typing slip{where}", "the code as it was printed")


def _with_checks(digits: list[int]) -> list[int]:
    """The digits and the two that make both sums zero: x + y = -s and (n-1)x + ny = -w, so y = (n-1)s - w."""
    total = sum(digits)
    weighted = sum(place * digit for place, digit in enumerate(digits, 1))
    last = ((LENGTH - 1) * total - weighted) % _P
    return [*digits, (-total - last) % _P, last]


def _slip(problem: str, expected: str) -> InputRefused:
    return InputRefused("recovery code", None, problem, expected)
