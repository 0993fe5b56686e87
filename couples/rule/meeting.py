"""Which yeses meet at a door: the SQL reading of `openings.py`, one statement for a door. Pure text.

The statement gives the yeses that match and have not opened yet, and nothing of what merely stands, so what a request
reads is a function of what opens. From these, and from what belongs to them, the rule in Python decides
(`models/unstored.py`). A morning's statement also gives the openings since the morning before it, whatever became of
them: which of these leave memory lines is decided in the same way.

`%(pair)s` is the pair; `%(first)s` the door, or the first of several mornings; `%(rested)s` the instant by which a yes
has to be given, a night before the last of them, or `NEVER` where no morning has gone by: the same is asked then, and
nothing found. `%(many)s` is 1 where they are several.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Final

from couples.content.kinds import heavy_kinds
from couples.rule.admissions import class_in_sql
from couples.rule.consent import (
    ACCEPTANCE,
    ADMISSION,
    AGENDA,
    ANSWER,
    EVERYDAY,
    GROUP,
    HEAVY,
    MORNING,
    MORNINGS,
    MOST_AT_ONE_DOOR,
    NEEDS,
    OFFER,
    OWN_STEP,
    READING,
    SITTING,
    SITTING_DOOR,
    TERMS,
    WELCOME,
    OpeningKind,
)
from couples.rule.memory import LINE, REMEMBERED
from couples.rule.standing import one_has_fallen

DOORS: Final = (MORNING, SITTING_DOOR)
PARAMETERS: Final = ("pair", "first", "rested", "many")
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)  # before any yes

# A yes counts where it stands and its giver is still here. What was closed was closed by an act, and an act goes
# through the doors before it first: so at a door that nobody has gone through, only what is unclosed can stand.
_LIVE: Final = """live AS NOT MATERIALIZED (
  SELECT y.id, y.seat_id, y.kind, y.thing, y.scope, y.choice, y.under, y.number, y.revision_id, y.given_at, y.tie
  FROM couples_yes y JOIN couples_seat s ON s.id = y.seat_id
  WHERE y.pair_id = %(pair)s AND y.closed_at IS NULL AND y.given_at <= %(rested)s
    AND (y.ends_at IS NULL OR y.ends_at > %(first)s) AND (s.ended_at IS NULL OR s.ended_at > %(first)s)
)"""

# When the door began: the morning itself, or the sitting. No row where there is no door.
_SINCE: Final = {
    MORNING: f"door AS (SELECT %(first)s AS since WHERE %(rested)s > '{NEVER:%Y-%m-%d}')",
    SITTING_DOOR: f"""door AS (
  SELECT max(y.given_at) AS since FROM live y WHERE y.kind = '{SITTING}' HAVING count(DISTINCT y.seat_id) = 2
)""",
}


def _fallen(opening: str, unless: str = "") -> str:
    """Whether a yes that this opening rests on does not stand at the (first) door."""
    return one_has_fallen(opening, "%(first)s", unless)


def _open(kind: str, thing: str) -> str:
    """Whether an opening of this kind and thing is open at the (first) door."""
    return (
        f"EXISTS (SELECT 1 FROM couples_opening p WHERE p.pair_id = %(pair)s AND p.kind = '{kind}'"
        f" AND p.thing = {thing} AND NOT {_fallen('p.id')})"
    )


# --- Revisions ---

_WELCOMED: Final = {MORNING: f"w.choice = '{MORNINGS}'", SITTING_DOOR: f"w.scope = '{EVERYDAY}'"}


def _class_of_offer(heavy: frozenset[str]) -> str:
    listed = ", ".join(f"'{kind}'" for kind in sorted(heavy))
    return f"CASE WHEN o.scope IN ({listed}) THEN '{HEAVY}' ELSE '{EVERYDAY}' END"


def _revisions(door: str, heavy: frozenset[str]) -> Iterator[str]:
    """Offers that meet a welcome: of each record the newest, of each author as many as this door still takes."""
    yield f"""offered AS (
  SELECT o.id, o.seat_id, o.thing, o.number, o.given_at, o.tie, w.id AS welcome,
    max(o.number) OVER (PARTITION BY o.under) AS newest
  FROM door, live w, live o
  WHERE w.kind = '{WELCOME}' AND {_WELCOMED[door]} AND o.kind = '{OFFER}' AND o.seat_id <> w.seat_id
    AND w.scope = {_class_of_offer(heavy)} AND NOT EXISTS (SELECT 1 FROM couples_opening p
      WHERE p.pair_id = %(pair)s AND p.kind = 'revision' AND p.thing = o.thing)
)"""
    yield """placed AS (
  SELECT o.*, row_number() OVER (PARTITION BY o.seat_id ORDER BY o.given_at, o.tie) AS place
  FROM offered o WHERE o.number = o.newest OR %(many)s = 1
)"""
    yield f"""coming AS (
  SELECT o.id, o.thing, o.welcome FROM door, placed o
  WHERE %(many)s = 1 OR o.place + (SELECT count(*) FROM couples_opening p
    WHERE p.pair_id = %(pair)s AND p.kind = 'revision' AND p.author_id = o.seat_id AND p.door = '{door}'
      AND p.opened_at >= door.since) <= {MOST_AT_ONE_DOOR}
)"""


# --- What needs the same from each ---


def _words_open(revision: str) -> str:
    """Whether the words of a revision are open at the (first) door, or open there."""
    return f"{revision} IN (SELECT o.thing FROM coming o) OR {_open(OpeningKind.REVISION, revision)}"


_BESIDES: Final = {  # what a pair of yeses needs to be open besides
    ACCEPTANCE: _words_open("y.thing"),
    ANSWER: (
        f"EXISTS (SELECT 1 FROM live g JOIN live h ON h.kind = g.kind AND h.thing = g.thing AND h.seat_id <> g.seat_id"
        f" WHERE g.kind = '{GROUP}' AND g.thing = y.under)"
        f" AND (y.revision_id IS NULL OR {_words_open('y.revision_id')})"
    ),
    TERMS: _open(OpeningKind.CONDITIONS, "y.under"),
}


def _scopes_meet() -> str:
    """That two yeses to a thing are alike; admissions also where one names a kind, and one the class that it is of."""
    in_class = " OR ".join(f"{by}.scope = {class_in_sql(f'{kind}.scope')}" for kind, by in (("y", "z"), ("z", "y")))
    return f"(z.scope = y.scope OR y.kind = '{ADMISSION}' AND ({in_class}))"


def _of_each(door: str) -> str:
    """Two yeses of the same kind, one of each seat, to the very same thing, under which nothing is open yet."""
    needed = {kind for need in NEEDS.values() if door in need.doors for kind in need.of_each}
    besides = "".join(f" AND (y.kind <> '{kind}' OR ({asked}))" for kind, asked in _BESIDES.items() if kind in needed)
    kinds = ", ".join(f"'{kind}'" for kind in sorted(needed))
    return f"""paired AS (
  SELECT y.id AS one, z.id AS other, y.kind
  FROM door, live y JOIN live z ON z.kind = y.kind AND z.thing = y.thing AND z.seat_id > y.seat_id
    AND {_scopes_meet()}
  WHERE y.kind IN ({kinds}) AND NOT EXISTS (
      SELECT 1 FROM couples_rest a JOIN couples_rest b ON b.opening_id = a.opening_id
      WHERE a.yes_id = y.id AND b.yes_id = z.id AND NOT {_fallen("a.opening_id")}){besides}
)"""


# --- The agenda ---

# Of readings only the giver's own counts: what the other put away looks like what they hold.
_ANOTHERS_READING: Final = f"x.kind = '{READING}' AND x.seat_id <> y.seat_id"
_AGENDA: Final = f"""marked AS (
  SELECT y.id FROM door, live y JOIN couples_opening o ON o.id = y.thing AND o.pair_id = %(pair)s
  WHERE y.kind = '{AGENDA}' AND NOT {_fallen("o.id", unless=_ANOTHERS_READING)} AND NOT EXISTS (
    SELECT 1 FROM couples_rest a JOIN couples_opening p ON p.id = a.opening_id
    WHERE a.yes_id = y.id AND p.kind = '{AGENDA}')
)"""


# --- Memory lines ---

_KINDS_REMEMBERED: Final = ", ".join(f"'{kind}'" for kind in sorted(REMEMBERED))
_LATELY: Final = f"""lately AS (
  SELECT p.id FROM door, couples_pair q JOIN couples_opening p ON p.pair_id = q.id AND p.opened_at >= q.last_morning
  WHERE q.id = %(pair)s AND p.kind IN ({_KINDS_REMEMBERED}) AND p.scope <> '{OWN_STEP}'
)"""


def meeting_at(door: str) -> str:
    """The statement for one of DOORS: gives (id, kind) of each yes that meets another there, or meets what it names;
    some of them twice; and at a morning, as LINE, the openings for which it is the first one. `PARAMETERS` are asked
    with it.
    """
    return _statement(door, heavy_kinds())


@cache
def _statement(door: str, heavy: frozenset[str]) -> str:
    """The same while these kinds are heavy: a page that reads asks it each time, and it seldom changes."""
    parts = [_LIVE, _SINCE[door], *_revisions(door, heavy), _of_each(door)]
    found = [
        f"SELECT o.id, '{OFFER}' AS kind FROM coming o",
        f"SELECT o.welcome, '{WELCOME}' FROM coming o",
        "SELECT b.one, b.kind FROM paired b",
        "SELECT b.other, b.kind FROM paired b",
    ]
    if door in NEEDS[AGENDA].doors:
        parts.append(_AGENDA)
        found.append(f"SELECT m.id, '{AGENDA}' FROM marked m")
    if door == MORNING:
        parts.append(_LATELY)
        found.append(f"SELECT p.id, '{LINE}' FROM lately p")
    return f"WITH {', '.join(parts)} {' UNION ALL '.join(found)}"
