"""The glass: the same card for both, an answer that shows nothing, and a mirror that hides nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from couples import visibility
from couples.actions import pairing, steps, therapy
from couples.content.phrases import STEPS_THINGS
from couples.content.refusals import SENTENCES
from couples.models import HeldText, TherapistCode, Yes
from couples.rule.admissions import CLASSES
from tests.support import make
from tests.support.couple_and_therapist import Looking, queries_of
from tests.support.page_reader import Reading, telling_words

pytestmark = pytest.mark.django_db

NO_CARD = "00000000-0000-4000-8000-000000000000"
MIRROR_LINK = "See exactly what this therapist sees"
SAID_NOTHING = "Choose at least one, or press"
CODE = re.compile(r'class="code">([^<]+)<')


def admit(it: Looking, who: Any, *classes: str, **more: str) -> Any:
    """Press "Admit" on the card of Dr. Faye with these boxes."""
    prefix = f"c{it.card.pk.hex[:8]}"
    named = {f"{prefix}-{name}": value for name, value in more.items()}
    return it.post(who, f"/glass/{it.card.pk}/admit/", **{f"{prefix}-classes": list(classes)}, **named)


def standing(it: Looking, who: Any) -> set[str]:
    """The classes, or kinds, to which this person's yes stands."""
    return set(visibility.yeses_of(who, it.clock.at).filter(kind="admission").values_list("scope", flat=True))


# --- Seven questions per view ---

PLACES = ["/glass/", "/glass/code/", f"/glass/{NO_CARD}/", f"/glass/{NO_CARD}/admit/", f"/glass/{NO_CARD}/end/"]


@pytest.mark.parametrize("path", PLACES)
def test_a_visitor_is_asked_to_sign_in(it: Looking, path: str) -> None:
    for answer in (it.get(None, path), it.post(None, path)):
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", PLACES)
def test_no_page_of_the_glass_answers_a_method_it_does_not_know(it: Looking, path: str) -> None:
    client = Client()
    client.force_login(it.ada)
    assert client.delete(path).status_code == 405


def test_a_card_that_is_not_there_and_one_that_was_not_shown_look_the_same(it: Looking) -> None:
    _, other = make.therapist("Gus", it.clock)
    missing = it.bytes_of(it.ada, f"/glass/{NO_CARD}/")
    for card in (other.pk, it.card.pk):
        assert it.bytes_of(it.ada, f"/glass/{card}/") == missing
    for act in ("admit", "end"):
        for card_id in (NO_CARD, str(other.pk)):
            assert it.post(it.ada, f"/glass/{card_id}/{act}/").status_code == 404
        assert it.get(it.ada, f"/glass/not-an-id/{act}/").status_code == 404


def test_others_get_nothing_of_a_pairs_glass(it: Looking) -> None:
    it.let_in()
    cleo, dan = make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, it.clock)
    for who in (it.eve, cleo, it.faye):
        assert "Dr. Faye" not in it.get(who, "/glass/").content.decode()
        assert it.get(who, it.mirror).status_code == 404
        assert admit(it, who, "everyday").status_code == 404
        assert it.post(who, f"/glass/{it.card.pk}/end/").status_code == 404
    assert it.get(it.faye, it.room).status_code == 200


def test_a_former_partner_gets_nothing_of_it(it: Looking) -> None:
    it.let_in()
    pairing.end_pairing(by=it.ben, at=it.clock.tick())
    assert "Dr. Faye" not in it.get(it.ben, "/glass/").content.decode()
    assert it.get(it.ben, it.mirror).status_code == 404
    assert it.get(it.ada, it.mirror).status_code == 404


def test_without_a_pair_the_page_explains_and_makes_no_code(it: Looking) -> None:
    assert it.get(it.eve, "/glass/code/")["Location"] == "/glass/"
    for answer in (it.get(it.eve, "/glass/"), it.post(it.eve, "/glass/code/")):
        assert answer.status_code == 200
        assert "You need to be paired for this." in answer.content.decode()
    assert not TherapistCode.objects.filter(seat__person=it.eve).exists()


def test_a_button_reached_by_its_address_changes_nothing(it: Looking) -> None:
    it.let_in()
    for act in ("admit", "end"):
        assert it.get(it.ada, f"/glass/{it.card.pk}/{act}/")["Location"] == "/glass/"
    assert standing(it, it.ada) == set(CLASSES)


def test_titles_and_addresses_say_nothing(it: Looking) -> None:
    it.let_in()
    for path in ("/glass/", it.mirror):
        assert Reading(it.get(it.ada, path).content.decode()).title == "Glass"
        assert not telling_words(path)


