from django.db import migrations, models


class Migration(migrations.Migration):
    """Keys of people and pairs, and the digests that show a yes and an opening were written here."""

    dependencies = [("couples", "0001_the_first_tables")]

    operations = [
        migrations.CreateModel(
            name="WrappedKey",
            fields=[
                ("owner", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("wrapped", models.BinaryField()),
            ],
        ),
        migrations.AddField("yes", "digest", models.CharField(default="", editable=False, max_length=64)),
        migrations.AddField("opening", "digest", models.CharField(default="", editable=False, max_length=64)),
    ]
