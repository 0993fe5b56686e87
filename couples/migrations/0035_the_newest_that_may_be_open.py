"""A list of what is open begins at the newest and ends with its page, also where hundreds of things stand open."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index in place of another."""

    dependencies = [("couples", "0034_what_the_version_before_leaves_out")]

    operations = [
        migrations.RemoveIndex("opening", "openings_not_fallen"),
        migrations.AddIndex(
            "opening",
            models.Index(
                fields=["pair", "-day", "-tie"],
                condition=models.Q(has_fallen=False),
                name="newest_openings_not_fallen",
            ),
        ),
    ]
