"""Runs the suite on SQLite, on PostgreSQL and in a browser, and says how many tests ran on which.

`python tests/run.py` runs all three, `python tests/run.py sqlite -k offer` one, with pytest's arguments. `quick` is the
part of it on SQLite that one runs while working (tests/support/quick.py). docs/testing.md says what runs where.
"""

import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support import browsers, postgres  # noqa: E402
from tests.support import quick as core  # noqa: E402

# What each run asks; on PostgreSQL tests/conftest.py leaves out what one database shows as well as two.
SELECTIONS = {
    "sqlite": "not browser",
    "postgresql": "not browser",
    "browser": "browser",
}
# Each takes a few seconds to begin. Two at least: the tests of races and of limits are asked beside others.
WORKERS = min(max(os.cpu_count() or 2, 2), 8)
SPREAD = ("-n", str(WORKERS), "--dist=worksteal")  # who is done early takes from who is not
# In the browser each takes the next test of all: the longest come first there (tests/browser/conftest.py).
ONE_BY_ONE = ("--dist=load", "--maxschedchunk=1")


@dataclass
class Count:
    """How many tests passed, failed (or broke) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


def pytest(*arguments: str, database: str | None = None) -> Count:
    """Run pytest on `database` (SQLite if None) and count by its own report.

    A run that ends without tests, or without a report, counts as one failure: it has shown nothing.
    """
    # Compiled once for all workers, and beside the code rather than in it.
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(ROOT / "var" / "test" / "compiled")}
    surroundings = {**os.environ, **compiled, "PYTHONPATH": str(ROOT)}
    surroundings.pop("DATABASE_URL", None)
    if database:
        surroundings["DATABASE_URL"] = database
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *SPREAD, f"--junitxml={report}", *arguments]
        ended = subprocess.run(command, cwd=ROOT, env=surroundings).returncode
        count = read(report) if report.exists() else Count()
    if ended != 0 and not count.failed:
        count.failed = 1
    return count


def read(report: Path) -> Count:
    """The counts of one of pytest's JUnit reports."""
    count = Count()
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif case.find("skipped") is not None:
            count.skipped += 1
        else:
            count.passed += 1
    return count


def on_sqlite(*arguments: str) -> Count:
    """Everything but the journeys, on SQLite."""
    return pytest("-m", SELECTIONS["sqlite"], *arguments)


def on_postgresql(*arguments: str) -> Count:
    """What meets the database, on the PostgreSQL of DATABASE_URL or one of our own. Raises NoDatabase."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return pytest("-m", SELECTIONS["postgresql"], *arguments, database=given)
    with postgres.running() as address:
        return pytest("-m", SELECTIONS["postgresql"], *arguments, database=address)


def in_browser(*arguments: str) -> Count:
    """The journeys, on SQLite. Raises NoBrowser."""
    browsers.fetch()
    return pytest(*ONE_BY_ONE, "-m", SELECTIONS["browser"], *arguments)


def quick(*arguments: str) -> Count:
    """What one runs while working, on SQLite."""
    return pytest("--quick", "-m", core.LEFT_OUT, *core.PLACES, *arguments)


RUNS: dict[str, tuple[str, Callable[..., Count]]] = {
    "sqlite": ("on SQLite", on_sqlite),
    "postgresql": ("on PostgreSQL", on_postgresql),
    "browser": ("in the browser", in_browser),
    "quick": ("on SQLite, quickly", quick),
}
ALL = ("sqlite", "postgresql", "browser")


def main(arguments: list[str]) -> int:
    """Run what `arguments` ask for and report; gives 0 only if every run passed."""
    chosen = arguments[:1] if arguments and arguments[0] in RUNS else list(ALL)
    extra = arguments[1:] if arguments and arguments[0] in RUNS else arguments
    lines: list[str] = []
    total = Count()
    for name in chosen:
        where, run = RUNS[name]
        print(f"\n== {where} ==", flush=True)
        try:
            count = run(*extra)
            skipped = f", {count.skipped} skipped" if count.skipped else ""
            nothing = "" if count.passed else " (no test has passed here, which shows nothing)"
            lines.append(f"{where}: {count.passed} passed, {count.failed} failed{skipped}{nothing}")
        except (browsers.NoBrowser, postgres.NoDatabase) as problem:
            count = Count(failed=1)
            lines.append(f"{where}: did not run. {problem}")
        total.passed += count.passed
        total.failed += count.failed
    print("\n" + "\n".join(lines))
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database ends with us
    sys.exit(main(sys.argv[1:]))
