"""That an opening has fallen for everybody is noted, so that a page does not walk through all that opened before.

Of what has fallen by now, the next seven o'clock of each pair notes it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing opens and nothing closes by it."""

    dependencies = [("couples", "0032_lines_that_a_filter_asks_for")]

    operations = [
        migrations.AddField("opening", "has_fallen", models.BooleanField(default=False, db_default=False)),
        migrations.AddIndex(
            "opening",
            models.Index(
                fields=["pair", "opened_at"], condition=models.Q(has_fallen=False), name="openings_not_fallen"
            ),
        ),
    ]
