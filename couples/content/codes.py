"""What stands in an address in place of a name, because a shared phone's history keeps addresses.

Every kind of record, group, step, direction, filter and part of a page has a code of its own, beside its name. Names
and words stay as they are: they are digested and signed. A code is drawn by chance, belongs to its thing for good, and
is never given to another; a new thing draws a new one (`python -m couples.content.codes`). Codes have no vowels, so
that none is a word, and no sign that reads like another. `tests/test_addresses.py` holds all of this.
"""

import secrets
from collections.abc import Iterable
from typing import Final

LETTERS: Final = "bcdfghjkmnpqrstvwxz"
DIGITS: Final = "23456789"
PATTERN: Final = f"[{LETTERS}][{DIGITS}][{LETTERS}]"


def new_code() -> str:
    """A code such as "k7d", drawn by chance. Whoever takes it looks that nothing has it yet."""
    return "".join(secrets.choice(signs) for signs in (LETTERS, DIGITS, LETTERS))


def by_code(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names by their codes, from (name, code). Raises ValueError where two have the same code."""
    pairs = list(named)
    found = {code: name for name, code in pairs}
    if len(found) < len(pairs):
        raise ValueError("two things have the same code")
    return found


if __name__ == "__main__":
    print(new_code())
