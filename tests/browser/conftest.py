"""Two people and a therapist, each at a browser of their own. Every page they see is checked.

`Someone.press` counts: a person may need at most twelve presses for their first ten minutes.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows import login
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.core.management import call_command
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from couples.lib import clock
from couples.rule import consent
from tests.support.depth import PROVING
from tests.support.met import Met

PASSWORD = "correct horse battery stapler"
ZONE = "Europe/Berlin"
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}

# Whether a press on this leads to another page.
LEADS_ON = """one => one.matches("a[href]:not([href^='#']), button:not([type=button])")
  && (!one.form || one.form.noValidate || one.formNoValidate || one.form.checkValidity())"""


BUILT = (Path(__file__).parent.parent / "support" / "built.js").read_text()
# Whether the page is there, how much wider than the window it is, what it is built of and what is wrong with it. A
# script of its own, since a locator of Playwright's takes as long as to load the page.
GLANCE = f"""() => [
  document.querySelector("main")?.checkVisibility() ?? false,
  document.documentElement.scrollWidth - window.innerWidth,
  ...({BUILT})(),
]"""
# What axe says of these parts of the page with all that is in them, or of the whole page; in the dark, where contrasts
# alone are others, of those.
IN_LIGHT = """paths => axe.run(paths ? {include: paths.flatMap(path => partsOfThisPage.get(path))} : document, {
  resultTypes: ["violations"],
})"""
IN_DARK = IN_LIGHT.replace("resultTypes", 'runOnly: ["color-contrast"], resultTypes')


# Whoever takes one of these last keeps everybody waiting, so they come first, in this order; the others as they come.
LONGEST = ["test_sizes.py", "test_every_page.py", "test_first_ten_minutes.py", "test_a_session.py"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first, also where the order is another one each time."""
    items.sort(key=lambda item: (LONGEST + [item.path.name]).index(item.path.name))


class Someone:
    """One person at one browser. Fails on what axe finds, on any console error, on any request to somewhere else."""

    def __init__(self, page: Page, name: str, base: str, mail: Path, scripts: bool, seen_by_axe: Met) -> None:
        self.page, self.name, self.base, self.mail, self.scripts = page, name, base, mail, scripts
        self.seen_by_axe = seen_by_axe  # what pages are built of, whoever had them
        self.email = f"{name.lower()}@example.test"
        self.presses = 0
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("request", self._watch)
        page.on("requestfailed", self._miss)
        page.on("pageerror", self._stumble)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _stumble(self, error: Exception) -> None:
        # Chromium's own words on a fade that the neutral page declines, or that a quicker page cut short.
        if "ViewTransition" not in str(error) and "Transition was skipped" not in str(error):
            self.complaints.append(f"script: {error}")

    def _miss(self, request: Request) -> None:
        # What is still on its way while a page is left ends with that page. (/me/hold/ outlives it, unheard.)
        if request.failure != "net::ERR_ABORTED" and not request.url.endswith("/me/hold/"):
            self.complaints.append(f"failed: {request.url}")

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.complaints.append(f"outside: {request.url}")

    def look(self) -> None:
        """Show axe, in light and in dark, what stands in this page at a place that is new, with all that is in it.

        Axe judges each element in its place, whatever words stand there. What it judges of a page as a whole is asked
        of every page, and `make prove` shows it each of them, whole.
        """
        if not self.scripts:  # axe is a script itself
            expect(self.page.locator("main")).to_be_visible()
            return
        parts = self.glance()
        new = self.seen_by_axe.new_of(f"{self.size} {part}" for part in parts)
        if PROVING or f"{self.size} {parts[0]}" in new:
            self.examine(None)
        elif new:
            self.examine(_outermost([part.partition(" ")[2] for part in new]))

    def glance(self) -> list[str]:
        """What this page is built of. Fails on one that is too wide, or wrong as a whole."""
        is_there, width, parts, wrong = self.page.evaluate(GLANCE)
        if not is_there:
            expect(self.page.locator("main")).to_be_visible()
            _, width, parts, wrong = self.page.evaluate(GLANCE)
        assert width <= 0, f"{self.page.url} is {width} px wider than the screen"
        assert not wrong, f"{self.page.url}: {wrong}"
        return list(parts)

    def examine(self, parts: list[str] | None) -> None:
        """Show axe these parts of the page, or the whole of it."""
        self.page.evaluate(AXE_SCRIPT)
        for scheme, asks in (("light", IN_LIGHT), ("dark", IN_DARK)):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found = AxeResults(self.page.evaluate(asks, parts))
            assert not found.violations_count, f"{self.page.url} ({scheme}): {found.generate_report()}"

    @property
    def size(self) -> int:
        """How wide this person's window is."""
        viewport = self.page.viewport_size
        return viewport["width"] if viewport else 0

    def go(self, path: str) -> None:
        """Go to an address by typing it: no press."""
        self.page.goto(self.base + path)
        self.look()

    def press(self, words: str, *, within: str = "main", nth: int = 0, by_script: bool = False) -> None:
        """Press a button, a link, a choice or a folded sheet by its words; `by_script` where a script then leads on."""
        self.presses += 1
        place = self.page.locator(within)
        named = re.compile(rf"^\s*{re.escape(words)}\s*$")
        target = place.locator("button, a, summary, label").filter(has_text=named).nth(nth)
        if not target.count():
            target = place.locator("button, a, summary, label").filter(has_text=words).nth(nth)
        if by_script or target.evaluate(LEADS_ON):  # not at once, where unfinished writing is sent before
            with self.page.expect_navigation():
                target.click()
        else:
            target.click()
        self.look()

    def write(self, label: str, words: str) -> None:
        """Write into a field."""
        self.page.get_by_label(label).first.fill(words)

    def reads(self, words: str) -> None:
        """See these words."""
        expect(self.page.locator("main")).to_contain_text(words)

    def reads_nowhere(self, words: str, *paths: str) -> None:
        """Not see these words on any of these pages."""
        for path in paths:
            self.go(path)
            expect(self.page.locator("main")).not_to_contain_text(words)

    def code_from_mail(self) -> str:
        """The code in the newest mail to this person, read from the mail files."""
        for file in sorted(self.mail.glob("*.eml"), reverse=True):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            if self.email in str(message["To"]):
                body = message.get_body(("plain",))
                assert body is not None
                found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", body.get_content(), re.MULTILINE)
                assert found, body.get_content()
                return found[1]
        raise AssertionError(f"no mail to {self.email}")

    def sign_up(self) -> None:
        """Sign up with a mailed code; the presses of signing up do not count."""
        self.go("/accounts/signup/")
        self.write("Email", self.email)
        self.write("Password", PASSWORD)
        self.write("Shown name", self.name)
        self.press("Sign up")
        self.page.locator("main input[name=code]").fill(self.code_from_mail())
        self.page.locator("main form button[type=submit], main form button").first.click()
        self.page.wait_for_url("**/today/")
        self.look()
        self.presses = 0

    def confirm_password(self) -> None:
        """Give the password where a page asks for it again."""
        self.page.locator("main input[name=password]").fill(PASSWORD)
        self.page.locator("main form button").first.click()
        self.page.wait_for_load_state()
        self.look()


