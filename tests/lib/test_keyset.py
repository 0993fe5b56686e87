"""Paging by keyset: every row once, and a token that is not of this list leads to its start."""

import pytest

from couples.lib.keyset import page_of, token_after
from couples.models import OwnLine, Record
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def records():
    ada, clock = make.person("Ada"), make.Clock()
    for n in range(7):
        make.boundary(ada, clock, f"line {n}")
    return Record.objects.all()


def test_pages_hold_every_row_once_and_the_newest_first(records):
    token, seen = "", []
    while token is not None:
        found, token = page_of(records, ("made_at", "id"), token, size=3)
        seen += found
    assert seen == list(records.order_by("-made_at"))


def test_the_last_page_names_no_other(records):
    assert page_of(records, ("made_at", "id"), size=7)[1] is None


@pytest.mark.parametrize("place", [None, ["a", "b"], []])
def test_a_token_that_is_none_leads_to_the_start(records, place):
    token = "a:b" if place is None else token_after("another", place)
    assert page_of(records, ("made_at", "id"), token, size=7) == page_of(records, ("made_at", "id"), size=7)


def test_a_token_of_a_list_in_another_order_leads_to_the_start(records):
    _, other = page_of(OwnLine.objects.all(), ("day", "tie"), size=2)
    assert other
    assert page_of(records, ("made_at", "id"), other, size=7) == page_of(records, ("made_at", "id"), size=7)


def test_an_ascending_list_pages_the_same(records):
    token, seen = "", []
    while token is not None:
        found, token = page_of(records, ("made_at", "id"), token, size=3, ascending=True)
        seen += found
    assert seen == list(records.order_by("made_at"))
