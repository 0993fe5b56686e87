"""When something may open, said before a press and after it: from one's own acts and the clock alone."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import pairing, records, sharing
from couples.content.kinds import KINDS
from couples.content.phrases import FirstDoors
from couples.models import User
from couples.presenters.first_doors import (
    first_doors,
    said_of_acceptance,
    said_of_agenda,
    said_of_keep,
    said_of_mark,
    said_of_offer,
    said_of_takeaway,
    said_of_zone,
)
from couples.rule import consent
from couples.rule.earliest import earliest
from tests.support import make
from tests.support.make import Clock

pytestmark = pytest.mark.django_db

SATURDAY_NOON = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)  # 12:00 in Berlin
AFTER_MIDNIGHT = datetime(2026, 3, 7, 23, 30, tzinfo=UTC)  # half past midnight on Sunday, in Berlin


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def couple(clock: Clock) -> tuple[User, User]:
    ada, ben = make.person("Ada"), make.person("Ben")
    make.pair(ada, ben, clock)
    return ada, ben


def asking(who: User, at: datetime) -> SimpleNamespace:
    """A request of this person's at this instant."""
    return SimpleNamespace(user=who, now=at, seat=visibility.seat_of(who))


def test_what_is_offered_on_saturday_opens_on_sunday_at_the_earliest_or_in_an_hour(couple) -> None:
    first = first_doors(asking(couple[0], SATURDAY_NOON), consent.OFFER, scope="boundary")
    assert first == FirstDoors(hour=True, day="Sunday", morning="Sunday, 7:00")


def test_what_is_offered_after_midnight_waits_a_day_more(couple) -> None:
    first = first_doors(asking(couple[0], AFTER_MIDNIGHT), consent.OFFER, scope="boundary")
    assert first.morning == "Monday, 7:00"


@pytest.mark.parametrize(
    ("kind", "scope"),
    [(consent.OFFER, "impact_letter"), (consent.ANSWER, ""), (consent.GROUP, ""), (consent.AGENDA, "")],
)
def test_some_things_never_open_in_an_hour(couple, kind: str, scope: str) -> None:
    assert not first_doors(asking(couple[0], SATURDAY_NOON), kind, scope=scope).hour


def test_hours_are_those_of_ones_own_clock(couple) -> None:
    couple[0].time_zone = "Asia/Tokyo"
    first = first_doors(asking(couple[0], SATURDAY_NOON), consent.OFFER, scope="boundary")
    assert first.morning == "Sunday, 15:00"


def test_ones_own_wish_for_another_zone_counts_and_the_others_does_not(couple, clock: Clock) -> None:
    pairing.wish_time_zone("Europe/Istanbul", by=couple[0], at=clock.tick())  # seven comes an hour or two sooner there
    at = clock.tick()
    ada, ben = (first_doors(asking(who, at), consent.OFFER, scope="boundary").morning for who in couple)
    assert (ada, ben) == ("Tuesday, 5:00", "Tuesday, 7:00")


def test_what_opens_with_the_press_is_not_said_to_open_later(couple, clock: Clock) -> None:
    ada, ben = couple  # both have sat down as they paired
    make.welcome_all(ben, clock=clock)
    record = make.boundary(ada, clock)
    at = clock.tick()
    revision = sharing.offer(record, by=ada, at=at, seen=1)
    said = said_of_offer(asking(ada, at), KINDS["boundary"], revision)
    assert said == "It is offered, and it has just opened."


def test_what_does_not_open_is_told_the_same_whatever_the_other_has_said(couple, clock: Clock) -> None:
    ada, ben = couple
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=ben, at=clock.tick())
    record = make.boundary(ada, clock)
    at = clock.tick()
    revision = sharing.offer(record, by=ada, at=at, seen=1)
    assert said_of_offer(asking(ada, at), KINDS["boundary"], revision) == (
        "It is offered. It can open at once while you both have an hour together; without that, not before Tuesday, "
        "7:00. It may open then, much later, or not at all; this place never says why. A quiet Tuesday is not an "
        "answer. This place will not tell your partner what you pressed. You may."
    )


def test_a_letter_is_told_that_it_waits_for_a_morning_and_that_none_is_an_answer(couple, clock: Clock) -> None:
    ada, ben = couple
    make.welcome_all(ben, clock=clock)
    record = records.write("impact_letter", {"letter": "How it was."}, by=ada, at=clock.tick())
    at = clock.tick()
    revision = sharing.offer(record, by=ada, at=at, seen=1)
    said = said_of_offer(asking(ada, at), KINDS["impact_letter"], revision)
    assert said.startswith("It is offered. It cannot open before Tuesday, 7:00, and never in an hour together.")
    assert "none of these is an answer to what you wrote" in said


def test_words_that_come_into_force_with_the_press_are_said_to(couple, clock: Clock) -> None:
    ada, ben = couple
    make.welcome_all(ada, ben, clock=clock)
    record = make.agreement(ada, clock)
    make.offer(record, ada, clock)
    opening = make.open_revision(record, ben, clock)
    for who in (ada, ben):
        at = clock.tick()
        sharing.accept(opening, by=who, at=at)
    said = said_of_acceptance(asking(ben, at), opening.revision_id)
    assert said == "You accept these words, and they have just come into force."


# --- The smaller yeses: marks, the agenda, a kept line, other mornings ---

AT_MORNINGS = (consent.AGENDA, consent.TAKEAWAY)
SMALL = (
    (consent.MARK, said_of_mark, (uuid4(), date(2026, 3, 2))),
    (consent.AGENDA, said_of_agenda, ()),
    (consent.KEEP, said_of_keep, ()),
    (consent.ZONE, said_of_zone, ("Asia/Tokyo",)),
    (consent.TAKEAWAY, said_of_takeaway, ()),
)


@pytest.mark.parametrize(("kind", "said", "what"), SMALL, ids=[kind for kind, *_ in SMALL])
def test_every_small_yes_is_answered_with_the_morning_that_the_rule_tells(couple, kind, said, what) -> None:
    request = asking(couple[0], SATURDAY_NOON)
    assert earliest(kind, SATURDAY_NOON, "Europe/Berlin").morning == SATURDAY_NOON.replace(day=8, hour=6)
    answer = said(request, *what)
    assert "Sunday, 7:00" in answer
    assert ("hour together at once" in answer or "at once while" in answer) is (kind not in AT_MORNINGS)


def test_the_agenda_waits_for_nobody_and_says_so(couple) -> None:
    assert said_of_agenda(asking(couple[0], SATURDAY_NOON)) == (
        "Noted. It is on the agenda from Sunday, 7:00, and not sooner, for as long as it is open."
    )


def test_other_mornings_come_with_the_press_where_both_have_an_hour_together(couple, clock: Clock) -> None:
    one, other = couple
    pairing.wish_time_zone("Asia/Tokyo", by=one, at=clock.tick())
    assert "once you have both chosen the same" in said_of_zone(asking(one, clock.at), "Asia/Tokyo")
    request = asking(other, clock.tick())
    pairing.wish_time_zone("Asia/Tokyo", by=other, at=clock.at)
    assert "your mornings have just changed" in said_of_zone(request, "Asia/Tokyo")


def test_who_wishes_for_the_mornings_they_have_is_told_that_these_stay(couple, clock: Clock) -> None:
    one, _other = couple
    request = asking(one, clock.tick())
    pairing.wish_time_zone("Europe/Berlin", by=one, at=clock.at)
    assert said_of_zone(request, "Europe/Berlin") == "Saved. Your mornings stay as they are."
