"""The database itself fills in what code of before, which serves for a while beside this one, leaves out of its rows."""

from django.db import migrations, models

OF_A_CARD = {
    "registered_with": models.CharField(blank=True, default="", db_default="", max_length=120),
    "registered_as": models.CharField(blank=True, default="", db_default="", max_length=60),
    "languages": models.CharField(blank=True, default="", db_default="", max_length=120),
    "limits": models.TextField(blank=True, default="", db_default="", max_length=2000),
    "sees_alone": models.CharField(blank=True, default="", db_default="", max_length=16),
    "in_crisis": models.TextField(blank=True, default="", db_default="", max_length=1000),
}


class Migration(migrations.Migration):
    """Defaults of columns that came with 0028 and 0031; no row changes."""

    dependencies = [("couples", "0033_what_has_fallen_is_noted")]

    operations = [
        *(migrations.AlterField("card", name, field) for name, field in OF_A_CARD.items()),
        migrations.AlterField("therapysession", "called_off", models.BooleanField(default=False, db_default=False)),
    ]
