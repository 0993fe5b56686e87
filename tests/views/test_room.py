"""The therapist's room: in only by both, out by either, and no word about who."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from couples import visibility
from couples.actions import pairing, sessions, therapy
from couples.content.refusals import SENTENCES
from couples.models import Card, Introduction, LookingDay, Pair, TherapistCode
from couples.presenters import couples_list
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.couple_and_therapist import TOKENS, Looking, queries_of
from tests.support.page_reader import Reading, show_it, telling_words

pytestmark = pytest.mark.django_db

ENTERED = "This place does not say whether or when."
NO_PAIR = "/room/00000000-0000-4000-8000-000000000000/"


def text_of(answer: Any) -> str:
    return Reading(answer.content.decode()).main


def found(it: Looking) -> bool:
    """Whether the couple stands in the room, and its page too: both say the same."""
    listed = "Ada and Ben" in it.get(it.faye, "/room/").content.decode()
    assert (it.get(it.faye, it.room).status_code == 200) == listed
    return listed


# --- Seven questions per view ---


@pytest.mark.parametrize("path", ["/room/", "/room/card/", "/room/enter/", NO_PAIR])
def test_a_visitor_is_asked_to_sign_in(it: Looking, path: str) -> None:
    answer = it.get(None, path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/room/", "/room/card/", "/room/enter/", NO_PAIR])
def test_no_page_of_the_room_answers_a_method_it_does_not_know(it: Looking, path: str) -> None:
    client = Client()
    client.force_login(it.faye)
    assert client.delete(path).status_code == 405
    if path == NO_PAIR:
        assert client.post(path).status_code == 405


def test_what_is_not_there_and_what_is_not_theirs_look_the_same(it: Looking) -> None:
    it.let_in()
    gus, _ = make.therapist("Gus", it.clock)
    missing = it.bytes_of(it.faye, NO_PAIR)
    for who in (gus, it.eve, it.ada, it.ben):
        answer = it.get(who, it.room)
        assert answer.status_code == 404
        assert b"Ada" not in answer.content
    assert it.bytes_of(gus, it.room) == missing
    assert it.get(it.faye, "/room/not-an-id/").status_code == 404


def test_somebody_without_a_card_is_shown_the_way_to_one(it: Looking) -> None:
    page = it.get(it.eve, "/room/")
    assert "/room/card/" in Reading(page.content.decode()).links
    assert it.post(it.eve, "/room/enter/", code="ABCD-EFGH").status_code == 409


def test_titles_and_addresses_say_nothing(it: Looking) -> None:
    it.let_in()
    for path in ("/room/", "/room/card/", it.room):
        page = Reading(it.get(it.faye, path).content.decode())
        assert page.title == "Room"
        assert not telling_words(path)


# --- The card ---


def test_writing_a_card_makes_somebody_a_therapist(it: Looking) -> None:
    card = {
        "name": "Eve",
        "practice": "By the river",
        "secrets": "I keep none.",
        "agreed": "on",
        **make.FURTHER_OF_A_CARD,
    }
    answer = it.post(it.eve, "/room/card/", **card)
    assert answer.status_code == 302 and answer["Location"] == "/room/"
    assert visibility.newest_cards_shown_to(it.pair.pk).count() == 1  # nobody was introduced by it
    it.eve.refresh_from_db()
    assert it.eve.is_therapist
    assert "Your room" in text_of(it.get(it.eve, "/room/"))


def test_a_card_without_the_promise_is_not_written_and_keeps_its_text(it: Looking) -> None:
    answer = it.post(it.eve, "/room/card/", name="Eve", practice="By the river", secrets="I keep none.")
    assert "I keep none." in answer.content.decode()
    assert not Card.objects.filter(therapist=it.eve).exists()


@pytest.mark.parametrize(
    ("field", "bad"),
    [("name", ""), ("name", "x" * 61), ("practice", "\x00\ufffe"), ("practice", "y" * 121), ("secrets", "z" * 2001)],
)
def test_a_bad_card_is_refused_kindly_and_nothing_is_lost(it: Looking, field: str, bad: str) -> None:
    card = {
        "name": "Eve",
        "practice": "By the <b>river</b>",
        "secrets": "I keep none.",
        "agreed": "on",
        **make.FURTHER_OF_A_CARD,
    }
    answer = it.post(it.eve, "/room/card/", **{**card, field: bad})
    page = answer.content.decode()
    assert answer.status_code == 200 and "Nothing you wrote is lost" in page
    for name in {"name", "practice", "secrets"} - {field}:
        assert card[name].replace("<", "&lt;").replace(">", "&gt;") in page
    assert not Card.objects.filter(therapist=it.eve).exists()


def test_a_change_is_announced_before_it_is_saved(it: Looking) -> None:
    assert "asks every couple to admit you again" not in text_of(it.get(it.eve, "/room/card/"))
    page = it.get(it.faye, "/room/card/").content.decode()
    assert "A change asks every couple to admit you again." in page
    assert "unless somebody is in danger" in page


def test_a_changed_card_ends_access_until_both_admit_anew(it: Looking) -> None:
    it.let_in()
    assert found(it)
    changed = {
        "name": "Dr. Faye",
        "practice": "Another practice",
        "secrets": "I keep none.",
        "agreed": "on",
        **make.FURTHER_OF_A_CARD,
    }
    it.post(it.faye, "/room/card/", **changed)
    assert not found(it)
    newest = therapy.card_of(it.faye)
    assert newest is not None
    make.admit(newest, it.ada, clock=it.clock)
    it.clock.next_morning(it.pair)
    assert not found(it)
    make.admit(newest, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    assert found(it)


def test_saving_the_same_card_changes_nothing(it: Looking) -> None:
    it.let_in()
    same = {"name": "Dr. Faye", "practice": "Here", "secrets": "None.", "agreed": "on"} | make.FURTHER_OF_A_CARD
    it.post(it.faye, "/room/card/", **same)
    newest = therapy.card_of(it.faye)
    assert newest is not None
    make.admit(newest, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    it.post(it.faye, "/room/card/", **same)
    assert found(it)


# --- The code ---


def test_a_code_brings_the_card_to_both_and_tells_the_therapist_nothing(it: Looking) -> None:
    gus, _ = make.therapist("Gus", it.clock)
    before = it.bytes_of(gus, "/room/")
    code = therapy.make_code(by=it.ben, at=it.clock.tick())
    answer = it.post(gus, "/room/enter/", code=f"  {code.lower().replace('-', ' ')} ")
    assert answer.status_code == 302
    for who in (it.ada, it.ben):
        assert "Dr. Gus" in it.get(who, "/glass/").content.decode()
    assert it.bytes_of(gus, "/room/") == before


def test_entering_a_code_says_only_one_thing(it: Looking) -> None:
    gus, _ = make.therapist("Gus", it.clock)
    client = Client()
    client.force_login(gus)
    code = therapy.make_code(by=it.ben, at=it.clock.tick())
    answer = client.post("/room/enter/", {"code": code}, follow=True)
    page = text_of(answer)
    assert ENTERED in page
    assert "Ada" not in page and "Ben" not in page


def test_unknown_used_expired_and_own_codes_get_one_answer(it: Looking) -> None:
    gus, _ = make.therapist("Gus", it.clock)
    expired = therapy.make_code(by=it.ada, at=it.clock.tick())
    it.clock.tick(days=8)
    used = therapy.make_code(by=it.ada, at=it.clock.tick())
    therapy.enter_code(used, by=it.faye, at=it.clock.tick())
    own_pair = make.pair(gus, it.eve, it.clock)
    own = therapy.make_code(by=it.eve, at=it.clock.tick())
    answers = {}
    for code in ("ZZZZ-ZZZZ", expired, used, own):
        answer = it.post(gus, "/room/enter/", code=code)
        assert answer.status_code == 409
        assert SENTENCES["code"] in answer.content.decode()
        answers[code] = TOKENS.sub(rb"\1", answer.content).replace(code.encode(), b"")
    assert len(set(answers.values())) == 1
    assert not Introduction.objects.filter(therapist=gus).exists()
    assert own_pair.pk != it.pair.pk


def test_nobody_is_the_therapist_of_their_own_pair(it: Looking) -> None:
    therapy.write_card("Ada", "At home", "None.", by=it.ada, at=it.clock.tick())
    for maker in (it.ada, it.ben):
        code = therapy.make_code(by=maker, at=it.clock.tick())
        assert it.post(it.ada, "/room/enter/", code=code).status_code == 409
    assert not Introduction.objects.filter(therapist=it.ada).exists()


def test_guesses_are_slowed_down(it: Looking) -> None:
    code = therapy.make_code(by=it.ada, at=it.clock.tick())
    statuses = [it.post(it.faye, "/room/enter/", code="ZZZZ-ZZZZ").status_code for _ in range(8)]  # a minute each
    assert statuses == [409] * 8
    answer = it.post(it.faye, "/room/enter/", code=code)  # even a good one has to wait
    assert answer.status_code == 429
    assert "That was a lot of tries. Please wait " in answer.content.decode()
    assert TherapistCode.objects.filter(used_at__isnull=True).exists()


@pytest.mark.parametrize("code", ["", "   ", "\x00", "x" * 500, "<b>", "–", "١٢٣٤"])
def test_a_code_that_cannot_be_one_is_refused_kindly(it: Looking, code: str) -> None:
    assert it.post(it.faye, "/room/enter/", code=code).status_code in (200, 409)


def after_lapse(it: Looking, path: str, **fields: str) -> str:
    """The page to which signing in again leads, after a form was sent from a session that had lapsed."""
    fields["writer"] = writer_token(it.faye)
    sent = it.post(None, path, **fields)
    assert sent.status_code == 302 and path in sent["Location"]
    return it.get(it.faye, show_it(it.get(it.faye, path).content.decode())).content.decode()


def test_what_is_sent_from_a_lapsed_session_comes_back(it: Looking) -> None:
    it.let_in()
    card = {"name": "Dr. Faye", "practice": "Not saved yet", "secrets": "Long words.", "agreed": "on"}
    page = after_lapse(it, "/room/card/", **card)
    assert "Not saved yet" in page and "Long words." in page
    assert 'value="ABCD-EFGH"' in after_lapse(it, "/room/enter/", code="ABCD-EFGH")
    assert found(it)  # nothing was done


# --- In only by both ---


def test_admitted_by_one_the_therapist_sees_and_learns_nothing(it: Looking) -> None:
    it.open_boundary(it.ada, "Open between us.")
    listed, page = it.bytes_of(it.faye, "/room/"), it.bytes_of(it.faye, it.room)
    make.admit(it.card, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    assert it.bytes_of(it.faye, "/room/") == listed
    assert it.bytes_of(it.faye, it.room) == page
    assert it.get(it.faye, it.room).status_code == 404
    assert not LookingDay.objects.exists()


def test_admitted_by_both_in_a_sitting_the_therapist_is_in_at_once(it: Looking) -> None:
    make.admit(it.card, it.ada, it.ben, clock=it.clock)  # the sitting of their pairing is on
    assert found(it)


def test_admitted_by_both_outside_a_sitting_the_therapist_is_in_from_the_morning(it: Looking) -> None:
    it.clock.tick(hours=2)
    make.admit(it.card, it.ada, it.ben, clock=it.clock)
    assert not found(it)
    it.clock.next_morning(it.pair)
    assert found(it)


@pytest.mark.parametrize("ends", ["ada", "ben"])
def test_either_ends_it_and_the_next_page_is_gone(it: Looking, ends: str) -> None:
    it.let_in()
    assert found(it)
    it.post(getattr(it, ends), f"/glass/{it.card.pk}/end/")
    assert not found(it)


def test_an_end_later_than_the_clock_of_the_list_is_seen(it: Looking) -> None:
    it.let_in()
    therapy.end_access(it.faye, by=it.ada, at=it.clock.at + timedelta(minutes=5))
    assert not found(it)


def test_access_ends_by_itself_after_four_to_six_months(it: Looking) -> None:
    it.let_in()
    it.days_later(118)
    assert found(it)
    it.days_later(66)
    assert not found(it)


def test_a_pair_that_ended_is_gone_from_the_room(it: Looking) -> None:
    it.let_in()
    pairing.end_pairing(by=it.ben, at=it.clock.tick())
    assert not found(it)


def test_ended_lapsed_and_never_admitted_look_the_same_to_the_therapist(it: Looking) -> None:
    never = (it.bytes_of(it.faye, "/room/"), it.bytes_of(it.faye, it.room))
    it.let_in()
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    assert (it.bytes_of(it.faye, "/room/"), it.bytes_of(it.faye, it.room)) == never
    it.let_in()
    it.days_later(184)
    assert (it.bytes_of(it.faye, "/room/"), it.bytes_of(it.faye, it.room)) == never


# --- The list ---


def couples(it: Looking, *names: tuple[str, str]) -> list[Pair]:
    """More couples who admit Dr. Faye."""
    made = []
    for one_name, two_name in names:
        number = visibility.pairs_of(it.faye, it.clock.at).count()
        one, two = make.person(f"{one_name}{number}a"), make.person(f"{two_name}{number}b")
        for person, name in ((one, one_name), (two, two_name)):
            person.shown_name = name
            person.save()
        pair = make.pair(one, two, it.clock)
        make.introduce(it.faye, one, it.clock)
        make.admit(it.card, one, two, clock=it.clock)
        made.append(pair)
    return made


def listed(answer: Any) -> list[str]:
    page = answer.content.decode()
    return [
        part.split("</a>")[0].split(">")[-1] for part in page.split("<li>")[1:] if "/room/" in part.split("</a>")[0]
    ]


def test_couples_stand_by_name_and_nothing_else(it: Looking) -> None:
    it.let_in()
    couples(it, ("zoe", "Ärmel"), ("Mia", "Noah"), ("ben", "Abe"))
    assert listed(it.get(it.faye, "/room/")) == ["Abe and ben", "Ada and Ben", "Mia and Noah", "zoe and Ärmel"]


def test_a_search_finds_couples_by_either_name(it: Looking) -> None:
    it.let_in()
    couples(it, ("Mia", "Noah"), ("Özlem", "Ben"))
    assert listed(it.post(it.faye, "/room/", q="ben")) == ["Ada and Ben", "Ben and Özlem"]
    assert listed(it.post(it.faye, "/room/", q="BEN ada")) == ["Ada and Ben"]
    assert listed(it.post(it.faye, "/room/", q="özl")) == ["Ben and Özlem"]
    assert listed(it.post(it.faye, "/room/", q="nobody")) == []


@pytest.mark.parametrize("q", ["", "\x00", "%", "_", "'", "<script>", "a" * 3000, "\U0001f319", "\ufffd"])
def test_a_search_for_anything_is_answered(it: Looking, q: str) -> None:
    it.let_in()
    answer = it.post(it.faye, "/room/", q=q)
    assert answer.status_code == 200
    assert b"<script>" not in answer.content


def test_a_search_does_not_reach_a_couple_that_has_not_admitted(it: Looking) -> None:
    assert listed(it.post(it.faye, "/room/", q="ada")) == []


def test_the_list_goes_on_by_name_without_loss_or_repetition(it: Looking, monkeypatch: Any) -> None:
    monkeypatch.setattr(couples_list, "COUPLES_ON_A_PAGE", 2)
    it.let_in()
    couples(it, ("Ada", "Ben"), ("Ada", "Ben"), ("Mia", "Noah"), ("Ann", "Ben"))
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = couples_list.couples_of(it.faye, it.clock.at, "", after)
        seen, after = seen + [couple.id.hex for couple in page.couples], page.more
    assert len(seen) == len(set(seen)) == 5
    assert "More names" in it.post(it.faye, "/room/", q="ben").content.decode()


def test_the_rest_of_a_list_is_asked_for_without_a_name_in_an_address(it: Looking, monkeypatch: Any) -> None:
    monkeypatch.setattr(couples_list, "COUPLES_ON_A_PAGE", 1)
    it.let_in()
    couples(it, ("Ann", "Ben"), ("Mia", "Noah"))
    first = it.post(it.faye, "/room/", q="ben").content.decode()
    assert not [link for link in Reading(first).links if "?" in link and "show=" not in link]
    after = re.search(r'name="after" value="([^"]+)"', first)
    assert after is not None and 'name="q" value="ben"' in first
    assert listed(it.post(it.faye, "/room/", q="ben", after=after[1])) == ["Ann and Ben"]


def test_the_room_takes_as_many_queries_for_many_couples_as_for_one(it: Looking) -> None:
    it.let_in()
    for_one = queries_of(it.faye, "/room/")
    couples(it, *[(f"P{n}", f"Q{n}") for n in range(40)])
    assert queries_of(it.faye, "/room/") == for_one <= 7


def test_the_week_ahead_is_told_day_by_day_by_the_therapists_clocks(it: Looking) -> None:
    it.let_in()
    (pair,) = couples(it, ("Mia", "Noah"))
    page = Reading(it.get(it.faye, "/room/").content.decode()).main
    assert "seven days" not in page, "nothing is set"
    begin = it.clock.at.replace(hour=9, minute=0)  # 10:00 in Berlin
    sessions.set_session(it.pair, begin + timedelta(days=2), 60, weeks=1, by=it.faye, at=it.clock.tick())
    sessions.set_session(pair, begin + timedelta(days=2, hours=-1), 60, by=it.faye, at=it.clock.tick())
    page = Reading(it.get(it.faye, "/room/").content.decode()).main.partition("All couples")[0]
    places = [page.index(told) for told in ("09:00", "Mia and Noah", "10:00", "Ada and Ben")]
    assert places == sorted(places) and page.count("Ada and Ben") == 1, "the next of the series is a week later"
    assert "seven days" not in it.post(it.faye, "/room/", q="ada").content.decode()


def test_since_the_last_session_stands_only_beside_couples_with_whom_there_was_one(it: Looking) -> None:
    it.let_in()
    sessions.set_session(it.pair, it.clock.at + timedelta(hours=2), 60, weeks=1, by=it.faye, at=it.clock.tick())
    assert "Since the last session" not in it.get(it.faye, "/room/").content.decode()
    it.clock.tick(hours=4)
    assert "Since the last session" in it.get(it.faye, "/room/").content.decode()
