from django.db import migrations

from couples.models.sealed import SealedField


class Migration(migrations.Migration):
    """The plain fields go. (On PostgreSQL their bytes go with the next `VACUUM FULL`.)"""

    dependencies = [("couples", "0004_seal_what_was_written")]

    operations = [
        migrations.RemoveField("revision", "plain_words"),
        migrations.RemoveField("yes", "plain_words"),
        migrations.RemoveField("heldtext", "plain_fields"),
        migrations.RemoveField("seat", "plain_partner_name"),
        migrations.RemoveField("record", "own_words"),
        *(migrations.RemoveField("checkin", name) for name in ("safe", "trusting", "close", "at_ease", "line")),
        migrations.AlterField("revision", "words", SealedField(author="author_id", bound=("number",))),
        migrations.AlterField("heldtext", "fields", SealedField(author="author_id", bound=("path",))),
        migrations.AlterField("checkin", "words", SealedField(author="author_id", bound=())),
    ]
