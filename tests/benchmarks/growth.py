"""How cost grows with history, with couples, with records: a page and a morning cost what they cost after few.

`LINES=1000000` gives somebody a million lines on their timeline, which takes minutes.
"""

import os
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client

from couples.actions.transactions import settle_pair
from couples.export.archive import pieces_for
from couples.lib import clock as the_clock
from couples.lib import keyset
from couples.lib.clock import day_of
from couples.models import OwnLine, Pair, User
from couples.presenters.couples_list import COUPLES_ON_A_PAGE
from couples.presenters.timeline import shows_for
from couples.presenters.timeline_rows import FIELDS
from tests.benchmarks.asking import ask, cookie_of, processor_time, queries
from tests.benchmarks.judged import interleaved, judge, judge_ratio
from tests.benchmarks.timing import signed_in
from tests.support import make
from tests.support.many_records import many_openings, many_records, peak_of

OPENINGS_OF_EACH = 500
FEW, MANY = 100, int(os.environ.get("LINES", "100000"))  # own lines
FALLEN = 3_000


def analyze() -> None:
    """Let PostgreSQL know its tables, as autovacuum would by and by. Nobody does so on SQLite."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def with_lines() -> None:
    """Each filter of the timeline, its first page and one far down, of somebody with few lines and of one with many."""
    few, many = (_with_partner(name) for name in ("Few", "Many"))
    _more_lines(few, FEW)
    far = _more_lines(many, MANY)
    analyze()
    handler, cookies = WSGIHandler(), {who: cookie_of(who) for who in (few, many)}
    deep = keyset.token_after(keyset.order_of(FIELDS), (far.day, far.tie, far.pk))
    paths = [f"/timeline/?show={show.code}" if show.code else "/timeline/" for show in shows_for(many)]
    worst = ("", 0.0)
    for path in [*paths, f"/timeline/?after={deep}"]:
        first = path.partition("?after")[0]
        judge(f"{path}, queries", queries(handler, path, cookies[many]), queries(handler, first, cookies[few]))

        def grown(path: str = path, first: str = first) -> float:
            def cost_of(path: str, who: User) -> float:
                return processor_time(handler, path, cookies[who], times=2)

            return interleaved(lambda: cost_of(path, many), lambda: cost_of(first, few))

        told = judge_ratio(f"{path}, {MANY:,} lines", grown, 1.10)
        print(f"    {path[:32]:32} {told}", flush=True)
        worst = max(worst, (f"{told} ({path[:24]})", float(told.split()[0])), key=lambda pair: pair[1])
    print(f"  {len(paths)} filters and a page far down, {MANY:,} lines of one's own against {FEW}: at most {worst[0]}")


def _with_partner(name: str) -> User:
    clock = make.Clock(the_clock.now() - timedelta(days=3))
    who = make.person(name)
    pair = make.pair(who, make.person(f"{name} other"), clock)
    settle_pair(pair, the_clock.now())
    return who


def _cost(handler: Any, path: str, cookie: str) -> float:
    ask(handler, path, cookie)
    return min(processor_time(handler, path, cookie, times=2) for _ in range(4))


def _more_lines(user: User, count: int) -> OwnLine:
    """Lines past the verbs, because nobody has so many evenings; nine a day, all of boundaries. Gives one far down."""
    today = day_of(the_clock.now(), "UTC")
    fields = {field.column: field for field in OwnLine._meta.concrete_fields}
    columns, places = ", ".join(fields), ", ".join(["%s"] * len(fields))

    def row(n: int) -> list[Any]:
        day = today - timedelta(days=n // 9)
        line = OwnLine(owner=user, kind=OwnLine.WROTE, scope="boundary", day=day, tie=f"{n:032}")
        return [field.get_db_prep_save(getattr(line, field.attname), connection) for field in fields.values()]

    with transaction.atomic(), connection.cursor() as cursor:
        for begin in range(0, count, 10_000):
            rows = [row(n) for n in range(begin, min(begin + 10_000, count))]
            cursor.executemany(f"INSERT INTO couples_ownline ({columns}) VALUES ({places})", rows)
    return OwnLine.objects.get(owner=user, tie=f"{count * 9 // 10:032}")


def with_fallen(user: User, pair: Pair) -> None:
    """What opened once and is open no more, thirty times and three thousand times."""
    handler, cookie = WSGIHandler(), cookie_of(user)
    many_openings(pair, 30, the_clock.now() - timedelta(days=1))
    few = {path: _cost(handler, path, cookie) for path in ("/today/", "/ours/", "/timeline/")}
    many_openings(pair, FALLEN, the_clock.now() - timedelta(days=3))
    analyze()
    for path, before in few.items():
        told = judge_ratio(f"{path}, {FALLEN:,} fallen", lambda p=path, b=before: _cost(handler, p, cookie) / b, 1.25)
        print(f"  {path:12} with {FALLEN:,} openings that have fallen, against 30: {told}")


def with_couples(count: int) -> None:
    """The list of couples of three therapists: with one couple, with a page full of them, with many, each couple with
    years behind it."""
    clock = make.Clock(the_clock.now() - timedelta(days=3))
    of = {number: make.therapist(f"Faye{number}", clock) for number in (1, COUPLES_ON_A_PAGE, count)}
    for n in range(count):
        one, two = make.person(f"One{n}"), make.person(f"Two{n}")
        pair = make.pair(one, two, clock)
        for number, (therapist, card) in of.items():
            if n < number:
                make.introduce(therapist, one, clock)
                make.admit(card, one, two, clock=clock)
        settle_pair(pair, the_clock.now())
        many_openings(pair, OPENINGS_OF_EACH, clock.at)
    analyze()
    handler = WSGIHandler()
    cookies = {number: cookie_of(therapist) for number, (therapist, _) in of.items()}

    def listed(number: int) -> float:
        return processor_time(handler, "/room/", cookies[number], times=3)

    for number, cookie in cookies.items():
        judge(f"/room/ with {number}, queries", queries(handler, "/room/", cookie), 9)
    for base, most in ((COUPLES_ON_A_PAGE, 1.6), (1, 2.5)):
        told = judge_ratio(
            f"{count} couples against {base}",
            lambda n=base: interleaved(lambda: listed(count), lambda: listed(n)),
            most,
        )
        print(f"  the list of {count} couples of {OPENINGS_OF_EACH} openings each, against {base}: {told}")


def with_mornings(pair: Pair) -> None:
    """A morning in a pair with a month behind it, against one with nothing."""
    clock = make.Clock(the_clock.now() - timedelta(days=2))
    fresh = make.pair(make.person("Cleo"), make.person("Dan"), clock)
    costs = []
    for which in (fresh, pair):
        row = Pair.objects.get(pk=which.pk)
        costs.append(_took(lambda row=row: settle_pair(row, row.next_morning + timedelta(minutes=1))))
    print(f"  a morning after a month costs {costs[1] / costs[0]:.2f} x of one without a past")


def with_records() -> None:
    """Looking through one's records, and a copy of them, after many."""
    person = make.person("Finder")
    many_records(person, 2_000, make.START)
    client: Client = signed_in(person)
    listed = _took(lambda: client.get("/mine/"))
    found = _took(lambda: client.post("/mine/find/", {"words": "nowhere at all"}))
    print(f"  looking through 2,000 records costs {found / listed:.0f} x of their list")
    peaks = {}
    for count in (1_000, 10_000):
        who = make.person(f"Writer{count}")
        many_records(who, count, the_clock.now())
        sent = sum(len(piece) for piece in pieces_for(who, _at(), date(2026, 3, 2)))
        peaks[count] = peak_of(who, _at())[0]
        print(f"  a copy of {count:,} records: {sent / 1e6:.1f} MB, at most {peaks[count]:,} B held at once")
    print(f"  ten times the records take {judge_ratio('a copy', lambda: peaks[10_000] / peaks[1_000], 1.5)} the memory")


def _at() -> datetime:
    return the_clock.now()


def _took(act: Callable[[], object]) -> float:
    begin = time.process_time()
    act()
    return time.process_time() - begin
