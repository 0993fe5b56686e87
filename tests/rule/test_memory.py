"""Of which openings each of the two keeps a line: told a second time, naively, over every history."""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couples.rule import consent, memory
from couples.rule import openings as walk
from couples.rule.consent import Seat
from couples.rule.history import Ledger
from tests.rule.test_consent import ONE, START, TWO, Paper, histories, perform, play, thing
from tests.support.depth import depth
from tests.support.mornings import mornings_between
from tests.support.naive_rule import Naive

EVENING = datetime(2026, 3, 27, 19, 0, tzinfo=UTC)  # in a sitting, or not
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def remembered(paper: Paper, until: datetime) -> set[tuple[str, UUID, datetime, UUID]]:
    pair = (Seat(ONE, paper.left.get(ONE)), Seat(TWO, paper.left.get(TWO)))
    ledger = Ledger(pair, {yes.id: yes for yes in paper.yeses}, "Europe/Berlin", thing)
    opened = walk.openings(ledger, since=START, until=until)
    mornings = mornings_between(opened, "Europe/Berlin", START, until)
    return {
        (opening.kind, opening.thing, opening.opened_at, seat)
        for before, morning in itertools.pairwise([START, *mornings])
        for opening, seat, is_kept in memory.at_morning(ledger, before, morning)
        if is_kept
    }


@pytest.mark.histories
@settings(max_examples=depth(100, 10_000))
@given(histories, st.integers(0, 100))
def test_the_rule_and_its_naive_second_telling_remember_the_same_lines(story: list, hours: int) -> None:
    paper = play(story)
    until = paper.at + timedelta(hours=hours)
    naive = Naive(ONE, TWO, paper.yeses, "Europe/Berlin", paper.left, thing)
    naive.run(START, until)
    assert remembered(paper, until) == naive.remembered()


@pytest.mark.histories
@settings(max_examples=depth(40, 2_000))
@given(histories, st.data())
def test_a_line_never_goes_by_what_is_done_later(story: list, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(story)))
    early, whole = play(story[:cut]), play(story)
    assert remembered(whole, early.at) == remembered(early, early.at)
    assert remembered(whole, whole.at + DAY) >= remembered(early, early.at)


def opened_in_a_sitting() -> Paper:
    paper = Paper(at=EVENING)
    for seat in (ONE, TWO):
        perform(paper, "sit", seat)
    perform(paper, "welcome", TWO, "mornings", None)
    perform(paper, "offer", ONE, 1, 1, None)
    return paper


def taken_back(paper: Paper, at: datetime) -> Paper:
    paper.at = at
    paper.close(next(yes for yes in paper.yeses if yes.kind == "offer"))
    return paper


SEVEN = datetime(2026, 3, 28, 6, 0, tzinfo=UTC)  # the first one after it, in Berlin


@pytest.mark.parametrize(
    "closes, is_kept",
    [(SEVEN - HOUR, False), (SEVEN, False), (SEVEN + timedelta(microseconds=1), True), (SEVEN + 9 * HOUR, True)],
)
def test_what_is_open_still_at_the_first_seven_leaves_both_a_line(closes: datetime, is_kept: bool) -> None:
    lines = remembered(taken_back(opened_in_a_sitting(), closes), SEVEN + 3 * DAY)
    assert {line[3] for line in lines} == ({ONE, TWO} if is_kept else set())


def test_no_line_is_there_before_the_first_seven() -> None:
    paper = opened_in_a_sitting()
    assert remembered(paper, SEVEN - timedelta(microseconds=1)) == set()
    assert len(remembered(paper, SEVEN)) == 2


def test_who_left_before_it_keeps_none_and_the_other_does_where_it_is_open_still() -> None:
    paper = opened_in_a_sitting()
    paper.left[ONE] = SEVEN
    assert {line[3] for line in remembered(paper, SEVEN + DAY)} == {TWO}


@pytest.mark.parametrize("whose, kept", [(TWO, {ONE}), (ONE, {ONE, TWO})])
def test_a_reading_that_was_put_away_leaves_its_author_a_line_and_its_reader_none(whose: UUID, kept: set[UUID]) -> None:
    offer = consent.Yes(thing("offer"), ONE, "offer", thing("words"), EVENING, scope="boundary")
    gone = EVENING + HOUR if whose == TWO else None
    reading = consent.Yes(thing("reading"), TWO, "reading", thing("words"), EVENING, closed_at=gone, scope="boundary")
    opening = consent.Opening(
        *(thing("opening"), "revision", thing("words"), EVENING, EVENING.date(), "sitting", "tie"),
        frozenset({offer.id, reading.id}),
        scope="boundary",
        author_id=ONE,
    )
    ledger = Ledger((Seat(ONE), Seat(TWO)), {yes.id: yes for yes in (offer, reading)}, "UTC", thing, [opening])
    found = memory.at_morning(ledger, EVENING, SEVEN)
    assert {seat for _, seat, is_kept in found if is_kept} == kept


@pytest.mark.parametrize("kind, scope", [("marks", "agreement"), ("step", "step"), ("revision", "step"), ("keep", "")])
def test_marks_and_steps_leave_no_lines(kind: str, scope: str) -> None:
    opening = consent.Opening(
        *(thing("opening"), kind, thing("words"), EVENING, EVENING.date(), "sitting", "tie"), frozenset(), scope=scope
    )
    assert not memory.is_remembered(opening)