# --- The code ---


def test_the_page_says_what_a_code_tells_before_it_makes_one(it: Looking) -> None:
    page = it.get(it.ada, "/glass/").content.decode()
    assert page.index("Your partner can tell who asked.") < page.index("Make a code for our therapist")
    assert "Your partner can tell who asked." in page
    assert "cannot be taken back" in page and "four to six months" in page
    assert not CODE.search(page)


def test_a_code_is_shown_once_and_works(it: Looking) -> None:
    gus, _ = make.therapist("Gus", it.clock)
    shown = CODE.search(it.post(it.ada, "/glass/code/").content.decode())
    assert shown is not None
    for path in ("/glass/code/", "/glass/"):
        assert shown[1] not in it.get(it.ada, path).content.decode()
    therapy.enter_code(shown[1], by=gus, at=it.clock.tick())
    assert "Dr. Gus" in it.get(it.ben, "/glass/").content.decode()


def test_a_code_that_was_made_shows_the_partner_nothing(it: Looking) -> None:
    before = it.bytes_of(it.ben, "/glass/")
    it.post(it.ada, "/glass/code/")
    assert it.bytes_of(it.ben, "/glass/") == before


# --- Admit, end access ---


def test_both_see_the_same_card_whoever_made_the_code(it: Looking) -> None:
    hers, his = it.bytes_of(it.ada, "/glass/"), it.bytes_of(it.ben, "/glass/")
    assert hers.replace(b'value="Ada"', b"") == his.replace(b'value="Ben"', b""), "but for their own names"
    page = it.get(it.ada, "/glass/").content.decode()
    for words in ("Dr. Faye", "A quiet practice", "unless somebody is in danger", "We have not checked this person."):
        assert words in page


def test_admitting_gives_a_yes_to_exactly_the_chosen_classes(it: Looking) -> None:
    assert admit(it, it.ada, "everyday", "heavy").status_code == 302
    assert standing(it, it.ada) == {"everyday", "heavy"}
    admit(it, it.ada, "heavy")  # what is chosen replaces what was chosen before
    assert standing(it, it.ada) == {"heavy"}
    assert standing(it, it.ben) == set()


def test_the_page_shows_neither_ones_own_answer_nor_the_partners(it: Looking) -> None:
    blank = {who.pk: it.bytes_of(who, "/glass/") for who in (it.ada, it.ben)}
    admit(it, it.ada, "everyday")
    for who in (it.ada, it.ben):  # a new client each time: the message is gone
        assert it.bytes_of(who, "/glass/") == blank[who.pk]
    it.clock.next_morning(it.pair)
    for who in (it.ada, it.ben):
        assert it.bytes_of(who, "/glass/") == blank[who.pk]
    assert not re.search(rb'type="checkbox"[^>]* checked', blank[it.ada.pk])
    assert it.get(it.ben, it.mirror).status_code == 404


def test_end_access_stands_beside_admit_for_everybody_always(it: Looking) -> None:
    for act in (lambda: None, lambda: admit(it, it.ada, "everyday"), lambda: it.let_in()):
        act()
        for who in (it.ada, it.ben):
            page = it.get(who, "/glass/").content.decode()
            row = page.split('<div class="row">')[1].split("</div>")[0]
            assert re.findall(r'<button[^>]* class="([^"]+)"', row) == ["btn", "btn"]
            assert ">Admit<" in row and ">End access<" in row


def test_the_message_after_a_press_does_not_say_which(it: Looking) -> None:
    client = Client()
    client.force_login(it.ada)
    told = []
    for act in ("admit", "end"):
        fields = {f"c{it.card.pk.hex[:8]}-classes": ["everyday"]}
        page = client.post(f"/glass/{it.card.pk}/{act}/", fields, follow=True).content.decode()
        told.append(page.split('role="status">')[1].split("</div>")[0])
    assert told[0] == told[1]


def test_both_learn_that_the_therapist_is_in(it: Looking) -> None:
    it.let_in()
    for who in (it.ada, it.ben):
        page = it.get(who, "/glass/").content.decode()
        assert MIRROR_LINK in page and it.mirror in Reading(page).links
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    assert MIRROR_LINK not in it.get(it.ada, "/glass/").content.decode()


