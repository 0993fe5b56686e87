"""Giving a yes, renewing it, closing it. Every yes goes through here. The caller is inside `acting`."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from couples.content.refusals import Refused
from couples.models import Seat, Yes
from couples.rule import consent

UNTIL_TAKEN_BACK = "until I take it back"
End = datetime | str | None  # an instant; UNTIL_TAKEN_BACK; None: the usual end of its kind


def give(seat: Seat, kind: str, thing: UUID, *, at: datetime, ends: End = None, **what: Any) -> Yes:
    """A standing yes of this seat to exactly this thing.

    To the same words and choice it renews what stands: the time it was given stays, so a double click is one yes.
    After a gap, or with another choice or other conditions, it starts anew. Raises Refused("end_passed").
    """
    end = _end(kind, ends, at)
    scope = what.get("scope", "")
    row = Yes.objects.filter(seat=seat, kind=kind, thing=thing, scope=scope, closed_at__isnull=True).first()
    if row is not None:
        if consent.stands(row.as_fact(), at) and row.is_signed() and _same(row, what):
            row.ends_at = end
            rewrite([row])
            return row
        close(Yes.objects.filter(pk=row.pk), at=at)
    new = Yes(pair_id=seat.pair_id, seat=seat, kind=kind, thing=thing, given_at=at, ends_at=end, **what)
    new.sign().save()
    return new


def _same(row: Yes, what: dict[str, Any]) -> bool:
    return row.choice == what.get("choice", "") and row.words == what.get("words")


def _end(kind: str, ends: End, at: datetime) -> datetime | None:
    if ends is None:
        return consent.ends_by_default(kind, at)
    if isinstance(ends, str):
        return None
    if ends <= at:
        raise Refused("end_passed")
    return ends


def close(yeses: "QuerySet[Yes]", *, at: datetime) -> None:
    """Close what is unclosed among these yeses, now. Closing what is closed already is success."""
    rows = list(yeses.filter(closed_at__isnull=True))
    for row in rows:
        row.closed_at = at
    rewrite(rows)


def close_answers(seat: Seat, *, at: datetime) -> None:
    """Take back everything this seat answered on groups of steps and on steps, now."""
    close(Yes.objects.filter(seat=seat, kind__in=consent.ANSWERS), at=at)


def forget_words(yeses: "QuerySet[Yes]") -> None:
    """Destroy the words of these yeses. That they were given, and when, stays, signed anew."""
    for row in yeses.filter(words__isnull=False):
        row.words = None
        row.sign().save(update_fields=["words", "digest"])


def rewrite(rows: "Iterable[Yes]") -> None:
    """Store the end and the closing of these yeses as they are set now, signed anew."""
    Yes.objects.bulk_update([row.sign() for row in rows], ["ends_at", "closed_at", "digest"])
