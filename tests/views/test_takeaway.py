"""The takeaway of a session: written to both, accepted by each alone, and to the therapist always alike."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from couples import visibility
from couples.actions import erasure, pairing, records, sessions, sharing, sitting, stopping, takeaways, therapy
from couples.forms.takeaway import NAMES
from couples.models import Opening, OwnLine, Takeaway, User, Yes
from couples.presenters import own_yeses
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, further
from tests.support.page_reader import Reading, show_it, words_not_ours

pytestmark = pytest.mark.django_db

LINES = ("We can stop and come back.", "Sundays are ours.")
NOWHERE = "00000000-0000-4000-8000-000000000000"


@further
def it(it: Looking) -> None:
    """Both admit Dr. Faye, and there has been a session this morning."""
    it.let_in()
    sessions.set_session(it.pair, it.clock.at + timedelta(hours=1), 60, weeks=1, by=it.faye, at=it.clock.tick())
    it.clock.tick(hours=3)


def main(it: Looking, who: User, path: str) -> str:
    return Reading(it.get(who, path).content.decode()).main


def write(it: Looking, *lines: str, who: User | None = None) -> Any:
    return it.post(who or it.faye, f"{it.room}takeaway/", **dict(zip(NAMES, lines, strict=False)))


def written(it: Looking, *lines: str) -> Takeaway:
    """A takeaway of the last session; the newest, where there are several."""
    assert write(it, *(lines or LINES)).status_code == 302
    return Takeaway.objects.order_by("-day", "-number")[0]


def accept(it: Looking, taken: Takeaway, *people: User) -> None:
    for who in people:
        assert it.post(who, f"/agenda/{taken.pk}/accept/").status_code == 302


def agreed(it: Looking, *lines: str) -> Takeaway:
    """One that both accept, the morning after."""
    taken = written(it, *lines)
    accept(it, taken, it.ada, it.ben)
    it.clock.next_morning(it.pair)
    return taken


def yes_lines(it: Looking, who: User) -> list[own_yeses.YesLine]:
    """The acceptances of takeaways on the page of one's own yeses."""
    seat = visibility.seat_of(who)
    assert seat is not None
    listed = own_yeses.listed(who, it.clock.at, seat).filter(kind=consent.TAKEAWAY)
    return own_yeses.lines_of(listed, who, seat, it.clock.at)


def on_ours(it: Looking, words: str = LINES[0]) -> list[bool]:
    return [words in main(it, who, "/ours/") for who in (it.ada, it.ben)]


# --- Written ---


def test_it_is_before_both_in_the_same_words_and_on_ours_of_neither(it: Looking) -> None:
    taken = written(it)
    pages = {it.main_of(who, f"/agenda/{taken.pk}/") for who in (it.ada, it.ben)}
    assert len(pages) == 1 and all(line.encode() in next(iter(pages)) for line in LINES)
    for who in (it.ada, it.ben):
        assert f"/agenda/{taken.pk}/" in Reading(it.get(who, "/agenda/").content.decode()).links
        assert LINES[0] not in main(it, who, "/agenda/"), "the agenda may lie on a shared screen"
    assert on_ours(it) == [False, False]


def test_its_lines_lie_sealed_under_the_key_of_the_pair(it: Looking) -> None:
    taken = written(it)
    assert taken.lines == list(LINES)
    assert LINES[0].encode() not in bytes(taken.__dict__["words"])


@pytest.mark.parametrize(
    ("lines", "said"),
    [((), "write a few words"), (("x" * 201,), "at most 200"), (("", "Only a second."), "write a few words")],
)
def test_what_is_no_takeaway_is_refused_kindly_and_nothing_typed_is_lost(
    it: Looking, lines: tuple[str, ...], said: str
) -> None:
    page = write(it, *lines).content.decode()
    assert said in page and not Takeaway.objects.exists()
    assert all(line in page for line in lines)


def test_there_is_one_of_a_session_and_the_same_lines_twice_are_one(it: Looking) -> None:
    for _twice in range(2):
        written(it)
    assert Takeaway.objects.count() == 1
    written(it, "Other words.")
    shown = visibility.takeaways_shown_to(it.pair.pk, it.clock.at)
    assert [taken.lines for taken in shown] == [["Other words."]]


def test_it_belongs_to_the_session_that_is_on_or_was_the_last_one(it: Looking) -> None:
    first = written(it)
    it.clock.tick(days=7, hours=-1, minutes=-30)  # the next one has begun
    second = written(it, "Of the second.")
    assert first.session != second.session
    assert main(it, it.ada, "/agenda/").count("The session of") == 2