def test_ended_by_one_and_run_out_look_the_same_to_the_other(it: Looking) -> None:
    never = it.bytes_of(it.ada, "/glass/")
    it.let_in()
    therapy.end_access(it.faye, by=it.ben, at=it.clock.tick())
    ended = it.bytes_of(it.ada, "/glass/")
    make.admit(it.card, it.ben, clock=it.clock)
    make.changed(Yes.objects.filter(kind="admission", closed_at=None), ends_at=it.clock.at + timedelta(days=90))
    it.days_later(91)
    assert it.bytes_of(it.ada, "/glass/") == ended == never


def test_ending_works_in_every_session_on_the_next_page(it: Looking) -> None:
    it.open_boundary(it.ada, "Open between us.")
    it.let_in()
    assert it.post(it.ben, f"/glass/{it.card.pk}/end/").status_code == 302
    for who, path in ((it.faye, it.room), (it.ada, it.mirror), (it.ben, it.mirror)):
        assert it.get(who, path).status_code == 404
    assert it.post(it.ben, f"/glass/{it.card.pk}/end/").status_code == 302  # twice is success


def test_an_answer_sent_from_a_lapsed_session_is_neither_done_nor_held(it: Looking) -> None:
    assert 'name="writer"' not in it.get(it.ada, "/glass/").content.decode()
    blank = it.bytes_of(it.ada, "/glass/")
    sent = admit(it, None, "everyday")
    assert sent.status_code == 302 and sent["Location"].startswith("/accounts/login/")
    assert not HeldText.objects.exists() and standing(it, it.ada) == set()
    assert it.bytes_of(it.ada, "/glass/") == blank


def test_nothing_chosen_is_said_kindly_and_ends_nothing(it: Looking) -> None:
    it.let_in()
    answer = admit(it, it.ada)
    assert "Choose at least one" in answer.content.decode()
    assert standing(it, it.ada) == set(CLASSES)


@pytest.mark.parametrize("kind", ["", "diary", "boundary", "everyday\x00", "steps", "x" * 5000, "<b>"])
def test_a_class_that_cannot_be_chosen_is_refused_kindly(it: Looking, kind: str) -> None:
    assert admit(it, it.ada, kind).status_code == 200
    assert standing(it, it.ada) == set()


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "not a day", "2026-13-45", ""])
def test_an_end_that_cannot_be_is_refused_kindly(it: Looking, day: str) -> None:
    answer = admit(it, it.ada, "everyday", ends="day", ends_day=day)
    assert answer.status_code in (200, 409)
    assert "Nothing you wrote is lost" in answer.content.decode()
    assert standing(it, it.ada) == set()


def test_an_admission_ends_when_its_giver_chose(it: Looking) -> None:
    admit(it, it.ada, "everyday")
    admit(it, it.ben, "everyday", ends="taken_back")
    ends = {yes.seat_id: yes.ends_at for yes in Yes.objects.filter(kind="admission", closed_at=None)}
    assert ends[visibility.seat_of(it.ben).pk] is None
    assert 118 <= (ends[visibility.seat_of(it.ada).pk] - it.clock.at).days <= 183


def test_a_card_that_changed_meanwhile_is_not_admitted(it: Looking) -> None:
    therapy.write_card("Dr. Faye", "Elsewhere", "None.", by=it.faye, at=it.clock.tick())
    answer = admit(it, it.ada, "everyday")
    assert answer.status_code == 409
    assert SENTENCES["stale"].split(",")[0] in answer.content.decode()
    assert standing(it, it.ada) == set()
    page = it.get(it.ada, "/glass/").content.decode()
    assert "Elsewhere" in page and "A quiet practice" in page.partition("What changed on")[2], (
        "both can see what changed"
    )
    assert "A quiet practice" not in page.partition("What changed on")[0]


def test_access_can_be_ended_from_a_page_with_the_older_card(it: Looking) -> None:
    it.let_in()
    therapy.write_card("Dr. Faye", "Elsewhere", "None.", by=it.faye, at=it.clock.tick())
    newest = therapy.card_of(it.faye)
    assert newest is not None
    make.admit(newest, it.ada, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    it.post(it.ada, f"/glass/{it.card.pk}/end/")
    assert it.get(it.faye, it.room).status_code == 404


def test_two_cards_on_a_page_are_answered_apart(it: Looking) -> None:
    gus, card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ben, it.clock)
    page = Reading(it.get(it.ada, "/glass/").content.decode())
    assert not page.ids_twice
    it.post(it.ada, f"/glass/{card.pk}/admit/", **{f"c{card.pk.hex[:8]}-classes": ["everyday"]})
    assert set(Yes.objects.filter(kind="admission").values_list("thing", flat=True)) == {card.pk}


