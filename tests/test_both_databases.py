"""What `make test` leaves out on PostgreSQL, it leaves out knowingly: each act of a page is done on both databases."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support import acts_of_pages
from tests.support.acts_of_pages import ACTS, DOES, FINDING, WITHOUT_A_WALL
from tests.support.both_databases import AGAIN, on_both
from tests.support.one_database import is_enough_for

TESTS = Path(__file__).resolve().parent


def named() -> Iterator[tuple[Path, str]]:
    """Every test that is named for both databases."""
    yield from ((TESTS / file, test) for file, tests in AGAIN.items() for test in tests)
    yield from ((TESTS / file, test) for file, tests in DOES.items() for test in tests)


def test_every_act_that_a_page_names_has_a_test_that_does_it_on_both_databases() -> None:
    assert acts_of_pages.acts_of_views() == ACTS | FINDING | WITHOUT_A_WALL


def test_every_test_that_is_named_is_there_and_not_left_out() -> None:
    for file, test in named():
        found = {node.name: node for node in ast.parse(file.read_text(encoding="utf-8")).body if hasattr(node, "name")}
        where = f"{file.name}::{test}"
        assert test.partition("[")[0] in found, f"{where} is not there"
        marks = {ast.unparse(mark) for mark in found[test.partition("[")[0]].decorator_list}
        assert on_both(file, test) and not is_enough_for(file), where
        assert not marks & {"pytest.mark.one_database", "pytest.mark.deep"}, where


def test_a_test_of_a_page_that_nobody_names_runs_on_one_database() -> None:
    assert on_both(TESTS / "rule" / "test_edges.py", "test_anything")
    assert not on_both(TESTS / "views" / "test_mine.py", "test_anything")
