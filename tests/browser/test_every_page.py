"""Every page that the demo people can reach by links: accessible, no wider than the screen, silent, discreet."""

import re
from collections.abc import Callable

import pytest

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import PASSWORD, Someone
from tests.support.depth import depth
from tests.support.page_reader import TELLING

pytestmark = pytest.mark.django_db(transaction=True)

START = ["/", "/learn/", "/safety/"]
AT_MOST_OF_ONE_KIND = depth(1, 2)  # pages that differ only in an id look alike
NOT_FOLLOWED = re.compile(r"^/(accounts/logout|desk|static)/|^/leave/|.*/(calendar|file)/$")  # files are no pages
UNFOLDED = """() => {
  document.querySelectorAll("main details").forEach(one => { one.open = true });
  const links = [...document.querySelectorAll("a[href]")].map(one => one.getAttribute("href"));
  return [document.title.toLowerCase(), links];
}"""


def kind_of(address: str) -> str:
    """An address with its ids, codes and tokens left out: pages of one kind are made by one template."""
    path, _, query = address.partition("?")
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", path)
    return path + ("?" + re.sub(r"=[^&]*", "", query) if query else "")


def crawl(person: Someone, start: list[str]) -> set[str]:
    """Follow every link from these pages, one or two pages of a kind; gives the kinds of page seen."""
    seen: dict[str, int] = {}
    waiting, met = list(start), set(start)
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if seen.get(kind, 0) >= AT_MOST_OF_ONE_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        person.page.goto(person.base + address)
        if "/accounts/reauthenticate/" in person.page.url:
            person.confirm_password()
        title, links = person.page.evaluate(UNFOLDED)
        assert not [word for word in TELLING if word in title], f"{address}: {title}"
        person.look()
        for link in links:
            here = address.partition("?")[0] + link if link.startswith("?") else link.partition("#")[0]
            if here.startswith("/") and here not in met and not NOT_FOLLOWED.match(here):
                met.add(here)
                waiting.append(here)
    return set(seen)


def sign_in(person: Someone, email: str) -> None:
    person.go("/accounts/login/")
    person.page.fill("main input[name=login]", email)
    person.page.fill("main input[name=password]", PASSWORD)
    person.page.locator("main button[type=submit]").first.click()
    person.page.wait_for_load_state()


@pytest.mark.parametrize("who", ["visitor", "one", "third", "therapist"])
def test_every_page_a_person_can_reach_by_links(someone: Callable[..., Someone], who: str) -> None:
    tell(PASSWORD, until=clock.now())
    person = someone(who)
    person.go("/")
    start = START
    if who != "visitor":
        sign_in(person, PEOPLE[who].email)
        home = "/room/" if who == "therapist" else "/today/"
        start = [home, "/me/", "/pairing/", "/sitting/", "/yes/"] if who != "visitor" else START
    kinds = crawl(person, start)
    assert len(kinds) >= 12, kinds
    if who == "one":
        assert {
            "/mine/ID/",
            "/mine/ID/history/",
            "/ours/ID/",
            "/steps/open/ID/",
            "/glass/ID/",
            "/yes/",
            "/agenda/",
        } <= kinds
    if who == "therapist":
        assert {"/room/ID/", "/room/ID/?show", "/room/ID/session/", "/room/ID/sheet/", "/room/ID/ahead/"} <= kinds
