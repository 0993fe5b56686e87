"""The mornings of many pairs: marked together where nothing is due, each alone where something is, all of it alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from couples import visibility
from couples.actions import mornings, sharing, sitting, therapy
from couples.actions.transactions import settle_pair
from couples.management import integrity
from couples.models import Opening, OwnLine, Pair, Rest, User, Yes, unstored
from couples.row_security.session import as_reader
from couples.rule import cards, consent
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.crowds import Crowd, agree
from tests.support.depth import depth
from tests.support.many_pairs import many_pairs
from tests.support.serving_role import as_serving_role, questions
from tests.support.stories import LEAVING, OTHER_ACTS, PRIVATE_ACTS, after_every_act, stories_of

pytestmark = pytest.mark.django_db

DAY = date(2027, 3, 1)
SEVEN = datetime(2027, 3, 1, 7, tzinfo=UTC)
SOON = timedelta(seconds=20)


def is_due(pair: Pair, at: datetime) -> bool:
    """Whether anything is found to be due in this pair at its mornings up to `at`."""
    pair = Pair.objects.get(pk=pair.pk)
    last = consent.last_morning(at, pair.time_zone)
    return pair.next_morning <= at and bool(unstored.pairs_due([pair.pk], pair.next_morning, last, at))


def all_of(pair: Pair) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of this pair that a morning could write, itself apart."""
    found = {
        "yes": Yes.objects.filter(pair=pair),
        "opening": Opening.objects.filter(pair=pair),
        "rest": Rest.objects.filter(opening__pair=pair),
        "line": OwnLine.objects.filter(seat__pair=pair),
    }
    return {name: sorted(rows.values_list(*_columns(rows)), key=str) for name, rows in found.items()}


def _columns(rows: Any) -> list[str]:
    """All but the number of a rest, which is counted."""
    return [field.attname for field in rows.model._meta.concrete_fields if rows.model is not Rest or field.name != "id"]


def mark(pair: Pair) -> dict[str, Any]:
    """What stands in the row of a pair."""
    found: dict[str, Any] = Pair.objects.filter(pk=pair.pk).values().get()
    return found


