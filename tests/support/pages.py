"""Every page that somebody can be given, listed from the table of access, so that none is missed.

A page is asked for with a look (GET) or with a press (POST) that the table says is answered by a page. The desk is left
out: it is Django's own, and staff's alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from couples.content import ladder, learn
from couples.content.kinds import KINDS
from couples.presenters import couple_places, timeline, yes_groups
from couples.views import safety
from couples.views._addresses import BEGINNINGS, SIGNALS
from tests.support.access_rows import GOES, GONE, READ, SAID, Row
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, OTHER, PARTNER, VISITOR, Everybody
from tests.support.eyes import Asked
from tests.support.lived_in import FRESH
from tests.test_access import TABLE

VIEWERS = (AUTHOR, PARTNER, ADMITTED, ALONE, OTHER, FRESH, VISITOR)
SAME_FOR_ALL = (AUTHOR, VISITOR)  # a page that is public is looked at with the places beside it, and without

# Rows of the table stand for many pages; these are the others that look different.
FURTHER: Mapping[str, Iterable[str]] = {
    "learn/<slug:slug>/": [page.slug for page in (*learn.PAGES, *learn.PRACTICES)],
    "safety/<slug:slug>/": [page.slug for page in safety.PAGES],
    "steps/group/<group:key>/": [group.code for group in ladder.GROUPS],
    "yes/<yeses:key>/": yes_groups.CODES.values(),
}
QUERIES: Mapping[str, Iterable[str]] = {
    "mine/": [f"kind={KINDS[name].code}" for name in ("boundary", "promise", "trigger_plan", "moment")],
    "timeline/": [f"show={timeline.Show(name, '').code}" for name in ("mine", "agreement", "step")],
    "room/<uuid:pair_id>/ pair": [f"show={couple_places.codes_of_parts()[name]}" for name in ("since", "timeline")],
    f"mine/write/<kind:kind>/ {KINDS['agreement'].code}": [f"begin={BEGINNINGS[SIGNALS]}"],
}


def asked_by(who: str, world: Everybody) -> Iterator[Asked]:
    """What this person asks for, as far as the table says that a page may answer. A refusal is asked for once.

    First every page that lies at its own address, then what leads to one, then what is pressed.
    """
    cell = ALONE if who == FRESH else who
    rows = [
        row for row in TABLE if not row.route.startswith("desk/") and (who in SAME_FOR_ALL or not _same_for_all(row))
    ]
    for row in rows:
        if row.get[cell] == READ:
            yield from _looks(row, world)
    refused = [row for row in rows if row.get[cell] == GONE][:1]
    for row in rows:
        if row.get[cell] in (GOES, SAID) or row in refused:
            for asked in _looks(row, world):
                yield replace(asked, leads_on=row.get[cell] == GOES)
    for row in rows:
        if row.post[cell] in (READ, SAID):
            sends = {name: str(world.things.get(text, text)) for name, text in row.sends.items()}
            yield Asked(_name(f"{row} pressed"), row.path(world), sends)


def _same_for_all(row: Row) -> bool:
    return len(set(row.get.values())) == 1


def _looks(row: Row, world: Everybody) -> Iterator[Asked]:
    """A row's own page, then those of the same address that look different."""
    path = row.path(world)
    yield Asked(_name(str(row)), path)
    for query in QUERIES.get(str(row), ()):
        yield Asked(_name(f"{row} {query}"), f"{path}?{query}")
    for gap in FURTHER.get(row.route, ()):
        if gap not in row.gaps:
            yield Asked(_name(f"{row.route} {gap}"), Row(row.route, {}, {}, (gap,)).path(world))


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"<\w+:(\w+)>", r"\1", text).lower()).strip("-") or "start"
