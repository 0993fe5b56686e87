"""How deep tests go that could go on for ever: generated histories, rounds of a race, whole tables on both databases.

`make test` tells a few histories, the same each time; `make prove` (DEPTH=prove) tells as many as a night bears, new
ones each time. PROVE_AT_MOST=2 beside it is a trial of the whole of `make prove`: nothing is done more often than that.
"""

import os

PROVING = os.environ.get("DEPTH", "") == "prove"
AT_MOST = int(os.environ.get("PROVE_AT_MOST", "0"))  # 0: as often as it should be


def depth(usual: int, proving: int) -> int:
    """`usual` of `make test`, or `proving` of `make prove`."""
    if not PROVING:
        return usual
    return min(proving, AT_MOST) if AT_MOST else proving
