"""Somebody before a browser, looking at one page after the other. Knows nothing of the product but its sign-in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Page

PASSWORD_FIRST = "/accounts/reauthenticate/?next="


@dataclass(frozen=True)
class Asked:
    """One page somebody asks for: its name (for a file), its path, and what a press sends (None: a look).

    `leads_on` where the table says that the address only leads to another page.
    """

    name: str
    path: str
    sends: Mapping[str, Any] | None = field(default=None, hash=False)
    leads_on: bool = False


class Eyes:
    """A browser's page, the place it looks at, and the password of whoever sits there.

    A page is asked by scripts, not by Playwright's locators: they bring a script of their own to each page, which takes
    as long as to load it.
    """

    def __init__(self, page: Page, base: str, password: str) -> None:
        self.page, self.base, self.password = page, base, password

    def sign_in(self, email: str) -> None:
        """Sign in with the password, at the page for it."""
        self.page.goto(f"{self.base}/accounts/login/")
        self.page.fill("main input[name=login]", email)
        self.page.fill("main input[name=password]", self.password)
        self.page.locator("main button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def go(self, asked: Asked) -> bool:
        """Ask for a page, giving the password where it comes first. False where the answer is no page."""
        if asked.sends is not None:
            if not self.page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]') !== null"):
                self.page.goto(f"{self.base}/learn/")  # a page with a token, whatever the address itself shows
            return self._answered(lambda: self.page.evaluate(PRESS, [asked.path, dict(asked.sends or {})]))
        try:
            self.page.goto(self.base + asked.path)
        except Error as problem:
            return _unless_a_file(problem)
        if PASSWORD_FIRST in self.page.url:
            self.page.fill("main input[name=password]", self.password)
            self.page.locator("main form button").first.click()
            self.page.wait_for_load_state()
        return self._is_page()

    def _is_page(self) -> bool:
        return bool(self.page.evaluate("document.querySelectorAll('main').length === 1"))

    def _answered(self, act: Callable[[], Any]) -> bool:
        """Do something that leads to another page, and wait for it; False where the answer is a file."""
        try:
            with self.page.expect_navigation(wait_until="load"):
                act()
        except Error as problem:
            return _unless_a_file(problem)
        return self._is_page()

    def forms(self) -> list[int]:
        """The numbers of the forms on this page that can be sent with something missing."""
        return list(self.page.evaluate(ASKING))

    def go_and_send_emptied(self, asked: Asked, number: int) -> bool:
        """Send a form of this page with nothing filled in; whether a page came back that shows what is wrong."""
        if not self.go(asked) or number not in self.forms():
            return False  # what was sent before has changed the page
        came = self._answered(lambda: self.page.evaluate(EMPTIED, number))
        return came and bool(self.page.evaluate("document.querySelector('main :is(#errors, .errorlist)') !== null"))

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")

    def middle(self) -> str:
        """What can be read in the middle of this page, folded or not."""
        return str(self.page.evaluate("document.querySelector('main').textContent.replace(/\\s+/g, ' ')"))


def _unless_a_file(problem: Error) -> bool:
    """False for the error that a download makes of a navigation. Raises any other."""
    if "Download is starting" in problem.message or "ERR_ABORTED" in problem.message:
        return False
    raise problem


PRESS = """([path, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: path});
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  for (const [name, value] of Object.entries({...fields, csrfmiddlewaretoken: token.value}))
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  document.body.append(form);
  form.submit();
}"""

# The forms of a page that ask for something to be written or chosen; those with a fold alone can be sent as they are.
ASKING = """() => [...document.querySelectorAll("main form[method=post]")].map((form, n) => [form, n])
  .filter(([form]) => [...form.querySelectorAll(".field")].some(field => !field.closest("details")))
  .map(([form, n]) => n)"""

EMPTIED = """n => {
  const form = document.querySelectorAll("main form[method=post]")[n];
  form.noValidate = true;
  for (const field of form.elements) {
    if (field.type === "hidden" || field.tagName === "BUTTON") continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = -1;
    else field.value = "";
  }
  const pressed = form.querySelector("button:not([type=button])");
  pressed ? form.requestSubmit(pressed) : form.requestSubmit();
}"""
