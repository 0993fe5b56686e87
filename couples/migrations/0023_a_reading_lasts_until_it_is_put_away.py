"""A reading has no end of its own any more. Those that stand lose theirs; what has ended stays ended."""

from hashlib import sha256
from hmac import compare_digest

from django.db import migrations
from django.db.models import Q

from couples.lib import clock
from couples.lib.vault import KeyGone, NotGenuine
from couples.models.keys import masters

# As a yes is signed on this day (docs/frozen.md).
SIGNED = (
    *("id", "pair_id", "seat_id", "kind", "thing", "scope", "choice", "under", "number", "revision_id", "tie"),
    *("given_at", "ends_at", "closed_at", "words"),
)


def let_them_last(apps, schema_editor):
    """Take the end from each genuine reading that stands now, and sign it anew. A forged one stays as it is, and so
    does one whose pair's key cannot be read.
    """
    now = clock.now()
    yeses = apps.get_model("couples", "Yes").objects
    standing = yeses.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=now), kind="reading", given_at__lte=now, ends_at__gt=now)
    for pk in list(standing.order_by("pair_id", "pk").values_list("pk", flat=True)):
        row = yeses.get(pk=pk)
        try:
            wrapped = apps.get_model("couples", "WrappedKey").objects.filter(owner=row.pair_id).first()
            key = masters().unwrap(wrapped.wrapped, row.pair_id) if wrapped is not None else None
        except (KeyGone, NotGenuine):
            key = None
        if key is None or not compare_digest(row.digest, key.digest(_facts(row))):
            continue
        row.ends_at = None
        row.digest = key.digest(_facts(row))
        row.save(update_fields=["ends_at", "digest"])


def _facts(row):
    facts = [row._meta.label_lower, *(_as_text(row.__dict__[name]) for name in SIGNED)]
    return [*facts, *([f"about {row.about.hex}"] if row.about is not None else [])]


def _as_text(value):
    if value is None:
        return "none"
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex if hasattr(value, "hex") and not isinstance(value, float) else str(value)


def leave_it(apps, schema_editor):
    """Which end each had is nowhere any more, and none is needed."""


class Migration(migrations.Migration):
    """Nothing opens by it: what stands goes on standing, and an opening rests on its offer besides."""

    dependencies = [("couples", "0022_the_clock_that_suits_both")]

    operations = [migrations.RunPython(let_them_last, leave_it)]
