"""A session that lapses in the middle of writing loses nothing, and shows nothing to anybody else.

The forms here stand for all forms that carry the writer's token (`parts/tokens.html`).
"""

import re
from urllib.parse import urlencode

import pytest
from django.core import signing
from django.test import Client

from couples.models import HeldText
from couples.views import _drafts
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

WORDS = "Mara <b>quillwort</b> hill"
FORMS = [
    ("/me/", "shown_name", {"time_zone": "Europe/Berlin"}),
    ("/mine/write/boundary/", "limit", {"act": "keep"}),
    ("/today/check-in/", "line", {}),
    (
        "/room/card/",
        "name",
        {"practice": "A practice", "secrets": "I keep them.", "agreed": "on"},
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
    assert _drafts.KEPT in Reading(page.content.decode()).main
    assert "Mara &lt;b&gt;quillwort&lt;/b&gt; hill" in page.content.decode()


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
    assert _drafts.KEPT not in client.get(address).content.decode()


def test_somebody_else_who_signs_in_there_never_sees_it(ada, form):
    address, field, rest = form
    client, ben = signed_in(ada), make.person("Ben")
    sent = {**tokens(client, address), **rest, field: WORDS}
    lapse(client)
    page = client.post(address, sent, follow=True)
    page = sign_in_again(client, ben, page)
    assert "quillwort" not in page.content.decode() and _drafts.KEPT not in page.content.decode()
    assert "quillwort" in signed_in(ada).get(address).content.decode()


def test_a_token_renewed_in_another_tab_loses_nothing(ada, form):
    address, field, rest = form
    client = signed_in(ada, enforce_csrf_checks=True)
    sent = {**tokens(client, address), **rest, field: WORDS}
    client.cookies["csrf"] = "x" * 32  # signing in in another tab draws a new secret
    page = client.post(address, sent, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert _drafts.KEPT in Reading(page.content.decode()).main and "quillwort" in page.content.decode()


def test_a_form_of_ones_own_sent_while_another_is_signed_in_goes_to_its_writer(ada, form):
    address, field, rest = form
    old = tokens(signed_in(ada), address)
    client = signed_in(make.person("Ben"), enforce_csrf_checks=True)
    client.get(address)
    page = client.post(address, {**old, **rest, field: WORDS}, follow=True)
    assert page.status_code == 403 and "quillwort" not in page.content.decode()
    assert "quillwort" not in client.get(address).content.decode()
    assert "quillwort" in signed_in(ada).get(address).content.decode()


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


def test_more_than_a_form_can_take_is_not_held_and_that_is_said(ada, form):
    address, field, rest = form
    for sent in ({field: "x" * (_drafts.MOST_HELD + 1)}, {"y" * (_drafts.MOST_HELD + 1): "x"}):
        sent = urlencode({**rest, **sent, "writer": _drafts.writer_token(ada)})
        page = Client().post(address, sent, follow=True, content_type="application/x-www-form-urlencoded")
        assert page.status_code == 200
        assert _drafts.TOO_LONG in Reading(page.content.decode()).main
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
