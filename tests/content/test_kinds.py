"""Every kind of record: written alone, kept, revised, offered, and read by the other only with a welcome."""

import re
from typing import Any
from uuid import uuid4

import pytest

from couples import visibility
from couples.actions import records, sharing
from couples.content.kind_parts import TENDER
from couples.content.kind_words import first_words, sheet_fields
from couples.content.kinds import KINDS
from couples.rule import consent
from couples.rule.admissions import CLASSES, kinds_of
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading, words_not_ours
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db

APART = ("step", "look_back")  # they are more than their fields, and have test files of their own
OF_RECORDS = [kind for kind in KINDS.values() if kind.name not in APART]
HEAVY = ("impact_letter", "accountability_letter", "reply", "breach", "repair")
SHARED = [kind for kind in OF_RECORDS if not kind.is_alone]  # the others have test_kinds_alone.py besides
each_kind = pytest.mark.parametrize("kind", OF_RECORDS, ids=lambda kind: kind.name)
each_shared_kind = pytest.mark.parametrize("kind", SHARED, ids=lambda kind: kind.name)


def filled(kind: Any) -> dict[str, str]:
    """Every field of a kind with words of its own."""
    words = {}
    for field in kind.written_fields:
        plain = f"{field.name} of a {kind.word}"
        words[field.name] = field.choices[0][0] if field.choices else "2026-05-31" if field.is_day else plain
    return words


def written(it: Looking, kind: Any, *, is_tender: bool = False) -> Any:
    words = filled(kind)
    shared = {field.name: words[field.name] for field in kind.shared_fields if is_tender or field.name != TENDER.name}
    own = {field.name: words[field.name] for field in kind.own_fields if not field.guided}
    return records.write(kind.name, shared, own, by=it.ada, at=it.clock.tick())


@each_kind
def test_it_is_written_alone_and_only_its_first_field_and_a_choice_to_be_made_are_needed(kind: Any) -> None:
    clock, eve = make.Clock(), make.person("Eve")
    visit = Visit(eve, clock)
    url, first = writing(kind.name), kind.fields[0].name
    page = visit.get(url).content.decode()
    assert all(field.label in page for field in kind.written_fields)
    assert "Offer to share" not in page, "there is nobody to offer it to"
    assert "Please write a few words" in visit.post(url, once=uuid4(), **{first: "  "}).content.decode()
    chosen = {field.name: field.choices[-1][0] for field in kind.written_fields if field.is_needed}
    for name in chosen:
        assert not re.search(rf'name="{name}"[^>]*checked', page), "none is preselected"
        assert "Choose one of these." in visit.post(url, once=uuid4(), **{first: "One line."}).content.decode()
    assert visit.post(url, once=uuid4(), **{first: "One line."}, **chosen).status_code == 302
    (record,) = visibility.mine(eve)
    assert (record.kind, records.newest_of(record).words) == (kind.name, {first: "One line.", **chosen})
    assert "One line." in visit.main("/mine/") and kind.many in visit.main("/mine/")
    assert "One line." in visit.main(f"/mine/?kind={kind.code}")


@each_kind
def test_every_field_is_kept_and_shown_and_author_only_fields_stand_apart(it: Looking, kind: Any) -> None:
    words = filled(kind)
    assert it.post(it.ada, writing(kind.name), once=uuid4(), **words).status_code == 302
    record = visibility.mine(it.ada).get()
    newest = records.newest_of(record)
    assert set(newest.words) == {field.name for field in kind.shared_fields}
    main = Reading(it.get(it.ada, f"/mine/{record.pk}/").content.decode()).main
    assert all(text in main for _, text in sheet_fields(kind.name, newest.words))
    own = visibility.own_words_of(it.ada, record.pk)
    assert own == {field.name: words[field.name] for field in kind.own_fields if not field.guided}


@pytest.mark.parametrize("is_tender", [False, True])
@each_shared_kind
def test_the_other_reads_it_after_offer_and_welcome_and_never_what_is_for_the_author_alone(
    it: Looking, kind: Any, is_tender: bool
) -> None:
    record = written(it, kind, is_tender=is_tender)
    apart = is_tender or kind.heavy or records.newest_of(record).words.get("area") == "touch"
    first = first_words(kind.name, records.newest_of(record).words)
    assert first not in it.get(it.ben, "/ours/").content.decode()
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    opening = make.open_revision(record, it.ben, it.clock)
    for url in ("/ours/", f"/ours/{opening.pk}/"):
        page = it.get(it.ben, url).content.decode()
        assert kind.a_word in page
        assert (first in page) is not (apart and url == "/ours/"), "such words stand on their own sheet alone"
        assert not any(f"{field.name} of a {kind.word}" in page for field in kind.own_fields)
    timeline = Reading(it.get(it.ben, "/timeline/").content.decode()).main
    told = "Something your partner wrote opened." if kind.heavy else kind.says_it_opened("your partner")
    assert (told in timeline) is not kind.of_steps and first not in timeline
    sharing.take_back(record, by=it.ada, at=it.clock.tick())
    for url in ("/ours/", "/timeline/", f"/ours/{opening.pk}/"):
        assert first not in it.get(it.ben, url).content.decode()


