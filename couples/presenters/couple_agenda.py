"""The agenda of a couple: the topics that are open, each of the two in turn, and what either put there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from uuid import UUID

from django.db.models import QuerySet

from couples import visibility
from couples.content.kinds import TOPIC
from couples.models import Opening
from couples.presenters.addresses import sheet_of_couple
from couples.presenters.marks import said_in
from couples.presenters.sheets import Names, Sheet, as_line, is_folded_still, sheet_of
from couples.rule.consent import OpeningKind

MOST = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """By what a couple's page is read: the instant, the zone of the pair, and how the two are called."""

    at: datetime
    zone: str
    names: Names


def is_topic(row: Opening) -> bool:
    """Whether it is words for a topic: open, they stand on the agenda without being put there."""
    return row.kind == OpeningKind.REVISION and row.scope == TOPIC.name


def in_turn(topics: Iterable[Opening]) -> list[Opening]:
    """Topics in the order in which they opened, one of each of the two after the other."""
    by_author: dict[UUID | None, list[Opening]] = {}
    for topic in sorted(topics, key=lambda row: (row.day, row.tie, row.id)):
        by_author.setdefault(topic.author_id, []).append(topic)
    return [each for each in chain.from_iterable(zip_longest(*by_author.values())) if each is not None]


def marks_on_agenda(pair: UUID, at: datetime, kinds: frozenset[str]) -> QuerySet[Opening]:
    """The newest marks on the agenda of things of these kinds; topics stand there without."""
    return visibility.agenda_for_therapist(pair, at, kinds).exclude(scope=TOPIC.name).order_by("-day", "-tie")[:MOST]


def agenda_of_couple(
    opened: QuerySet[Opening], newest: Iterable[Opening], marks: Iterable[Opening], read: Reading
) -> list[Sheet]:
    """What stands on the agenda as a therapist reads it, each thing once: topics first, then by when it was put there.

    `opened` is what is open to the therapist, `newest` those of it that are loaded already, with the newest topics of
    each, and `marks` what was put on of it.
    """
    put_by: dict[UUID, list[str]] = {}
    for mark in marks:
        put_by.setdefault(mark.thing, []).append(read.names.of(mark.author_id))
    rows = {row.pk: row for row in newest}
    topics = in_turn(row for row in rows.values() if is_topic(row))[:MOST]
    missing = put_by.keys() - rows.keys()
    if missing:
        rows |= {row.pk: row for row in opened.filter(pk__in=missing)}
    ordered = [*topics, *(rows[thing] for thing in put_by if thing in rows)]
    said = said_in([row for row in ordered if row.kind == OpeningKind.MARKS], read.names)
    found = []
    for row in ordered:
        is_folded = is_folded_still(row, read.at, read.zone)
        sheet = sheet_of(row, read.names, url=sheet_of_couple(row), folded=is_folded)
        if sheet is not None:
            sheet.fields = [*sheet.fields, *said.get(row.pk, [])]
            sheet.note = f"put here by {' and '.join(sorted(put_by[row.pk]))}" if row.pk in put_by else ""
            found.append(as_line(row, sheet))
    return found
