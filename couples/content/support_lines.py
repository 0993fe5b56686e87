"""Telephone lines, by need and country, read from `support_lines.csv`: one line of that file each, easy to correct.

Where each number was read, and how old that page was, stands in `docs/sources.md` under `/safety/e/`. A
missing country is better than a wrong number. Whoever runs a copy of this place can correct lines there.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Final

from couples.lib.days import MONTH_AND_YEAR, in_words

FILE = Path(__file__).with_suffix(".csv")

# The need as it stands in the file and in the address, and the heading on the page, in the order of the page.
NEEDS: Final = {
    "suicide": "Thoughts of suicide, or of not living any more",
    "hurt": "Hurt or afraid at home",
    "men": "For men",
    "lgbtq": "For LGBTQ people",
    "own": "When I worry about what I do",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line: its name, the number to read and to dial, when it answers, whom it is for."""

    name: str
    number: str
    hours: str
    whom: str
    women: bool = False  # set up for women: a line for everybody or for men stands beside it
    site: str = ""
    looked_up: str = ""  # year and month, "2026-11"

    @property
    def dial(self) -> str:
        """The number as a telephone takes it: its digits, behind the star or the hash that some begin with."""
        first = self.number[:1].replace("#", "%23") if self.number[:1] in ("*", "#") else ""
        return first + "".join(sign for sign in self.number if sign.isdigit())

    @property
    def looked_up_in(self) -> str:
        """When the number was looked up: "November 2026"."""
        return in_words(date.fromisoformat(f"{self.looked_up}-01"), MONTH_AND_YEAR)


@dataclass(frozen=True, slots=True)
class Country:
    """A country under one need: what to call there in danger, its lines, and what stands beside lines for women."""

    name: str
    emergency: str
    lines: tuple[Line, ...]
    beside: tuple[Line, ...] = ()

    @property
    def for_women_only(self) -> bool:
        """Whether every line here was set up for women."""
        return all(line.women for line in self.lines)


@dataclass(frozen=True, slots=True)
class Need:
    """A part of the page: its name in the address, its heading, its countries by name."""

    name: str
    title: str
    countries: tuple[Country, ...]


def read(file: Path = FILE) -> Iterator[Need]:
    """The parts of the page. The file's columns: need, country, emergency, and the fields of `Line`."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    lines: dict[tuple[str, str], list[Line]] = {}
    emergency: dict[str, str] = {}
    for need, country, number, *rest in (row.values() for row in sorted(rows, key=itemgetter("country"))):
        name, phone, hours, whom, women, site, looked_up = rest
        emergency[country] = number
        lines.setdefault((need, country), []).append(Line(name, phone, hours, whom, bool(women), site, looked_up))
    for name, title in NEEDS.items():
        found = [(country, tuple(some)) for (need, country), some in lines.items() if need == name]
        yield Need(
            name,
            title,
            tuple(Country(country, emergency[country], some, _beside(lines, country, some)) for country, some in found),
        )


def _beside(lines: dict[tuple[str, str], list[Line]], country: str, some: tuple[Line, ...]) -> tuple[Line, ...]:
    """What stands beside lines that were set up for women: the country's lines for men, else one for everybody."""
    if not all(line.women for line in some):
        return ()
    return tuple(lines.get(("men", country)) or lines.get(("suicide", country)) or ())


LINES: tuple[Need, ...] = tuple(read())