@each_shared_kind
def test_heavy_things_open_at_no_sitting_and_everyday_things_do(it: Looking, kind: Any) -> None:
    from couples.actions import sitting

    record = written(it, kind)
    make.offer(record, it.ada, it.clock)
    for who in (it.ada, it.ben):
        sitting.sit_down(by=who, at=it.clock.tick())
    it.clock.tick()
    opened = visibility.open_to(it.ben, it.clock.at).filter(under=record.pk).exists()
    assert opened is (kind.name not in HEAVY) is (consent.scope_of(kind.name) == consent.EVERYDAY)


# What is tender stands apart in the same way, whatever its kind: views/test_tender.py shows it.
@pytest.mark.parametrize("is_tender", [False, pytest.param(True, marks=pytest.mark.deep)])
@each_shared_kind
def test_a_therapist_reads_it_only_while_both_admit_its_class(it: Looking, kind: Any, is_tender: bool) -> None:
    record = written(it, kind, is_tender=is_tender)
    apart = is_tender or kind.heavy or records.newest_of(record).words.get("area") == "touch"
    make.offer(record, it.ada, it.clock)
    others = tuple(each for each in CLASSES if kind.name not in kinds_of(each))
    for who, classes in ((it.ada, CLASSES), (it.ben, others)):
        make.admit(it.card, who, clock=it.clock, classes=classes)
    it.clock.next_morning(it.pair)
    first = first_words(kind.name, records.newest_of(record).words)
    sheet = f"?sheet={make.open_revision(record, it.ben, it.clock).pk}"
    assert kind.a_word not in it.get(it.faye, it.room).content.decode()
    assert it.get(it.faye, f"{it.room}{sheet}").status_code == 404
    make.admit(it.card, it.ben, clock=it.clock)
    it.clock.next_morning(it.pair)
    for path in (it.room, f"{it.room}session/", f"{it.room}sheet/", it.mirror):
        page = it.get(it.ben if path == it.mirror else it.faye, path).content.decode()
        assert kind.word in page and (first in page) is not apart, path
        assert (sheet in page) is (path != f"{it.room}sheet/"), "the print leads nowhere"
    for path in (it.room, f"{it.room}session/", it.mirror):
        page = it.get(it.ben if path == it.mirror else it.faye, f"{path}{sheet}").content.decode()
        assert first in page
        assert not any(f"{field.name} of a {kind.word}" in page for field in kind.own_fields)


@each_kind
def test_new_words_begin_without_a_yes_and_older_ones_stay_in_the_history(it: Looking, kind: Any) -> None:
    record = written(it, kind)
    first = kind.fields[0].name
    answer = it.post(it.ada, f"/mine/{record.pk}/revise/", seen="1", **{**filled(kind), first: "Other words."})
    assert answer.status_code == 302
    assert records.newest_of(record).number == 2
    assert "Other words." in Reading(it.get(it.ada, f"/mine/{record.pk}/history/").content.decode()).main


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_its_words_press_nobody_and_judge_nobody(kind: Any) -> None:
    said = [kind.about, kind.begin, kind.word, kind.many, *kind.starters]
    said += [part for field in kind.fields for part in (field.label, field.help)]
    assert not [word for part in said for word in words_not_ours(part)]
    assert kind.about.endswith(".") and kind.begin.startswith("Write ")


def test_the_page_of_kinds_says_what_each_is_and_leads_to_it(it: Looking) -> None:
    page = Reading(it.get(it.ada, "/mine/write/").content.decode())
    for kind in (*OF_RECORDS, KINDS["look_back"]):
        assert kind.begin in page.main and kind.about in page.main
        assert writing(kind.name) in page.links


# --- A request ---


def open_request(it: Looking) -> Any:
    words = {"ask": "Call me when you are late.", "when": "Any evening", "meaning": "That I need not guess."}
    record = records.write("request", words, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    return make.open_revision(record, it.ben, it.clock)


@pytest.mark.parametrize("who", ["ada", "ben"])
def test_an_open_request_can_become_the_draft_of_an_agreement(it: Looking, who: str) -> None:
    opening, person = open_request(it), getattr(it, who)
    page = Reading(it.get(person, f"/ours/{opening.pk}/").content.decode())
    address = writing("agreement", f"?from={opening.pk}")
    assert address in page.links and "Make this an agreement" in page.main
    draft = it.get(person, address).content.decode()
    assert all(words in draft for words in ("Call me when you are late.", "Any evening", "That I need not guess."))
    assert not visibility.mine(person).filter(kind="agreement").exists(), "nothing is saved by looking"


def test_a_request_that_is_not_open_begins_nothing(it: Looking) -> None:
    opening = open_request(it)
    sharing.take_back(visibility.mine(it.ada).get(kind="request"), by=it.ada, at=it.clock.tick())
    for who in (it.ada, it.ben, it.eve):
        assert b"Call me when you are late." not in it.get(who, writing("agreement", f"?from={opening.pk}")).content
    plain = it.get(it.eve, writing("agreement")).status_code
    for odd in ("x", "", "00000000-0000-0000-0000-000000000000", "%00"):
        assert it.get(it.eve, writing("agreement", f"?from={odd}")).status_code == plain == 200


def test_declining_is_silent_there_is_no_button_and_no_trace(it: Looking) -> None:
    opening = open_request(it)
    page = it.get(it.ben, f"/ours/{opening.pk}/").content.decode()
    assert "Decline" not in page and "you need not answer or give a reason" in Reading(page).main
