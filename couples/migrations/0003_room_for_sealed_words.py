import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from couples.models.sealed import SealedField


class Migration(migrations.Migration):
    """A sealed field beside each plain one. What is for its author alone gets a table of its own."""

    dependencies = [("couples", "0002_keys_and_digests")]

    operations = [
        migrations.CreateModel(
            name="OwnWords",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="couples.record",
                    ),
                ),
                ("words", SealedField(author="author_id", bound=())),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.RenameField("revision", "words", "plain_words"),
        migrations.RenameField("yes", "words", "plain_words"),
        migrations.RenameField("heldtext", "fields", "plain_fields"),
        migrations.RenameField("seat", "partner_name", "plain_partner_name"),
        migrations.AddField("revision", "words", SealedField(author="author_id", bound=("number",), null=True)),
        migrations.AddField("yes", "words", SealedField(author="seat.person_id", bound=(), null=True)),
        migrations.AddField("heldtext", "fields", SealedField(author="author_id", bound=("path",), null=True)),
        migrations.AddField("seat", "partner_name", SealedField(author="person_id", bound=(), null=True)),
        migrations.AddField("checkin", "words", SealedField(author="author_id", bound=(), null=True)),
    ]
