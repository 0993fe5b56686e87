"""A stretch of check-ins that has gone by, as one text that can be sealed, offered and drawn.

One line for each day on which something was said: the day, then the four sliders from 0 to 100, "-" where one was left
out. Nothing is added up and nothing is compared.
"""

from datetime import date

from couples.lib.days import in_words as day_in_words

Days = dict[date, list[int | None]]  # each day with the four sliders

NAMES = ("safe", "trusting", "close", "at ease")  # of the sliders, in their order


def written(days: Days) -> str:
    """The text of these days, oldest first."""
    lines = (f"{day} {' '.join('-' if worth is None else str(worth) for worth in days[day])}" for day in sorted(days))
    return "\n".join(lines)


def days_in(text: str) -> Days:
    """The days of such a text. Raises ValueError for any other."""
    days: Days = {}
    for line in text.splitlines():
        day, *slider_values = line.split()
        days[date.fromisoformat(day)] = [None if value == "-" else int(value) for value in slider_values]
    return days


def describe(text: str) -> str:
    """The same in words, a line for each day: "3 May 2027: safe somewhat, close hardly"."""
    return "\n".join(
        f"{day_in_words(day)}: "
        + ", ".join(
            f"{name} {in_words(value)}" for name, value in zip(NAMES, slider_values, strict=True) if value is not None
        )
        for day, slider_values in days_in(text).items()
    )


def in_words(value: int | None) -> str:
    """A slider from 0 to 100 in words; "" where it was left out."""
    if value is None:
        return ""
    steps = ((5, "not at all"), (25, "hardly"), (45, "a little"), (55, "in between"), (75, "somewhat"), (95, "mostly"))
    return next((word for most, word in steps if value < most), "fully")
