"""A sheet for a session of my own: only my own words, only those I chose, once, and kept nowhere."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from couples.actions import records, sharing
from couples.lib import pdf
from couples.models import Record
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.many_records import many_records
from tests.support.page_reader import Reading
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

SHEET = "/mine/sheet/"


def made(it: Looking, who: Any, *chosen: Record, **more: Any) -> Any:
    return it.post(who, SHEET, chosen=[str(record.pk) for record in chosen], **{"make": "", **more})


def read(answer: Any) -> str:
    assert answer.status_code == 200
    return Reading(answer.content.decode()).main


def a_moment(it: Looking, words: str) -> Record:
    return records.write("moment", {"moment": words}, {"felt": "It was in my hands."}, by=it.ada, at=it.clock.tick())


@pytest.fixture
def boundary(it: Looking) -> Record:
    """Of Ada's, with what is for her alone beside it (`make.boundary`)."""
    return make.boundary(it.ada, it.clock, "A walk alone after work.", care="I call my sister.")


def test_only_what_was_chosen_is_on_it_and_what_is_for_me_alone_only_where_i_ask(it: Looking, boundary: Record) -> None:
    make.boundary(it.ada, it.clock, "Something else.")
    page = read(made(it, it.ada, boundary))
    assert "A walk alone after work." in page and "I call my sister." in page
    assert "Something else." not in page and "Only I know this." not in page
    assert "Only I know this." in read(made(it, it.ada, boundary, with_alone="on"))


def test_the_box_for_what_is_for_me_alone_comes_up_empty(it: Looking, boundary: Record) -> None:
    page = it.get(it.ada, SHEET).content.decode()
    assert re.search(r'<input type="checkbox" name="with_alone">', page)
    assert "checked" not in page


def test_the_newest_words_stand_there_and_not_older_ones(it: Looking, boundary: Record) -> None:
    records.revise(boundary, {"limit": "An hour alone after work."}, by=it.ada, at=it.clock.tick(), seen=1)
    page = read(made(it, it.ada, boundary))
    assert "An hour alone after work." in page and "A walk alone" not in page


def test_nobody_gets_a_word_of_anybody_else(it: Looking, boundary: Record) -> None:
    make.welcome_all(it.ben, clock=it.clock)
    make.offer(boundary, it.ada, it.clock)  # it is open to Ben now
    for who in (it.ben, it.faye):
        page = read(made(it, who, boundary))
        assert "A walk alone" not in page and "What you chose is no longer here." in page
        assert "A walk alone" not in it.get(who, SHEET).content.decode()


def test_nothing_of_it_is_kept(it: Looking, boundary: Record) -> None:
    it.get(it.ada, SHEET)
    with CaptureQueriesContext(connection) as asked:
        made(it, it.ada, boundary, file="")
    assert not [
        query for query in asked if re.match(r"(INSERT|DELETE)", query["sql"]) and "session" not in query["sql"]
    ]


def test_the_file_has_a_name_that_says_nothing(it: Looking, boundary: Record) -> None:
    answer = made(it, it.ada, boundary, file="")
    if answer.headers["Content-Type"] == "application/pdf":
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="sheet.pdf"'
    else:
        pytest.skip("no PDF can be made on this machine")


def test_where_no_file_can_be_made_the_page_comes_instead(
    it: Looking, boundary: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_here(*_: Any) -> bytes:
        raise pdf.NotHere

    monkeypatch.setattr(pdf, "pdf_of", not_here)
    page = made(it, it.ada, boundary, file="").content.decode()
    assert "This server cannot make a file." in page and "A walk alone after work." in page


def test_it_says_what_becomes_of_a_file_before_the_button(it: Looking, boundary: Record) -> None:
    for page in (read(it.get(it.ada, SHEET)), read(made(it, it.ada, boundary))):
        assert "A PDF stays in this device's downloads and may travel to a cloud." in page


@pytest.mark.parametrize("chosen", [[], ["nothing"], ["\x00"], [""]])
def test_where_nothing_was_chosen_it_says_so_and_shows_the_list_again(
    it: Looking, boundary: Record, chosen: list[str]
) -> None:
    page = it.post(it.ada, SHEET, chosen=chosen, make="").content.decode()
    assert "Choose" in Reading(page).main and "A walk alone after work." in page


def test_more_than_twenty_are_too_many_and_stay_chosen(it: Looking) -> None:
    written = [make.boundary(it.ada, it.clock, f"line {n}") for n in range(21)]
    page = made(it, it.ada, *written).content.decode()
    assert "That is more than twenty." in page
    assert page.count("checked") + page.count('type="hidden" name="chosen"') == 21


def test_what_is_chosen_on_one_page_of_the_list_stays_chosen_on_the_next(it: Looking) -> None:
    many_records(it.ada, 25, it.clock.tick())
    listed = re.compile(r'type="checkbox" name="chosen" value="([^"]+)"')
    first = it.get(it.ada, SHEET).content.decode()
    newest = listed.findall(first)[0]
    token = re.search(r'name="go_on" value="([^"]+)"', first)
    assert token is not None
    second = it.post(it.ada, SHEET, chosen=[newest], go_on=token[1]).content.decode()
    assert f'<input type="hidden" name="chosen" value="{newest}">' in second and "stays chosen" in second
    oldest = listed.findall(second)[-1]
    page = it.post(it.ada, SHEET, chosen=[newest, oldest], make="").content.decode()
    assert page.count("<dl>") == 2


def test_the_list_costs_the_same_after_years(it: Looking) -> None:
    costs = []
    for count in (3, 60):
        many_records(it.ada, count, it.clock.tick())
        it.get(it.ada, SHEET)
        with CaptureQueriesContext(connection) as asked:
            it.get(it.ada, SHEET)
        costs.append(questions(asked))
    assert costs[0] == costs[1]


def test_a_record_that_is_gone_by_then_is_left_out(it: Looking, boundary: Record) -> None:
    answer = it.post(it.ada, SHEET, chosen=[str(uuid4()), str(boundary.pk)], make="")
    assert "A walk alone after work." in read(answer)


def test_what_i_offer_is_not_told_on_it(it: Looking, boundary: Record) -> None:
    before = made(it, it.ada, boundary).content.decode()
    sharing.offer(boundary, by=it.ada, at=it.clock.tick(), seen=1)
    after = made(it, it.ada, boundary).content.decode()
    token = r'name="csrfmiddlewaretoken" value="[^"]*"'
    assert re.sub(token, "", before) == re.sub(token, "", after)
