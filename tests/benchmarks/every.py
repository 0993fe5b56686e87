"""Every page that anybody can be given, beside the reference page: what it costs, and what it asks the database.

The pages and the people are those of `make look`, so a new address is measured from its first day.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from django.core.handlers.wsgi import WSGIHandler

from tests.benchmarks import reference_page
from tests.benchmarks.asking import ask, cookie_just_given, cookie_of, is_page, processor_time, queries
from tests.benchmarks.judged import interleaved, judge, judge_ratio
from tests.support import make
from tests.support.lived_in import LivedIn, lived_in
from tests.support.pages import VIEWERS, asked_by

SHOWN: Final = 12  # the dearest, and those that ask the most
MOST: Final = 12.0  # times the reference page
MOST_QUERIES: Final = 24
TIMES, ROUNDS = 2, 3  # there are hundreds of them


def table() -> None:
    """Measure and judge all of them, and print the dearest, and those that ask the most."""
    with lived_in() as world:
        measured = list(_measured(world))
    print(f"  {len(measured)} pages")
    for cost, _, name in sorted(measured, reverse=True)[:SHOWN]:
        print(f"  {name:70} {cost:.1f} x")
    for _, asked, name in sorted(measured, key=lambda page: -page[1])[:SHOWN]:
        print(f"  {name:70} {asked} queries")


def _measured(world: LivedIn) -> Iterator[tuple[float, int, str]]:
    """(times the reference page, queries, who and which page) of each page."""
    handler, reference = WSGIHandler(), _reference()
    for who in VIEWERS:
        cookie = cookie_just_given(world.people[who]) if who in world.people else ""
        for page in asked_by(who, world):
            if page.sends is not None or page.leads_on or not is_page(handler, page.path, cookie):
                continue
            name = f"{who}: {page.name}"
            asked = queries(handler, page.path, cookie)
            judge(f"{name}, queries", asked, MOST_QUERIES)
            costs: list[float] = []

            def measure(path: str = page.path, cookie: str = cookie, costs: list[float] = costs) -> float:
                ours = partial(processor_time, handler, path, cookie, TIMES)
                costs.append(interleaved(ours, reference, ROUNDS))
                return costs[-1]

            judge_ratio(name, measure, MOST)
            yield min(costs), asked, name


def _reference() -> Callable[[], float]:
    """Seconds of the processor for the reference page, whenever it is asked."""
    with reference_page.bare_django():
        handler, cookie = WSGIHandler(), cookie_of(make.person("Rae Reader"), reference_page.BACKEND)

    def measure() -> float:
        with reference_page.bare_django():
            ask(handler, reference_page.ADDRESS, cookie)
            return processor_time(handler, reference_page.ADDRESS, cookie, TIMES)

    return measure
