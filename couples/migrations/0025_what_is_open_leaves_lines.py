"""A line of what opened stays its owner's. What stands open on this day leaves one to both; lines kept until now become
lines of those who kept them.
"""

from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from hmac import compare_digest
from zoneinfo import ZoneInfo

from django.db import migrations

from couples.lib import clock
from couples.lib.ids import keyed_id
from couples.lib.vault import KeyGone, NotGenuine
from couples.models.keys import masters

# As yeses and openings are signed on this day (docs/frozen.md).
SIGNED = {
    "yes": (
        *("id", "pair_id", "seat_id", "kind", "thing", "scope", "choice", "under", "number", "revision_id", "tie"),
        *("given_at", "ends_at", "closed_at", "words"),
    ),
    "opening": (
        *("id", "pair_id", "kind", "thing", "scope", "author_id", "under", "number"),
        *("opened_at", "day", "door", "tie"),
    ),
}
HEAVY = {"impact_letter", "accountability_letter", "reply", "breach", "repair"}
LINES = {"revision": "opened", "agreement": "in_force", "marks": "marked"}
STEP = "step"


def remember(apps, schema_editor):
    """For each pair: which seven o'clock it has gone through last, and the lines of both. Where its key cannot be read it
    gets none, and a row that was not written here counts for nothing.
    """
    now = clock.now()
    for pair in list(apps.get_model("couples", "Pair").objects.order_by("pk")):
        pair.last_morning = _morning_before(pair.next_morning, pair.time_zone)
        pair.save(update_fields=["last_morning"])
        wrapped = apps.get_model("couples", "WrappedKey").objects.filter(owner=pair.pk).first()
        try:
            key = masters().unwrap(wrapped.wrapped, pair.pk) if wrapped is not None else None
        except (KeyGone, NotGenuine):
            key = None
        if key is not None:
            _remember(apps, pair, key, now)


def _morning_before(morning, zone):
    """The seven o'clock before this one. What opened from then on has its first one still to come."""
    day = morning.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    return datetime.combine(day, time(7), ZoneInfo(zone)).astimezone(UTC)


def _remember(apps, pair, key, now):
    yeses, rests = apps.get_model("couples", "Yes").objects, apps.get_model("couples", "Rest").objects
    seats = {seat.pk: seat for seat in apps.get_model("couples", "Seat").objects.filter(pair=pair)}
    known = {}
    for opening in apps.get_model("couples", "Opening").objects.filter(pair=pair, kind__in=LINES).order_by("pk"):
        under = list(yeses.filter(pk__in=rests.filter(opening=opening).values("yes")))
        if not _is_genuine(opening, under, key) or opening.scope == STEP:
            continue
        known[opening.pk] = opening
        if opening.kind == "marks" or opening.opened_at >= pair.last_morning:
            continue
        for seat in seats.values():
            if all(_stands(yes, now) or (yes.kind == "reading" and yes.seat_id != seat.pk) for yes in under):
                _keep(apps, opening, seat)
    for yes in list(yeses.filter(pair=pair, kind="keep", closed_at__isnull=True).order_by("pk")):
        if yes.scope != STEP and compare_digest(yes.digest, key.digest(_facts(yes))):
            if yes.thing in known and _stands(yes, now):
                _keep(apps, known[yes.thing], seats[yes.seat_id])
            yes.closed_at = max(now, yes.given_at)
            yes.digest = key.digest(_facts(yes))
            yes.save(update_fields=["closed_at", "digest"])


def _is_genuine(opening, under, key):
    facts = [*_facts(opening), *sorted(yes.pk.hex for yes in under)]
    covers_its_words = opening.revision_id is None or any(yes.revision_id == opening.revision_id for yes in under)
    return (
        bool(under)
        and covers_its_words
        and compare_digest(opening.digest, key.digest(facts))
        and all(yes.pair_id == opening.pair_id and compare_digest(yes.digest, key.digest(_facts(yes))) for yes in under)
    )


def _stands(yes, at):
    ended = (yes.ends_at is not None and yes.ends_at <= at) or (yes.closed_at is not None and yes.closed_at <= at)
    return yes.given_at <= at and not ended


def _keep(apps, opening, seat):
    """One line of an opening for the holder of a seat, as `models/unstored.py` would store it."""
    if seat.person_id is None:
        return
    is_mine = opening.author_id == seat.pk
    apps.get_model("couples", "OwnLine").objects.get_or_create(
        owner_id=seat.person_id,
        opening=opening.pk,
        defaults={
            "id": keyed_id("line", seat.pk.hex, opening.pk.hex),
            "seat_id": seat.pk,
            "kind": LINES[opening.kind],
            "scope": "" if opening.scope in HEAVY and not is_mine else opening.scope,
            "revision_id": opening.revision_id if is_mine else None,
            "day": opening.day,
            "tie": opening.tie,
        },
    )


def _facts(row):
    facts = [row._meta.label_lower, *(_as_text(row.__dict__[name]) for name in SIGNED[row._meta.model_name])]
    is_about = row._meta.model_name == "yes" and row.about is not None
    return [*facts, *([f"about {row.about.hex}"] if is_about else [])]


def _as_text(value):
    if value is None:
        return "none"
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex if hasattr(value, "hex") and not isinstance(value, float) else str(value)


def leave_them(apps, schema_editor):
    """The lines go with their columns."""
    apps.get_model("couples", "OwnLine").objects.filter(opening__isnull=False).delete()


class Migration(migrations.Migration):
    """Nothing opens by it, and nothing that has closed is told. Apart from the columns: PostgreSQL makes no index on a table
    that the same transaction has written to."""

    dependencies = [("couples", "0024_room_for_memory_lines")]

    operations = [migrations.RunPython(remember, leave_them)]
