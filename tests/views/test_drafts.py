"""A session that lapses in the middle of writing loses nothing, and shows nothing to anybody else.

The forms here stand for all forms that carry the writer's token (`parts/tokens.html`).
"""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from couples.actions import erasure, records
from couples.lib import clock
from couples.models import HeldText, User
from couples.views import _drafts
from tests.support import make
from tests.support.addresses import step, writing
from tests.support.page_reader import Reading, show_it

pytestmark = pytest.mark.django_db

WORDS = "Mara <b>quillwort</b> hill"
FORMS = [
    ("/me/", "shown_name", {}),
    (writing("boundary"), "limit", {"act": "keep"}),
    ("/today/check-in/", "line", {}),
    (
        "/room/card/",
        "name",
        {"practice": "A practice", "secrets": "I keep them.", "agreed": "on", **make.FURTHER_OF_A_CARD},
    ),
]


@pytest.fixture(params=FORMS, ids=[address for address, *_ in FORMS])
def form(request):
    """Address, a field for words, what else the form sends."""
    return request.param


def signed_in(person, **kwargs):
    client = Client(**kwargs)
    client.post("/accounts/login/", {"login": person.email, "password": make.PASSWORD})
    if client.handler.enforce_csrf_checks:
        client.force_login(person)
    return client


def tokens(client, address):
    """The hidden tokens of the form on a page."""
    text = client.get(address).content.decode().split('id="main"')[1]
    return dict(re.findall(r'name="(csrfmiddlewaretoken|writer|once)" value="([^"]+)"', text))


def lapse(client):
    """The session ends on the server; the browser still has its cookie and its page."""
    client.session.flush()


def sign_in_again(client, person, page):
    """Sign in on the page one was led to; the page one lands on."""
    address = page.redirect_chain[-1][0]
    token = re.search(r'name="next" value="([^"]+)"', page.content.decode()).group(1)
    return client.post(address, {"login": person.email, "password": make.PASSWORD, "next": token}, follow=True)


def shown_again(client, address):
    """The page of the form after "Show it" was pressed on it."""
    return client.get(show_it(client.get(address).content.decode())).content.decode()


def test_what_was_written_comes_back_after_signing_in_again(ada, form):
    address, field, rest = form
    client = signed_in(ada)
    sent = {**tokens(client, address), **rest, field: WORDS}
    lapse(client)
    page = client.post(address, sent, follow=True)
    assert _drafts.SIGN_IN_FIRST in Reading(page.content.decode()).main
    assert WORDS not in page.content.decode() and "quillwort" not in page.content.decode()
    page = sign_in_again(client, ada, page)
    assert page.redirect_chain[-1][0] == address
    assert "Unfinished writing from today." in Reading(page.content.decode()).main
    assert "quillwort" not in page.content.decode()  # never filled in by itself
    assert "Mara &lt;b&gt;quillwort&lt;/b&gt; hill" in shown_again(client, address)


def test_nothing_was_saved_until_it_is_sent_again_and_then_it_is_let_go(ada, form):
    address, field, rest = form
    client = signed_in(ada)
    sent = {**tokens(client, address), **rest, field: WORDS}
    lapse(client)
    page = client.post(address, sent, follow=True)
    sign_in_again(client, ada, page)
    assert HeldText.objects.exists()
    answer = client.post(address, {**sent, **tokens(client, address)})
    assert answer.status_code == 302
    assert not HeldText.objects.exists()
    assert not show_it(client.get(address).content.decode())


def test_somebody_else_who_signs_in_there_never_sees_it(ada, form):
    address, field, rest = form
    client, ben = signed_in(ada), make.person("Ben")
    sent = {**tokens(client, address), **rest, field: WORDS}
    lapse(client)
    page = client.post(address, sent, follow=True)
    page = sign_in_again(client, ben, page)
    assert "quillwort" not in page.content.decode() and not show_it(page.content.decode())
    assert "quillwort" in shown_again(signed_in(ada), address)


