from django.db import migrations, models


class Migration(migrations.Migration):
    """Shift can be turned off, and one address can have several unfinished writings."""

    dependencies = [
        ("couples", "0016_mail_that_waits_and_tries_that_are_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="leaves_by_shift",
            field=models.BooleanField(default=True),
        ),
        migrations.RemoveConstraint(
            model_name="heldtext",
            name="one_held_text_per_author_and_page",
        ),
        migrations.AddIndex(
            model_name="heldtext",
            index=models.Index(fields=["author", "path"], name="held_by_author_and_page"),
        ),
    ]
