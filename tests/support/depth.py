"""How deep tests go that could go on for ever: generated histories, rounds of a race, whole tables on both databases.

`make test` tells a few histories, the same each time; `make prove` (DEPTH=prove) tells as many as a night bears, new
ones each time.
"""

import os

PROVING = os.environ.get("DEPTH", "") == "prove"


def depth(usual: int, proving: int) -> int:
    """`usual` of `make test`, or `proving` of `make prove`."""
    return proving if PROVING else usual