def test_a_token_renewed_in_another_tab_loses_nothing(ada, form):
    address, field, rest = form
    client = signed_in(ada, enforce_csrf_checks=True)
    sent = {**tokens(client, address), **rest, field: WORDS}
    client.cookies["csrf"] = "x" * 32  # signing in in another tab draws a new secret
    page = client.post(address, sent, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert "quillwort" in shown_again(client, address)


def test_a_form_of_ones_own_sent_while_another_is_signed_in_goes_to_its_writer(ada, form):
    address, field, rest = form
    old = tokens(signed_in(ada), address)
    client = signed_in(make.person("Ben"), enforce_csrf_checks=True)
    client.get(address)
    page = client.post(address, {**old, **rest, field: WORDS}, follow=True)
    assert page.status_code == 403 and "quillwort" not in page.content.decode()
    assert "quillwort" not in client.get(address).content.decode()
    assert "quillwort" in shown_again(signed_in(ada), address)


def forged(person):
    other_salt = signing.dumps(str(person.pk), salt="another")
    right = _drafts.writer_token(person)
    return [
        "",
        "x",
        str(person.pk),
        other_salt,
        right[:-1],
        right + "x",
        signing.dumps("no id", salt=_drafts.SALT),
        "\x00",
    ]


def test_a_forged_writer_plants_nothing(ada, form):
    address, field, rest = form
    for token in forged(ada):
        page = Client().post(address, {**rest, field: WORDS, "writer": token})
        assert page.status_code == 302 and page.url.startswith("/accounts/login/")
    assert not HeldText.objects.exists()


def test_a_writer_who_is_gone_holds_nothing(ada, form):
    address, field, rest = form
    token = _drafts.writer_token(ada)
    ada.delete()
    assert Client().post(address, {**rest, field: WORDS, "writer": token}).status_code == 302
    assert not HeldText.objects.exists()


def test_the_newest_of_two_stays(ada, form):
    address, field, rest = form
    for words in ("first", "second"):
        Client().post(address, {**rest, field: words, "writer": _drafts.writer_token(ada)})
    assert [held.fields[field] for held in HeldText.objects.all()] == [["second"]]


def test_an_empty_form_is_not_held(ada):
    Client().post("/me/", {"shown_name": "  ", "writer": _drafts.writer_token(ada)})
    assert not HeldText.objects.exists()


def test_signs_that_no_database_keeps_are_left_out(ada, form):
    address, field, rest = form
    sent = {**rest, field: "a\x00b", "c\x00d": "e", "writer": _drafts.writer_token(ada)}
    Client().post(address, sent)
    (held,) = HeldText.objects.all()
    assert held.fields[field] == ["ab"] and held.fields["cd"] == ["e"]


def test_an_address_longer_than_any_of_ours_holds_nothing(ada):
    address = f"/mine/write/{'x' * 400}/"
    answer = Client().post(address, {"limit": "words", "writer": _drafts.writer_token(ada)})
    assert answer.status_code in (302, 404)
    assert not HeldText.objects.exists()


def test_the_writer_token_says_nothing_to_its_reader(ada):
    assert ada.email not in _drafts.writer_token(ada)


def test_a_button_pressed_after_the_session_lapsed_says_that_nothing_was_done(client, ada) -> None:
    answer = client.post("/steps/pause/", follow=True)
    assert answer.status_code == 200
    assert _drafts.NOTHING_DONE in answer.content.decode()


def test_an_answer_alone_is_not_held_as_words(client, ada) -> None:
    client.post("/today/check-in/", {"writer": _drafts.writer_token(ada), "answer": "yes", "seen": "3", "act": "keep"})
    assert not HeldText.objects.exists()


# --- While somebody writes ---

FORM = writing("boundary")
HOLD = "/me/hold/"


def typed(person, words=WORDS, at=FORM, client=None, **more):
    """What a page sends while its form is being written in."""
    sent = {"limit": words, "writer": _drafts.writer_token(person), "at": at, "held": str(uuid4()), **more}
    answer = (client or Client(enforce_csrf_checks=True)).post(HOLD, sent)
    assert answer.status_code == 204 and answer.content == b""
    return sent["held"]


def held_words():
    return sorted(row.fields["limit"][0] for row in HeldText.objects.all())


def test_each_page_writes_into_a_row_of_its_own(ada):
    first = typed(ada, "first")
    typed(ada, "second")
    typed(ada, "first, longer", held=first)
    assert held_words() == ["first, longer", "second"]


def test_a_page_cannot_write_into_another_persons_row(ada, ben):
    hers = typed(ada, "hers")
    typed(ben, "his", held=hers)
    assert held_words() == ["hers"]


def test_a_form_that_was_emptied_is_forgotten_and_no_other_persons(ada, ben):
    hers = typed(ada, "hers")
    typed(ben, "", held=hers)
    assert held_words() == ["hers"]
    typed(ada, "  ", held=hers)
    assert held_words() == []


def test_saving_lets_go_of_what_was_saved_and_of_nothing_else(ada):
    client = signed_in(ada)
    other = typed(ada, "other words")
    mine = typed(ada, "these")
    sent = {**tokens(client, FORM), "limit": "these", "held": mine}
    assert client.post(FORM, sent).status_code == 302
    assert [str(row.pk) for row in HeldText.objects.all()] == [other]


def test_a_form_that_is_shown_again_goes_on_in_the_same_row(ada):
    client = signed_in(ada)
    mine = typed(ada)
    assert f'name="held" value="{mine}"' in shown_again(client, FORM)
    assert show_it(shown_again(client, FORM)) == ""  # it is on the page
    refused = client.post(FORM, {**tokens(client, FORM), "limit": "", "held": mine}).content.decode()
    assert f'name="held" value="{mine}"' in refused


@pytest.mark.parametrize("again", ["", "x", "6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f10", "\x00"])
def test_an_address_that_asks_for_nothing_there_is_gives_a_blank_form(ada, ben, again):
    hers = typed(ada)
    for asked in (again, hers):
        page = signed_in(ben).get(FORM, {"again": asked})
        assert page.status_code == 200 and "quillwort" not in page.content.decode()


def test_it_is_thrown_away_by_its_writer_alone_and_twice_is_success(ada, ben):
    hers = typed(ada)
    address = f"/me/hold/{hers}/throw-away/"
    signed_in(ben).post(address)
    assert held_words() == [WORDS]
    for _ in range(2):
        assert signed_in(ada).post(address, {"back": FORM}).url == FORM
    assert held_words() == []


@pytest.mark.parametrize("back", ["", "https://elsewhere.example/", "//elsewhere.example/", "x", "\x00"])
def test_throwing_away_leads_nowhere_else(ada, back):
    answer = signed_in(ada).post(f"/me/hold/{uuid4()}/throw-away/", {"back": back})
    assert answer.status_code == 302 and "elsewhere" not in answer.url


def test_of_very_many_the_oldest_go(ada, story):
    for n in range(records.MOST_HELD + 2):
        records.hold_text(FORM, {"limit": [f"{n:02}"]}, by=ada, at=story.tick(), held_id=uuid4())
    assert len(held_words()) == records.MOST_HELD and held_words()[0] == "02"


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, "today"), (1, "yesterday"), (2, "Saturday"), (6, "Tuesday"), (7, "27 April"), (200, "16 October 2025")],
)
def test_the_day_is_said_as_one_says_it(ada, story, days, told):
    story.at = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
    records.hold_text(FORM, {"limit": ["words"]}, by=ada, at=story.at - timedelta(days=days))
    client = Client()
    client.force_login(ada)
    assert f"Unfinished writing from {told}." in client.get(FORM).content.decode()


