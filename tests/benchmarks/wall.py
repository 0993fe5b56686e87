"""What the second wall costs on PostgreSQL: the same page before and behind it, in turns."""

import time

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import override_settings

from couples.row_security import policies
from tests.benchmarks.asking import ask
from tests.benchmarks.judged import interleaved, judge_ratio
from tests.benchmarks.people import Couple

WALL = 2.0


def second_wall(couple: Couple) -> None:
    """Every page of the table as its owner's connection serves it, and as the serving role does. By the clock: most of
    it is the database's time."""
    if connection.vendor != "postgresql":
        print("  SQLite has one wall")
        return
    policies.put_up(settings.SERVING_ROLE)
    pages = [("one", path) for path in ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/me/")]
    pages += [("therapist", path) for path in ("/room/", f"/room/{couple.pair.pk}/")]
    # Before the wall: asked by the owner of the tables, who passes it, and telling the database nothing.
    plain = [name for name in settings.MIDDLEWARE if name != "tests.support.serving_role.ServingRole"]
    with override_settings(MIDDLEWARE=plain):
        outside = WSGIHandler()
    inside = WSGIHandler()
    for who, path in pages:
        cookie = couple.cookie(who)

        def before(path: str = path, cookie: str = cookie) -> float:
            with override_settings(SECOND_WALL=False):
                return _took(outside, path, cookie)

        def behind(path: str = path, cookie: str = cookie) -> float:
            with override_settings(SECOND_WALL=True):
                return _took(inside, path, cookie)

        told = judge_ratio(f"the wall, {path}", lambda b=behind, a=before: interleaved(b, a), WALL)
        print(f"  {path.replace(str(couple.pair.pk), '...'):12} {told} of the page without the wall")


def _took(handler: object, path: str, cookie: str) -> float:
    ask(handler, path, cookie)  # type: ignore[arg-type]
    begin = time.perf_counter()
    for _ in range(5):
        ask(handler, path, cookie)  # type: ignore[arg-type]
    return time.perf_counter() - begin