def test_without_a_session_there_is_none(it: Looking) -> None:
    gus, card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ada, it.clock)
    make.admit(card, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    assert "There has been none" in main(it, gus, f"{it.room}takeaway/")
    assert write(it, *LINES, who=gus).status_code == 200 and not Takeaway.objects.exists()


def test_what_was_typed_and_not_sent_comes_back(it: Looking) -> None:
    records.hold_text(f"{it.room}takeaway/", {"first": [LINES[0]]}, by=it.faye, at=it.clock.at)
    told = it.get(it.faye, f"{it.room}takeaway/").content.decode()
    assert LINES[0] not in told and LINES[0] in it.get(it.faye, show_it(told)).content.decode()


def test_nobody_else_finds_it(it: Looking) -> None:
    taken = written(it)
    gus, _card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ada, it.clock)
    for who in (it.eve, it.faye, gus):
        for act in ("", "accept/", "off/"):
            path = f"/agenda/{taken.pk}/{act}"
            assert (it.post(who, path) if act else it.get(who, path)).status_code == 404
    assert it.get(gus, f"{it.room}takeaway/").status_code == 404


# --- Accepted ---


def test_it_opens_the_morning_after_both_accept_it_and_stands_on_ours(it: Looking) -> None:
    taken = written(it)
    accept(it, taken, it.ada)
    it.clock.next_morning(it.pair)
    assert on_ours(it) == [False, False]
    accept(it, taken, it.ben)
    assert on_ours(it) == [False, False], "not before a night has gone by"
    it.clock.next_morning(it.pair)
    assert on_ours(it) == [True, True]


def test_an_hour_together_never_opens_it(it: Looking) -> None:
    for who in (it.ada, it.ben):
        sitting.sit_down(by=who, at=it.clock.tick())
    accept(it, written(it), it.ada, it.ben)
    assert on_ours(it) == [False, False]
    assert not Opening.objects.filter(kind=consent.OpeningKind.TAKEAWAY).exists()


@pytest.mark.parametrize("how", ["nobody", "one", "both"])
def test_to_the_therapist_and_in_the_mirror_it_is_the_same_whoever_accepts(it: Looking, how: str) -> None:
    taken = written(it)
    pages = [(it.faye, it.room), (it.ada, it.mirror), (it.ben, it.mirror)]
    before = [it.main_of(who, path) for who, path in pages]
    assert len(set(before)) == 1 and LINES[0].encode() in before[0]
    writing = it.main_of(it.faye, f"{it.room}takeaway/")
    accept(it, taken, *{"nobody": (), "one": (it.ada,), "both": (it.ada, it.ben)}[how])
    it.clock.next_morning(it.pair)
    assert [it.main_of(who, path) for who, path in pages] == before
    assert it.main_of(it.faye, f"{it.room}takeaway/") == writing
    for page in ("session/", "sheet/", "ahead/"):
        assert "ccept" not in main(it, it.faye, it.room + page)


def test_whether_the_other_accepts_is_on_no_page_before_both_do(it: Looking) -> None:
    taken = written(it)
    it.clock.next_morning(it.pair)
    pages = ("/agenda/", f"/agenda/{taken.pk}/", "/ours/", "/timeline/")
    before = [it.main_of(it.ben, page) for page in pages]
    accept(it, taken, it.ada)
    it.clock.next_morning(it.pair)
    assert [it.main_of(it.ben, page) for page in pages] == before


def test_the_page_comes_up_the_same_whatever_its_reader_has_said(it: Looking) -> None:
    taken = written(it)
    before = it.main_of(it.ada, f"/agenda/{taken.pk}/")
    accept(it, taken, it.ada)
    it.get(it.ada, "/agenda/")  # the answer to the press
    assert it.main_of(it.ada, f"/agenda/{taken.pk}/") == before


def test_either_stops_accepting_alone_and_at_once_and_twice_is_success(it: Looking) -> None:
    taken = agreed(it)
    for _twice in range(2):
        assert it.post(it.ben, f"/agenda/{taken.pk}/off/").status_code == 302
    assert on_ours(it) == [False, False]
    assert LINES[0] in main(it, it.faye, it.room)


def test_taking_everything_back_takes_it_too(it: Looking) -> None:
    agreed(it)
    stopping.stop(stopping.EVERYTHING, by=it.ada, at=it.clock.tick(), unlocked=True)
    assert on_ours(it) == [False, False]


def test_other_lines_ask_anew_and_what_both_accepted_stays_until_both_accept_them(it: Looking) -> None:
    first = agreed(it)
    second = written(it, "Other words.")
    accept(it, second, it.ada)
    it.clock.next_morning(it.pair)
    assert on_ours(it) == [True, True] and on_ours(it, "Other words.") == [False, False]
    accept(it, second, it.ben)
    it.clock.next_morning(it.pair)
    assert on_ours(it) == [False, False] and on_ours(it, "Other words.") == [True, True]
    assert it.get(it.ada, f"/agenda/{first.pk}/").status_code == 404


def test_older_lines_are_accepted_no_more(it: Looking) -> None:
    first = written(it)
    written(it, "Other words.")
    with pytest.raises(takeaways.Refused, match="stale"):
        takeaways.accept(first, by=it.ada, at=it.clock.tick())


