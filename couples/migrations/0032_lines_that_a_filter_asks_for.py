"""What a filter of the timeline asks for has an index of its own, also where it finds nothing among a million lines.

A pause is of steps, and says so where the other lines of steps do.
"""

from django.db import migrations, models


def name_the_kind_of_a_pause(apps, schema_editor):
    apps.get_model("couples", "OwnLine").objects.filter(kind="paused").update(scope="step")


def name_none(apps, schema_editor):
    apps.get_model("couples", "OwnLine").objects.filter(kind="paused").update(scope="")


class Migration(migrations.Migration):
    dependencies = [("couples", "0031_a_card_in_fields")]

    operations = [
        migrations.AddIndex(
            "ownline",
            models.Index(
                fields=["owner", "-day", "-tie"],
                condition=models.Q(check_in__isnull=False),
                name="own_lines_of_check_ins",
            ),
        ),
        migrations.RunPython(name_the_kind_of_a_pause, name_none),
    ]
