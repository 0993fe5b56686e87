"""A morning of many pairs: of a hundred, a thousand and ten thousand, in few of which something opens."""

import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from couples.actions.mornings import AT_A_TIME, go_through_all
from couples.models import Opening, Pair
from tests.benchmarks.growth import analyze
from tests.benchmarks.judged import judge, wrong
from tests.support.many_pairs import many_pairs
from tests.support.serving_role import questions

DAY = date(2027, 3, 1)
NEVER = datetime(2099, 1, 1, tzinfo=UTC)
WORLDS = ((100, 2), (100, 100), (1_000, 20), (10_000, 200))  # (pairs, those in which something opens)
ALONE, TOGETHER = 15, 3  # statements of a pair in which something opens, and of so many in which nothing is due
A_DAY = timedelta(days=1)


def of_many_pairs() -> None:
    """The many may take ten times what a hundred take that all open something; statements are counted; and what is held
    at once does not grow."""
    waited = dict(Pair.objects.values_list("pk", "next_morning"))  # the others stay in their beds
    took: dict[tuple[int, int], float] = {}
    held: dict[int, int] = {}
    for count, opens in WORLDS:
        Pair.objects.update(next_morning=NEVER)
        many_pairs(count, DAY, each_nth=count // opens)
        analyze()
        seven = datetime(DAY.year, DAY.month, DAY.day, 7, 0, 20, tzinfo=UTC)
        took[count, opens], asked = _morning(seven, opens)
        held[count] = _held(seven + A_DAY)
        judge(
            f"a morning of {count:,} pairs: statements", asked, ALONE * opens + TOGETHER * (1 + count // AT_A_TIME) + 3
        )
        print(
            f"  {count:6,} pairs, in {opens:3} something opens: {took[count, opens]:6.2f} s of the processor,"
            f" {asked:5,} statements; {held[count] / 1e6:.1f} MB held at once"
        )
    for pk, at in waited.items():
        Pair.objects.filter(pk=pk).update(next_morning=at)
    ratio, more = took[10_000, 200] / took[100, 100], held[10_000] / held[1_000]
    told = f"{ratio:.1f} x of 10 x; memory {more:.2f} x of 1.25 x"
    print(f"  ten thousand against a hundred that all open something: {told}")
    if ratio > 10 or more > 1.25:
        wrong.append(f"a morning of 10,000 pairs: {told}")


def _morning(at: datetime, opens: int) -> tuple[float, int]:
    """Seconds of the processor, and what was asked. (The database keeps the last nine thousand statements noted.)"""
    before, begin = Opening.objects.count(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        go_through_all(at)
    took = time.process_time() - begin
    assert Opening.objects.count() - before == opens
    return took, questions(asked.captured_queries)


def _held(at: datetime) -> int:
    """The most that the next morning of the same pairs holds at once: what opened leaves lines there."""
    tracemalloc.start()
    go_through_all(at)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most
