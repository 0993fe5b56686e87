"""A session from preparation to sheet: the therapist's five minutes before, the hour, and what the two find after."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import DESK, PASSWORD, Someone
from tests.browser.test_every_page import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN = "We can stop and come back to it."
TEXT = "Before ten in the evening nobody has to talk about it."


def test_a_session_from_preparation_to_the_takeaway_on_both_timelines(
    someone: Callable[..., Someone], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(PASSWORD, until=clock.now())
    maya, jon, okafor = someone("one"), someone("two"), someone("therapist", DESK)
    for person in (maya, jon, okafor):
        sign_in(person, PEOPLE[person.name].email)
    before(okafor)
    the_hour(okafor)
    afterwards(okafor)
    for person in (maya, jon):
        what_both_find(person)
    one_takes_it_up(maya, okafor)
    the_takeaway(okafor, maya, jon)
    now = clock.now
    monkeypatch.setattr("couples.lib.clock.now", lambda: now() + timedelta(days=2))
    for person in (maya, jon):
        two_mornings_later(person)


def before(okafor: Someone) -> None:
    """The couple with the next session stands first; their agenda, and what opened since the last one."""
    okafor.go("/room/")
    okafor.press("Jon and Maya")
    okafor.reads("On the agenda")
    okafor.reads("put here by Jon")
    okafor.reads("The next session")
    okafor.press("Since the last session")
    okafor.reads("How agreements were kept")
    okafor.press("Everything on one page")


def the_hour(okafor: Someone) -> None:
    """A page for all three, then the sheet, which holds no steps."""
    okafor.press("For a shared screen", within="nav.before")
    okafor.reads("On the agenda")
    okafor.page.keyboard.press("Escape")
    assert not okafor.page.get_by_text("On the agenda").is_visible(), "covered at once"
    okafor.page.keyboard.press("Enter")
    okafor.reads("On the agenda")
    okafor.press("Everything else that is open here")
    okafor.reads("Agreements in force")
    words = "I took the phone upstairs"
    assert words not in okafor.page.locator("main").inner_text(), "of what is heavy its kind and day alone"
    okafor.press("A repair page")
    okafor.reads(words)
    okafor.press("Everything on one page")
    okafor.press("Back to the couple", within="nav.after")
    okafor.press("One sheet to print", within="nav.before")
    okafor.reads("On the agenda")
    assert "step" not in okafor.page.locator("main").inner_text().casefold()
    okafor.press("Back to the couple", within="nav.after")


def afterwards(okafor: Someone) -> None:
    """The next time, and words for an agreement, to both."""
    okafor.press("Next session and proposals", within="nav.before")
    day = (clock.now() + timedelta(days=14)).date()
    okafor.page.get_by_label("Day", exact=True).fill(day.isoformat())
    okafor.press("Set the next session")
    okafor.reads("Both of them can see it")
    okafor.page.get_by_label("Words for an agreement").fill(TEXT)
    okafor.press("Propose to both")
    okafor.reads("Proposed to both of them")


def the_takeaway(okafor: Someone, *two: Someone) -> None:
    """Other lines for the last session, which both accept, each alone."""
    okafor.go("/room/")
    okafor.press("Jon and Maya")
    okafor.press("For a shared screen", within="nav.before")
    okafor.press("Takeaway")
    okafor.page.get_by_label("The first line").fill(TAKEN)
    okafor.press("Write it to both")
    okafor.reads("nobody will ask why")
    for person in two:
        person.go("/agenda/")
        person.press("The session of")
        person.reads(TAKEN)
        person.press("I accept these lines")
        person.reads("You accept these lines.")
        assert TAKEN not in person.page.locator("main").inner_text()


def two_mornings_later(person: Someone) -> None:
    """The lines on Ours, and a bare line on the timeline of each."""
    person.go("/ours/")
    person.reads(TAKEN)
    person.go("/timeline/")
    lines = person.page.locator("p.line", has_text="You both accepted the takeaway of a session.")
    assert lines.count() == 2, "of two sessions"
    assert TAKEN not in person.page.locator("main").inner_text()


def what_both_find(person: Someone) -> None:
    """The same for each: the hour by their own clocks, and the proposal; nothing tells who looked at it."""
    person.go("/agenda/")
    day = (clock.now() + timedelta(days=14)).date()
    person.reads(f"{day.day} {day:%B %Y}, 10:00")
    person.reads(TEXT)


def one_takes_it_up(maya: Someone, okafor: Someone) -> None:
    """She begins a draft from it and keeps it for herself. What the therapist sees stays the same."""
    okafor.go("/room/")
    okafor.press("Jon and Maya")
    seen = okafor.page.locator("main").inner_text()
    maya.press(TEXT)
    assert maya.page.get_by_label("What each of us does").input_value() == TEXT
    maya.press("Keep for myself")
    maya.reads("Kept for yourself")
    okafor.page.reload()
    assert okafor.page.locator("main").inner_text() == seen
