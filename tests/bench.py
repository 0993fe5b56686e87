"""`make bench`: sizes, query counts, and how cost grows with history, as ratios within one run.

Seconds differ between machines and are not judged. What is judged (the run fails) are sizes and query counts.
`DATABASE_URL` chooses the database; without one it is SQLite.
"""

import gzip
import os
import re
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from couples.actions import pairing  # noqa: E402
from couples.actions.transactions import settle_pair  # noqa: E402
from couples.export.archive import pieces_for  # noqa: E402
from couples.lib import clock as the_clock  # noqa: E402
from couples.lib import vault  # noqa: E402
from couples.lib.clock import day_of  # noqa: E402
from couples.models import Opening, OwnLine, Pair, Revision, User, WrappedKey  # noqa: E402
from couples.models.keys import masters, open_keys, rewrap  # noqa: E402
from couples.row_security import policies  # noqa: E402
from tests.support import make  # noqa: E402
from tests.support.many_records import many_openings, many_records, peak_of  # noqa: E402
from tests.support.serving_role import questions  # noqa: E402

HTML_LIMIT, TOGETHER_LIMIT, SCRIPTS_LIMIT, REQUESTS_LIMIT = 6_000, 14_336, 4_000, 5
OPENINGS_OF_EACH = 500
wrong: list[str] = []


