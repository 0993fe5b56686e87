"""How deep tests go that could go on for ever: generated histories, rounds of a race, whole tables on both databases.

`make test` tells a few histories, other ones each time; `make prove` (DEPTH=prove) tells as many as a night bears.
"""

import os

PROVING = os.environ.get("DEPTH", "") == "prove"


def depth(usual: int, proving: int) -> int:
    """`usual` of `make test`, or `proving` of `make prove`."""
    return proving if PROVING else usual
