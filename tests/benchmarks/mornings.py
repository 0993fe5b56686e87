"""A morning of many pairs: what it costs among a hundred, a thousand and ten thousand, of which few open something."""

import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from couples.lib import clock
from couples.models import Opening, Pair
from tests.benchmarks.growth import analyze
from tests.benchmarks.judged import judge_ratio, wrong
from tests.support.many_pairs import many_pairs
from tests.support.serving_role import questions

DAY = date(2027, 3, 1)
OPEN = 200  # pairs of the ten thousand in which something opens


def of_many_pairs() -> None:
    """Each number of pairs on a morning of its own, and beside it a hundred in each of which something opens."""
    told, base = {}, Pair.objects.count()
    for n, (count, opens) in enumerate(((100, 2), (100, 100), (1_000, 20), (10_000, OPEN))):
        day = DAY + timedelta(days=40 * n)
        many_pairs(count, day, each_nth=count // opens)
        analyze()
        before = Opening.objects.count()
        took, asked, peak = _morning(datetime.combine(day, datetime.min.time(), clock.now().tzinfo))
        assert Opening.objects.count() - before == opens
        told[count, opens] = took
        print(f"  {count:6,} pairs, {opens:3} open something: {took:7.2f} s, {asked:6,} statements, {peak / 1e6:.1f} MB")
    del base
