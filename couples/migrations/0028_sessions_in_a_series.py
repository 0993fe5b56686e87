"""A session can come again, every week or every second week; single ones of it can be moved and called off."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import couples.lib.ids


class Migration(migrations.Migration):

    dependencies = [
        ('couples', '0027_what_was_said_before'),
    ]

    operations = [
        migrations.AddField(
            model_name='therapysession',
            name='called_off',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='therapysession',
            name='day',
            field=models.DateField(null=True),
        ),
        migrations.CreateModel(
            name='SessionSeries',
            fields=[
                ('id', models.UUIDField(default=couples.lib.ids.random_id, editable=False, primary_key=True, serialize=False)),
                ('event', models.UUIDField(default=couples.lib.ids.random_id)),
                ('first', models.DateField()),
                ('at_hour', models.TimeField()),
                ('zone', models.CharField(max_length=64)),
                ('weeks', models.PositiveSmallIntegerField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('pair', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='couples.pair')),
                ('therapist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='therapysession',
            name='series',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='couples.sessionseries'),
        ),
        migrations.AddConstraint(
            model_name='therapysession',
            constraint=models.UniqueConstraint(fields=('series', 'day'), name='one_session_on_a_day_of_a_series'),
        ),
        migrations.AddConstraint(
            model_name='therapysession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('called_off', False), ('day__isnull', True), ('series__isnull', True)), models.Q(('day__isnull', False), ('series__isnull', False)), _connector='OR'), name='a_day_of_a_series_has_both'),
        ),
        migrations.AddConstraint(
            model_name='sessionseries',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('pair', 'therapist'), name='one_series_of_a_therapist_with_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='sessionseries',
            constraint=models.CheckConstraint(condition=models.Q(('weeks__in', [1, 2])), name='a_series_is_weekly_or_fortnightly'),
        ),
    ]
