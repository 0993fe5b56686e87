"""Pictures of every page, as each kind of person gets it: `make look` writes them to var/look/, with contact sheets.

`python tests/look.py` takes all; names of pages (parts of them) or of people after it take only those. Every page is
taken at 360 and at 1280 px. In light everything lies as it comes; in dark whatever is folded is unfolded. What one
person gets exactly as somebody before them is taken once. Two browsers work side by side.
"""

import html
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import Empty
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
OUT = ROOT / "var" / "look"
BROWSERS = 2
SIZES = ((360, 740), (1280, 800))
SCHEMES = ("light", "dark")
OF_A_SHEET = 12
COLUMNS = {360: 6, 1280: 3}
TALLEST = 16_000  # pixels of one picture

Job = tuple[str, str, str, list[Any]]  # who, their address and password, what they ask for


def main(wanted: list[str]) -> int:
    """Make the world, serve it, and have two browsers look at it; 0 when every page could be taken."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.testcases import LiveServerThread
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.support import browsers, make
    from tests.support.lived_in import lived_in
    from tests.support.pages import VIEWERS, asked_by

    settings.ALLOWED_HOSTS = ["localhost"]
    began = time.monotonic()
    browsers.fetch()
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    server = LiveServerThread("localhost", _static())
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    try:
        with lived_in() as world:
            jobs = []
            for who in VIEWERS:
                email = world.people[who].email if who in world.people else ""
                asked = [each for each in asked_by(who, world) if _is_wanted(wanted, who, each.name)]
                jobs.append((who, email, make.PASSWORD, asked))
            server.daemon = True
            server.start()
            server.is_ready.wait()
            taken, problems = _look(f"http://localhost:{server.port}", jobs)
    finally:
        server.terminate()
        connection.close()
        teardown_databases(made, verbosity=0)
    sheets = _in_a_browser(_contact_sheets, taken)
    _write_index(taken, sheets)
    print(f"{len(taken)} pages, {len(sheets)} contact sheets, {time.monotonic() - began:.0f} s: {OUT / 'index.html'}")
    print("\n".join(problems))
    return 1 if problems else 0


def _static() -> Any:
    from django.contrib.staticfiles.handlers import StaticFilesHandler

    return StaticFilesHandler


def _is_wanted(wanted: list[str], who: str, name: str) -> bool:
    return not wanted or any(part in name or part == who for part in wanted)


# --- Looking ---

Taken = list[tuple[str, str]]  # who, the name of the page


def _look(base: str, jobs: list[Job]) -> tuple[Taken, list[str]]:
    """Share the people out among the browsers, longest list first; what was taken, and what went wrong."""
    spawn = multiprocessing.get_context("spawn")
    waiting, found = spawn.Queue(), spawn.Queue()
    alike = spawn.Manager().dict()  # the middle of every page that was taken
    for job in sorted(jobs, key=lambda job: -len(job[3])):
        waiting.put(job)
    for _ in range(BROWSERS):
        waiting.put(None)
    workers = [spawn.Process(target=_browser, args=(base, waiting, found, alike)) for _ in range(BROWSERS)]
    for worker in workers:
        worker.start()
    taken: Taken = []
    problems: list[str] = []
    while any(worker.is_alive() for worker in workers) or not found.empty():
        try:
            who, name, problem = found.get(timeout=1)
        except Empty:
            continue
        if problem:
            problems.append(f"{who}: {name}: {problem}")
        else:
            taken.append((who, name))
    order = [who for who, *_ in jobs]
    return sorted(taken, key=lambda each: order.index(each[0])), problems


def _browser(base: str, waiting: Any, found: Any, alike: Any) -> None:
    """One browser: takes one person after the other until none waits."""
    while (job := waiting.get()) is not None:
        try:
            _in_a_browser(_person, base, job, found, alike)
        except Exception as problem:  # one person's trouble, told at the end, keeps nobody else from being seen
            found.put((job[0], "everything after this", str(problem)[:500]))


def _in_a_browser(act: Callable[..., Any], *given: Any) -> Any:
    from playwright.sync_api import sync_playwright

    from tests.support.browsers import launch_options

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            return act(browser, *given)
        finally:
            browser.close()


def _person(browser: Any, base: str, job: Job, found: Any, alike: Any) -> None:
    """Every page of one person, then every form of theirs sent with nothing filled in."""
    from tests.support.eyes import Eyes

    who, email, password, asked = job
    page = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce"
    ).new_page()
    eyes = Eyes(page, base, password)
    if email:
        eyes.sign_in(email)
    forms: list[tuple[Any, int]] = []

    def look(name: str, shows: Callable[[], bool]) -> bool:
        """Take this page, if it shows one that nobody had before; whether it was taken."""
        try:
            middle = eyes.middle() if shows() else ""
            if not middle or middle in alike:
                return False
            alike[middle] = name
            _take(eyes, who, name)
        except Exception as problem:
            found.put((who, name, str(problem)[:500]))
            return False
        found.put((who, name, ""))
        return True

    for each in asked:
        if look(each.name, partial(eyes.go, each)) and each.sends is None:
            forms += [(each, number) for number in eyes.forms()]
    for each, number in forms:
        name = f"{each.name}-wrong" + (f"-{number}" if number else "")
        look(name, partial(eyes.go_and_send_emptied, each, number))


def _take(eyes: Any, who: str, name: str) -> None:
    """The pictures of one page; it is asked for once."""
    page = eyes.page
    for scheme in SCHEMES:
        if scheme == "dark":
            eyes.unfold()
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            page.set_viewport_size({"width": width, "height": tall})  # so that the bar of places lies at the end
            page.screenshot(path=_file(who, name, width, scheme))
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 740})


def _file(who: str, name: str, width: int, scheme: str) -> Path:
    return OUT / who.replace(" ", "-") / f"{name}-{width}-{scheme}.png"


# --- Contact sheets ---

STYLE = """body { margin: 8px; font: 13px sans-serif; background: #777; color: #fff }
main { display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 8px; align-items: start }
figure { margin: 0 } div { overflow: hidden; background: #999 } img { display: block; width: 100% }
figcaption { height: 32px; overflow: hidden; overflow-wrap: anywhere }"""


def _contact_sheets(browser: Any, taken: Taken) -> list[str]:
    """Up to twelve pictures on each, by person, size and scheme; the names of their files."""
    page = browser.new_page(viewport={"width": 1560, "height": 1000})
    made = []
    for who in dict.fromkeys(who for who, _ in taken):
        names = [name for whose, name in taken if whose == who]
        for width, _ in SIZES:
            for scheme in SCHEMES:
                for n, some in enumerate(_in_twelves(names), 1):
                    sheet = OUT / f"sheet-{who.replace(' ', '-')}-{width}-{scheme}-{n}.png"
                    source = OUT / "sheet.html"
                    source.write_text(_sheet(who, some, width, scheme))
                    page.goto(source.as_uri())
                    page.screenshot(path=sheet, full_page=True)
                    made.append(sheet.name)
    (OUT / "sheet.html").unlink(missing_ok=True)
    return made


def _in_twelves(names: list[str]) -> Iterator[list[str]]:
    for n in range(0, len(names), OF_A_SHEET):
        yield names[n : n + OF_A_SHEET]


def _sheet(who: str, names: list[str], width: int, scheme: str) -> str:
    """The page of one contact sheet: the upper part of each picture, with its name."""
    figures = "".join(
        f'<figure><figcaption>{html.escape(name)}</figcaption><div style="max-height: {760 if width < 500 else 400}px">'
        f'<img src="{_file(who, name, width, scheme).relative_to(OUT)}"></div></figure>'
        for name in names
    )
    return f'<style>{STYLE}</style><main style="--columns: {COLUMNS[width]}">{figures}</main>'


def _write_index(taken: Taken, sheets: list[str]) -> None:
    """One page with every contact sheet, and a link to every picture."""
    told = ["<!DOCTYPE html><meta charset=utf-8><title>Every page</title><style>img{max-width:100%}</style>"]
    told += [f'<h2>{name}</h2><a href="{name}"><img loading="lazy" src="{name}" alt=""></a>' for name in sheets]
    told.append("<h1>Pictures</h1><ul>")
    for who, name in taken:
        links = " ".join(
            f'<a href="{_file(who, name, width, scheme).relative_to(OUT)}">{width} {scheme}</a>'
            for width, _ in SIZES
            for scheme in SCHEMES
        )
        told.append(f"<li>{who}: {html.escape(name)} {links}")
    (OUT / "index.html").write_text("\n".join(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
