"""A look back: a stretch of check-ins that has gone by, made once, with a few words; offered like any record."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couples import visibility
from couples.actions import records
from couples.content import check_in_series
from couples.export import archive
from couples.lib.clock import day_of
from couples.models import User, Yes
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading, words_not_ours

pytestmark = pytest.mark.django_db

WRITE = writing("look_back")
WORDS = "Quillwort: the evenings were easier."
TOO_FEW = "A picture needs at least two days with a check-in."


def checked_in(it: Looking, who: User, *slider_values: int | None) -> list[date]:
    """A check-in a day; the days of them."""
    days = []
    for value in slider_values:
        it.clock.tick(days=1)
        records.check_in(safe=value, trusting=None, close=80, at_ease=None, by=who, at=it.clock.at, once=uuid4())
        days.append(day_of(it.clock.at, who.time_zone))
    return days


def make_one(it: Looking, who: User, **sent: str) -> str:
    """The text of the stretch of a look back that was just made through its page."""
    answer = it.post(who, WRITE, **{"once": str(uuid4()), "line": WORDS, "weeks": "4", **sent})
    assert answer.status_code == 302, Reading(answer.content.decode()).main
    (record,) = visibility.mine(who).filter(kind="look_back")
    return records.newest_of(record).words["stretch"]


# --- The text of a stretch ---


@given(
    st.dictionaries(
        st.dates(date(2020, 1, 1), date(2040, 1, 1)),
        st.lists(st.none() | st.integers(0, 100), min_size=4, max_size=4).filter(lambda four: four != [None] * 4),
        max_size=56,
    )
)
def test_a_stretch_comes_back_as_it_was_written(days) -> None:
    text = check_in_series.written(days)
    assert check_in_series.days_in(text) == days
    assert list(check_in_series.days_in(text)) == sorted(days)
    assert len(text) <= 56 * len("2026-03-02 100 100 100 100\n")


def test_it_can_be_read_by_ear_with_what_was_left_out_left_out() -> None:
    days = {date(2027, 5, 3): [60, None, 10, None], date(2027, 5, 9): [None, None, None, 100]}
    assert (
        check_in_series.describe(check_in_series.written(days))
        == "3 May 2027: safe somewhat, close hardly\n9 May 2027: at ease fully"
    )


# --- Making one ---


def test_it_holds_the_days_of_its_stretch_and_no_others(it: Looking) -> None:
    days = checked_in(it, it.ada, *range(0, 60, 2))
    checked_in(it, it.ben, 99, 98)
    text = make_one(it, it.ada, weeks="2", up_to=str(days[20]))
    assert list(check_in_series.days_in(text)) == days[7:21]
    assert "99" not in text


def test_left_empty_it_is_up_to_today(it: Looking) -> None:
    days = checked_in(it, it.ada, 10, 20, 30)
    assert list(check_in_series.days_in(make_one(it, it.ada))) == days


def test_what_is_said_later_is_not_in_it(it: Looking) -> None:
    checked_in(it, it.ada, 10, 20)
    before = make_one(it, it.ada)
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    checked_in(it, it.ada, 77)
    it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", line="Other words.")
    newest = records.newest_of(record)
    assert (newest.number, newest.words) == (2, {"line": "Other words.", "stretch": before})


def test_a_stretch_cannot_be_written_by_hand(it: Looking) -> None:
    days = checked_in(it, it.ada, 10, 20)
    text = make_one(it, it.ada, stretch="2020-01-01 1 1 1 1")
    assert list(check_in_series.days_in(text)) == days
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", line="Mine.", stretch="2020-01-01 1 1 1 1")
    assert records.newest_of(record).words["stretch"] == text


def test_sent_twice_it_is_made_once(it: Looking) -> None:
    checked_in(it, it.ada, 10, 20)
    sent = {"once": str(uuid4()), "line": WORDS, "weeks": "4"}
    for _ in range(2):
        assert it.post(it.ada, WRITE, **sent).status_code == 302
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    assert records.newest_of(record).number == 1


def test_another_stretch_sent_with_the_back_button_is_another_look_back(it: Looking) -> None:
    checked_in(it, it.ada, *range(0, 60, 2))
    once = str(uuid4())
    for weeks in ("4", "2", "2"):
        assert it.post(it.ada, WRITE, once=once, line=WORDS, weeks=weeks).status_code == 302
    found = visibility.mine(it.ada).filter(kind="look_back").order_by("made_at")
    assert [len(check_in_series.days_in(records.newest_of(record).words["stretch"])) for record in found] == [28, 14]


def test_it_is_offered_only_after_its_writer_has_seen_it(it: Looking) -> None:
    checked_in(it, it.ada, 10, 20)
    assert "Offer to share" not in Reading(it.get(it.ada, WRITE).content.decode()).main
    make_one(it, it.ada, act="offer")
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    assert not Yes.objects.filter(kind="offer").exists()
    assert "Offer to share" in Reading(it.get(it.ada, f"/mine/{record.pk}/").content.decode()).main


def test_the_choice_of_a_stretch_alone_is_no_half_written_text(it: Looking) -> None:
    assert {"weeks", "up_to"} <= records.NOT_TEXT


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"up_to": "2020-01-01"}, TOO_FEW),
        ({"up_to": "0001-01-01"}, TOO_FEW),
        ({"up_to": "some day"}, "Write a day like 2027-05-31."),
        ({"weeks": "900"}, "Please choose a length from the list."),
        ({"weeks": ""}, "Choose how long."),
        ({"line": " "}, "Please write a few words"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(it: Looking, sent: dict[str, str], said: str) -> None:
    checked_in(it, it.ada, 10, 20)
    answer = it.post(it.ada, WRITE, **{"once": str(uuid4()), "line": WORDS, "weeks": "4", **sent})
    page = answer.content.decode()
    assert answer.status_code == 200 and said in Reading(page).main
    assert "line" in sent or WORDS in page
    assert not visibility.mine(it.ada).filter(kind="look_back").exists()


def test_somebody_alone_has_it_too_and_is_told_where_there_is_too_little(it: Looking) -> None:
    mary = make.person("Mary")
    sent = {"once": str(uuid4()), "line": WORDS, "weeks": "8"}
    assert TOO_FEW in Reading(it.post(mary, WRITE, **sent).content.decode()).main
    checked_in(it, mary, 10, 20)
    make_one(it, mary)


# --- Reading one ---


def test_its_author_sees_the_picture_with_its_table(it: Looking) -> None:
    checked_in(it, it.ada, 10, 90)
    make_one(it, it.ada)
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    page = it.get(it.ada, f"/mine/{record.pk}/").content.decode()
    assert 'viewBox="0 0 640' in page and "Read it as a table" in page
    assert "hardly" in Reading(page).main and not words_not_ours(Reading(page).main)
    assert it.get(it.ada, f"/mine/{record.pk}/history/").status_code == 200


def test_open_it_shows_the_same_to_the_other_and_nothing_beyond_its_stretch(it: Looking) -> None:
    checked_in(it, it.ada, 10, 90)
    make_one(it, it.ada)
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    assert b"Quillwort" not in it.get(it.ben, "/ours/").content
    make.welcome_all(it.ada, it.ben, clock=it.clock)
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    make.admit(it.card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    checked_in(it, it.ada, 50)
    opening = make.open_revision(record, it.ben, it.clock)
    for who, url in ((it.ben, f"/ours/{opening.pk}/"), (it.faye, it.room), (it.ada, it.mirror)):
        page = it.get(who, url).content.decode()
        assert "Quillwort" in page and 'viewBox="0 0 640' in page, url
        assert "My check-ins" not in page
        assert "in between" not in Reading(page).main  # that of the day after
    assert it.get(it.eve, f"/ours/{opening.pk}/").status_code == 404
    it.post(it.ada, f"/mine/{record.pk}/take-back/")
    assert it.get(it.ben, f"/ours/{opening.pk}/").status_code == 404


def test_copies_have_it_in_words_the_writers_and_the_readers(it: Looking) -> None:
    days = checked_in(it, it.ada, 10, 90)
    make_one(it, it.ada)
    (record,) = visibility.mine(it.ada).filter(kind="look_back")
    make.welcome_all(it.ada, it.ben, clock=it.clock)
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    make.open_revision(record, it.ben, it.clock)
    assert (days[1] - days[0]) == timedelta(days=1)
    for who, section in ((it.ada, "written"), (it.ben, "open")):
        with ZipFile(BytesIO(b"".join(archive.pieces_for(who, it.clock.at, days[1])))) as copy:
            page = copy.read(f"{section}-1.html").decode()
            plain = copy.read(f"json/{section}.json").decode()
        assert "safe hardly, close mostly" in page and "safe mostly, close mostly" in page
        assert WORDS in page and WORDS in plain


def test_finding_looks_through_its_words_and_not_through_its_numbers(it: Looking) -> None:
    checked_in(it, it.ada, 10, 90)
    make_one(it, it.ada)
    assert "A look back" in it.post(it.ada, "/mine/find/", words="quillwort").content.decode()
    assert "A look back" not in it.post(it.ada, "/mine/find/", words="80").content.decode()
