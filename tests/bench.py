"""`make bench`: what pages cost, as ratios within one run, as counts and as sizes (`tests/benchmarks/`).

`DATABASE_URL` chooses the database; without one it is SQLite. `BENCH=cost,wire` runs only these tables, `COUPLES=20`
gives a therapist so many. What the last whole run said stands in docs/performance.md.
"""

import os
import platform
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

settings.DEBUG = False  # templates and connections note nothing for a page of errors
settings.ALLOWED_HOSTS = ["localhost", "testserver"]

from tests.benchmarks import cost, every, growth, mornings, sealing, served, timing, wall, wire, years  # noqa: E402
from tests.benchmarks.judged import wrong  # noqa: E402
from tests.benchmarks.people import demo_couple, heavy_couple  # noqa: E402
from tests.support import make  # noqa: E402


def main() -> int:
    """Run the tables that are asked for; 1 where something was over its budget."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    usual = "cost,every,wire,growth,mornings,sealing,wall,timing,copies,couples,served"
    asked = os.environ.get("BENCH", usual).split(",")
    try:
        print(f"On {connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} processors")
        demo, heavy, nobody = demo_couple(), heavy_couple(), make.person("Nobody yet")
        tables = {
            "cost": ("What a page costs", lambda: cost.table(demo, heavy, nobody)),
            "every": ("Every page", every.table),
            "wire": ("On the wire", lambda: wire.sizes(heavy)),
            "sealing": ("Sealing", lambda: sealing.sealing(heavy.one)),
            "wall": ("The second wall", lambda: wall.second_wall(demo)),
            "growth": ("Growth with history", lambda: grown(heavy)),
            "mornings": ("A morning of many pairs", mornings.of_many_pairs),
            "years": ("Three years, day by day", years.with_years),
            "timing": ("Known and unknown, 200 of each", timing.known_and_unknown),
            "copies": ("One's own words", growth.with_records),
            "couples": ("Caseload", lambda: growth.with_couples(int(os.environ.get("COUPLES", "200")))),
            "served": ("Served by gunicorn", served.served),
        }
        for name, (title, table) in tables.items():
            if name in asked:
                print(title, flush=True)
                table()
    finally:
        runner.teardown_databases(databases)
    for line in wrong:
        print("WRONG", line)
    return 1 if wrong else 0


def grown(heavy: "object") -> None:
    """What grows with history, on the couple with years behind them."""
    growth.with_lines()
    growth.with_fallen(heavy.one, heavy.pair)
    growth.with_mornings(heavy.pair)


if __name__ == "__main__":
    sys.exit(main())