def test_steps_are_named_only_to_somebody_who_turned_them_on(it: Looking) -> None:
    assert STEPS_THINGS not in it.get(it.ada, "/glass/").content.decode()
    steps.turn_on(by=it.ada, at=it.clock.tick())
    assert STEPS_THINGS in it.get(it.ada, "/glass/").content.decode()
    assert STEPS_THINGS not in it.get(it.ben, "/glass/").content.decode()


# --- What is folded ---


def folds_around(page: str, words: str, nth: int = 0) -> list[str]:
    """The beginnings of the folds in which these words stand, the outermost first."""
    at = -1
    for _ in range(nth + 1):
        at = page.index(words, at + 1)
    folds: list[str] = []
    for tag in re.findall(r"<details[^>]*>|</details>", page[:at]):
        folds = folds[:-1] if tag == "</details>" else [*folds, tag]
    return folds


def test_one_therapist_lies_open_and_what_a_yes_means_is_read_before_it(it: Looking) -> None:
    page = it.get(it.ada, "/glass/").content.decode()
    for words in ("A quiet practice", "the next page they open is closed to them", ">Admit<", ">End access<"):
        assert folds_around(page, words) == [], words
    assert page.index("the next page they open is closed to them") < page.index(">Admit<")


def test_what_both_have_read_is_folded_once_they_are_let_in_and_the_buttons_are_not(it: Looking) -> None:
    it.let_in()
    page = it.get(it.ada, "/glass/").content.decode()
    assert all(len(folds_around(page, words)) == 1 for words in ("A quiet practice", "closed to them"))
    assert folds_around(page, ">End access<") == folds_around(page, MIRROR_LINK) == []


def test_of_several_therapists_each_is_a_fold_that_says_who_and_whether_they_come_in(it: Looking) -> None:
    it.let_in()
    gus, _ = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ben, it.clock)
    page = it.get(it.ada, "/glass/").content.decode()
    assert [len(folds_around(page, ">End access<", nth)) for nth in range(2)] == [1, 1], "one press away"
    summaries = re.findall(r"<summary>(.*?)</summary>", page, re.DOTALL)
    said = [" ".join(Reading(f"<main>{each}</main>").main.split()) for each in summaries if "<b" in each]
    assert said == ["Dr. Faye You have both let them in.", "Dr. Gus They are not let in."]


def test_what_needs_another_look_is_unfolded(it: Looking) -> None:
    gus, card = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ben, it.clock)
    page = it.post(it.ada, f"/glass/{card.pk}/admit/").content.decode()
    [around] = folds_around(page, SAID_NOTHING)
    assert around.endswith(" open>") and page.count('folded"') == 2 and page.count('folded" open') == 1


# --- Days of looking ---


def test_both_see_the_days_on_which_the_therapist_looked(it: Looking) -> None:
    it.let_in()
    assert "Days of looking" not in it.get(it.ada, "/glass/").content.decode()
    it.get(it.faye, it.room)
    day = f"{it.clock.at.day} {it.clock.at:%B %Y}"
    for who in (it.ada, it.ben):
        page = it.get(who, "/glass/").content.decode()
        assert "Days of looking" in page and day in page
    therapy.end_access(it.faye, by=it.ada, at=it.clock.tick())
    assert day in it.get(it.ben, "/glass/").content.decode()


def test_days_of_looking_are_paged_and_all_there(it: Looking) -> None:
    it.let_in()
    for _ in range(30):
        it.clock.tick(days=1)
        therapy.note_day_of_looking(it.pair, by=it.faye, at=it.clock.at)
    first = it.get(it.ada, "/glass/").content.decode()
    after = re.search(r'href="(\?after=[^"]+)"', first)
    assert after is not None
    second = it.get(it.ada, f"/glass/{after[1]}").content.decode()
    days = [found for page in (first, second) for found in re.findall(r"<span>(\d+ \w+ 2026)</span>", page)]
    assert len(days) == len(set(days)) == 30


def test_the_glass_takes_as_many_queries_for_many_days_as_for_one(it: Looking) -> None:
    it.let_in()
    therapy.note_day_of_looking(it.pair, by=it.faye, at=it.clock.at)
    few = queries_of(it.ada, "/glass/")
    for _ in range(100):
        it.clock.tick(hours=20)
        therapy.note_day_of_looking(it.pair, by=it.faye, at=it.clock.at)
    gus, _ = make.therapist("Gus", it.clock)
    make.introduce(gus, it.ben, it.clock)
    assert queries_of(it.ada, "/glass/") == few <= 11
