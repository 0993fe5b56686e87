"""When a yes of mine can open something at the earliest. Pure: no database, no request, no clock of its own.

It rests on my own act and the clock alone, so it can be said without telling anything of the other. Whether something
opens then, later or never is nobody's to say.
"""

from dataclasses import dataclass
from datetime import datetime

from couples.rule.consent import (
    EVERYDAY,
    MORNING,
    MORNING_ONLY,
    NEEDS,
    NIGHT,
    OFFER,
    SITTING_DOOR,
    SITTINGS,
    WELCOME,
    OpeningKind,
    morning_after,
    scope_of,
)


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first instant at each door; None where this yes opens nothing at such a door, ever."""

    sitting: datetime | None
    morning: datetime | None


def earliest(kind: str, given: datetime, zone: str, *, scope: str = "", choice: str = "", wish: str = "") -> Earliest:
    """When a yes of this kind, given at `given` in a pair whose mornings are those of `zone`, can first open something.

    `scope` and `choice` are those of the yes. `wish` is another zone that the same person has wished for: if it comes,
    its mornings count. Raises ValueError for an offer or a welcome of an unknown scope.
    """
    doors = doors_of(kind, scope, choice)
    rested = given + NIGHT - datetime.resolution  # a morning exactly eight hours later counts
    return Earliest(
        sitting=given if SITTING_DOOR in doors else None,
        morning=min(morning_after(rested, name) for name in (zone, wish) if name) if MORNING in doors else None,
    )


def doors_of(kind: str, scope: str = "", choice: str = "") -> frozenset[str]:
    """The kinds of doors at which a yes of this kind can open something."""
    if kind == OFFER:
        return NEEDS[OpeningKind.REVISION].doors if scope_of(scope) == EVERYDAY else MORNING_ONLY
    if kind == WELCOME:
        open_at = NEEDS[OpeningKind.REVISION].doors if scope == EVERYDAY else MORNING_ONLY
        return open_at - {MORNING} if choice == SITTINGS else open_at
    needing = (need for need in NEEDS.values() if kind in (*need.of_author, *need.of_reader, *need.of_each))
    return frozenset().union(*(need.doors for need in needing))
