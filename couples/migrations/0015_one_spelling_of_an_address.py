from django.db import migrations

from couples.lib import spellings


def spell_addresses_as_they_are_looked_up(apps, schema_editor):
    """Keep each address in the one spelling that a form makes of it. Where two are one mailbox, both stay."""
    for app, name in (("couples", "User"), ("account", "EmailAddress")):
        model = apps.get_model(app, name)
        for pk, email in list(model.objects.values_list("pk", "email")):
            spelled = spellings.address(email)
            if spelled != email and not model.objects.filter(email=spelled).exists():
                model.objects.filter(pk=pk).update(email=spelled)


class Migration(migrations.Migration):

    dependencies = [
        ('couples', '0014_sessions_and_proposals'),
        ('account', '0009_emailaddress_unique_primary_email'),
    ]

    operations = [
        migrations.RunPython(spell_addresses_as_they_are_looked_up, migrations.RunPython.noop),
    ]
