"""Days in words, all in one place, so that a translation has one place to go.

The words are Django's (`date_format`), which knows them in every language; the shapes are these.
"""

from datetime import date, datetime
from functools import lru_cache

from django.utils.dateformat import format as format_day

DAY, DAY_WITHOUT_YEAR = "j F Y", "j F"
SHORT_DAY, SHORT_DAY_WITHOUT_YEAR, SHORT_MONTH = "j M Y", "j M", "M"
MONTH_AND_YEAR, MONTH = "F Y", "F"
WEEKDAY, WEEKDAY_AND_DAY, WEEKDAY_DAY_AND_MONTH = "l", "l j", "l j F"
WEEKDAY_AND_HOUR = "l, G:i"
MOMENT = "l j F Y, H:i"


@lru_cache(maxsize=1000)  # a page names few days, each of them often
def in_words(day: date, shape: str = DAY) -> str:
    """A day as it is read: "25 November 2026"; `shape` is another of those above."""
    return format_day(day, shape)


def moment_in_words(local: datetime, shape: str = MOMENT) -> str:
    """An instant by somebody's own clock, already theirs: "Thursday 3 December 2026, 10:00", or "Sunday, 7:00"."""
    return format_day(local, shape)
