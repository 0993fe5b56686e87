"""The time zones a person can choose from, by continent and city."""

from functools import cache
from importlib import resources
from itertools import groupby
from zoneinfo import available_timezones

Choice = tuple[str, str]

ELSEWHERE = "Other"
RARE = ("Antarctica/", "Arctic/")  # not offered: the page is lighter, and who is there has their zone already


@cache
def known() -> frozenset[str]:
    """Every name of a time zone that can be read, old spellings included: browsers still say some of those."""
    return frozenset(available_timezones())


@cache
def cities() -> tuple[str, ...]:
    """One name for each place, without its old spellings (zone.tab of the IANA database)."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="ascii")
    names = {line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#")}
    return tuple(sorted(name for name in names & known() if not name.startswith(RARE)))


def choices(current: str) -> list[tuple[str, list[Choice]]]:
    """The zones for a select: (continent, [(name, city)]), with `current` among them however it is spelled."""
    groups = [(area, [(name, _city(name)) for name in names]) for area, names in groupby(cities(), _area)]
    plain = sorted({"UTC"} | ({current} if current in known() - set(cities()) else set()))
    return [(ELSEWHERE, [(name, _city(name, whole=True)) for name in plain]), *groups]


def _area(name: str) -> str:
    return name.partition("/")[0]


def _city(name: str, whole: bool = False) -> str:
    place = name if whole else name.partition("/")[2]
    return place.replace("_", " ").replace("/", ", ")
