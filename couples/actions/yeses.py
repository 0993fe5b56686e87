"""Giving a yes, renewing it, closing it. Every yes goes through here. The caller is inside `acting`."""

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from couples.content.refusals import Refused
from couples.lib.ids import random_one_of, random_span
from couples.lib.vault import Unreadable
from couples.models import Card, Pair, Seat, Yes
from couples.models.keys import key_for_sealing, key_of
from couples.models.signed import UNSIGNED
from couples.models.therapy import stays_of_cards
from couples.rule import cards, consent

UNTIL_TAKEN_BACK = "until I take it back"
End = datetime | str | None  # an instant; UNTIL_TAKEN_BACK; None: the usual end of its kind


def give(seat: Seat, kind: str, thing: UUID, *, at: datetime, ends: End = None, **what: Any) -> Yes:
    """A standing yes of this seat to exactly this thing.

    To the same words and choice it renews what stands: the time it was given stays, so a double click is one yes.
    After a gap, or with another choice or other conditions, it starts anew. Raises Refused("end_passed").
    """
    scope = what.get("scope", "")
    row = Yes.objects.filter(seat=seat, kind=kind, thing=thing, scope=scope, closed_at__isnull=True).first()
    renewed = row is not None and consent.stands(row.as_fact(), at) and row.is_signed() and _same(row, what)
    if row is not None and renewed:
        row.ends_at = _end(seat, kind, ends, at, had=row.ends_at)
        rewrite([row])
        return row
    new = Yes(pair_id=seat.pair_id, seat=seat, kind=kind, thing=thing, given_at=at, **what)
    new.ends_at = _end(seat, kind, ends, at)
    if row is not None:
        close(Yes.objects.filter(pk=row.pk), at=at)
    new.sign().save()
    return new


def _same(row: Yes, what: dict[str, Any]) -> bool:
    return row.choice == what.get("choice", "") and row.words == what.get("words")


def _end(seat: Seat, kind: str, ends: End, at: datetime, had: datetime | None = None) -> datetime | None:
    if ends is None:
        return usual_end(seat, kind, at, had)
    if isinstance(ends, str):
        return None
    if ends <= at:
        raise Refused("end_passed")
    return ends


def ends_of(seat: Seat, at: datetime) -> list[datetime]:
    """The ends to come of what this seat has said yes to."""
    own = Yes.objects.filter(seat=seat, closed_at__isnull=True, ends_at__gt=at)
    return [end for end in own.values_list("ends_at", flat=True) if end is not None]


def usual_end(
    seat: Seat, kind: str, at: datetime, had: datetime | None = None, taken: Iterable[datetime] | None = None
) -> datetime:
    """When a yes of this kind ends if its giver says nothing else. `had` is the end it has, where it is renewed;
    `taken` are the giver's other ends (`ends_of`), where several are drawn one after the other.

    Where a day is drawn, it is one on which few of the giver's own yeses end, and an instant of it that tells nothing.
    An end that lies far enough ahead stays: so a second press draws nothing, and none comes earlier than it was.
    """
    if kind in consent.LASTS:
        return max(at + consent.LASTS[kind], had or at)
    if had is not None and had >= at + consent.DRAWN_WITHIN[0]:
        return had
    assert seat.person is not None  # who gives a yes has not been erased
    zone = seat.person.time_zone
    day = random_one_of(consent.days_to_end_on(at, zone, ends_of(seat, at) if taken is None else taken))
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(at.tzinfo) + random_span(timedelta(hours=23))


def close(yeses: "QuerySet[Yes]", *, at: datetime) -> None:
    """Close what is unclosed among these yeses, now. Closing what is closed already is success."""
    rows = list(yeses.filter(closed_at__isnull=True))
    for row in rows:
        row.closed_at = at
    rewrite(rows)


def end_by(yeses: "QuerySet[Yes]", ends: datetime) -> None:
    """Let none of these that is unclosed stand longer than this."""
    rows = [row for row in yeses.filter(closed_at__isnull=True) if row.ends_at is None or row.ends_at > ends]
    for row in rows:
        row.ends_at = ends
    rewrite(rows)


def close_alike(yeses: "QuerySet[Yes]", *, at: datetime) -> None:
    """Close what is unclosed among these yeses, now, by the same two statements however many there are, and if none."""
    rows = list(yeses.filter(closed_at__isnull=True))
    for row in rows:
        row.closed_at = at
    signed = json.dumps([{"id": row.pk.hex, "digest": _sign(row).digest} for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_ALIKE[connection.vendor], [connection.ops.adapt_datetimefield_value(at), signed])


CLOSED_ALIKE = {
    "sqlite": "UPDATE couples_yes SET closed_at = %s, digest = json_extract(signed.value, '$.digest')"
    " FROM json_each(%s) AS signed WHERE couples_yes.id = json_extract(signed.value, '$.id')",
    "postgresql": "UPDATE couples_yes SET closed_at = %s, digest = signed.digest"
    " FROM json_to_recordset(%s) AS signed(id uuid, digest text) WHERE couples_yes.id = signed.id",
}


def end_with_cards(pair: Pair, at: datetime) -> None:
    """End the admissions to cards that have left the pages of this pair by now, dated with the morning of that day.

    It opens and closes nothing that anybody else can see: an admission of both keeps its card. The caller holds the
    pair's lock and settles it; pages leave these admissions out from that morning on, whether or not it was here.
    """
    key_for_sealing(pair.pk)  # on the ring, whether or not anything is to be signed
    for therapist, stay in stays_of_cards(pair).items():
        if stay.leaves is not None and (ended := cards.ends_with_it(stay.leaves)) <= at:
            theirs = Card.objects.filter(therapist=therapist).values("pk")
            left = Yes.objects.filter(pair=pair, kind=consent.ADMISSION, thing__in=theirs, given_at__lte=ended)
            close_alike(left, at=ended)


def _sign(row: Yes) -> Yes:
    """Sign a row anew. Where the pair's key cannot be read it stands unsigned, and so counts for nothing from now on,
    which is all that closing asks for. No key is made in place of one that is missing: it may come back.
    """
    try:
        key_of(row.pair_id)
    except Unreadable:
        row.digest = UNSIGNED
        return row
    return row.sign()


def close_answers(seat: Seat, *, at: datetime) -> None:
    """Take back everything this seat answered on groups of steps and on steps, now."""
    close(Yes.objects.filter(seat=seat, kind__in=consent.ANSWERS), at=at)


def forget_words(yeses: "QuerySet[Yes]") -> None:
    """Destroy the words of these yeses. That they were given, and when, stays, signed anew."""
    for row in yeses.filter(words__isnull=False):
        row.words = None
        _sign(row).save(update_fields=["words", "digest"])


def rewrite(rows: "Iterable[Yes]") -> None:
    """Store the end and the closing of these yeses as they are set now, signed anew."""
    Yes.objects.bulk_update([_sign(row) for row in rows], ["ends_at", "closed_at", "is_off_list", "digest"])
