"""Until this day an offer of an agreement accepted it as well. What it gave stays given; whoever sits in a pair is told."""

from django.db import migrations, models


def tell(apps, schema_editor):
    """Everybody who is paired is led to their page alike, whatever they have accepted, until they have read it."""
    apps.get_model("couples", "Seat").objects.filter(ended_at__isnull=True).update(accepting_changed=True)


class Migration(migrations.Migration):
    """Which of the acceptances an offer gave needs no mark: no two acts share an instant, so it is one given at the very
    instant of its giver's own offer of these words (`visibility.accepted_by_offering`).
    """

    dependencies = [("couples", "0025_what_is_open_leaves_lines")]

    operations = [
        migrations.AddField("seat", "accepting_changed", models.BooleanField(default=False)),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