def test_two_of_one_day_are_told_apart_by_the_hour(ada, story):
    for n in range(2):
        records.hold_text(FORM, {"limit": ["words"]}, by=ada, at=story.at - timedelta(minutes=n), held_id=uuid4())
    client = Client()
    client.force_login(ada)
    told = re.findall(r"Unfinished writing from ([^.<]+)\.", client.get(FORM).content.decode())
    assert len(set(told)) == 2


def test_the_first_page_after_signing_in_tells_of_it_once_and_never_of_steps(ada):
    held = records.hold_text(FORM, {"limit": ["words"]}, by=ada, at=clock.now())
    records.hold_text(step("walk", "both"), {"conditions": ["words"]}, by=ada, at=clock.now())
    client = signed_in(ada)
    page = client.get("/today/").content.decode()
    assert page.count("Unfinished writing from today.") == 1
    assert show_it(page) == f"{FORM}?again={held.pk}"
    assert "Unfinished writing" not in client.get("/today/").content.decode()


def test_an_erased_record_takes_unfinished_writing_on_its_pages_along(ada, story):
    record = make.boundary(ada, story, "A limit.")
    records.hold_text(f"/mine/{record.pk}/revise/", {"limit": ["words"]}, by=ada, at=story.tick())
    typed(ada, "of another page")
    erasure.erase_record(record, by=ada, at=story.tick())
    assert held_words() == ["of another page"]


def test_whoever_chose_to_keep_nothing_when_leaving_has_nothing_kept(ada):
    client = signed_in(ada)
    User.objects.filter(pk=ada.pk).update(keeps_when_leaving=False)
    typed(ada, client=client)
    assert held_words() == [WORDS]
    client.post("/leave/")
    typed(ada, client=client)  # on its way while they left
    assert held_words() == []


def test_leaving_keeps_unfinished_writing_of_everybody_else(ada, ben):
    client = signed_in(ada)
    typed(ada)
    typed(ben)
    client.post("/leave/")
    assert held_words() == [WORDS, WORDS]
