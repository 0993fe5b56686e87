"""A yes can be off the list of what its giver said before. What something that opened has ended is, from the start."""

from django.db import migrations, models
from django.db.models import Exists, OuterRef


def leave_off(apps, schema_editor):
    """An acceptance that closed at the very instant of an opening was ended by it, and not taken back."""
    opened = apps.get_model("couples", "Opening").objects.filter(pair=OuterRef("pair"), opened_at=OuterRef("closed_at"))
    yeses = apps.get_model("couples", "Yes").objects.filter(kind="acceptance", closed_at__isnull=False)
    yeses.filter(Exists(opened)).update(is_off_list=True)


class Migration(migrations.Migration):
    """Nothing opens and nothing closes by it."""

    dependencies = [("couples", "0026_an_offer_accepts_nothing")]

    operations = [
        migrations.AddField("yes", "is_off_list", models.BooleanField(default=False)),
        migrations.RunPython(leave_off, migrations.RunPython.noop),
    ]
