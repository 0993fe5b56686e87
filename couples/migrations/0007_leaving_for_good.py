from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """People can leave for good, and what they wrote can go while the rows of others stay as they are."""

    dependencies = [("couples", "0006_a_revision_stays_as_it_is")]

    operations = [
        migrations.CreateModel(
            name="Farewell",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("due_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AlterField(
            model_name="invitation",
            name="joiner",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="lookingday",
            name="therapist",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        # A yes and an opening go on naming words that were erased: what is signed stays as it was signed.
        *(
            migrations.AlterField(
                model_name=model,
                name=name,
                field=models.ForeignKey(
                    db_constraint=False,
                    null=True,
                    on_delete=models.deletion.DO_NOTHING,
                    related_name="+",
                    to="couples.revision",
                ),
            )
            for model, name in (("opening", "revision"), ("record", "answers"), ("yes", "revision"))
        ),
        # Nothing ever set it to null: no yes was deleted before there was erasure, and erasure deletes none.
        migrations.AlterField(
            model_name="rest",
            name="yes",
            field=models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="+", to="couples.yes"),
        ),
    ]
