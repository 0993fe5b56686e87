"""Room for memory lines, and for the last seven o'clock that a pair has gone through."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Of which opening a line is and by which seat it is kept, and which seven o'clock a pair has gone through last."""

    dependencies = [("couples", "0023_a_reading_lasts_until_it_is_put_away")]

    operations = [
        migrations.AddField(
            "pair", "last_morning", models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=UTC)), preserve_default=False
        ),
        migrations.AddField("ownline", "opening", models.UUIDField(null=True)),
        migrations.AddField(
            "ownline",
            "revision",
            models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="couples.revision",
            ),
        ),
        migrations.AddField(
            "ownline",
            "seat",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="couples.seat"),
        ),
        migrations.AddIndex("opening", models.Index(fields=["pair", "opened_at"], name="openings_by_their_instant")),
        migrations.AddIndex(
            "ownline", models.Index(fields=["owner", "scope", "-day", "-tie"], name="own_lines_of_a_kind")
        ),
        migrations.AddIndex(
            "ownline", models.Index(fields=["owner", "seat", "-day", "-tie"], name="own_lines_of_a_pairing")
        ),
        migrations.AddConstraint(
            "ownline", models.UniqueConstraint(fields=("owner", "opening"), name="one_line_per_owner_and_opening")
        ),
    ]
