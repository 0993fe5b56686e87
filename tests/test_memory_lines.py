"""The timeline is memory, Ours is now: what was open still at the first seven o'clock after it opened stays a bare line
of its owner's, whatever becomes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from couples import visibility
from couples.actions import erasure, pairing, records, sharing
from couples.models import OwnLine, User, Yes
from couples.presenters import timeline
from couples.rule import consent
from tests.support import make
from tests.support.addresses import show
from tests.support.asked_database import asked_database, otherwise
from tests.support.couple_and_therapist import Looking, begun
from tests.support.page_reader import Reading
from tests.support.received_pages import Received, difference
from tests.support.stories import ADA, BEN
from tests.support.two_worlds import Stage, World
from tests.test_one_face import (
    Act,
    erases,
    fades,
    leaves,
    leaves_for_good,
    lets_everything_lapse,
    nothing,
    offers,
    takes_back,
    writes,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PARTNERS = "A boundary from your partner opened."
SEEN = ("/timeline/", "/timeline/" + show("ours"), "/timeline/" + show("boundary"))


@pytest.fixture
def it(monkeypatch: pytest.MonkeyPatch) -> Looking:
    it = begun(monkeypatch)
    it.clock.tick(hours=2)  # their first hour together is over
    return it


# --- In two worlds ---


def seven_after(world: World, at: datetime, rest: timedelta = consent.NIGHT) -> datetime:
    """The first seven o'clock of the pair after a rest."""
    return consent.morning_after(at + rest, world.pair.time_zone)


def seen_by_ben(
    stage: Stage,
    begin: list[Act],
    *later: tuple[timedelta, Act],
    looks: timedelta,
    rest: timedelta = consent.NIGHT,
) -> list[Received]:
    """What Ben gets of his timeline, `looks` after the seven o'clock that follows what Ada did first; `later` are
    further acts of hers, each so long after that seven o'clock. He keeps no line of a step: with it other things go."""
    with transaction.atomic():
        world = World(stage)
        kept = Yes.objects.get(kind=consent.KEEP, seat__person=world.people[BEN])
        sharing.end_yes(kept.pk, by=world.people[BEN], at=world.clock.at)
        at = world.clock.at + HOUR
        for n, told in enumerate(begin):
            assert world.act(f"{n} at first", at + n * MINUTE, ADA, "just", told) == ""
        seven = seven_after(world, at + len(begin) * MINUTE, rest)
        for n, (after, told) in enumerate(later):
            assert world.act(f"{n} later", seven + after, ADA, "just", told) == ""
        world.go_to(seven + looks)
        pages = [world.gets(BEN, url) for url in SEEN]
        transaction.set_rollback(True)
    return pages


def assert_same(one: list[Received], other: list[Received]) -> None:
    for url, page, page_now in zip(SEEN, one, other, strict=True):
        assert page == page_now, f"{url}: {difference(page, page_now)}"


OPENS: list[Act] = [writes, offers()]


def times(pages: list[Received]) -> int:
    """How often it is told that something of Ada's opened."""
    return pages[0][-1].decode().count(f"<span>{PARTNERS}</span>")


@pytest.mark.parametrize("told", [takes_back, erases, lets_everything_lapse, leaves, fades, leaves_for_good])
def test_what_the_other_closes_later_changes_no_byte_of_the_timeline(stage: Stage, told: Act) -> None:
    stays = seen_by_ben(stage, OPENS, (DAY + 5 * MINUTE, nothing), looks=3 * DAY)
    assert times(stays) == times(seen_by_ben(stage, [], looks=3 * DAY)) + 1
    assert_same(stays, seen_by_ben(stage, OPENS, (DAY + 5 * MINUTE, told), looks=3 * DAY))
    assert_same(
        seen_by_ben(stage, OPENS, looks=130 * DAY), seen_by_ben(stage, OPENS, (DAY + HOUR, told), looks=130 * DAY)
    )


@pytest.mark.parametrize("told", [takes_back, erases, lets_everything_lapse])
@pytest.mark.parametrize("looks", [2 * HOUR, 30 * HOUR])
def test_what_opened_at_seven_and_closed_at_five_past_leaves_nothing(stage: Stage, told: Act, looks: timedelta) -> None:
    closed = seen_by_ben(stage, OPENS, (5 * MINUTE, told), looks=looks)
    assert_same(
        seen_by_ben(stage, [], (5 * MINUTE, nothing if told != lets_everything_lapse else told), looks=looks), closed
    )


def test_what_opened_in_an_hour_together_leaves_a_line_at_seven_though_taken_back_five_minutes_later(
    stage: Stage,
) -> None:
    def in_an_hour(world: World, by: User) -> None:
        world.do_sit(BEN, world.people[BEN], None)
        world.do_sit(ADA, by, None)

    opened = [in_an_hour, *OPENS]
    back, stays, early = (
        seen_by_ben(stage, opened, (after, told), looks=2 * HOUR, rest=timedelta())
        for after, told in ((5 * MINUTE, takes_back), (5 * MINUTE, nothing), (-5 * MINUTE, takes_back))
    )
    assert_same(stays, back)
    assert times(back) == times(early) + 1


