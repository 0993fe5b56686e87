"""Plain sheets of a page of many: their links say which of several alike each leads to."""

from datetime import date

from couples.presenters.sheets import Sheet, tell_apart

A_DAY, THE_NEXT = date(2026, 3, 2), date(2026, 3, 3)


def sheet(url: str, by: str = "Ada", day: date = A_DAY, kind: str = "A boundary") -> Sheet:
    return Sheet(kind, by, day, url=url)


def test_of_one_kind_by_one_person_on_one_day_the_second_is_number_two() -> None:
    first, other, second = tell_apart([sheet("1"), sheet("2", by="Ben"), sheet("3")])
    assert (first.nth, other.nth, second.nth) == (1, 1, 2)


def test_what_differs_by_kind_or_day_needs_no_number() -> None:
    told = tell_apart([sheet("1"), sheet("2", day=THE_NEXT), sheet("3", kind="A moment")])
    assert [each.nth for each in told] == [1, 1, 1]


def test_the_same_thing_twice_on_a_page_has_one_number() -> None:
    told = tell_apart([sheet("1"), sheet("2"), sheet("2")])
    assert [each.nth for each in told] == [1, 2, 2]
