"""When a therapist's card leaves the couple's pages: by the calendar, and by what both were shown. Pure.

Whether one alone admits moves nothing here: an admission counts from the opening that needs both until it falls.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from couples.rule.consent import NIGHT, morning_after

STAYS: Final = timedelta(days=30)  # after a card came, or after an admission of both was last open
A_MOMENT: Final = timedelta(microseconds=1)

Stretch = tuple[datetime, datetime | None]  # from when to when something kept the card; None: it still does


def leaves_at(came: datetime, kept: Iterable[Stretch], zone: str) -> datetime | None:
    """The instant from which a card that came is on neither page; None while an admission of both is open.

    `kept` are further versions of the card (an instant) and admissions of both (a stretch), in any order. What begins
    when the card has left does not bring it back: for that the therapist enters another code.
    """
    until = came
    for begins, ends in sorted(kept, key=lambda stretch: stretch[0]):
        if begins < _eve(until, zone):
            if ends is None:
                return None
            until = max(until, ends)
    return _eve(until, zone)


def after(came: datetime, kept: Iterable[Stretch]) -> list[Stretch]:
    """What of these lies after a therapist came (anew), so far as it does."""
    return [(max(begins, came), ends) for begins, ends in kept if ends is None or ends > came]


def _eve(until: datetime, zone: str) -> datetime:
    """A night before the morning that comes thirty days later.

    What somebody says while they have the card before them still counts at that morning; so nothing that waits is
    left over when the card has gone.
    """
    return morning_after(until + STAYS + NIGHT - A_MOMENT, zone) - NIGHT


def ends_with_it(leaves: datetime) -> datetime:
    """The morning at which the admissions to a card that left have ended."""
    return leaves + NIGHT