@contextmanager
def undone() -> Iterator[None]:
    """One of two worlds: what is done in it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- What is found ---


@settings(max_examples=depth(4, 500))
@given(stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING))
def test_where_nothing_is_found_to_be_due_a_morning_alone_would_write_nothing_but_the_mark(story: list) -> None:
    def compared(pair: Pair, at: datetime) -> None:
        if pair.next_morning > at:
            return
        due, before = is_due(pair, at), all_of(pair)
        with undone():
            gone = mornings.go_through_all(at)
            together, marked = all_of(pair), mark(pair)
        settle_pair(pair, at)
        assert (all_of(pair), mark(pair)) == (together, marked) and gone.through == 1
        assert due or together == before

    with mock.patch("tests.support.stories.settle_pair", compared):
        after_every_act(story, lambda telling: None)


def test_what_opens_leaves_a_line_or_has_fallen_is_found_and_a_quiet_day_is_not(it: Looking) -> None:
    it.clock.next_morning(it.pair)
    record = make.boundary(it.ada, it.clock, "I hear it first.")

    def at_seven() -> bool:
        pair = Pair.objects.get(pk=it.pair.pk)
        found = is_due(pair, pair.next_morning + SOON)
        settle_pair(pair, pair.next_morning + SOON)
        it.clock.at = pair.last_morning + timedelta(hours=1)
        return found

    make.welcome_all(it.ada, it.ben, clock=it.clock)
    assert not at_seven(), "two welcomes are nothing that meets"
    make.offer(record, it.ada, it.clock)
    assert at_seven(), "it opens"
    assert at_seven(), "it leaves a line"
    assert not at_seven(), "it is open, and nothing is due"
    sharing.put_away(Opening.objects.get(under=record.pk).revision_id, by=it.ben, at=it.clock.tick())
    assert not at_seven(), "what one put away has not fallen"
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    assert at_seven(), "it has fallen"
    assert not at_seven(), "that is noted"


@pytest.mark.one_database
def test_a_quiet_pair_costs_the_same_whatever_one_of_the_two_offers_in_vain(it: Looking) -> None:
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=it.ben, at=it.clock.tick())
    make.offer(make.boundary(it.ada, it.clock), it.ada, it.clock)
    it.clock.tick(days=1)
    assert not is_due(it.pair, it.clock.at)


# --- Cards ---


def each_morning(it: Looking, until: datetime) -> Iterator[bool]:
    """Go through each morning of the pair, once with all others and once alone; both write the same. Gives whether
    something was found to be due."""
    while (pair := Pair.objects.get(pk=it.pair.pk)).next_morning <= until:
        at = pair.next_morning + SOON
        found = is_due(pair, at)
        with undone():
            settle_pair(pair, at)
            alone = all_of(pair), mark(pair)
        mornings.go_through_all(at)
        assert (all_of(pair), mark(pair)) == alone
        it.clock.at = at
        yield found


def test_with_a_card_that_leaves_the_admission_of_one_ends(it: Looking) -> None:
    make.admit(it.card, it.ada, clock=it.clock)
    found = list(each_morning(it, it.clock.at + 33 * timedelta(days=1)))
    assert not Yes.objects.filter(kind=consent.ADMISSION, closed_at__isnull=True).exists()
    assert sum(found) <= 3 and not any(found[:28]) and not found[-1]


@pytest.mark.one_database
def test_while_both_admit_their_therapist_no_morning_looks_for_their_card(it: Looking) -> None:
    it.let_in()
    assert not any(each_morning(it, it.clock.at + timedelta(days=60)))
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    found = list(each_morning(it, it.clock.at + timedelta(days=33)))
    assert not Yes.objects.filter(kind=consent.ADMISSION, closed_at__isnull=True).exists()
    assert found[0] and not found[-1]


def test_what_both_admit_in_an_hour_together_when_the_card_has_left_ends_at_its_morning(it: Looking) -> None:
    it.clock.tick(hours=2)
    for at in _mornings_before_it_leaves(it):
        mornings.go_through_all(at)
    leaves = cards.ends_with_it(it.clock.at) - 2 * consent.NIGHT  # an hour of theirs begins before and goes on after
    it.clock.at = leaves - timedelta(minutes=20)
    sitting.sit_down(by=it.ada, at=it.clock.tick())
    make.admit(it.card, it.ada, it.ben, clock=it.clock)
    sitting.sit_down(by=it.ben, at=leaves + timedelta(minutes=5))
    assert Opening.objects.filter(kind=consent.ADMISSION).exists()
    assert list(each_morning(it, leaves + consent.NIGHT + SOON)) == [True]
    assert not Yes.objects.filter(kind=consent.ADMISSION, closed_at__isnull=True).exists()


def _mornings_before_it_leaves(it: Looking) -> Iterator[datetime]:
    """Each morning before the one at which admissions to the card end, which is the clock's afterwards."""
    (stay,) = visibility.let_in._stays(visibility.seat_of(it.ada)).values()
    last = cards.ends_with_it(stay.leaves)
    while (morning := Pair.objects.get(pk=it.pair.pk).next_morning) < last:
        yield morning + SOON
    it.clock.at = last


# --- Many ---


def statements(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return questions(asked.captured_queries)


@pytest.mark.one_database
def test_a_hundred_quiet_pairs_are_asked_about_in_as_many_statements_as_one() -> None:
    many_pairs(1, DAY, each_nth=0)
    one = statements(lambda: mornings.go_through_all(SEVEN + SOON))
    many_pairs(100, DAY + timedelta(days=1), each_nth=0)
    assert statements(lambda: mornings.go_through_all(SEVEN + timedelta(days=1) + SOON)) == one
    assert set(Pair.objects.values_list("next_morning", flat=True)) == {SEVEN + timedelta(days=2)}


def test_every_pair_is_marked_alike_whether_or_not_something_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mornings, "AT_A_TIME", 7)
    many_pairs(30, DAY, each_nth=5)
    gone = mornings.go_through_all(SEVEN + SOON)
    assert gone.through == 30 and not gone.problems
    assert Opening.objects.filter(opened_at=SEVEN).count() == 6
    last = {"settled_until": SEVEN, "last_morning": SEVEN, "next_morning": SEVEN + timedelta(days=1)}
    assert [row for row in Pair.objects.values(*last) if row != last] == []
    assert [str(broken) for _, _, broken in integrity.checked() if broken] == []
    assert mornings.go_through_all(SEVEN + SOON).through == 0


