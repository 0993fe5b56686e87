"""When a therapist's card leaves the couple's pages, by what kept it and by the calendar."""

from datetime import UTC, datetime, timedelta

from couples.rule import cards
from couples.rule.consent import NIGHT, morning_after

ZONE = "Europe/Berlin"
CAME = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_night_before_the_morning_after(instant: datetime) -> datetime:
    return morning_after(instant + NIGHT - cards.A_MOMENT, ZONE) - NIGHT


def test_a_card_that_nothing_kept_leaves_thirty_days_after_it_came() -> None:
    assert cards.leaves_at(CAME, [], ZONE) == a_night_before_the_morning_after(CAME + 30 * DAY)


def test_it_leaves_thirty_days_after_the_last_day_on_which_both_let_them_in() -> None:
    kept = [(CAME + 20 * DAY, CAME + 25 * DAY), (CAME + 5 * DAY, CAME + 40 * DAY)]
    assert cards.leaves_at(CAME, kept, ZONE) == a_night_before_the_morning_after(CAME + 70 * DAY)


def test_while_both_let_them_in_it_stays_also_where_something_else_began_at_that_very_instant() -> None:
    begun = CAME + DAY
    for kept in ([(begun, None), (begun, begun)], [(begun, begun), (begun, None)]):
        assert cards.leaves_at(CAME, kept, ZONE) is None


def test_what_begins_when_the_card_has_left_does_not_bring_it_back() -> None:
    left = cards.leaves_at(CAME, [], ZONE)
    assert left is not None
    assert cards.leaves_at(CAME, [(left, None)], ZONE) == left
    assert cards.leaves_at(CAME, [(left - cards.A_MOMENT, None)], ZONE) is None


def test_who_comes_anew_is_kept_by_what_lies_after_that_alone() -> None:
    kept = [(CAME - DAY, CAME), (CAME - DAY, CAME + DAY), (CAME + DAY, None)]
    assert cards.after(CAME, kept) == [(CAME, CAME + DAY), (CAME + DAY, None)]
