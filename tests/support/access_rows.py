"""What stands in the table of access: an address, and what asking for it leads to, for each kind of person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from couples.views._addresses import GroupPart, KindPart, StepPart, WayPart, YesesPart
from tests.support.everybody import EVERYBODY, SIGNED_IN, STAFF, VISITOR, Everybody

READ = "reads a page"  # 200
EMPTY = "gets an answer without words"  # 204
GOES = "goes on elsewhere"  # a redirect
ASKED = "is asked to sign in"
GONE = "finds nothing here"  # 404
SAID = "is told why nothing was done"  # 409
NO = "there is no such way to ask"  # 405
BARRED = "is turned away"  # 403: only at the desk, for what its own staff cannot do

NOBODY = UUID(int=0)  # under this id there is nothing
Cells = Mapping[str, str]


def every(outcome: str, visitor: str = ASKED) -> Cells:
    """The same for whoever is signed in."""
    return {**dict.fromkeys(SIGNED_IN, outcome), VISITOR: visitor}


def only(*who: str, outcome: str = READ, others: str = GONE) -> Cells:
    """One outcome for these people, another for all others who are signed in."""
    return {**every(others), **dict.fromkeys(who, outcome)}


def public(outcome: str) -> Cells:
    """The same for everybody, signed in or not."""
    return dict.fromkeys(EVERYBODY, outcome)


@dataclass(frozen=True)
class Row:
    """One address with what stands in its gaps: names of things of `Everybody`, or the text itself."""

    route: str
    get: Cells
    post: Cells
    gaps: tuple[str, ...] = ()
    sends: Mapping[str, Any] = field(default_factory=dict)  # a value may be the name of a thing
    example: str = ""  # an address of this route, where it is not plainly written

    def __str__(self) -> str:
        return " ".join((self.route, *self.gaps))

    def path(self, here: Everybody, instead: UUID | None = None) -> str:
        """The address; with `instead`, that id in place of each thing's own."""
        route = self.example or self.route
        for gap in self.gaps:
            found = here.things.get(gap, gap)
            if isinstance(found, UUID) and instead is not None:
                found = instead
            route = re.sub(r"<[^>]+>", str(found), route, count=1)
        return f"/{route}"


def row(route: str, get: Cells, post: Cells, *gaps: str, **sends: Any) -> Row:
    return Row(route, get, post, gaps, sends)


def desk(route: str, get: str, post: str, *gaps: str, example: str = "") -> Row:
    """A page of the desk: for staff what is said here, for everybody else the way to its door."""
    return Row(f"desk/{route}", {**public(ASKED), STAFF: get}, {**public(ASKED), STAFF: post}, gaps, example=example)


def outcome_of(answer: HttpResponse) -> str:
    """The answer as the table says it."""
    if 300 <= answer.status_code < 400:
        return ASKED if "login/" in answer["Location"] else GOES
    of_status = {200: READ, 204: EMPTY, 403: BARRED, 404: GONE, 405: NO, 409: SAID}
    return of_status.get(answer.status_code, f"is answered {answer.status_code}")


def bare(answer: HttpResponse) -> bytes:
    """The bytes of an answer without the tokens of its forms, which differ each time."""
    return re.sub(rb'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', rb"", answer.content)


def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every route of the site, as it is written in the files of addresses."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def private_addresses() -> list[str]:
    """An address of every view that needs somebody signed in; where an id stands in it, that of nothing."""
    coded = {"kind": KindPart, "group": GroupPart, "step": StepPart, "way": WayPart, "yeses": YesesPart}
    filled = {"uuid": str(NOBODY), "slug": "both", "path": "1", "int": "1"}
    filled |= {name: next(iter(part.codes().values())) for name, part in coded.items()}
    found = []
    for route in routes(get_resolver().url_patterns):
        path = "/" + re.sub(r"<(\w+):\w+>", lambda gap: filled[gap[1]], route)
        if "(" not in path and getattr(resolve(path).func, "login_required", True):
            found.append(path)
    return found