def test_left_to_fade_equals_ran_out(stage: Stage) -> None:
    faded, ran_out = (
        seen_by_ben(stage, OPENS, (DAY + HOUR, told), looks=62 * DAY) for told in (fades, lets_everything_lapse)
    )
    assert_same(faded, ran_out)


def test_the_line_on_the_day_itself_is_told_like_the_line_of_the_morning_after(stage: Stage) -> None:
    on_its_day, after = (seen_by_ben(stage, OPENS, looks=looks) for looks in (HOUR, 25 * HOUR))
    assert times(on_its_day) == times(after) == times(seen_by_ben(stage, [], looks=HOUR)) + 1


# --- What a press of one's own costs ---


def test_an_act_that_stores_lines_asks_the_same_whether_or_not_the_other_put_it_away(stage: Stage) -> None:
    """Of two rows one may be written less: nothing of it is read, and nobody is told how many."""

    def asked(told: Callable[[World], None]) -> list[tuple[str, int]]:
        with transaction.atomic():
            world = World(stage)
            for n, act in enumerate(OPENS):
                assert world.act(f"{n}", world.clock.at + HOUR, ADA, "just", act) == ""
            world.go_to(seven_after(world, world.clock.at) + HOUR)
            told(world)
            world.go_to_unstored(world.clock.at + DAY)
            with asked_database() as found:
                world.do_check_in(ADA, world.people[ADA], 5)
            transaction.set_rollback(True)
        assert any("couples_ownline" in sql and "VALUES" in sql for sql, _ in found)
        return [(sql, 0 if "INSERT" in sql else rows) for sql, rows in found]

    held, put_away = asked(lambda world: None), asked(lambda world: world.do_let_go(BEN, world.people[BEN], None))
    assert held == put_away, otherwise(held, put_away)


# --- What a line says ---


def opened(it: Looking, by: User, kind: str, words: dict[str, str]) -> None:
    make.offer(records.write(kind, words, by=by, at=it.clock.tick()), by, it.clock)
    it.clock.next_morning(it.pair)


def lines(it: Looking, who: User, query: str = "") -> list[timeline.Line]:
    it.clock.tick()
    return [line for line in it.get(who, "/timeline/" + query).context["lines"] if not line.only_you]


def test_of_the_others_heavy_things_not_even_the_kind_stands_there(it: Looking) -> None:
    opened(it, it.ada, "impact_letter", {"letter": "When you were gone."})
    for _ in range(2):  # on its day, and the day after
        (hers,), (his,) = lines(it, it.ada), lines(it, it.ben)
        assert (hers.text, hers.words) == ("Your impact letter opened.", "")
        assert (his.text, his.words, his.url) == ("Something your partner wrote opened.", "", "")
        assert lines(it, it.ben, show("impact_letter")) == []
        assert len(lines(it, it.ada, show("impact_letter"))) == 1
        it.clock.next_morning(it.pair)
    assert {row.scope for row in OwnLine.objects.filter(owner=it.ben, opening__isnull=False)} == {""}