def _outermost(paths: list[str]) -> list[str]:
    """Those that lie in none of the others: a path goes on where the one around it ends."""
    outer: list[str] = []
    for path in sorted(paths):
        if not outer or not path.startswith(outer[-1]):
            outer.append(path)
    return outer


@pytest.fixture(scope="session")
def met(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Met]:
    """What was met in this run by its name, the same for all workers."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder  # each worker has its own in that of all
    return cache(lambda name: Met(folder / f"met-{name}"))


@pytest.fixture
def the_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Calling it moves the product's one clock to ten past the next seven in the morning, eight hours on at least."""
    moved = timedelta()
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + moved)
    # allauth notes by a clock of its own when a password was given
    monkeypatch.setattr(login, "time", SimpleNamespace(time=lambda: clock.now().timestamp()))

    def next_morning() -> None:
        nonlocal moved
        now = clock.now()
        moved += consent.morning_after(now + consent.NIGHT, ZONE) - now + timedelta(minutes=10)
        call_command("morning", verbosity=0)  # a page that reads stores no door, and a therapist's list waits for it

    yield next_morning


@pytest.fixture
def someone(
    browser: Browser, live_server: Any, mail_folder: Path, met: Callable[[str], Met]
) -> Iterator[Callable[..., Someone]]:
    """Make a person at a browser of their own: `someone("Ada")`, on a phone unless a size is given."""
    made: list[Someone] = []

    def make(name: str, viewport: dict[str, int] | None = None, **context: Any) -> Someone:
        browsing = browser.new_context(viewport=viewport or PHONE, timezone_id=ZONE, locale="en-GB", **context)  # type: ignore[arg-type]
        page = browsing.new_page()
        page.set_default_timeout(10_000)
        scripts = context.get("java_script_enabled", True)
        person = Someone(page, name, live_server.url, mail_folder, scripts, met("seen by axe"))
        made.append(person)
        return person

    yield make
    for person in made:
        person.page.context.close()
        assert not person.complaints, person.complaints
