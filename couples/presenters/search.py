"""Looking for one's own words. They are unsealed here, in memory, for their author alone: there is no index."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice

from couples import visibility
from couples.content.kind_words import first_words, made_words
from couples.content.kinds import KINDS
from couples.lib.clock import day_of
from couples.lib.text import one_line
from couples.models import User
from couples.presenters.addresses import address_of

MOST = 50  # shown at once: who looks for a longer word finds fewer
AROUND = 60  # letters on each side of what was found
BATCH = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One place where the words stand: the newest words of a record, or a check-in."""

    day: date
    kind: str
    words: str  # what stands around what was found
    url: str


def find(user: User, text: str) -> tuple[list[Found], bool]:
    """Where `text` stands in this person's own words, newest first, at most MOST; and whether there is more.

    Capitals and accents do not matter. What the person has never written, or may not read any more, is not looked at:
    only their own newest words, with what is for them alone, and their check-ins.
    """
    wanted = plain(text)
    if not wanted:
        return [], False
    both = merge(_records(user, wanted), _check_ins(user, wanted), key=lambda found: found[0], reverse=True)
    found = [entry for _, entry in islice(both, MOST + 1)]
    return found[:MOST], len(found) > MOST


def plain(text: str) -> str:
    """A text as it is compared: without capitals, accents and double spaces."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())


def _records(user: User, wanted: str) -> Iterator[tuple[object, Found]]:
    own = {row.record_id: row for row in visibility.all_own_words_of(user)}
    rows = visibility.newest_of_mine(user).order_by("-made_at")
    for row in rows.iterator(chunk_size=BATCH):
        alone = own[row.record_id].words if row.record_id in own else {}
        kind = row.record.kind
        made = made_words(kind, row.words)  # numbers that nobody wrote
        said = [text for name, text in row.words.items() if name not in made]
        around = _around(wanted, [*said, *alone.values()])
        if around is not None:
            title = first_words(kind, row.words)
            words = around if around in title or not title else f"{one_line(title, AROUND).rstrip('.:')}: {around}"
            day = day_of(row.made_at, user.time_zone)
            yield row.made_at, Found(day, KINDS[kind].a_word, words, address_of("record", row.record_id))


def _check_ins(user: User, wanted: str) -> Iterator[tuple[object, Found]]:
    for row in visibility.check_ins_of(user).order_by("-made_at").iterator(chunk_size=BATCH):
        around = _around(wanted, [row.said])
        if around is not None:
            yield row.made_at, Found(row.day, "A check-in", around, "")


def _around(wanted: str, texts: Iterable[str]) -> str | None:
    """The first of these texts that holds what is wanted, on one line, cut around it."""
    for text in texts:
        place = plain(text).find(wanted)
        if place >= 0:
            line = " ".join(text.split())
            begin, end = max(0, place - AROUND), place + len(wanted) + AROUND
            return f"{'… ' if begin else ''}{line[begin:end].strip()}{' …' if end < len(line) else ''}"
    return None
