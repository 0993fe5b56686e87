"""On whose clock a pair's mornings come. Pure: no database, no request, no clock of its own."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from couples.rule.consent import morning_after

WAKING: Final = (7 * 60, 21 * 60)  # minutes of the day within which a morning may reach somebody
A_DAY: Final = 24 * 60
A_YEAR: Final = 365  # mornings looked ahead


def shared_zone(one: str, other: str, at: datetime) -> str:
    """That of two zones whose seven o'clock, over the coming year, stays nearest to both people's waking hours.

    Of equals the one whose name comes first in the alphabet. `at` is when they pair. Which of the two invited does not
    matter.
    """
    if one == other:
        return one
    return min((one, other), key=lambda zone: (worst_minutes(zone, one if zone == other else other, at), zone))


def worst_minutes(zone: str, elsewhere: str, at: datetime) -> int:
    """How many minutes outside somebody's waking hours `elsewhere` the mornings of `zone` come, on the worst day."""
    there = ZoneInfo(elsewhere)
    worst, morning = 0, morning_after(at, zone)
    for _ in range(A_YEAR):
        local = morning.astimezone(there)
        worst = max(worst, _outside(local.hour * 60 + local.minute))
        morning = morning_after(morning, zone)
    return worst


def _outside(minute: int) -> int:
    begins, ends = WAKING
    return 0 if begins <= minute <= ends else min((begins - minute) % A_DAY, (minute - ends) % A_DAY)


def hour_elsewhere(zone: str, own: str, at: datetime) -> str:
    """The clock time at which the next morning of `zone` comes for somebody in `own`, such as "14:00"."""
    return f"{morning_after(at, zone).astimezone(ZoneInfo(own)):%H:%M}"