@pytest.mark.parametrize("how", ["access ended", "card taken back", "account erased"])
def test_it_stays_when_access_or_the_account_of_the_therapist_ends(it: Looking, how: str) -> None:
    taken = agreed(it)
    if how == "access ended":
        therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    elif how == "card taken back":
        therapy.take_card_back(by=it.faye, at=it.clock.tick())
    else:
        erasure.erase_account(by=it.faye, at=it.clock.tick())
    assert on_ours(it) == [True, True]
    for who in (it.ada, it.ben):
        assert f"/agenda/{taken.pk}/" not in Reading(it.get(who, "/agenda/").content.decode()).links
        assert LINES[0] in main(it, who, f"/agenda/{taken.pk}/")
    assert it.post(it.ada, f"/agenda/{taken.pk}/accept/").status_code == 302, "who accepts it can renew that"
    assert it.post(it.ada, f"/agenda/{taken.pk}/off/").status_code == 302
    assert on_ours(it) == [False, False]
    assert it.get(it.ben, f"/agenda/{taken.pk}/").status_code == 404


def test_once_either_ended_access_it_can_be_accepted_no_more(it: Looking) -> None:
    taken = written(it)
    accept(it, taken, it.ada)
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    assert it.post(it.ben, f"/agenda/{taken.pk}/accept/").status_code == 404
    with pytest.raises(takeaways.Refused, match="stale"):
        takeaways.accept(taken, by=it.ben, at=it.clock.tick())
    assert it.post(it.ada, f"/agenda/{taken.pk}/off/").status_code == 302, "taking back waits for nothing"
    assert not Yes.objects.filter(kind=consent.TAKEAWAY, closed_at__isnull=True).exists()


@pytest.mark.parametrize("way", pairing.WAYS)
def test_who_left_takes_their_acceptance_along_and_a_new_pair_has_none(it: Looking, way: str) -> None:
    taken = agreed(it)
    pairing.end_pairing(way, by=it.ben, at=it.clock.tick())
    assert it.get(it.ben, f"/agenda/{taken.pk}/").status_code == 404
    it.clock.tick(days=31)
    assert LINES[0] not in main(it, it.ada, "/ours/")


# --- What it leaves ---


def test_it_leaves_each_a_bare_line_that_lasts(it: Looking) -> None:
    taken = agreed(it)
    it.clock.next_morning(it.pair)
    takeaways.no_longer_accept(taken.pk, by=it.ben, at=it.clock.tick())
    for who in (it.ada, it.ben):
        page = main(it, who, "/timeline/")
        assert "You both accepted the takeaway of a session." in page and LINES[0] not in page
    assert OwnLine.objects.filter(kind=OwnLine.ACCEPTED).count() == 2


def test_ended_before_the_first_morning_after_it_leaves_none(it: Looking) -> None:
    taken = agreed(it)
    assert "You both accepted" in main(it, it.ada, "/timeline/"), "while it is open"
    takeaways.no_longer_accept(taken.pk, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert "You both accepted" not in main(it, it.ada, "/timeline/")


def test_ones_own_acceptance_stands_on_the_page_of_ones_own_yeses_with_its_lines(it: Looking) -> None:
    taken = written(it)
    accept(it, taken, it.ada)
    (line,) = yes_lines(it, it.ada)
    assert (line.to, line.words) == ("I accept the takeaway of a session", LINES[0])
    assert line.fields == [("", LINES[1])] and line.renews, "its words stand before whoever renews it"
    assert line.again == f"/agenda/{taken.pk}/" and not yes_lines(it, it.ben)
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    (line,) = yes_lines(it, it.ada)
    assert (line.words, line.again) == (LINES[0], ""), "it cannot be said again"
    (yes,) = Yes.objects.filter(kind=consent.TAKEAWAY)
    sharing.end_yes(yes.pk, by=it.ada, at=it.clock.tick())
    assert not yes_lines(it, it.ada)


def test_a_session_ends_that_is_chosen_counts(it: Looking) -> None:
    taken = written(it)
    assert it.post(it.ada, f"/agenda/{taken.pk}/accept/", ends="week").status_code == 302
    (yes,) = Yes.objects.filter(kind=consent.TAKEAWAY)
    assert yes.ends_at - yes.given_at == timedelta(weeks=1)
    page = it.post(it.ada, f"/agenda/{taken.pk}/accept/", ends="day").content.decode()
    assert "Choose the day" in page and LINES[0] in page


def test_nothing_presses_anybody(it: Looking) -> None:
    taken = written(it)
    for who, url in ((it.faye, f"{it.room}takeaway/"), (it.ada, f"/agenda/{taken.pk}/"), (it.ada, "/agenda/")):
        assert not words_not_ours(main(it, who, url))
    assert "nobody will ask why" in main(it, it.faye, f"{it.room}takeaway/")
    assert "nobody will ask why" in main(it, it.ada, f"/agenda/{taken.pk}/")


def test_what_is_not_there_is_not_found(it: Looking) -> None:
    for act in ("", "accept/", "off/"):
        path = f"/agenda/{UUID(NOWHERE)}/{act}"
        assert (it.post(it.ada, path) if act else it.get(it.ada, path)).status_code == 404
