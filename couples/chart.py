"""A person's own check-ins as four soft lines over at most eight weeks. Never anybody else's, and no verdict in it.

The weeks end at the newest check-in, not today, so that a silent month draws nothing and changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.db.models import QuerySet
from django.utils.dateformat import format as told_day

from couples.models import CheckIn

SLIDERS = (("safe", "safe"), ("trusting", "trusting"), ("close", "close"), ("at_ease", "at ease"))

DAYS = 56  # eight weeks, both ends counted
FEWEST_DAYS = 14  # so that two days beside each other do not stand at the two ends
GAP = 3  # days; over more than these no line is drawn
MOST_ROWS = 250  # read at most: one page costs the same after years

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 12, 628, 14, 150
STROKE = 9
LABEL_Y = 192
LABEL_ROOM = 76  # a month's short name needs about this much

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chart:
    """What `templates/parts/chart.html` draws: paths, months under them, and the same as a table of words."""

    lines: list[tuple[str, str, list[str]]]  # name, class, the pieces of its path
    labels: list[tuple[int, int, str]]
    heads: list[str]
    rows: list[list[str]]
    title: str
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(check_ins: QuerySet[CheckIn]) -> Chart | None:
    """The chart of a person's check-ins (`visibility.check_ins_of`); None before there are two days to draw."""
    newest = check_ins.order_by("-made_at").values_list("day", *(field for field, _ in SLIDERS))
    days = by_day(newest[:MOST_ROWS])
    last = max(days, default=date.min)
    days = {day: days[day] for day in sorted(days) if last - day < timedelta(days=DAYS)}
    if len(days) < 2:
        return None
    first = min(*days, last - timedelta(days=FEWEST_DAYS - 1))
    return Chart(
        lines=[
            (name, f"c{n + 1}", paths([(day, told[n]) for day, told in days.items()], first, last))
            for n, (_, name) in enumerate(SLIDERS)
        ],
        labels=[(round(_x(day, first, last)), LABEL_Y, told_day(day, "M")) for day in _months(first, last)],
        heads=["Day", *(name.capitalize() for _, name in SLIDERS)],
        rows=list(_rows(days)),
        title=f"My check-ins from {told_day(min(days), 'j F')} to {told_day(last, 'j F Y')}. "
        "The same stands in the table below.",
    )


def _rows(days: dict[date, list[int | None]]) -> Iterator[list[str]]:
    """The table, newest day first; a day tells its year where that is new, so that the column stays narrow."""
    year = 0
    for day, told in reversed(days.items()):
        yield [told_day(day, "j M" if day.year == year else "j M Y"), *(in_words(worth) for worth in told)]
        year = day.year


def by_day(newest_first: Iterable[tuple]) -> dict[date, list[int | None]]:
    """For each day the last that was said of each of the four; days on which nothing was said are left out."""
    days: dict[date, list[int | None]] = {}
    for day, *worths in newest_first:
        told = days.setdefault(day, [None] * len(SLIDERS))
        for n, worth in enumerate(worths):
            if told[n] is None:
                told[n] = worth
    return {day: told for day, told in days.items() if any(worth is not None for worth in told)}


def in_words(worth: int | None) -> str:
    """A slider from 0 to 100 in words; "" where it was left out."""
    if worth is None:
        return ""
    steps = ((5, "not at all"), (25, "hardly"), (45, "a little"), (55, "in between"), (75, "somewhat"), (95, "mostly"))
    return next((word for most, word in steps if worth < most), "fully")


def paths(told: list[tuple[date, int | None]], first: date, last: date) -> list[str]:
    """The pieces of one line, oldest first. Where nothing was said for more than three days it is interrupted."""
    said = [(day, worth) for day, worth in told if worth is not None]
    pieces: list[list[Point]] = []
    before: date | None = None
    for day, worth in said:
        if before is None or (day - before).days > GAP:
            pieces.append([])
        pieces[-1].append((_x(day, first, last), BOTTOM - (BOTTOM - TOP) * worth / 100))
        before = day
    return [_soft(piece) for piece in pieces]


def _x(day: date, first: date, last: date) -> float:
    return LEFT + (RIGHT - LEFT) * (day - first).days / (last - first).days


def _months(first: date, last: date) -> Iterator[date]:
    """The days under which a month is named: each first of a month, and the very first day, where there is room."""
    firsts = [day for n in range((last - first).days + 1) if (day := first + timedelta(days=n)).day == 1]
    if not firsts or _x(firsts[0], first, last) - LEFT >= LABEL_ROOM:
        yield first
    yield from (day for day in firsts if _x(day, first, last) <= WIDTH - LABEL_ROOM)


def _soft(points: list[Point]) -> str:
    """A smooth path through the points that never goes higher or lower than they do; a short stroke for one alone."""
    (x, y), *_ = points
    if len(points) == 1:
        return f"M{x - STROKE / 2:.1f} {y:.1f}h{STROKE}"
    drawn = f"M{x:.1f} {y:.1f}"
    slopes = _slopes(points)
    for ((x0, y0), (x1, y1)), (s0, s1) in zip(pairwise(points), pairwise(slopes), strict=True):
        third = (x1 - x0) / 3
        drawn += f"C{x0 + third:.1f} {y0 + s0 * third:.1f} {x1 - third:.1f} {y1 - s1 * third:.1f} {x1:.1f} {y1:.1f}"
    return drawn


def _slopes(points: list[Point]) -> list[float]:
    """The slope at each point: flat at the ends and wherever the line turns, else the milder mean of both sides."""
    rises = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    inner = [2 * a * b / (a + b) if a * b > 0 else 0.0 for a, b in pairwise(rises)]
    return [0.0, *inner, 0.0]
