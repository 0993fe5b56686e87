from hashlib import sha256

from django.db import migrations

from couples.lib.vault import new_key
from couples.models.keys import masters

SLIDERS = ("safe", "trusting", "close", "at_ease")
SIGNED_YES = (
    *("id", "pair_id", "seat_id", "kind", "thing", "scope", "choice", "under", "number", "revision_id", "tie"),
    *("given_at", "ends_at", "closed_at", "words"),
)
SIGNED_OPENING = (
    *("id", "pair_id", "kind", "thing", "scope", "author_id", "under", "number"),
    *("opened_at", "day", "door", "tie"),
)


def seal_everything(apps, schema_editor):
    """Give every person and pair a key, seal every word under it and sign every yes and opening."""
    for name in ("User", "Pair"):
        _give_keys(apps, name)
    for name, old, new in (
        ("Revision", "plain_words", "words"),
        ("HeldText", "plain_fields", "fields"),
        ("Seat", "plain_partner_name", "partner_name"),
    ):
        for row in _rows(apps, name):
            if name != "Seat" or row.person_id is not None:
                setattr(row, new, getattr(row, old))
                row.save(update_fields=[new])
    own = apps.get_model("couples", "OwnWords")
    for row in _rows(apps, "Record"):
        if row.own_words:
            own.objects.create(record=row, author_id=row.author_id, words=row.own_words)
    for row in _rows(apps, "CheckIn"):
        told = {name: getattr(row, name) for name in (*SLIDERS, "line")}
        row.words = {name: value for name, value in told.items() if value not in (None, "")}
        row.save(update_fields=["words"])
    _sign(apps)


def _rows(apps, name):
    model = apps.get_model("couples", name)
    for pk in list(model.objects.values_list("pk", flat=True)):
        yield model.objects.get(pk=pk)


def _give_keys(apps, name):
    wrapped = apps.get_model("couples", "WrappedKey")
    for pk in apps.get_model("couples", name).objects.values_list("pk", flat=True):
        wrapped.objects.get_or_create(owner=pk, defaults={"wrapped": masters().wrap(new_key(), pk)})


def _sign(apps):
    for row in _rows(apps, "Yes"):
        if row.plain_words and row.seat.person_id is not None:
            row.words = row.plain_words
            row.save(update_fields=["words"])
            row = type(row).objects.get(pk=row.pk)  # noqa: PLW2901 - signed as it is stored
        _store_digest(apps, row, SIGNED_YES, [])
    rest = apps.get_model("couples", "Rest")
    for row in _rows(apps, "Opening"):
        yeses = rest.objects.filter(opening=row, yes__isnull=False).values_list("yes", flat=True)
        _store_digest(apps, row, SIGNED_OPENING, sorted(pk.hex for pk in yeses))


def _store_digest(apps, row, names, more):
    keys = apps.get_model("couples", "WrappedKey")
    key = masters().unwrap(keys.objects.get(owner=row.pair_id).wrapped, row.pair_id)
    facts = [_as_text(row.__dict__[name]) for name in names]
    row.digest = key.digest([row._meta.label_lower, *facts, *more])
    row.save(update_fields=["digest"])


def _as_text(value):
    if value is None:
        return "none"
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex if hasattr(value, "hex") and not isinstance(value, float) else str(value)


class Migration(migrations.Migration):
    """What stood here in plain words is sealed. Backups from before hold it unsealed: destroy them."""

    dependencies = [("couples", "0003_room_for_sealed_words")]

    operations = [migrations.RunPython(seal_everything)]
