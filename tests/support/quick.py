"""What one runs while working (`make quick`): the core of the house, and what stands first in each file of views.

Chosen so that it takes less than a minute and a half on two small cores: the rule, who may read what, the acts, the
nouns, the words and tables of the content, the invariants by number, and what is frozen. Of a test that is asked of a
whole table only the first line. Everything else is left to `make test`.
"""

from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
CORE = ("rule", "visibility", "actions", "models", "content", "mutants", "test_invariants.py", "test_frozen.py")
FIRST_OF_EACH_FILE = ("views",)
FIRST = 2
PLACES = tuple(f"tests/{name}" for name in (*CORE, *FIRST_OF_EACH_FILE))
LEFT_OUT = "not browser and not histories and not races and not matrix and not slow"


def left_out(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of these, in the order in which they are written, those that wait for `make test`."""
    found, seen, by_file = set(), set(), Counter[Path]()
    for item in items:
        test = item.nodeid.partition("[")[0]
        later = test in seen
        if not later:
            seen.add(test)
            by_file[item.path] += 1
            later = by_file[item.path] > FIRST and any(
                item.path.is_relative_to(TESTS / name) for name in FIRST_OF_EACH_FILE
            )
        if later:
            found.add(item)
    return found
