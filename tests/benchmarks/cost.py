"""What a page costs: the processor's time beside a page of bare Django, and what it asks the database."""

from typing import Final

from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from couples.models import User
from tests.benchmarks import reference_page
from tests.benchmarks.asking import ask, cookie_of, processor_time, queries
from tests.benchmarks.judged import interleaved, judge, judge_ratio
from tests.benchmarks.people import Couple

MOST_QUERIES, OF_A_COUPLE = 11, 14
HEAVY: Final = 1.25  # a couple with years behind them, beside the demo couple
# Each page, who asks for it, and its budget beside the reference page. Each may come down, and none goes up.
PAGES: Final = {
    "a page with nothing on it": ("nobody", "mine", 0.9),
    "Mine": ("one", "mine", 1.5),
    "A form to write in": ("one", "write", 2.4),
    "When things may open": ("one", "welcome", 1.7),
    "Ours": ("one", "ours", 3.6),
    "Timeline": ("one", "timeline", 3.0),
    "Today": ("one", "today", 3.0),
    "My account": ("one", "me", 1.6),
    "Room": ("therapist", "room", 1.6),
    "A couple's page": ("therapist", "couple", 6.6),
    "Its mirror": ("one", "glass", 3.1),
}


class Asked:
    """The pages of a couple, and the reference page, as one process answers them."""

    def __init__(self, couple: Couple, nobody: User) -> None:
        self.couple, self.nobody = couple, cookie_of(nobody)
        self.ours = WSGIHandler()
        with reference_page.bare_django():
            self.bare, self.bare_cookie = WSGIHandler(), cookie_of(couple.one, reference_page.BACKEND)

    def at(self, name: str) -> tuple[str, str]:
        """The address of a page, and the cookie of whoever asks for it."""
        who, place, _ = PAGES[name]
        cookie = self.nobody if who == "nobody" else self.couple.cookie(who)
        named = {"write": ["boundary"], "couple": [self.couple.pair.pk]}.get(place, [])
        return reverse(place, args=named), cookie

    def reference(self) -> float:
        """Seconds of the processor for the reference page."""
        with reference_page.bare_django():
            ask(self.bare, reference_page.ADDRESS, self.bare_cookie)
            return processor_time(self.bare, reference_page.ADDRESS, self.bare_cookie)

    def page(self, name: str) -> float:
        """The same for one of our pages."""
        path, cookie = self.at(name)
        ask(self.ours, path, cookie)
        return processor_time(self.ours, path, cookie)


def table(demo: Couple, heavy: Couple, nobody: User) -> None:
    """Print and judge every page of the table."""
    light, full = Asked(demo, nobody), Asked(heavy, nobody)
    print(f"  {'page':28} {'of the reference page':24} {'with years behind':22} queries")
    for name, (who, place, budget) in PAGES.items():
        cost = judge_ratio(name, lambda name=name: interleaved(lambda: light.page(name), light.reference), budget)
        path, cookie = light.at(name)
        most = OF_A_COUPLE if place == "couple" else MOST_QUERIES
        asked = judge(f"{name}, queries", queries(light.ours, path, cookie), most)
        grown = ""
        if who != "nobody":
            grown = judge_ratio(
                f"{name}, with years behind",
                lambda name=name: interleaved(lambda: full.page(name), lambda: light.page(name), rounds=3),
                HEAVY,
            )
        print(f"  {name:28} {cost:24} {grown:22} {asked}")
