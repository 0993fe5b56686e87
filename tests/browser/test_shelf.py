"""A therapist puts a bundle on their shelf and proposes it to a couple in two presses; both find the same."""

from collections.abc import Callable

import pytest

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import DESK, PASSWORD, Someone
from tests.browser.test_every_page import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "After a hard talk we take a walk, and nobody has to say anything."


def test_from_the_shelf_to_both_in_two_presses(someone: Callable[..., Someone]) -> None:
    tell(PASSWORD, until=clock.now())
    maya, jon, okafor = someone("one"), someone("two"), someone("therapist", DESK)
    for person in (maya, jon, okafor):
        sign_in(person, PEOPLE[person.name].email)
    okafor.go("/room/")
    okafor.press("Your shelf")
    okafor.write("What I call it", "Walks")
    okafor.write("Words for an agreement", TEXT)
    okafor.page.get_by_label("A page or a practice").select_option(label="Hard talks, and what comes after")
    okafor.press("Put on my shelf")
    okafor.reads("It is on your shelf.")
    okafor.go("/room/")
    okafor.press("Jon and Maya")
    okafor.presses = 0
    okafor.press("Next session and proposals", within="nav.before")
    okafor.press("Propose to both: Walks")
    assert okafor.presses == 2
    okafor.reads("Proposed to both of them")
    for person in (maya, jon):
        person.go("/agenda/")
        person.reads(TEXT)
        person.reads("Hard talks, and what comes after")
        person.reads_nowhere("Walks", "/agenda/", "/glass/")
    for person in (maya, jon, okafor):
        assert not person.complaints
