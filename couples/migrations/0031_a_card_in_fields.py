"""A card in fields, and a label of one's own for a therapist."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import couples.lib.ids
import couples.models.sealed


class Migration(migrations.Migration):
    """Further fields of a card, empty on those from before; the table of labels."""

    dependencies = [("couples", "0030_a_shelf")]

    operations = [
        migrations.AddField("card", "registered_with", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("card", "registered_as", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("card", "languages", models.CharField(blank=True, default="", max_length=120)),
        migrations.AddField("card", "limits", models.TextField(blank=True, default="", max_length=2000)),
        migrations.AddField("card", "sees_alone", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("card", "in_crisis", models.TextField(blank=True, default="", max_length=1000)),
        migrations.CreateModel(
            name="TherapistLabel",
            fields=[
                ("id", models.UUIDField(default=couples.lib.ids.random_id, editable=False, primary_key=True, serialize=False)),
                ("words", couples.models.sealed.SealedField(author="owner_id", bound=())),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="couples.seat"),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("seat", "therapist"), name="one_label_per_seat_and_therapist")
                ]
            },
        ),
    ]