def packed(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


def judge(what: str, value: int, limit: int) -> str:
    if value > limit:
        wrong.append(f"{what}: {value} is over {limit}")
    return f"{value:,} of {limit:,}"


def quickest(act: Callable[[], object], rounds: int = 7) -> float:
    """Seconds of the quickest of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return min(times)


def queries(client: Client, path: str) -> int:
    """SQL queries of one page, transaction control not counted."""
    client.get(path)  # whoever looks first may have to store a morning
    connection.queries_log.clear()
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200, path
    return questions(found.captured_queries)


def signed_in(user: User) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def a_full_pair() -> tuple[User, User, Pair, make.Clock]:
    """Two people with twenty boundaries open each way, over some weeks up to now."""
    clock = make.Clock(the_clock.now() - timedelta(days=30))
    one, two = make.person("Ada"), make.person("Ben")
    pair = make.pair(one, two, clock)
    make.welcome_all(one, two, clock=clock)
    for n in range(20):
        for who in (one, two):
            make.offer(make.boundary(who, clock, f"When plans change late, I need to hear it first ({n})."), who, clock)
        if n % 5 == 4:
            clock.next_morning(pair)
    clock.next_morning(pair)
    return one, two, pair, clock


def sizes(client: Client) -> None:
    css = packed((ROOT / "static/css/look.css").read_bytes())
    scripts = sum(packed(path.read_bytes()) for path in (ROOT / "static/js").glob("*.js"))
    print(f"css {css:,} B gzipped; own scripts {judge('scripts', scripts, SCRIPTS_LIMIT)} B gzipped")
    for path in ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/steps/", "/"):
        page = (Client(HTTP_HOST="localhost") if path == "/" else client).get(path).content
        html = packed(page)
        loads = 1 + len(re.findall(rb'<(?:link rel="(?:icon|stylesheet)|script)[^>]*', page))
        print(
            f"  {path:12} html {judge(path, html, HTML_LIMIT)} B, "
            f"with css {judge(path, html + css, TOGETHER_LIMIT)} B, requests {judge(path, loads, REQUESTS_LIMIT)}"
        )


def growth_with_history(user: User, pair: Pair) -> None:
    client = signed_in(user)
    pages = ("/timeline/", "/today/", "/mine/")
    before = {path: (queries(client, path), quickest(lambda path=path: client.get(path))) for path in pages}
    at = the_clock.now()
    lines = [
        OwnLine(owner=user, kind=OwnLine.CHECKED_IN, day=day_of(at, "UTC") - timedelta(days=n // 9), tie=uuid4().hex)
        for n in range(20_000)
    ]
    OwnLine.objects.bulk_create(lines, batch_size=2_000)  # past the verbs: nobody has twenty thousand evenings
    for path in pages:
        count, seconds = queries(client, path), quickest(lambda path=path: client.get(path))
        if count > before[path][0]:
            wrong.append(f"{path}: {before[path][0]} queries, {count} after years")
        print(f"  {path:12} {count} queries; 20,000 lines cost {seconds / before[path][1]:.2f} x of few")
    OwnLine.objects.filter(pk__in=[line.pk for line in lines]).delete()


def caseload(count: int) -> None:
    """The dashboard with one couple and with many, each with years behind them; and one of their pages."""
    clock = make.Clock(the_clock.now() - timedelta(days=3))
    therapist, card = make.therapist("Faye", clock)
    client = signed_in(therapist)
    seen: dict[int, tuple[int, float, float]] = {}
    for n in range(count):
        one, two = make.person(f"One{n}"), make.person(f"Two{n}")
        pair = make.pair(one, two, clock)
        make.introduce(therapist, one, clock)
        make.admit(card, one, two, clock=clock)
        settle_pair(pair, the_clock.now())
        many_openings(pair, OPENINGS_OF_EACH, clock.at)
        if n + 1 in (1, count):
            analyze()
        if n + 1 in (1, count):
            count_now, sql = queries(client, "/room/"), sql_milliseconds(client, "/room/")
            seen[n + 1] = (count_now, quickest(lambda: client.get("/room/")), sql)
    for pairs, (found, _, sql) in seen.items():
        print(
            f"  /room/ with {pairs} couples of {OPENINGS_OF_EACH} openings:"
            f" {judge('/room/', found, 7)} queries, SQL {sql:.1f} ms of 5"
        )
    print(f"  {count} couples cost {seen[count][1] / seen[1][1]:.2f} x of one")
    page = f"/room/{pair.pk}/"
    print(
        f"  a couple's page among them: {judge(page, queries(client, page), 15)} queries,"
        f" SQL {sql_milliseconds(client, page):.1f} ms"
    )


def analyze() -> None:
    """Let the database know its tables, as autovacuum would by and by."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def sql_milliseconds(client: Client, path: str) -> float:
    """How long the database takes for a page: the quickest of some rounds."""
    took: list[float] = []

    def timed(execute: Callable[..., object], *asked: object) -> object:
        begin = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            took[-1] += time.perf_counter() - begin

    for _ in range(7):
        took.append(0)
        with connection.execute_wrapper(timed):
            client.get(path)
    return min(took) * 1000


def settling(pair: Pair) -> None:
    """A morning in a pair with a month behind it, against one with nothing."""
    clock = make.Clock(the_clock.now() - timedelta(days=2))
    fresh = make.pair(make.person("Cleo"), make.person("Dan"), clock)
    costs = []
    for which in (fresh, pair):
        row = Pair.objects.get(pk=which.pk)
        costs.append(quickest(lambda row=row: settle_pair(row, row.next_morning + timedelta(minutes=1)), rounds=1))
    print(f"  a morning after a month costs {costs[1] / costs[0]:.2f} x of one without a past")


def sealing(user: User) -> None:
    """Reading sealed words, checking that openings are genuine, and wrapping every key anew."""
    wanted = list(Revision.objects.filter(author=user)[:20]) * 5  # a page of a hundred

    def read() -> None:
        with open_keys():
            for row in wanted:
                row.__dict__.pop("_words_unsealed", None)
                assert row.words

    each = quickest(read) / len(wanted)
    told = judge("a field", round(each * 1e6), 50)
    print(f"  a sealed field read {told} µs; a page of 100 {each * 1e5:.2f} ms (at most 5)")
    checked = Opening.objects.filter(kind="revision")[:20]
    with open_keys():
        plain, signed = quickest(lambda: list(checked.all())), quickest(lambda: list(checked.signed()))
    print(f"  20 openings with their yeses checked cost {(signed - plain) * 1000:.2f} ms more")
    owners = [uuid4() for _ in range(5_000)]
    WrappedKey.objects.bulk_create(WrappedKey(owner=o, wrapped=masters().wrap(vault.new_key(), o)) for o in owners)
    newer = [bytes(range(1, 33)), *settings.VAULT_KEYS]
    with override_settings(VAULT_KEYS=newer):
        seconds = quickest(rewrap, rounds=1)
    print(f"  5,000 keys wrapped anew in {judge('rotation', round(seconds), 10)} s")
    with override_settings(VAULT_KEYS=list(reversed(newer))):
        rewrap()
    WrappedKey.objects.filter(owner__in=owners).delete()


def second_wall(user: User, therapist: User, pair: Pair) -> None:
    """What PostgreSQL's deciding row by row adds to a page: the same page before and behind it, in turns."""
    if connection.vendor != "postgresql":
        print("  SQLite has one wall")
        return
    policies.put_up(settings.SERVING_ROLE)
    pages = [(user, path) for path in ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/me/")]
    pages += [(therapist, path) for path in ("/room/", f"/room/{pair.pk}/")]
    # Before the wall: asked by the owner of the tables, who passes it, and telling the database nothing.
    plain = [name for name in settings.MIDDLEWARE if name != "tests.support.serving_role.ServingRole"]
    for who, path in pages:
        before, behind = [], []
        outside, inside = signed_in(who), signed_in(who)
        for _ in range(15):
            with override_settings(SECOND_WALL=False, MIDDLEWARE=plain):
                before.append(quickest(lambda c=outside, p=path: c.get(p), rounds=1))
            with override_settings(SECOND_WALL=True):
                behind.append(quickest(lambda c=inside, p=path: c.get(p), rounds=1))
        more = (min(behind) - min(before)) * 1000
        name = path.replace(str(pair.pk), "...")
        print(f"  {name:12} {min(before) * 1000:.1f} ms, the wall adds {more:.1f} ms of 2")


def finding_words() -> None:
    """Looking through 2,000 records of one's own, beside the plain list of them."""
    person = make.person("Finder")
    many_records(person, 2_000, make.START)
    client = signed_in(person)
    listed = quickest(lambda: client.get("/mine/"))
    found = quickest(lambda: client.post("/mine/find/", {"words": "nowhere at all"}))
    print(f"  looking through 2,000 records costs {judge('finding', round(found / listed), 10)} x of their list")


def known_and_unknown() -> None:
    """Whether the time of an answer tells if an address, or a code, is known here: medians over 200 of each."""
    person, hashers = make.person("Known"), ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    client = signed_in(make.person("Asker"))
    code = pairing.invite(by=person, at=make.START)
    pairing.withdraw_invitation(by=person, at=make.START + timedelta(minutes=1))
    sign_up = {"password1": make.PASSWORD + " and more", "shown_name": "Mara"}
    ways = {
        "sign-up": lambda known, n: Client().post(
            "/accounts/signup/", {"email": person.email if known else f"new{n}@example.test", **sign_up}
        ),
        "sign-in": lambda known, n: Client().post(
            "/accounts/login/", {"login": person.email if known else f"no{n}@example.test", "password": "wrong" * 3}
        ),
        "reset": lambda known, n: Client().post(
            "/accounts/password/reset/", {"email": person.email if known else f"no{n}@example.test"}
        ),
        "invitation": lambda known, n: client.post("/pairing/join/", {"code": code if known else f"WRNG{n:04}"}),
    }
    limits = {"ACCOUNT_RATE_LIMITS": False, "ANSWERED_AFTER": timedelta(milliseconds=150), "ALLOWED_HOSTS": ["*"]}
    with override_settings(PASSWORD_HASHERS=hashers, EMAIL_BACKEND="tests.support.slow_mail.SlowMail", **limits):
        PBKDF2PasswordHasher.iterations = 50_000  # enough to be seen, so that 1,600 take no minutes
        for name, ask in ways.items():
            took: dict[bool, list[float]] = {True: [], False: []}
            for n in range(200):
                for known in (True, False):
                    cache.clear()
                    begin = time.perf_counter()
                    assert ask(known, n).status_code in (200, 302, 409)
                    took[known].append(time.perf_counter() - begin)
            known, unknown = (statistics.median(took[which]) * 1000 for which in (True, False))
            print(f"  {name:10} known {known:.1f} ms, unknown {unknown:.1f} ms: {known / unknown:.3f} x")


def copies() -> None:
    """The file of somebody with a thousand records, and with ten thousand: as it is sent, nothing collected."""
    found = {}
    for count in (1_000, 10_000):
        who = make.person(f"Writer{count}")
        many_records(who, count, the_clock.now())
        begin = time.perf_counter()
        sent = sum(len(piece) for piece in pieces_for(who, the_clock.now(), date(2026, 3, 2)))
        found[count] = (time.perf_counter() - begin, peak_of(who, the_clock.now())[0])
        print(
            f"  {count:,} records: {sent / 1e6:.1f} MB sent in {found[count][0]:.1f} s, at most {found[count][1]:,} B"
        )
    growth = found[10_000][1] / found[1_000][1]
    print(f"  ten times the records take {growth:.2f} x the memory")
    if growth > 1.5:
        wrong.append(f"a copy of ten times the records takes {growth:.2f} x the memory")


def main() -> int:
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        print(f"On {connection.vendor}")
        one, two, pair, _ = a_full_pair()
        sizes(signed_in(two))
        print("Growth with history")
        growth_with_history(one, pair)
        settling(pair)
        print("Sealing")
        sealing(one)
        print("The second wall")
        clock = make.Clock(the_clock.now() - timedelta(days=2))
        therapist, card = make.therapist("Gus", clock)
        make.introduce(therapist, one, clock)
        make.admit(card, one, two, clock=clock)
        settle_pair(Pair.objects.get(pk=pair.pk), the_clock.now())
        second_wall(one, therapist, pair)
        print("One's own words")
        finding_words()
        print("Known and unknown, 200 of each")
        known_and_unknown()
        print("A copy for oneself")
        copies()
        print("Caseload")
        caseload(int(os.environ.get("COUPLES", "200")))
    finally:
        runner.teardown_databases(databases)
    for line in wrong:
        print("WRONG", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
