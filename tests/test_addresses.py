"""What stands in an address: codes that tell nothing, each its thing's own for good; names are not there any more."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, resolve, reverse

from couples.actions import records
from couples.content import codes, ladder
from couples.content.kinds import KINDS
from couples.content.learn import PAGES, PRACTICES
from couples.models import HeldText, User
from couples.presenters import couple_places, timeline, yes_groups
from couples.views import _addresses
from tests.support import addresses, make
from tests.support.access_rows import READ, Row
from tests.support.everybody import ADMITTED, AUTHOR, PARTNER, Everybody
from tests.support.page_reader import show_it
from tests.support.visits import Visit
from tests.test_access import TABLE

pytestmark = pytest.mark.django_db

# A code belongs to its thing for good: this table only ever grows. A thing that goes leaves its line, crossed out.
GIVEN = {
    "kind": {
        "boundary": "c6r",
        "request": "x9v",
        "promise": "c5f",
        "agreement": "d7x",
        "trigger_plan": "b4h",
        "impact_letter": "t9n",
        "accountability_letter": "s2v",
        "appreciation": "s5c",
        "moment": "f7d",
        "breach": "n9f",
        "repair": "v4j",
        "look_back": "b8f",
        "step": "r6f",
        "topic": "x2m",
        "slip_plan": "w5p",
        "reply": "c2f",
        "question": "p8q",
        "afterwards": "v5x",
    },
    "group": {"safety": "j2k", "near": "t9c", "touch": "q3j", "closer": "m9f", "ours": "c4p"},
    "step": {
        "quiet-room": "n4v",
        "day-said": "m5f",
        "change-said": "m6b",
        "heard": "z6b",
        "one-question": "h8m",
        "reminder-named": "m9c",
        "small-promise": "v5k",
        "one-thing-shown": "k4r",
        "good-thing": "x7b",
        "day-in-turns": "p3v",
        "pause-kept": "k2m",
        "good-night": "k9p",
        "call-with-end": "w6x",
        "worry-answered": "p8k",
        "one-meal": "z5k",
        "walk": "d4g",
        "hello": "j5p",
        "chair": "k5k",
        "cup": "f3b",
        "read-aloud": "k3v",
        "sofa-cushion": "b5r",
        "own-breath": "p5t",
        "back-to-back": "g8z",
        "three-breaths-eyes": "j2q",
        "eyes-heard": "r7x",
        "walk-by-phone": "h2f",
        "page-by-phone": "x2z",
        "film-apart": "k7x",
        "cup-by-video": "j4t",
        "look-by-video": "s7t",
        "open-hand": "j6q",
        "fingertips": "b7d",
        "held-hand": "q2f",
        "hand-noticed": "c9k",
        "hand-warmed": "d2m",
        "hand-on-shoulder": "m2s",
        "hand-on-back": "b6v",
        "backs": "h5j",
        "shoulder-to-shoulder": "f2k",
        "hug-with-end": "k2k",
        "being-held": "h8f",
        "head-on-shoulder": "n8s",
        "resting": "v8c",
        "map-said": "g3r",
        "forearm-in-turn": "p5h",
        "feet-in-turn": "p7r",
        "face-in-turn": "z2c",
        "back-in-turn": "c4v",
        "guiding-hand": "b7k",
        "still-and-breathing": "t5n",
    },
    "way": {"both": "w9z", "you": "x8k", "partner": "s2k"},
    "beginning": {"signals": "p9m"},
    "yeses": {
        "offered": "n3t",
        "accepted": "w7f",
        "welcomes": "z2h",
        "reading": "m4f",
        "therapist": "r6d",
        "steps": "q2v",
        "small": "p8c",
        "ends_soon": "s6k",
        "said_before": "w9q",
    },
    "filter": {"ours": "c4x", "mine": "c9w", "check-in": "j6v", "earlier": "h6p"},
    "part": {
        "agreements": "m3n",
        "marks": "x6w",
        "words": "z9r",
        "boundaries": "d4j",
        "requests": "b5v",
        "promises": "c6b",
        "plans": "r4f",
        "moments": "b9r",
        "letters": "q5r",
        "breaches": "f5p",
        "look_backs": "p9j",
        "slip_plans": "r3f",
        "topics": "z4t",
        "steps": "j3x",
        "timeline": "g5x",
        "since": "g8f",
    },
}
NOW = {
    "kind": _addresses.codes_of_kinds(),
    "group": _addresses.GROUPS,
    "step": _addresses.STEPS,
    "way": _addresses.WAYS,
    "beginning": _addresses.BEGINNINGS,
    "yeses": yes_groups.CODES,
    "filter": timeline.OWN_CODES,
    "part": couple_places.codes_of_parts(),
}
NAMES = {name for named in GIVEN.values() for name in named}
# Words of places that everybody has, whatever they do there.
PLACES = {"ours", "mine", "timeline", "steps", "safety", "check-in"}


# --- Codes ---


def test_codes_are_those_that_were_given() -> None:
    for what, given in GIVEN.items():
        assert dict(NOW[what]) == given, f"a code of a {what} is new or changed: a new one is a new line here"


def test_no_code_is_given_twice() -> None:
    every = [code for given in GIVEN.values() for code in given.values()]
    assert len(every) == len(set(every))
    with pytest.raises(ValueError, match="the same code"):
        codes.by_code([("one", "b2b"), ("other", "b2b")])


def test_a_code_is_no_word_and_no_part_of_its_name() -> None:
    for given in GIVEN.values():
        for name, code in given.items():
            assert re.fullmatch(codes.PATTERN, code)
            assert code[0] != name[0], name
    assert not set(codes.LETTERS) & set("aeiouy") and re.fullmatch(codes.PATTERN, codes.new_code())


def test_every_filter_and_every_part_has_a_code() -> None:
    everything = timeline.shows_for(User(steps_on=True))
    assert {each.name for each in everything if not each.code} == {""}
    assert {each.name for each in everything} == {"", *timeline.OWN_CODES, *KINDS}
    assert set(couple_places.codes_of_parts()) == {*couple_places.places(), couple_places.TIMELINE, couple_places.SINCE}


def test_pages_to_read_and_guided_looks_have_one_sign_or_a_number() -> None:
    keys = [page.slug for page in (*PAGES, *PRACTICES)] + [
        look.key for kind in KINDS.values() for look in kind.reflections
    ]
    assert all(re.fullmatch(r"[a-z]|\d+", key) for key in keys)


def test_no_name_of_nothing_makes_an_address() -> None:
    for name, args in (("write", ["nothing"]), ("step_group", ["c6r"]), ("step", ["walk", "sideways"])):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=args)


# --- Pages ---

PAGES_READ = [
    pytest.param(row, who, id=f"{row} as {who}")
    for row in TABLE
    for who in (AUTHOR, PARTNER, ADMITTED)
    if row.get[who] == READ and not row.route.startswith("desk/")
]


def said_in(address: str) -> Iterator[str]:
    """The parts of an address that could be a name, without the words of places."""
    parts = urlsplit(address)
    yield from (part for part in parts.path.split("/") if part and part not in PLACES)
    for name, worth in parse_qsl(parts.query):
        yield name
        yield worth


@pytest.mark.parametrize(("row", "who"), PAGES_READ)
def test_no_link_and_no_form_of_a_page_names_a_kind_a_group_or_a_step(
    row: Row,
    who: str,
    here: Everybody,
    ask: Any,
) -> None:
    html = ask(who, "get", row.path(here)).content.decode()
    for address in (row.path(here), *re.findall(r'(?:href|action|formaction)="([^"]*)"', html)):
        assert not set(said_in(address)) & NAMES, address


@pytest.mark.parametrize(
    "old",
    [
        "/mine/write/boundary/",
        "/mine/write/breach/",
        "/mine/write/impact_letter/",
        "/mine/?kind=impact_letter",
        "/timeline/?show=breach",
        "/timeline/?show=check-in",
        "/steps/group/touch/",
        "/steps/held-hand/you/",
        "/steps/q2f/you/",
        "/sitting/agreements/",
        "/pairing/end/",
    ],
)
def test_an_address_of_before_is_not_there(old: str, here: Everybody, ask: Any) -> None:
    assert ask(AUTHOR, "get", old).status_code == 404
    assert ask(AUTHOR, "post", old).status_code in (404, 405)


def test_what_was_written_in_a_form_that_lay_open_across_the_change_comes_back(story: make.Clock, db: None) -> None:
    visit = Visit(make.person("Una"), story)
    page = visit.get(addresses.writing("boundary")).content.decode()
    writer = re.search(r'name="writer" value="([^"]*)"', page)
    assert writer is not None
    sent = {"limit": "Not on <b>Sundays</b>.", "once": "x", "csrfmiddlewaretoken": "y"}
    answer = visit.post("/mine/write/boundary/", **sent, writer=writer[1])
    assert answer.status_code == 404
    assert "Not on &lt;b&gt;Sundays&lt;/b&gt;." in answer.content.decode()
    for others in ({"writer": "forged"}, {}):
        assert "Sundays" not in visit.post("/mine/write/boundary/", **sent, **others).content.decode()
    other = Visit(make.person("Uwe"), story)
    for who in (other, Visit(None, story)):
        assert "Sundays" not in who.post("/mine/write/boundary/", **sent, writer=writer[1]).content.decode()


@pytest.mark.parametrize("part", ["boundaries", "steps", "since", "timeline"])
def test_a_part_of_a_couples_page_has_no_name_in_an_address(part: str, here: Everybody, ask: Any) -> None:
    for who, page in ((ADMITTED, f"/room/{here.pair.pk}/"), (AUTHOR, f"/glass/{here.things[f'card of {ADMITTED}']}/")):
        assert ask(who, "get", f"{page}?show={part}").status_code == 404
        assert ask(who, "get", page + addresses.part(part)).status_code == 200


def test_what_is_looked_for_in_the_room_stands_in_no_address(here: Everybody, ask: Any) -> None:
    page = ask(ADMITTED, "get", "/room/").content.decode()
    assert 'method="get"' not in page
    assert "Ada and Ben" in ask(ADMITTED, "post", "/room/", {"q": "ada"}).content.decode()
    assert "Ada and Ben" not in ask(ADMITTED, "post", "/room/", {"q": "nobody"}).content.decode()
    assert "Ada and Ben" in ask(ADMITTED, "get", "/room/?q=nobody").content.decode(), "an address looks for nothing"


def test_half_written_text_comes_back_at_the_address_with_a_code(story: make.Clock, db: None) -> None:
    visit = Visit(make.person("Una"), story)
    writer = re.search(r'name="writer" value="([^"]*)"', visit.get(addresses.writing("breach")).content.decode())
    assert writer is not None
    Visit(None, story).post(addresses.writing("breach"), happened="Half a line", writer=writer[1])
    page = visit.get(addresses.writing("breach")).content.decode()
    assert "Half a line" in visit.get(show_it(page)).content.decode()


def test_a_step_is_found_by_its_code_and_by_nothing_else() -> None:
    for step in ladder.STEPS:
        assert resolve(f"/steps/{step.code}/w9z/").kwargs["key"] == step.key
    for group in ladder.GROUPS:
        assert resolve(f"/steps/group/{group.code}/").kwargs["key"] == group.key
        assert ladder.group_of(group.key) is group
    with pytest.raises(KeyError):
        ladder.group_of("attic")


# --- Half-written text from before ---

moving: Any = import_module("couples.migrations.0018_addresses_that_say_nothing")


def test_the_migration_gives_the_codes_that_are_here() -> None:
    for table, what in ((moving.KINDS, "kind"), (moving.GROUPS, "group"), (moving.STEPS, "step"), (moving.WAYS, "way")):
        assert table.items() <= GIVEN[what].items()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/mine/write/boundary/", "/mine/write/c6r/"),
        ("/mine/write/look_back/", "/mine/write/b8f/"),
        ("/steps/group/near/", "/steps/group/t9c/"),
        ("/steps/walk/both/", "/steps/d4g/w9z/"),
        ("/steps/held-hand/partner/", "/steps/q2f/s2k/"),
        (
            "/steps/own/6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f11/you/",
            "/steps/own/6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f11/x8k/",
        ),
        ("/mine/write/", None),
        ("/mine/write/nothing/", None),
        ("/mine/write/c6r/", None),
        ("/steps/pause/", None),
        ("/steps/group/attic/", None),
        ("/steps/walk/sideways/", None),
        ("/steps/open/6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f11/", None),
        ("/sitting/", None),
    ],
)
def test_an_old_address_is_told_in_codes_and_every_other_stays(old: str, new: str | None) -> None:
    assert moving.moved(old) == new
    if new is not None:
        assert moving.moved(new, lambda table: {code: name for name, code in table.items()}) == old


def test_half_written_text_moves_with_its_seal_and_stays_its_writers(story: make.Clock, db: None) -> None:
    una, uwe = make.person("Una"), make.person("Uwe")
    for who in (una, uwe):
        records.hold_text("/mine/write/boundary/", {"limit": [f"Half, by {who.shown_name}"]}, by=who, at=story.tick())
        records.hold_text("/sitting/", {"limit": ["Elsewhere"]}, by=who, at=story.tick())
    records.hold_text("/mine/write/boundary/", {"limit": ["Another"]}, by=uwe, at=story.tick(), held_id=uuid4())
    records.hold_text("/mine/write/c6r/", {"limit": ["Newer"]}, by=uwe, at=story.tick())
    sealed = bytes(HeldText.objects.get(author=una, path="/mine/write/boundary/").__dict__["fields"])
    moving.seal_with_codes(apps, None)
    moving.seal_with_codes(apps, None)  # twice is once
    held = {(row.author.shown_name, row.path, row.fields["limit"][0]) for row in HeldText.objects.all()}
    assert held == {
        ("Una", "/mine/write/c6r/", "Half, by Una"),
        ("Uwe", "/mine/write/c6r/", "Half, by Uwe"),
        ("Uwe", "/mine/write/c6r/", "Another"),
        ("Uwe", "/mine/write/c6r/", "Newer"),
        ("Una", "/sitting/", "Elsewhere"),
        ("Uwe", "/sitting/", "Elsewhere"),
    }
    assert bytes(HeldText.objects.get(author=una, path="/mine/write/c6r/").__dict__["fields"]) != sealed
    page = Visit(una, story).get(addresses.writing("boundary")).content.decode()
    assert "Half, by Una" in Visit(una, story).get(show_it(page)).content.decode()
    moving.seal_with_names(apps, None)
    assert HeldText.objects.get(author=una, path="/mine/write/boundary/").fields == {"limit": ["Half, by Una"]}


def test_text_that_cannot_be_unsealed_stays_as_it_is(story: make.Clock, db: None) -> None:
    una = make.person("Una")
    held = records.hold_text("/mine/write/boundary/", {"limit": ["Half"]}, by=una, at=story.tick())
    HeldText.objects.filter(pk=held.pk).update(path="/mine/write/breach/")  # not as it was sealed
    moving.seal_with_codes(apps, None)
    assert HeldText.objects.get(pk=held.pk).path == "/mine/write/breach/"
