"""Telephone lines, by country, read from `support_lines.csv`: one line of that file each, easy to correct.

Where each number was read, and how old that page was, stands in `docs/sources.md` under `/safety/e/`. A
missing country is better than a wrong number. Whoever runs a copy of this place can correct lines there.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

FILE = Path(__file__).with_suffix(".csv")


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line: its name, the number to read and to dial, when it answers, whom it is for."""

    name: str
    number: str
    hours: str
    whom: str
    site: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone takes it: digits only."""
        return "".join(sign for sign in self.number if sign.isdigit())


@dataclass(frozen=True, slots=True)
class Country:
    """A country, what to call there when somebody is in danger now, and its lines."""

    name: str
    emergency: str
    lines: tuple[Line, ...]


def read(file: Path = FILE) -> Iterator[Country]:
    """The countries of a file, in its order. Its columns: country, emergency, and the fields of `Line`."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for (name, emergency), lines in groupby(rows, lambda row: (row.pop("country"), row.pop("emergency"))):
        yield Country(name, emergency, tuple(Line(**row) for row in lines))


COUNTRIES: tuple[Country, ...] = tuple(read())
