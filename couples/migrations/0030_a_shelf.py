"""A shelf for each therapist: wordings and bundles of their own, sealed under their key."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import couples.lib.ids
import couples.models.sealed


class Migration(migrations.Migration):
    """The table of it."""

    dependencies = [("couples", "0029_takeaways")]

    operations = [
        migrations.CreateModel(
            name="ShelfItem",
            fields=[
                ("id", models.UUIDField(default=couples.lib.ids.random_id, editable=False, primary_key=True, serialize=False)),
                ("words", couples.models.sealed.SealedField(author="therapist_id", bound=())),
                ("made_at", models.DateTimeField()),
                ("once", models.UUIDField()),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("therapist", "once"), name="one_thing_on_a_shelf_per_form_sent")
                ]
            },
        )
    ]
