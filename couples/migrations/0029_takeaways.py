"""A session can leave a takeaway: up to three lines, written to both."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import couples.lib.ids
import couples.models.sealed


class Migration(migrations.Migration):

    dependencies = [
        ('couples', '0028_sessions_in_a_series'),
    ]

    operations = [
        migrations.CreateModel(
            name='Takeaway',
            fields=[
                ('id', models.UUIDField(default=couples.lib.ids.random_id, editable=False, primary_key=True, serialize=False)),
                ('session', models.UUIDField()),
                ('number', models.PositiveIntegerField()),
                ('day', models.DateField()),
                ('words', couples.models.sealed.SealedField(author='pair_id', bound=())),
                ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='couples.pair')),
                ('therapist', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('pair', 'session', 'number'), name='takeaways_of_a_session_are_numbered')],
            },
        ),
    ]
