"""What the focus goes to by Tab is never hidden: not under the bar of places, and not under the head."""

from collections.abc import Callable

import pytest

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import PASSWORD, Someone
from tests.browser.test_every_page import sign_in
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)

LOW = {"width": 500, "height": 662}
FOCUSED = """() => {
  const at = document.activeElement, bar = document.querySelector(".places");
  if (at === document.body || at.closest(".places, .top, .skip")) return null;
  const box = at.getBoundingClientRect(), head = document.querySelector(".top").getBoundingClientRect();
  const seen = Math.min(box.bottom, bar.getBoundingClientRect().top) - Math.max(box.top, head.bottom);
  return [at.name || at.textContent.trim().slice(0, 30), seen >= Math.min(box.height, 44)];
}"""

# They unfold for a moment, and some begin only in the frame after they were told to.
UNFOLDED = """async () => {
  const aFrame = () => new Promise(requestAnimationFrame);
  for (await aFrame(), await aFrame(); document.getAnimations().length; await aFrame()) {
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => 0)));
  }
}"""


@pytest.mark.parametrize("path", ["/today/", writing("trigger_plan"), "/sitting/", "/timeline/"])
def test_nothing_that_tab_reaches_is_hidden(someone: Callable[..., Someone], path: str) -> None:
    tell(PASSWORD, until=clock.now())
    person = someone("one", LOW)
    sign_in(person, PEOPLE["one"].email)
    page = person.page
    page.goto(person.base + path)
    page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")
    page.evaluate(UNFOLDED)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if (found := page.evaluate(FOCUSED)) is not None:
            reached.append(found)
    assert len(reached) > 8
    assert not [name for name, seen in reached if not seen]
