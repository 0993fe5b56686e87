"""Marks: each says for themselves how an agreement went in a week, and the two open together or not at all."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from couples import visibility
from couples.actions import marks as mark_actions
from couples.actions import sharing, sitting
from couples.models import Opening, User, Yes
from couples.models.yeses import standing
from couples.rule import consent
from tests.support import make
from tests.support.addresses import part
from tests.support.couple_and_therapist import Looking, further
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

WORDS = "Phones stay in the hall."


@further
def it(it: Looking) -> None:
    it.agree(it.ada, it.ben, WORDS)


def agreement(it: Looking) -> Opening:
    return visibility.open_to(it.ada, it.clock.at).get(kind="agreement")


def url(it: Looking) -> str:
    return f"/ours/{agreement(it).pk}/"


def marks(it: Looking, who: User, how: str = "kept", week: str = "0", **more: str) -> Any:
    return it.post(who, f"{url(it)}mark/", **{"mark-week": week, "mark-how": how, **more})


def opened(it: Looking, who: User) -> list[Opening]:
    return list(visibility.open_to(who, it.clock.at).filter(kind="marks"))


def main(it: Looking, who: User, path: str) -> str:
    return Reading(it.get(who, path).content.decode()).main


def test_one_mark_alone_opens_nothing_and_changes_no_page_of_the_other(it: Looking) -> None:
    pages = ("/ours/", url(it), "/timeline/")
    it.clock.next_morning(it.pair)  # the lines of what opened before are stored
    before = [it.main_of(it.ben, path) for path in pages]
    assert marks(it, it.ada).status_code == 302
    it.clock.next_morning(it.pair)
    assert [it.main_of(it.ben, path) for path in pages] == before
    assert not opened(it, it.ada) and not opened(it, it.ben)


def test_the_marks_of_a_week_open_together_and_say_who_said_what(it: Looking) -> None:
    marks(it, it.ada, "kept")
    marks(it, it.ben, "partly")
    assert not opened(it, it.ada), "not before a night's rest"
    it.clock.next_morning(it.pair)
    for who, name in ((it.ada, "Ben"), (it.ben, "Ada")):
        (found,) = opened(it, who)
        assert "The week of" in main(it, who, url(it))
        page = main(it, who, f"/ours/{found.pk}/")
        assert all(words in page for words in (name, "You", "partly kept", "the agreement in force"))
        assert "marked" not in main(it, who, "/timeline/")  # a week leaves no line there
        assert "You both marked how an agreement was kept." in main(it, who, "/today/")


def test_marks_of_different_weeks_do_not_meet(it: Looking) -> None:
    it.days_later(8)
    marks(it, it.ada, week="0")
    marks(it, it.ben, week="1")
    it.clock.next_morning(it.pair)
    assert not opened(it, it.ada)
    marks(it, it.ben, week="0")
    it.clock.next_morning(it.pair)
    (found,) = opened(it, it.ada)
    assert date.fromordinal(found.number).weekday() == 0


def test_a_week_before_it_was_in_force_is_refused_kindly_and_the_choice_stays(it: Looking) -> None:
    answer = marks(it, it.ada, "not_kept", week="2")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "was not in force yet in that week" in page
    assert 'value="not_kept" checked' in " ".join(page.split()) or "not_kept" in page
    assert not Yes.objects.filter(kind=consent.MARK).exists()


@pytest.mark.parametrize("sent", [{}, {"mark-week": "0"}, {"mark-how": "kept"}, {"mark-week": "9", "mark-how": "x"}])
def test_what_is_missing_is_asked_for_in_words(it: Looking, sent: dict[str, str]) -> None:
    answer = it.post(it.ada, f"{url(it)}mark/", **sent)
    assert answer.status_code == 200 and "aria-invalid" in answer.content.decode()
    assert not Yes.objects.filter(kind=consent.MARK).exists()


def test_another_mark_takes_the_place_of_the_first_and_opens_after_a_new_night(it: Looking) -> None:
    for who in (it.ada, it.ben):
        marks(it, who, "kept")
    it.clock.next_morning(it.pair)
    marks(it, it.ada, "not_kept")
    assert not opened(it, it.ben), "what changed is not open any more"
    it.clock.next_morning(it.pair)
    (found,) = opened(it, it.ben)
    assert "not kept" in main(it, it.ben, f"/ours/{found.pk}/")


@pytest.mark.parametrize("where", ["agreement", "marks"])
def test_taking_a_mark_back_closes_both_at_once(it: Looking, where: str) -> None:
    for who in (it.ada, it.ben):
        marks(it, who, "kept")
    it.clock.next_morning(it.pair)
    (found,) = opened(it, it.ada)
    path = url(it) if where == "agreement" else f"/ours/{found.pk}/"
    for _twice in range(2):
        assert it.post(it.ada, f"{path}mark/take-back/", **{"mark-week": "0"}).status_code == 302
    assert not opened(it, it.ada) and not opened(it, it.ben)
    assert it.get(it.ben, f"/ours/{found.pk}/").status_code == 404


def test_the_page_comes_up_blank_and_ones_own_mark_stands_on_one_page_only(it: Looking) -> None:
    before = it.main_of(it.ada, url(it))
    marks(it, it.ada, "partly")
    it.get(it.ada, "/today/")  # the message of the press
    assert it.main_of(it.ada, url(it)) == before
    at = it.clock.at
    from couples.presenters import own_yeses

    seat = visibility.seat_of(it.ada)
    assert seat is not None
    lines = own_yeses.lines_of(own_yeses.listed(it.ada, at, seat), it.ada, seat, at)
    assert any("How an agreement was kept in the week of" in line.to and "partly kept" in line.to for line in lines)


def test_marks_hold_no_words_and_outlive_the_agreement(it: Looking) -> None:
    for who in (it.ada, it.ben):
        marks(it, who, "kept")
    it.clock.next_morning(it.pair)
    record = visibility.mine(it.ada).get(kind="agreement")
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    (found,) = opened(it, it.ben)
    assert found.revision_id is None
    page = main(it, it.ben, f"/ours/{found.pk}/")
    assert "kept" in page and WORDS not in page and "the agreement in force" not in page
    assert WORDS not in main(it, it.ben, "/timeline/")


def test_only_an_agreement_in_force_can_be_marked(it: Looking) -> None:
    path = url(it)
    sharing.no_longer_accept(agreement(it).revision_id, by=it.ben, at=it.clock.tick())  # type: ignore[arg-type]
    answer = it.post(it.ada, f"{path}mark/", **{"mark-week": "0", "mark-how": "kept"})
    assert answer.status_code == 404
    version = make.open_revision(visibility.mine(it.ada).get(kind="agreement"), it.ben, it.clock)
    assert it.post(it.ben, f"/ours/{version.pk}/mark/", **{"mark-week": "0", "mark-how": "kept"}).status_code == 404


def test_it_ends_by_itself_after_some_months_or_on_the_chosen_day(it: Looking) -> None:
    marks(it, it.ada)
    marks(it, it.ben, **{"mark-ends": "day", "mark-ends_day": "2026-03-20"})
    hers, his = (Yes.objects.get(kind=consent.MARK, seat__person=who) for who in (it.ada, it.ben))
    assert 118 <= (hers.ends_at - hers.given_at).days <= 183
    assert his.ends_at.date() == date(2026, 3, 20)
    assert not Yes.objects.filter(standing(his.ends_at), pk=his.pk).exists()


def test_a_therapist_sees_only_what_both_marked(it: Looking) -> None:
    it.let_in()
    marks(it, it.ada, "not_kept")
    it.clock.next_morning(it.pair)
    before = it.main_of(it.faye, it.room)
    assert b"not kept" not in before
    marks(it, it.ben, "kept")
    it.clock.next_morning(it.pair)
    page = main(it, it.faye, it.room)
    assert all(words in page for words in ("How agreements were kept", "not kept", "Ada", "Ben", WORDS))
    assert it.main_of(it.faye, it.room) == it.main_of(it.ada, it.mirror) == it.main_of(it.ben, it.mirror)
    assert "not kept" in main(it, it.faye, f"{it.room}{part('marks')}")
    seat = visibility.seat_of(it.ada)
    assert seat is not None
    (found,) = opened(it, it.ada)
    mark_actions.take_mark_back(found.thing, by=it.ada, at=it.clock.tick())
    assert "not kept" not in main(it, it.faye, it.room)


def test_a_therapist_who_may_not_read_agreements_sees_no_marks(it: Looking) -> None:
    it.let_in("boundary")
    for who in (it.ada, it.ben):
        marks(it, who, "not_kept")
    it.clock.next_morning(it.pair)
    page = main(it, it.faye, it.room)
    assert "not kept" not in page and "marked" not in page


def test_nobody_adds_them_up(it: Looking) -> None:
    for who in (it.ada, it.ben):
        marks(it, who, "kept")
    it.clock.next_morning(it.pair)
    page = main(it, it.ada, url(it))
    assert not any(word in page for word in ("%", "in a row", "streak", "score", "total"))


def new_words_in_force(it: Looking, words: str) -> None:
    """Ben answers the agreement with words of his own, and both accept them."""
    old = make.open_revision(visibility.mine(it.ada).get(kind="agreement"), it.ben, it.clock)
    answer = make.agreement(it.ben, it.clock, words, answers=old.revision)
    make.offer(answer, it.ben, it.clock)
    it.clock.next_morning(it.pair)
    make.accept(make.open_revision(answer, it.ada, it.clock), it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)


def test_marks_never_stand_under_words_they_were_not_given_to(it: Looking) -> None:
    it.let_in()
    for who in (it.ada, it.ben):
        marks(it, who, "not_kept")
    it.clock.next_morning(it.pair)
    (found,) = opened(it, it.ada)
    new_words_in_force(it, "Brand new words.")
    assert "The week of" not in main(it, it.ada, url(it)), "the page of the new words has no weeks yet"
    assert "the agreement in force" not in main(it, it.ada, f"/ours/{found.pk}/")
    page = main(it, it.faye, f"{it.room}{part('marks')}")
    assert "not kept" in page and "Brand new words." not in page


def test_weeks_before_a_breach_can_be_marked_once_the_same_words_are_in_force_again(it: Looking) -> None:
    record = visibility.mine(it.ada).get(kind="agreement")
    version = make.open_revision(record, it.ben, it.clock)
    sharing.no_longer_accept(version.revision_id, by=it.ben, at=it.clock.tick())  # type: ignore[arg-type]
    it.days_later(8)
    sharing.accept(version, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert marks(it, it.ada, week="1").status_code == 302
    assert marks(it, it.ada, week="2").status_code == 409


def test_nothing_else_on_the_page_stops_a_mark_from_being_taken_back(it: Looking) -> None:
    marks(it, it.ada)
    sent = {"mark-week": "0", "mark-ends": "day", "mark-how": "x", "mark-ends_day": "soon"}
    assert it.post(it.ada, f"{url(it)}mark/take-back/", **sent).status_code == 302
    assert not Yes.objects.filter(standing(it.clock.at), kind=consent.MARK).exists()
    assert it.post(it.ada, f"{url(it)}mark/take-back/").status_code == 200, "without a week it asks which"


def test_a_copy_for_oneself_tells_what_both_marked(it: Looking) -> None:
    from couples.export import contents

    for who, how in ((it.ada, "kept"), (it.ben, "partly")):
        marks(it, who, how)
    it.clock.next_morning(it.pair)
    reader = contents.Reader(it.ada, visibility.seat_of(it.ada), it.clock.at)
    (section,) = (section for section in contents.sections_of(reader) if section.name == "open")
    (entry,) = (entry for entry in section.entries() if entry.title == "How an agreement was kept")
    assert dict(entry.words)["You"] == "kept" and dict(entry.words)["Ben"] == "partly kept"


def test_the_second_mark_in_an_hour_together_opens_both_with_the_press_and_the_answer_says_so(it: Looking) -> None:
    """The sitting of their pairing is over: the first mark waits, the second meets it at once."""

    def pressed(who: User) -> str:
        it.clock.tick()
        browser, said = Client(), {"mark-week": "0", "mark-how": "kept"}
        browser.force_login(who)
        return browser.post(f"{url(it)}mark/", said, follow=True).content.decode()

    assert "Your mark can open at once" in pressed(it.ada)
    for who in (it.ada, it.ben):
        sitting.sit_down(by=who, at=it.clock.tick())
    assert not opened(it, it.ben)
    assert "have just opened to you both" in pressed(it.ben)
    assert len(opened(it, it.ben)) == 1
