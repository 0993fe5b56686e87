"""While a page arrives, nothing that stands on it already moves, however late the second script comes."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import DESK, PASSWORD, PHONE, Someone
from tests.browser.test_every_page import sign_in
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)

MOST = 0.01  # of the browser's own measure, in which 0.1 still counts as good
LATE = 0.4  # seconds
MOVED = """() => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(found => found.getEntries().forEach(one => { moved += one.value }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(moved), 300);
})"""


def late(route: Route) -> None:
    time.sleep(LATE)
    route.continue_()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_moves_while_a_page_arrives(someone: Callable[..., Someone], size: dict[str, int]) -> None:
    tell(PASSWORD, until=clock.now())
    person = someone("one", size)
    sign_in(person, PEOPLE["one"].email)
    person.page.route("**/start*.js", late)
    moved = {}
    for path in (writing("boundary"), writing("trigger_plan"), "/today/", "/sitting/", "/me/"):
        person.page.goto(person.base + path)
        moved[path] = person.page.evaluate(MOVED)
    assert not {path: how_far for path, how_far in moved.items() if how_far > MOST}
