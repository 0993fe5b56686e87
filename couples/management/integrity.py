"""Whether everything stored here is as it was written: for `manage.py verify`. It reads all and shows nothing of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.apps import apps
from django.db import connection, models

from couples.actions import erasure
from couples.lib import clock, erased_list
from couples.lib.vault import Unreadable
from couples.models import Opening, OwnLine, Rest, Seat, WrappedKey, Yes
from couples.models.keys import key_of, open_keys
from couples.models.sealed import SealedField
from couples.models.signed import UNSIGNED, Signed
from couples.rule import consent

AT_A_TIME: Final = 500
KEEPS_REVISIONS: Final = {
    "sqlite": (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'couples_revision'"
        " AND name IN ('a_revision_is_not_changed', 'a_revision_is_deleted_only_by_erasure')",
        2,
    ),
    "postgresql": (
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'couples_revision'::regclass"
        " AND tgname = 'a_revision_stays_as_it_is' AND tgenabled <> 'D'",
        1,
    ),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """One row that is not as it was written: its table and id, and what is wrong. Nothing of what it says."""

    row: str
    why: str

    def __str__(self) -> str:
        return f"{self.row}: {self.why}"


def checked() -> Iterator[tuple[str, int, Broken | None]]:
    """Every check as (what was checked, how many rows so far, what is broken), a line for each broken row and one at
    the end of each table. Memory stays the same however many rows there are.
    """
    yield "the database's own refusals", 1, _refusals()
    yield from _each(WrappedKey, _key)
    for model in apps.get_app_config("couples").get_models():
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        signed = issubclass(model, Signed) and model is not Opening
        if sealed or signed:
            yield from _each(model, partial(_row, sealed=sealed, signed=signed))
    yield from _openings()
    yield from _erased()  # before the lines: those of somebody who is here again belong to nobody
    yield from _lines()


def _each(model: Any, check: Any) -> Iterator[tuple[str, int, Broken | None]]:
    count = 0
    for rows in _some_at_a_time(model):
        with open_keys():
            for row in rows:
                count += 1
                why = check(row)
                if why:
                    yield model._meta.verbose_name, count, Broken(_name(row), why)
    yield model._meta.verbose_name, count, None


def _some_at_a_time(model: type[models.Model]) -> Iterator[list[Any]]:
    """All rows of a table by id, some at a time, so that nothing is held open while the site runs."""
    last = None
    while True:
        rows = model._default_manager.order_by("pk")
        some = list((rows if last is None else rows.filter(pk__gt=last))[:AT_A_TIME])
        if not some:
            return
        yield some
        last = some[-1].pk


def _name(row: models.Model) -> str:
    return f"{row._meta.db_table} {row.pk}"


def _refusals() -> Broken | None:
    asked, wanted = KEEPS_REVISIONS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        (found,) = cursor.fetchone()
    return None if found == wanted else Broken("couples_revision", "the database would let a revision be changed")


def _key(row: WrappedKey) -> str:
    try:
        key_of(row.owner)
    except Unreadable as problem:
        return str(problem)
    return ""


def _row(row: Any, *, sealed: list[SealedField], signed: bool) -> str:
    return _words(row, sealed) or (_digest(row) if signed else "")


def _words(row: Any, fields: list[SealedField]) -> str:
    try:
        for field in fields:
            getattr(row, field.name)
    except Unreadable as problem:
        return str(problem)
    return ""


def _digest(row: Signed) -> str:
    try:
        return "" if row.is_signed() or _was_closed_unsigned(row) else "it was not written here as it stands"
    except Unreadable as problem:
        return str(problem)


def _was_closed_unsigned(row: Signed) -> bool:
    """Whether this is a yes that its giver closed while the pair's key could not be read: it counts for nothing."""
    return isinstance(row, Yes) and row.closed_at is not None and row.digest == UNSIGNED


def _openings() -> Iterator[tuple[str, int, Broken | None]]:
    count, now = 0, clock.now()
    for rows in _some_at_a_time(Opening):
        rests: dict[Any, list[Rest]] = {row.pk: [] for row in rows}
        for rest in Rest.objects.filter(opening__in=rows).select_related("yes"):
            rests[rest.opening_id].append(rest)
        with open_keys():
            for row in rows:
                count += 1
                try:
                    unsigned = any(_was_closed_unsigned(rest.yes) for rest in rests[row.pk])  # so it is closed as well
                    why = "" if unsigned or row.holds(rests[row.pk]) else "it was not written here as it stands"
                except Unreadable as problem:
                    why = str(problem)
                if not why and row.has_fallen and _still_stands(rests[row.pk], now):
                    why = "it is noted as fallen, and stands"
                if why:
                    yield "opening", count, Broken(_name(row), why)
    yield "opening", count, None


def _still_stands(rests: list[Rest], at: datetime) -> bool:
    """Whether everything that an opening rests on stands; a reading put away hides it from its reader alone."""
    return all(consent.stands(rest.yes.as_fact(), at) for rest in rests if rest.yes.kind != consent.READING)


def _lines() -> Iterator[tuple[str, int, Broken | None]]:
    """Whether each memory line is kept by the seat of its owner, of an opening of that pair. They have no digest."""
    count = 0
    for rows in _some_at_a_time(OwnLine):
        kept = [row for row in rows if row.opening is not None]
        seats = Seat.objects.in_bulk([row.seat_id for row in kept if row.seat_id])
        pairs = dict(Opening.objects.filter(pk__in=[row.opening for row in kept]).values_list("pk", "pair_id"))
        for row in kept:
            count += 1
            seat = seats.get(row.seat_id) if row.seat_id else None
            if seat is None or seat.person_id != row.owner_id or pairs.get(row.opening) != seat.pair_id:
                yield "memory line", count, Broken(_name(row), "it is of no opening of its owner's")
    yield "memory line", count, None


def _erased() -> Iterator[tuple[str, int, Broken | None]]:
    """What the list of the erased names may not be here. Nothing is erased by looking."""
    count = sum(1 for _ in erased_list.entries())
    for erased, _ in erasure.still_here(clock.now()):
        row = f"couples_{'user' if erased.what == erased_list.ACCOUNT else 'record'} {erased.id}"
        yield (
            "id on the list of the erased",
            count,
            Broken(row, "it was erased for good and is here again: run manage.py erase_due"),
        )
    yield "id on the list of the erased", count, None
