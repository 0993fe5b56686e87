"""The day from which the timeline is memory: what stands open leaves lines, and nothing that has closed is told."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from couples.actions import erasure, pairing, sharing, yeses
from couples.actions.transactions import acting
from couples.models import Opening, OwnLine, Pair, User, WrappedKey, Yes
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, begun

pytestmark = pytest.mark.django_db

migration = import_module("couples.migrations.0025_what_is_open_leaves_lines")


@pytest.fixture
def it(monkeypatch: pytest.MonkeyPatch) -> Looking:
    it = begun(monkeypatch)
    it.clock.tick(hours=2)
    return it


def as_before(it: Looking) -> None:
    """As a version without memory lines would have left it; then that day."""
    it.clock.next_morning(it.pair)
    OwnLine.objects.filter(opening__isnull=False).delete()
    Pair.objects.update(last_morning=it.clock.at.replace(year=1970))
    migration.remember(apps, None)


def lines(who: User) -> list[str]:
    found = OwnLine.objects.filter(owner=who, opening__isnull=False)
    return sorted(f"{row.kind} {row.scope} {'mine' if row.revision_id else ''}".strip() for row in found)


def verify() -> str:
    told = StringIO()
    call_command("verify", stdout=told)
    return told.getvalue()


def keep_as_before(it: Looking, line: Opening, who: User) -> None:
    with acting(who, it.clock.tick()) as act:
        yeses.give(act.seated(), consent.KEEP, line.pk, at=act.at, scope=line.scope)


def test_what_stands_open_leaves_both_a_line_as_a_morning_would_have(it: Looking) -> None:
    it.open_boundary(it.ada, "Stays.")
    gone = it.open_boundary(it.ben, "Goes.")
    away = it.open_boundary(it.ben, "Put away.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    make.open_step_words(it.ada, it.ben, it.clock)
    it.clock.next_morning(it.pair)
    sharing.take_back(gone, by=it.ben, at=it.clock.tick())
    sharing.put_away(make.open_revision(away, it.ada, it.clock).revision_id, by=it.ada, at=it.clock.tick())
    stored = {row["id"]: row for row in OwnLine.objects.filter(opening__isnull=False).values()}
    as_before(it)
    assert lines(it.ada) == ["in_force agreement", "opened agreement mine", "opened boundary mine"]
    assert lines(it.ben) == ["in_force agreement", "opened agreement", "opened boundary", "opened boundary mine"]
    for row in OwnLine.objects.filter(opening__isnull=False).values():
        assert row == stored[row["id"]]
    it.pair.refresh_from_db()
    assert it.pair.last_morning == consent.last_morning(it.clock.at, it.pair.time_zone)
    assert "Everything is as it was written here." in verify()
    before = lines(it.ada)
    it.clock.next_morning(it.pair)  # and no morning tells the same again
    assert lines(it.ada) == before


def test_what_opened_this_morning_waits_for_its_own_first_seven(it: Looking) -> None:
    make.offer(make.boundary(it.ada, it.clock), it.ada, it.clock)
    as_before(it)
    assert lines(it.ada) == lines(it.ben) == []
    it.clock.next_morning(it.pair)
    assert lines(it.ben) == ["opened boundary"]


def test_lines_kept_before_become_lines_of_those_who_kept_them_and_are_closed(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Kept, then taken back.")
    letter = make.boundary(it.ben, it.clock, "Kept by nobody.")
    make.offer(letter, it.ben, it.clock)
    line = make.open_revision(record, it.ben, it.clock)
    keep_as_before(it, line, it.ben)
    it.clock.next_morning(it.pair)
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    sharing.take_back(letter, by=it.ben, at=it.clock.tick())
    step = make.open_step_words(it.ada, it.ben, it.clock)
    sharing.keep(step, by=it.ada, at=it.clock.tick())
    as_before(it)
    assert lines(it.ben) == ["opened boundary"] and lines(it.ada) == []
    assert not Yes.objects.filter(kind=consent.KEEP, scope="boundary", closed_at__isnull=True).exists()
    assert Yes.objects.get(kind=consent.KEEP, closed_at__isnull=True).thing == step.pk
    assert "Everything is as it was written here." in verify()


def test_a_pair_that_has_ended_leaves_lines_to_both_of_what_fades_and_none_to_who_left_for_good(it: Looking) -> None:
    it.open_boundary(it.ada, "Fades.")
    it.clock.next_morning(it.pair)
    pairing.end_pairing(pairing.FADE, by=it.ada, at=it.clock.tick())
    as_before(it)
    assert lines(it.ada) == ["opened boundary mine"] and lines(it.ben) == ["opened boundary"]
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    as_before(it)
    assert lines(it.ben) == []


@pytest.mark.parametrize("what", ["opening", "yes", "key"])
def test_what_was_not_written_here_leaves_nothing(it: Looking, what: str) -> None:
    it.open_boundary(it.ada, "Forged.")
    it.clock.next_morning(it.pair)
    if what == "opening":
        Opening.objects.update(digest="0" * 64)
    elif what == "yes":
        Yes.objects.filter(kind=consent.READING).update(digest="0" * 64)
    else:
        WrappedKey.objects.filter(owner=it.pair.pk).delete()
        OwnLine.objects.filter(opening__isnull=False).delete()
        migration.remember(apps, None)
        assert lines(it.ben) == []
        return
    OwnLine.objects.filter(opening__isnull=False).delete()
    migration.remember(apps, None)
    assert lines(it.ada) == lines(it.ben) == []


def test_the_way_back_takes_the_lines(it: Looking) -> None:
    it.open_boundary(it.ada, "Open.")
    as_before(it)
    migration.leave_them(apps, None)
    assert lines(it.ada) == lines(it.ben) == []


def test_a_line_of_no_opening_of_its_owners_pair_is_named(it: Looking) -> None:
    it.open_boundary(it.ada, "Open.")
    it.clock.next_morning(it.pair)
    line = OwnLine.objects.get(owner=it.ben, opening__isnull=False)
    OwnLine.objects.filter(pk=line.pk).update(opening=it.pair.pk)
    with pytest.raises(CommandError, match=f"couples_ownline {line.pk}"):
        verify()
