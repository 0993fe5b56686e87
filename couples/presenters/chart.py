"""Check-ins as four soft lines over at most eight weeks, without a verdict: one's own, or a look back that is open.

One's own weeks end at the newest check-in, not today, so that a silent month draws nothing and changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from couples import visibility
from couples.content.check_in_series import NAMES, Days, in_words
from couples.lib import days as day_words
from couples.lib.compiled import compiled
from couples.models import CheckIn, User
from couples.models.checkins import SLIDERS

DAYS = 56  # eight weeks, both ends counted
FEWEST = 2  # days that make a line
FEWEST_DAYS = 14  # so that two days beside each other do not stand at the two ends
GAP = 8  # days; over more than these no line is drawn, so that a weekly check-in is a line
A_FEW = 60  # rows asked for at once
MOST_ROWS = 250  # read at most: one page costs the same after years

WIDTH, HEIGHT = 640, 212
LEFT, RIGHT, TOP, BOTTOM = 12, 628, 14, 160
LABEL_Y = 203
NARROWEST = 50  # of the 100 of a slider: calm weeks stay calm, however much room the picture has
LABEL_ROOM = 76  # a month's short name needs about this much

Point = tuple[float, float]
Series = list[tuple[date, int | None]]


@dataclass(frozen=True, slots=True)
class Chart:
    """What `templates/parts/chart.html` draws: paths, months under them, and the same as a table of words."""

    lines: list[tuple[str, str, list[str]]]  # name, class, the pieces of its path
    labels: list[tuple[int, int, str]]
    heads: list[str]
    rows: list[list[str]]
    called: str  # "My check-ins"
    span: str  # "3 October to 26 November 2026"
    title: str
    dots: list[tuple[str, str]]  # class and path of each day that stands alone
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(user: User) -> Chart | None:
    """The chart of a person's own check-ins; None before there are two days to draw."""
    days = by_day(_of_its_days(_newest(user.pk)))
    last = max(days, default=date.min)
    return drawn({day: values for day, values in days.items() if last - day < timedelta(days=DAYS)}, "My check-ins")


@compiled
def _newest(author: UUID) -> QuerySet[CheckIn]:
    return visibility.check_ins_of(author).order_by("-made_at")[:MOST_ROWS]


def _of_its_days(newest: QuerySet[CheckIn]) -> Iterator[tuple[Any, ...]]:
    """(day, the four) of such as can stand in the chart: none is unsealed that lies before its days."""
    last = None
    for row in newest.iterator(chunk_size=A_FEW):
        if last is not None and last - row.day > timedelta(days=DAYS):  # a day more: one may be of the day before
            return
        values = row.slider_values
        if any(value is not None for value in values):
            last = row.day if last is None else max(last, row.day)
        yield row.day, *values


def drawn(days: Days, called: str) -> Chart | None:
    """The chart of these days under a name; None where there are not two of them."""
    if len(days) < FEWEST:
        return None
    days = {day: days[day] for day in sorted(days)}
    last = max(days)
    frame = Frame(min(*days, last - timedelta(days=FEWEST_DAYS - 1)), last, *band(days.values()))
    said = [(name, f"c{n + 1}", [(day, values[n]) for day, values in days.items()]) for n, name in enumerate(NAMES)]
    span = f"{day_words.in_words(min(days), day_words.DAY_WITHOUT_YEAR)} to {day_words.in_words(last)}"
    return Chart(
        lines=[(name, css, paths(values, frame)) for name, css, values in said],
        dots=[(css, dot) for _, css, values in said for dot in dots(values, frame)],
        labels=[
            (round(frame.x(day)), LABEL_Y, day_words.in_words(day, day_words.SHORT_MONTH)) for day in _months(frame)
        ],
        heads=["Day", *(name.capitalize() for name in NAMES)],
        rows=list(_rows(days)),
        called=called,
        span=span,
        title=f"{called} from {span}. The same stands in the table below.",
    )


def _rows(days: Days) -> Iterator[list[str]]:
    """The table, newest day first; a day tells its year where that is new, so that the column stays narrow."""
    year = 0
    for day, values in reversed(days.items()):
        shape = day_words.SHORT_DAY_WITHOUT_YEAR if day.year == year else day_words.SHORT_DAY
        yield [day_words.in_words(day, shape), *(in_words(value) for value in values)]
        year = day.year


def by_day(newest_first: Iterable[tuple]) -> Days:
    """For each day the last that was said of each of the four; days on which nothing was said are left out."""
    days: Days = {}
    for day, *slider_values in newest_first:
        values = days.setdefault(day, [None] * len(SLIDERS))
        for n, value in enumerate(slider_values):
            if values[n] is None:
                values[n] = value
    return {day: values for day, values in days.items() if any(value is not None for value in values)}


@dataclass(frozen=True, slots=True)
class Frame:
    """What the picture shows: from the first to the last day, from the lowest to the highest of the sliders."""

    first: date
    last: date
    low: float = 0
    high: float = 100

    def x(self, day: date) -> float:
        """Where a day stands."""
        return LEFT + (RIGHT - LEFT) * (day - self.first).days / (self.last - self.first).days

    def y(self, value: int) -> float:
        """How high something stands that was said."""
        return BOTTOM - (BOTTOM - TOP) * (value - self.low) / (self.high - self.low)


def band(values: Iterable[list[int | None]]) -> tuple[float, float]:
    """The lowest and the highest to be drawn, so that the lines fill their picture; never a narrow strip of it."""
    said = [value for slider_values in values for value in slider_values if value is not None]
    low, high = min(said), max(said)
    lowest = max(0.0, min(low, (low + high - NARROWEST) / 2))
    highest = min(100.0, max(high, lowest + NARROWEST))
    return min(lowest, highest - NARROWEST), highest


def paths(values: Series, frame: Frame) -> list[str]:
    """The pieces of one line, oldest first. Where nothing was said for more than eight days it is interrupted."""
    return [_soft(piece) for piece in _pieces(values, frame) if len(piece) > 1]


def dots(values: Series, frame: Frame) -> list[str]:
    """The days that stand alone, each as the path of a dot."""
    return [f"M{piece[0][0]:.1f} {piece[0][1]:.1f}h0" for piece in _pieces(values, frame) if len(piece) == 1]


def _pieces(values: Series, frame: Frame) -> list[list[Point]]:
    pieces: list[list[Point]] = []
    before: date | None = None
    for day, value in values:
        if value is None:
            continue
        if before is None or (day - before).days > GAP:
            pieces.append([])
        pieces[-1].append((frame.x(day), frame.y(value)))
        before = day
    return pieces


def _months(frame: Frame) -> Iterator[date]:
    """The days under which a month is named: each first of a month, and the very first day, where there is room."""
    days = (frame.last - frame.first).days
    firsts = [day for n in range(days + 1) if (day := frame.first + timedelta(days=n)).day == 1]
    if not firsts or frame.x(firsts[0]) - LEFT >= LABEL_ROOM:
        yield frame.first
    yield from (day for day in firsts if frame.x(day) <= WIDTH - LABEL_ROOM)


def _soft(points: list[Point]) -> str:
    """A smooth path through two or more points that never goes higher or lower than they do."""
    (x, y), *_ = points
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
