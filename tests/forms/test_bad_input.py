"""Bad input on every form: a kind message, nothing lost, never a 500.

`FORMS` is the table to extend: one line for each form on a page, `BUTTONS` one for each form that is only a button.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from couples import visibility
from couples.actions import records, steps
from couples.content import ladder
from couples.content.kind_types import LINE_LENGTH, TEXT_LENGTH
from couples.models import Opening, Record, User
from couples.rule import step_things
from tests.support import make
from tests.support.addresses import writing
from tests.support.make import Clock
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db  # what a test changes is undone, inside the world that stays


@dataclass
class World:
    """Ada and Ben, a pair; what they wrote; Cleo and Dan, another pair, with something open between them."""

    clock: Clock
    ada: User
    ben: User
    boundary: Record  # Ada's, offered and open
    agreement: Opening  # Ben's, open to Ada
    others: Opening  # Cleo's, open to Dan
    step: Opening  # open to Ada and Ben
    visit: Visit = field(init=False)  # Ada's browser

    def __post_init__(self) -> None:
        self.visit = Visit(self.ada, self.clock)


@dataclass(frozen=True)
class Form:
    """One form: where it lies, its fields of text (long or one line), its days and choices, what a good one holds."""

    address: Callable[[World], str]
    text: str  # the field that is needed
    good: Callable[[World], dict[str, Any]]
    lines: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def once(_: World) -> dict[str, Any]:
    return {"once": uuid4()}


FORMS: dict[str, Form] = {
    "write a boundary": Form(
        lambda _: writing("boundary"), "limit", once, days=("ends_day",), choices=("area", "firmness", "ends")
    ),
    "write an agreement": Form(
        lambda _: writing("agreement"), "does", once, lines=("often",), days=("review", "ends_day")
    ),
    "write a step of our own": Form(
        lambda _: writing("step"), "what", once, lines=("where", "long", "stop"), choices=("directed",)
    ),
    "write a breach": Form(
        lambda _: writing("breach"),
        "happened",
        lambda world: {**once(world), "about": "else"},
        lines=("which",),
        days=("ends_day",),
        choices=("about", "ends"),
    ),
    "revise a boundary": Form(
        lambda world: f"/mine/{world.boundary.pk}/revise/",
        "limit",
        lambda _: {"seen": "1", "older": "leave"},
        days=("ends_day",),
        choices=("area", "older"),
    ),
    "answer an agreement": Form(
        lambda world: f"/ours/{world.agreement.pk}/counter/", "does", once, lines=("often",), days=("review",)
    ),
}

BUTTONS: dict[str, Callable[[World, str], str]] = {
    "offer": lambda world, unknown: f"/mine/{unknown or world.boundary.pk}/offer/",
    "take back": lambda world, unknown: f"/mine/{unknown or world.boundary.pk}/take-back/",
    "put away": lambda world, unknown: f"/ours/{unknown or world.agreement.pk}/put-away/",
    "accept": lambda world, unknown: f"/ours/{unknown or world.agreement.pk}/accept/",
    "no longer accept": lambda world, unknown: f"/ours/{unknown or world.agreement.pk}/no-longer-accept/",
    "put on the agenda": lambda world, unknown: f"/ours/{unknown or world.agreement.pk}/agenda/",
    "take off the agenda": lambda world, unknown: f"/ours/{unknown or world.agreement.pk}/agenda/off/",
    "keep": lambda world, unknown: f"/ours/{unknown or world.step.pk}/keep/",
    "keep no longer": lambda world, unknown: f"/ours/{unknown or world.step.pk}/no-longer-keep/",
}


def open_between(author: User, reader: User, record: Record, clock: Clock) -> Opening:
    make.offer(record, author, clock)
    seat = visibility.seat_of(author)
    assert seat is not None
    clock.next_morning(seat.pair)
    return make.open_revision(record, reader, clock)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world of all these tests, made once; gone when the module is."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, db: None) -> World:
    """The world as it was made, whatever another test sent."""
    return replace(made, clock=Clock(made.clock.at), ada=User.objects.get(pk=made.ada.pk))


def make_world() -> World:
    clock = Clock()
    ada, ben, cleo, dan = (make.person(name) for name in ("Ada", "Ben", "Cleo", "Dan"))
    make.pair(ada, ben, clock)
    make.pair(cleo, dan, clock)
    make.welcome_all(ada, ben, cleo, dan, clock=clock)
    steps.turn_on(by=ada, at=clock.tick())
    others = open_between(cleo, dan, make.agreement(cleo, clock, "Of another pair."), clock)
    boundary = make.boundary(ada, clock, "The first words.")
    open_between(ada, ben, boundary, clock)
    agreement = open_between(ben, ada, make.agreement(ben, clock), clock)
    return World(clock, ada, ben, boundary, agreement, others, open_step(ada, ben, clock))


def open_step(ada: User, ben: User, clock: Clock) -> Opening:
    """A step of the first group, open to both."""
    group = ladder.GROUPS[0]
    step = next(step for step in ladder.steps_in(group.key) if not step.directed)
    steps.turn_on(by=ben, at=clock.tick())
    for who in (ada, ben):
        steps.answer_group(group, True, by=who, at=clock.tick())
        steps.answer_step(step_things.of_ladder(step, None), yes=True, by=who, at=clock.tick())
    seat = visibility.seat_of(ada)
    assert seat is not None
    clock.next_morning(seat.pair)
    return visibility.open_to(ada, clock.at).get(kind="step")


@pytest.fixture(params=list(FORMS))
def form(request: pytest.FixtureRequest) -> Form:
    return FORMS[request.param]


@pytest.fixture(params=list(BUTTONS))
def button(request: pytest.FixtureRequest) -> Callable[[World, str], str]:
    return BUTTONS[request.param]


def words_of(who: User) -> list[dict[str, str]]:
    return [row.words for row in visibility.revisions_of_mine(who).order_by("made_at", "number")]


def send(world: World, form: Form, **fields: Any) -> Any:
    return world.visit.post(form.address(world), **{**form.good(world), **fields})


def test_good_input_is_saved(world: World, form: Form) -> None:
    assert send(world, form, **{form.text: "Good words."}).status_code == 302
    assert words_of(world.ada)[-1][form.text] == "Good words."


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t\n", "\u0000", "\ufffe\u0000"])
def test_empty_words_are_asked_for_kindly(nothing: str, world: World, form: Form) -> None:
    before = words_of(world.ada)
    answer = send(world, form, **{form.text: nothing})
    assert answer.status_code == 200
    assert "One line is enough." in answer.content.decode()
    assert words_of(world.ada) == before


def test_nothing_at_all_is_answered_kindly(world: World, form: Form) -> None:
    before = words_of(world.ada)
    answer = world.visit.post(form.address(world))
    assert answer.status_code == 200
    assert "Nothing you wrote is lost." in answer.content.decode()
    assert words_of(world.ada) == before


def test_words_that_are_too_long_are_kept_to_the_last_letter(world: World, form: Form) -> None:
    for name, most in ((form.text, TEXT_LENGTH), *((line, LINE_LENGTH) for line in form.lines)):
        before = words_of(world.ada)
        long = "é" * most + "z"
        answer = send(world, form, **{form.text: "Good words.", name: long})
        assert answer.status_code == 200
        assert long in answer.content.decode()
        assert words_of(world.ada) == before


def test_markup_is_words_like_any_other(world: World, form: Form) -> None:
    sly = "<script>alert(1)</script> {{ x }} {% y %} '\"& \u202e"
    answer = send(world, form, **{form.text: sly})
    assert answer.status_code == 302
    assert words_of(world.ada)[-1][form.text] == sly
    page = world.visit.get(answer.url).content.decode()
    assert escape(sly) in page
    assert "<script>alert" not in page


def test_what_no_database_keeps_is_left_out_and_nothing_else(world: World, form: Form) -> None:
    send(world, form, **{form.text: "One\r\ntwo\u0000\u0008 thr\u001bee\U0001f600"})
    assert words_of(world.ada)[-1][form.text] == "One\ntwo\x08 thr\x1bee\U0001f600"


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "0000-00-00", "99999-01-01", "\u0000", "<b>"])
def test_a_day_that_is_none_is_asked_again(day: str, world: World, form: Form) -> None:
    for name in form.days:
        answer = send(world, form, **{form.text: "My words here.", name: day})
        assert answer.status_code == 200
        assert "My words here." in answer.content.decode()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_edge_of_time_breaks_nothing(day: str, world: World, form: Form) -> None:
    for name in form.days:
        answer = send(world, form, **{form.text: f"Words {name}.", name: day, "act": "offer"})
        assert answer.status_code in (200, 302, 409)
        if answer.status_code == 302:
            assert world.visit.get(answer.url).status_code == 200


@pytest.mark.parametrize("choice", ["forged", "\u0000", "<b>", "1" * 5000])
def test_a_choice_that_is_none_is_asked_again(choice: str, world: World, form: Form) -> None:
    for name in form.choices:
        answer = send(world, form, **{form.text: "My words here.", name: choice})
        assert answer.status_code == 200
        assert "My words here." in answer.content.decode()


@pytest.mark.parametrize("number", ["", "0", "-1", "2", "none", "9" * 40, "1.5", "\u0000"])
def test_a_page_that_was_not_the_newest_saves_nothing(number: str, world: World) -> None:
    form = FORMS["revise a boundary"]
    before = words_of(world.ada)
    answer = send(world, form, limit="My words here.", seen=number)
    assert answer.status_code == 409
    assert "My words here." in answer.content.decode()
    assert words_of(world.ada) == before


@pytest.mark.parametrize("token", ["", "forged", "\u0000", "0", "9" * 400])
def test_a_form_without_its_token_still_saves(token: str, world: World) -> None:
    answer = world.visit.post(writing("boundary"), once=token, limit="Good words.")
    assert answer.status_code == 302


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_that_comes_back_without_its_token_carries_a_fresh_one(token: str, world: World) -> None:
    page = world.visit.post(writing("boundary"), once=token, limit="").content.decode()
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found and UUID(found[1])


def test_a_form_sent_twice_is_one_act(world: World, form: Form) -> None:
    fields = {**form.good(world), form.text: "Sent twice.", "act": "offer"}
    answers = [world.visit.post(form.address(world), **fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert [words[form.text] for words in words_of(world.ada) if form.text in words].count("Sent twice.") == 1


def test_a_token_of_another_person_gives_none_of_their_words(world: World) -> None:
    token = uuid4()
    records.write("boundary", {"limit": "Ben's words."}, by=world.ben, at=world.clock.tick(), once=token)
    answer = world.visit.post(writing("boundary"), once=token, limit="Ada's words.", follow=True)
    assert "Ben's words." not in answer.content.decode()
    assert words_of(world.ada)[-1] == {"limit": "Ada's words."}


def ids_not_hers(world: World) -> Iterator[str]:
    yield str(uuid4())
    yield str(world.others.pk)
    yield str(world.others.under)  # a record of another pair
    yield str(world.agreement.under)  # a record of her partner
    yield str(world.others.revision_id)


def test_ids_of_others_are_nothing(world: World, button: Callable[[World, str], str]) -> None:
    for unknown in ids_not_hers(world):
        answer = world.visit.post(button(world, unknown), seen="1", ends="usual")
        assert answer.status_code == 404
        assert "Of another pair." not in answer.content.decode()


def test_ids_that_are_none_are_nothing(world: World, button: Callable[[World, str], str]) -> None:
    for unknown in ("1", "none", "%00", "..", "<b>", "0" * 400):
        assert world.visit.post(button(world, unknown)).status_code == 404


def test_a_button_pressed_twice_is_no_mistake(world: World, button: Callable[[World, str], str]) -> None:
    address = button(world, "")
    for _ in range(2):
        assert world.visit.post(address, seen="1").status_code == 302


def test_a_button_takes_strange_fields_calmly(world: World, button: Callable[[World, str], str]) -> None:
    answer = world.visit.post(button(world, ""), seen="<b>", ends="forged", ends_day="never", more="\u0000" * 99)
    assert answer.status_code in (200, 302, 409)


@pytest.mark.parametrize(
    ("path", "name", "said"),
    [
        ("/room/enter/", "code", "Type the code the couple gave you."),
        ("/pairing/join/", "code", "Please type the code."),
        ("/mine/find/", "words", "Write a word to look for."),
        ("/me/", "shown_name", "Please write a name."),
        ("/room/shelf/", "name", "Give it a name, so that you find it again."),
        (writing("boundary"), "limit", "Please write a few words."),
    ],
)
def test_a_field_that_was_left_empty_says_in_its_own_words_what_is_missing(client, path, name, said) -> None:
    faye, _ = make.therapist("Faye", Clock())
    client.force_login(faye if path.startswith("/room/") else make.person("Eve"))
    answer = client.post(path, {name: " ", "once": str(uuid4())})
    assert said in answer.content.decode()
