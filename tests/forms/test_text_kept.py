"""What people write is kept as they wrote it, however new its signs and however long; what cannot be kept is said."""

from html import escape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from couples import visibility
from couples.content import kinds
from couples.forms.mine import WritingForm
from couples.forms.words import CUT_BY_THE_BROWSER, MOST_TYPED, WordsField
from couples.lib.text import clean_words, holds_no_signs
from couples.models import HeldText
from couples.views._drafts import AGAIN, writer_token
from tests.support import addresses, make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

NEW_SIGNS = ["🫩", "🫨", "\U0001fadf", "\u0378", "a\u200db", "𞤀", "\ue000", "One\x1b two\x08", "a\u2028b", "\ufeffx"]
NO_SIGNS = ["\x00", "\ud800", "\udfff", "\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
LEFT_OUT = "They were left out"
WRITE = addresses.writing("boundary")
FORM = "application/x-www-form-urlencoded"
MB = 1_000_000


def written(it: Looking) -> list[str]:
    return [revision.words["limit"] for revision in visibility.revisions_of_mine(it.ada)]


def send(it: Looking, **fields: str) -> Any:
    client = Client()
    client.force_login(it.ada)
    return client.post(WRITE, urlencode(fields), content_type=FORM)


# --- Signs ---


@pytest.mark.parametrize("words", NEW_SIGNS, ids=[ascii(words) for words in NEW_SIGNS])
def test_a_sign_that_this_python_does_not_know_yet_is_kept_alone_and_among_others(it: Looking, words: str) -> None:
    for limit in (words, f"Not {words} now."):
        assert send(it, limit=limit).status_code == 302
        assert limit.strip() in written(it)


@pytest.mark.parametrize("sign", NO_SIGNS, ids=[ascii(sign) for sign in NO_SIGNS])
def test_what_is_no_sign_is_left_out(sign: str) -> None:
    assert clean_words(f"Knock{sign} first.") == "Knock first."
    assert holds_no_signs(f"Knock{sign} first.")


def test_it_is_said_when_something_was_left_out_and_only_then(it: Looking) -> None:
    for limit, said in (("Knock\x00 first.", True), ("Knock\ufffe first.", True), ("Knock first, 🫩.", False)):
        client = Client()
        client.force_login(it.ada)
        page = client.post(WRITE, {"limit": limit}, follow=True).content.decode()
        assert (LEFT_OUT in page) is said
    page = client.post(WRITE, {"limit": "x" * 5000 + "\x00"}).content.decode()
    assert LEFT_OUT in page and "x" * 5000 in page


def test_control_characters_break_no_page_that_shows_them(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock, "Knock\x1b\x08\x0b first.")
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    for who, url in ((it.ada, f"/mine/{record.pk}/"), (it.ada, "/mine/"), (it.ben, "/ours/"), (it.ada, "/timeline/")):
        assert it.get(who, url).status_code == 200
    client = Client()
    client.force_login(it.ada)
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/me/"})
    assert client.post("/export/file/").getvalue()


@pytest.mark.parametrize(("name", "kept"), [("🫩", "🫩"), ("A\x07da\x1b", "Ada"), ("Ada\x00", "Ada"), ("\x07", None)])
def test_a_name_may_be_a_new_sign_but_holds_none_that_nobody_sees(it: Looking, name: str, kept: str | None) -> None:
    it.post(it.eve, "/me/", shown_name=name, asked_after="")
    it.eve.refresh_from_db()
    assert it.eve.shown_name == (kept or "Eve")


# --- Length ---


def test_what_is_far_too_long_comes_back_whole_with_a_message(it: Looking) -> None:
    long = "é" * (13 * MB // 10)  # 7.8 MB as a browser sends it
    answer = send(it, limit=long)
    page = answer.content.decode()
    assert answer.status_code == 200 and long in page and "too long" in page
    assert not written(it)


def test_many_fields_lose_nothing(it: Looking) -> None:
    answer = send(it, limit="x" * 5000, **{f"field{n}": "y" for n in range(1_500)})
    assert answer.status_code == 200 and "x" * 5000 in answer.content.decode()


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b"])
def test_a_body_of_more_than_eight_megabytes_is_refused_kindly_before_it_is_read(it: Looking, kind: str) -> None:
    client = Client()
    client.force_login(it.ada)
    answer = client.post(WRITE, b"limit=" + b"x" * (8 * 1024 * 1024), content_type=kind)
    page = Reading(answer.content.decode()).main
    assert answer.status_code == 413
    assert "8 megabytes" in page and "Nothing was changed" in page and "Go back" in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_more_fields_than_any_page_has_are_refused_as_kindly(it: Looking) -> None:
    answer = send(it, limit="x", **{f"field{n}": "y" for n in range(10_001)})
    assert answer.status_code == 413 and "Nothing was changed" in answer.content.decode()


def test_a_body_at_the_edge_is_not_refused(it: Looking) -> None:
    body = b"limit=" + b"x" * (8 * 1024 * 1024 - 6)
    client = Client()
    client.force_login(it.ada)
    assert client.post(WRITE, body, content_type=FORM).status_code == 200


def test_whoever_was_signed_out_finds_a_megabyte_again(it: Looking) -> None:
    long = "x" * (3 * MB)
    answer = Client().post(WRITE, {"limit": long, "writer": writer_token(it.ada)})
    assert answer.url.startswith("/accounts/login/")
    held = HeldText.objects.get(author=it.ada)
    assert held.fields["limit"] == [long]
    assert long in it.get(it.ada, f"{WRITE}?{AGAIN}={held.pk}").content.decode()


# --- What the browser does ---


def test_a_field_takes_more_than_is_kept_so_that_no_browser_cuts_unseen(it: Looking) -> None:
    page = it.get(it.ada, WRITE).content.decode()
    assert page.count(f'maxlength="{MOST_TYPED}"') >= 3
    assert 'maxlength="4000"' not in page and 'maxlength="200"' not in page


@pytest.mark.parametrize("long", ["x" * MOST_TYPED, "🫩" * (MOST_TYPED // 2), "x\r\n" * (MOST_TYPED // 2)])
def test_where_a_browser_may_have_cut_it_is_said(it: Looking, long: str) -> None:
    assert CUT_BY_THE_BROWSER in send(it, limit=long).content.decode()
    assert CUT_BY_THE_BROWSER not in send(it, limit="x" * 5000).content.decode()


def test_no_form_of_ours_can_fill_more_than_a_body_may_hold() -> None:
    for kind in kinds.KINDS.values():
        fields = [field for field in WritingForm(kind).fields.values() if isinstance(field, WordsField)]
        most = sum(len(urlencode({"": "月" * MOST_TYPED})) for _ in fields)
        assert most < settings.DATA_UPLOAD_MAX_MEMORY_SIZE, kind.name


def test_the_words_of_the_message_are_not_markup(it: Looking) -> None:
    sly = "<b>" * MB
    assert escape(sly) in send(it, limit=sly).content.decode()
