"""The command behind `make test` counts truly and never leaves a database or the browser out in silence."""

import pytest

from tests import run
from tests.support import browsers, postgres

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure/></testcase><testcase name="d"><error/></testcase>
<testcase name="e"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def results(monkeypatch):
    """What each run gives instead of running; a test changes it."""
    given = {name: run.Count(passed=2) for name in run.RUNS}

    def stand_in(name):
        def play(*arguments):
            if isinstance(given[name], Exception):
                raise given[name]
            return given[name]

        return play

    monkeypatch.setattr(run, "RUNS", {name: (where, stand_in(name)) for name, (where, _) in run.RUNS.items()})
    return given


def closing(capsys):
    return capsys.readouterr().out.splitlines()[-4:]


def test_a_report_is_counted_test_by_test(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert run.read(report) == run.Count(passed=2, failed=2, skipped=1)


def test_it_says_how_many_ran_on_which_and_closes_with_the_sum(results, capsys):
    assert run.main([]) == 0
    assert closing(capsys) == [
        "on SQLite: 2 passed, 0 failed",
        "on PostgreSQL: 2 passed, 0 failed",
        "in the browser: 2 passed, 0 failed",
        "6 passed, 0 failed",
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [("browser", browsers.NoBrowser("Install it.")), ("postgresql", postgres.NoDatabase("Install it."))],
)
def test_what_cannot_be_had_fails_and_says_what_to_install(results, capsys, name, problem):
    results[name] = problem
    assert run.main([]) == 1
    said = closing(capsys)
    assert any(line.endswith("did not run. Install it.") for line in said)
    assert said[-1] == "4 passed, 1 failed"


def test_a_run_that_found_no_test_counts_as_a_failure(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    count = run.pytest("-c", str(tmp_path / "pytest.ini"), str(tmp_path), "-p", "no:django", "-n0")
    assert (count.passed, count.failed) == (0, 1)


def test_the_suite_can_be_run_on_one_of_them(results, capsys):
    results["postgresql"] = postgres.NoDatabase("Install it.")
    assert run.main(["sqlite", "-k", "offer"]) == 0
    assert closing(capsys)[-2:] == ["on SQLite: 2 passed, 0 failed", "2 passed, 0 failed"]