def test_a_line_of_ones_own_has_the_words_that_opened(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Knock first.")
    it.clock.next_morning(it.pair)
    records.revise(record, {"limit": "Never."}, by=it.ada, at=it.clock.tick(), seen=1, older=records.LEAVE_OLDER)
    (line,) = lines(it, it.ada)
    assert (line.text, line.words, line.url) == ("Your boundary opened.", "Knock first.", f"/mine/{record.pk}/")


def test_of_ones_own_words_about_touch_the_kind_and_the_day_stand_there(it: Looking) -> None:
    opened(it, it.ada, "boundary", {"limit": "Not in my sleep.", "area": "touch"})
    for _ in range(2):
        (hers,), (his,) = lines(it, it.ada), lines(it, it.ben)
        assert (hers.text, hers.words, his.text) == ("Your boundary opened.", "", PARTNERS)
        it.clock.next_morning(it.pair)


def test_put_away_before_the_first_seven_leaves_the_author_a_line_and_the_reader_none(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Knock first.")
    sharing.put_away(make.open_revision(record, it.ben, it.clock).revision_id, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert [line.text for line in lines(it, it.ada)] == ["Your boundary opened."]
    assert lines(it, it.ben) == []


# --- Removing ---


def test_its_owner_removes_one_line_or_all_of_a_pairing_and_the_other_keeps_theirs(it: Looking) -> None:
    for words in ("One.", "Two.", "Three."):
        it.open_boundary(it.ada, words)
    it.clock.next_morning(it.pair)
    his = lines(it, it.ben)
    assert len(his) == 3 and "Remove" in it.get(it.ben, "/timeline/").content.decode()
    page = Reading(it.get(it.ben, his[0].remove).content.decode())
    assert PARTNERS in page.main and page.title.strip() == "Timeline"
    assert it.post(it.ada, f"{his[0].remove}remove/").url == "/timeline/"  # not hers: nothing happens
    assert it.get(it.ada, his[0].remove).status_code == 404
    assert len(lines(it, it.ben)) == 3
    for _ in range(2):  # pressed twice
        assert it.post(it.ben, f"{his[0].remove}remove/").url == "/timeline/"
        assert len(lines(it, it.ben)) == 2
    it.post(it.ben, f"{his[1].remove}remove-all/")
    assert lines(it, it.ben) == [] and len(lines(it, it.ada)) == 3
    assert visibility.open_to(it.ben, it.clock.at).filter(kind="revision").count() == 3
    it.clock.next_morning(it.pair)
    assert lines(it, it.ben) == []  # they do not come back


def test_a_line_that_nobody_has_stored_yet_can_be_removed(it: Looking) -> None:
    it.open_boundary(it.ada, "One.")
    it.clock.tick(days=1)
    (line,) = lines(it, it.ben)
    assert not OwnLine.objects.filter(opening__isnull=False).exists()
    it.post(it.ben, f"{line.remove}remove/")
    assert lines(it, it.ben) == [] and len(lines(it, it.ada)) == 1


def test_after_the_end_of_a_pairing_its_lines_stand_apart_and_go_together(it: Looking) -> None:
    it.open_boundary(it.ada, "One.")
    it.open_boundary(it.ben, "Two.")
    it.clock.next_morning(it.pair)
    kept = [(line.text, line.day) for line in lines(it, it.ben)]
    pairing.end_pairing(by=it.ben, at=it.clock.tick())
    assert lines(it, it.ben) == lines(it, it.ben, show("ours")) == []
    assert [(line.text, line.day) for line in lines(it, it.ben, show("earlier"))] == kept
    make.pair(it.ben, it.eve, it.clock)
    assert lines(it, it.ben) == []
    (first, *_) = lines(it, it.ben, show("earlier"))
    it.post(it.ben, f"{first.remove}remove-all/")
    assert lines(it, it.ben, show("earlier")) == []
    assert [line.text for line in lines(it, it.ada)] == [PARTNERS, "Your boundary opened."]
    assert lines(it, it.ada, show("earlier")) == []


# --- Erasing ---


def test_erasing_ones_record_removes_ones_own_lines_of_it_and_none_of_the_others(it: Looking) -> None:
    record = it.agree(it.ada, it.ben, "Phones stay in the hall.")
    it.clock.next_morning(it.pair)
    his = lines(it, it.ben)
    assert [line.text for line in his] == [
        "An agreement came into force.",
        "Words for an agreement from your partner opened.",
    ]
    assert len(lines(it, it.ada)) == 2
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    assert lines(it, it.ada) == []
    assert lines(it, it.ben) == his


def test_erasing_ones_record_removes_its_lines_also_of_a_pairing_that_has_ended(it: Looking) -> None:
    record = it.agree(it.ada, it.ben, "Phones stay in the hall.")
    it.clock.next_morning(it.pair)
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    assert len(lines(it, it.ada, show("earlier"))) == 2
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    assert lines(it, it.ada, show("earlier")) == []
    assert len(lines(it, it.ben)) == 2


def test_who_leaves_for_good_takes_their_lines_and_the_second_look_says_what_stays(it: Looking) -> None:
    it.open_boundary(it.ada, "One.")
    it.clock.next_morning(it.pair)
    his = lines(it, it.ben)
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    assert lines(it, it.ben) == his
    assert {row.owner_id for row in OwnLine.objects.filter(opening__isnull=False)} == {it.ben.pk}
    erasure.erase_account(by=it.ben, at=it.clock.tick())
    assert not OwnLine.objects.filter(opening__isnull=False).exists()


# --- Growth ---


def test_the_timeline_reads_no_more_the_more_has_opened(it: Looking) -> None:
    def five_open() -> None:
        for n in range(5):
            make.offer(make.boundary(it.ada, it.clock, f"B{n}"), it.ada, it.clock)
        it.clock.next_morning(it.pair)

    def read() -> list[tuple[str, int]]:
        it.get(it.ben, "/timeline/")
        with asked_database() as found:
            assert len(lines(it, it.ben)) == timeline.keyset.SIZE
        return found

    for _ in range(5):
        five_open()
    it.clock.next_morning(it.pair)
    few = read()
    for _ in range(4):
        five_open()
    it.clock.next_morning(it.pair)
    assert len(visibility.memory_lines_of(it.ben)) == 45
    assert read() == few