def test_cut_off_half_way_the_next_one_does_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mornings, "AT_A_TIME", 7)
    many_pairs(30, DAY, each_nth=5)
    settled: list[UUID] = []

    def cut_off(pair: Pair, at: datetime) -> None:
        if len(settled) == 2:
            raise KeyboardInterrupt
        settled.append(pair.pk)
        settle_pair(pair, at)

    with mock.patch.object(mornings, "settle_pair", cut_off), pytest.raises(KeyboardInterrupt):
        mornings.go_through_all(SEVEN + SOON)
    assert Opening.objects.filter(opened_at=SEVEN).count() == 2
    waiting = Pair.objects.filter(next_morning=SEVEN).count()
    assert 0 < waiting < 30
    assert mornings.go_through_all(SEVEN + SOON).through == waiting
    assert Opening.objects.filter(opened_at=SEVEN).count() == 6 and not Pair.objects.filter(next_morning=SEVEN).exists()


def test_mornings_that_waited_for_days_are_gone_through_in_one_go() -> None:
    many_pairs(4, DAY, each_nth=2)
    many_pairs(3, DAY + timedelta(days=1), each_nth=3)
    gone = mornings.go_through_all(SEVEN + timedelta(days=3, hours=1))
    assert gone.through == 7
    assert set(Pair.objects.values_list("last_morning", flat=True)) == {SEVEN + timedelta(days=3)}
    assert Opening.objects.filter(opened_at__gte=SEVEN).count() == 3
    assert OwnLine.objects.filter(opening__isnull=False).count() == 6


def test_a_zone_that_nobody_knows_keeps_no_other_pair_from_its_morning() -> None:
    many_pairs(3, DAY, each_nth=3)
    odd = Pair.objects.order_by("pk")[0]
    Pair.objects.filter(pk=odd.pk).update(time_zone="Nowhere/Atall")
    with mock.patch("couples.lib.clock.now", lambda: SEVEN + SOON), pytest.raises(CommandError, match="^1 pairs"):
        call_command("morning", stdout=StringIO())
    assert list(Pair.objects.filter(next_morning=SEVEN)) == [odd]


# --- Behind the second wall ---


@pytest.mark.postgresql
def test_behind_the_wall_the_clock_learns_which_pairs_and_who_is_faced_learns_nothing() -> None:
    many_pairs(4, DAY, each_nth=2)
    pairs = list(Pair.objects.values_list("pk", flat=True))
    person = User.objects.all()[0]
    with as_serving_role(), transaction.atomic():
        assert len(unstored.pairs_due(pairs, SEVEN, SEVEN, SEVEN + SOON)) == 2
        assert not Yes.objects.exists() and not Opening.objects.exists()
    with as_serving_role(), as_reader(person.pk, SEVEN + SOON):
        assert unstored.pairs_due(pairs, SEVEN, SEVEN, SEVEN + SOON) == set()
    with as_serving_role():
        assert mornings.go_through_all(SEVEN + SOON).through == 4
    assert Opening.objects.filter(opened_at=SEVEN).count() == 2


# --- At once ---


@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_two_at_once_and_somebody_who_takes_back_store_each_opening_once(together: Crowd) -> None:
    pairs, people = [], []
    for n in range(6):
        two = make.person(f"One{n}"), make.person(f"Two{n}")
        pairs.append(make.pair(*two, together.clock))
        make.welcome_all(*two, clock=together.clock)
        people.append(two)
    for _ in range(depth(3, 100)):
        offered = [make.boundary(two[0], together.clock) for two in people]
        for record, two in zip(offered, people, strict=True):
            make.offer(record, two[0], together.clock)
        seven = consent.morning_after(together.clock.at + consent.NIGHT, "Europe/Berlin")
        together.clock.at = seven
        walk = partial(mornings.go_through_all, seven)
        *walked, _ = together.do(walk, walk, partial(sharing.take_back, offered[0], by=people[0][0], at=seven))
        assert [each.problems for each in walked] == [{}, {}]
        mornings.go_through_all(seven)
        for pair in pairs:
            assert Pair.objects.get(pk=pair.pk).next_morning > seven
            agree(pair, together.clock)
