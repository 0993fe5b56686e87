"""The session: a page for one shared screen that stays open while it lasts, and one sheet of paper without steps."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from couples import visibility
from couples.actions import agenda, marks, records, sessions, therapy
from couples.lib import pdf
from couples.models import LookingDay, Seat, User
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, both_step, further
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_again_soon(settings: Any) -> None:
    settings.ASKED_AGAIN_AFTER = timedelta(minutes=15)


@further
def it(it: Looking) -> None:
    it.let_in()


def main(it: Looking, who: User, path: str) -> str:
    return Reading(it.get(who, path).content.decode()).main


def signed_in(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_the_shared_screen_has_the_agenda_and_all_that_the_couples_page_shows_a_fold_away(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Knock first.")
    it.open_boundary(it.ben, "I walk alone.")
    agenda.put_on(make.open_revision(record, it.ben, it.clock), by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    shared = it.main_of(it.faye, f"{it.room}session/").decode()
    first, fold, folded = shared.partition('<details class="rest">')
    assert "Knock first." in first and "I walk alone." not in first and fold
    page = it.main_of(it.faye, it.room).decode()
    for section in re.findall(r'<section id="\w+" .*?</section>', page, re.S):
        assert section in folded
    assert "Knock first." in folded and "I walk alone." in folded
    assert LookingDay.objects.count() == 1


def test_without_anything_on_the_agenda_the_shared_screen_says_so(it: Looking) -> None:
    assert "The agenda is empty." in main(it, it.faye, f"{it.room}session/")


@pytest.mark.parametrize("kind", ["impact_letter", "breach", "repair", "boundary"])
def test_a_shared_screen_shows_of_heavy_and_tender_things_the_kind_the_day_and_a_link(it: Looking, kind: str) -> None:
    words = {"impact_letter": "letter", "breach": "happened", "repair": "happened", "boundary": "limit"}
    said = {words[kind]: "These very words.", **({"area": "touch"} if kind == "boundary" else {})}
    record = records.write(kind, said, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    opening = make.open_revision(record, it.ben, it.clock)
    agenda.put_on(opening, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    page = it.get(it.faye, f"{it.room}session/").content.decode()
    assert "These very words." not in page and f"?sheet={opening.pk}" in page
    assert "These very words." in main(it, it.faye, f"{it.room}session/?sheet={opening.pk}")


def test_it_stays_open_in_the_middle_of_a_session_and_no_other_page_does(it: Looking) -> None:
    sessions.set_session(it.pair, it.clock.at + timedelta(minutes=20), 90, by=it.faye, at=it.clock.tick())
    client = signed_in(it.faye)
    assert client.get(it.room).status_code == 200
    it.clock.tick(minutes=50)  # more than the usual while, and in the middle of it
    assert client.get(it.room).status_code == 302, "an ordinary page asks again"
    assert client.get(f"{it.room}session/").status_code == 200
    assert client.get(it.room).status_code == 302, "the open screen has opened nothing else"
    page = client.get(f"{it.room}session/").content.decode()
    assert 'data-idle="900"' in page and re.search(r'data-stays="(\d+)"', page), "covered as usual once it is over"
    assert "data-stays" not in it.get(it.faye, it.room).content.decode()


@pytest.mark.parametrize("minutes", [30, 200], ids=["long before", "long after"])
def test_outside_of_a_session_it_asks_again_like_every_page(it: Looking, minutes: int) -> None:
    starts = it.clock.at + (timedelta(hours=5) if minutes == 30 else timedelta(minutes=5))
    sessions.set_session(it.pair, starts, 60, by=it.faye, at=it.clock.tick())
    client = signed_in(it.faye)
    client.get(it.room)
    it.clock.tick(minutes=minutes)
    assert client.get(f"{it.room}session/").status_code == 302


def test_a_session_with_one_couple_keeps_no_other_page_open(it: Looking) -> None:
    other = make.pair(make.person("Cara"), make.person("Dora"), it.clock)
    sessions.set_session(it.pair, it.clock.at + timedelta(minutes=20), 90, by=it.faye, at=it.clock.tick())
    client = signed_in(it.faye)
    client.get("/room/")
    it.clock.tick(minutes=50)
    assert client.get(f"/room/{other.pk}/session/").status_code == 302


def test_the_sheet_holds_the_agenda_and_first_words_and_never_a_step(it: Looking) -> None:
    it.open_boundary(it.ada, "Knock first. " + "Long words. " * 40)
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    both_step(it)
    agreement = visibility.open_to(it.ben, it.clock.at).get(kind="agreement")
    agenda.put_on(agreement, by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    page = main(it, it.faye, f"{it.room}sheet/")
    assert page.index("On the agenda") < page.index("Boundaries that opened")
    assert "Knock first." in page and "Phones stay in the hall." in page
    assert len(page) < 3000 and "step" not in page.casefold()
    assert "cannot be taken back" in page


def test_a_line_of_the_agenda_says_what_kind_of_thing_it_is(it: Looking) -> None:
    record = it.open_boundary(it.ada, "Knock first.")
    agenda.put_on(make.open_revision(record, it.ben, it.clock), by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    assert "A boundary: Knock first." in main(it, it.faye, f"{it.room}sheet/")


def test_a_word_without_an_end_stays_on_the_paper(it: Looking) -> None:
    it.open_boundary(it.ada, "n" * 300)
    shown = it.get(it.faye, f"{it.room}sheet/").context
    html = render_to_string("session/sheet_file.html", {"couple": shown["couple"], "day": shown["day"]})
    document = pytest.importorskip("weasyprint").HTML(string=html)
    style = pytest.importorskip("weasyprint").CSS(string=render_to_string("session/sheet.css"))
    (page,) = document.render(stylesheets=[style]).pages
    assert widest(page._page_box) <= page.width


def widest(box: Any) -> float:
    """How far to the end side the words of a page reach."""
    inside = [widest(child) for child in getattr(box, "children", ())]
    return max([box.position_x + box.width if getattr(box, "text", "") else 0, *inside])


def test_the_sheet_stays_one_page_whatever_is_open(it: Looking) -> None:
    for n in range(30):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}. " + "Long words. " * 40), it.ada, it.clock)
        it.clock.next_morning(it.pair)
    page = it.get(it.faye, f"{it.room}sheet/").content.decode()
    assert page.count("<li><b>") <= 26


def test_a_shown_name_takes_no_mark_off_the_sheet(it: Looking) -> None:
    Seat.objects.filter(person=it.ada).update(said_name="The agreement")
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = visibility.open_to(it.ben, it.clock.at).get(kind="agreement")
    for who, how in ((it.ada, consent.NOT_KEPT), (it.ben, consent.KEPT)):
        marks.mark(agreement, 0, how, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    page = main(it, it.faye, f"{it.room}sheet/")
    assert "The agreement: not kept" in page and "Ben: kept" in page


def test_marks_on_the_agenda_say_what_was_marked_on_every_page_that_shows_it(it: Looking) -> None:
    it.agree(it.ben, it.ada, "Phones stay in the hall.")
    agreement = visibility.open_to(it.ben, it.clock.at).get(kind="agreement")
    for who, how in ((it.ada, consent.NOT_KEPT), (it.ben, consent.KEPT)):
        marks.mark(agreement, 0, how, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    agenda.put_on(visibility.open_to(it.ben, it.clock.at).get(kind="marks"), by=it.ben, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    on_agenda = main(it, it.faye, it.room).split("Agreements in force")[0]
    assert "put here by Ben" in on_agenda and "not kept" in on_agenda
    assert main(it, it.faye, f"{it.room}sheet/").count("Ada: not kept") == 2, "on the agenda, and where agreements went"
    assert "not kept" in main(it, it.ada, "/agenda/")


def test_what_was_taken_back_is_on_no_sheet_from_the_next_request(it: Looking) -> None:
    from couples.actions import sharing

    record = it.open_boundary(it.ada, "Knock first.")
    assert "Knock first." in main(it, it.faye, f"{it.room}sheet/")
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    for path in ("sheet/", "session/"):
        assert "Knock first." not in main(it, it.faye, it.room + path)


def test_the_file_is_one_page_with_the_same_words_or_where_it_cannot_be_made_the_page_to_print(it: Looking) -> None:
    it.open_boundary(it.ada, "Knock first. <b>שלום</b>")
    answer = it.get(it.faye, f"{it.room}sheet/file/")
    if answer.status_code == 302:  # without the system parts of the library
        assert answer.url == f"{it.room}sheet/"
        return
    assert answer.content.startswith(b"%PDF") and answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.count(b"/Type /Page\n") + answer.content.count(b"/Type /Page ") <= 1
    assert "attachment" in answer.headers["Content-Disposition"] and "Ada" not in str(answer.headers)


def test_where_no_file_can_be_made_the_page_to_print_says_so(it: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(html: str, style: str) -> bytes:
        raise pdf.NotHere

    monkeypatch.setattr(pdf, "pdf_of", missing)
    client = signed_in(it.faye)
    answer = client.get(f"{it.room}sheet/file/", follow=True)
    assert "You can print this page instead" in answer.content.decode()


def test_a_file_follows_no_address_that_somebody_wrote(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *found, **_: asked.append(str(found)))
    try:
        made = pdf.pdf_of(
            '<p>Words</p><img src="https://example.test/x.png"><link rel=stylesheet href="file:///etc/passwd">'
        )
    except pdf.NotHere:
        pytest.skip("this machine has no system parts for files")
    assert made.startswith(b"%PDF") and not asked


def test_the_file_is_gone_with_the_next_request_once_either_ended_access(it: Looking) -> None:
    therapy.end_access(it.faye, by=it.ada, at=it.clock.tick())
    assert it.get(it.faye, f"{it.room}sheet/file/").status_code == 404
