"""That a yes stands, and that an opening is open, in SQL: the one text that pages, doors and the second wall ask with.

Pure text: `consent.stands` and `consent.is_open` say the same in Python. `at` is whatever the statement calls the
instant, `yes` and `opening` what it calls the row and the id. Names of tables are quoted, as Django writes them.
"""

from typing import Final

from couples.rule.consent import READING


def stands(yes: str, at: str) -> str:
    """That a yes stands: given, not lapsed, not taken back."""
    return (
        f"({yes}.given_at <= {at} AND ({yes}.ends_at IS NULL OR {yes}.ends_at > {at})"
        f" AND ({yes}.closed_at IS NULL OR {yes}.closed_at > {at}))"
    )


def has_fallen(yes: str, at: str) -> str:
    """The opposite of `stands`, spelled so that an index can help."""
    return f"({yes}.given_at > {at} OR {yes}.ends_at <= {at} OR {yes}.closed_at <= {at})"


def one_has_fallen(opening: str, at: str, unless: str = "") -> str:
    """That a yes which this opening rests on does not stand; those of which `unless` is true (of the yes `x`) aside."""
    aside = f" AND NOT ({unless})" if unless else ""
    return (
        'EXISTS (SELECT 1 FROM "couples_rest" r JOIN "couples_yes" x ON x.id = r.yes_id'
        f" WHERE r.opening_id = {opening} AND {has_fallen('x', at)}{aside})"
    )


def all_stand(opening: str, at: str, reader: str | None) -> str:
    """That an opening is open: it rests on yeses, and none of them has fallen.

    A reading counts only for its reader, whose seat is `reader`. For everybody else the thing is *opened* or not: what
    was put away looks to them exactly like what is still held.
    """
    anothers = f"x.kind = '{READING}'" + (f" AND x.seat_id <> {reader}" if reader is not None else "")
    fallen = one_has_fallen(opening, at, unless=anothers)
    return f"{RESTS.format(opening=opening)} AND NOT {fallen}"


def note_fallen(which: str) -> str:
    """The statement that notes which of these openings (of the table `o`) have fallen for everybody by `%(at)s`."""
    return f'UPDATE "couples_opening" AS o SET has_fallen = true WHERE ({which}) AND {TO_NOTE}'


RESTS: Final = 'EXISTS (SELECT 1 FROM "couples_rest" r WHERE r.opening_id = {opening})'

# That an opening `o` has fallen for everybody by `%(at)s`, and nobody has noted it. A yes that has lapsed, or was
# closed, never stands again, so neither does what rests on it. A reading put away hides a thing from its reader alone.
# What is noted can only hide: a page asks for the yeses all the same.
OVER: Final = f"(x.ends_at <= %(at)s OR x.closed_at <= %(at)s) AND x.kind <> '{READING}'"
TO_NOTE: Final = (
    'NOT o.has_fallen AND EXISTS (SELECT 1 FROM "couples_rest" r JOIN "couples_yes" x ON x.id = r.yes_id'
    f" WHERE r.opening_id = o.id AND {OVER})"
)
