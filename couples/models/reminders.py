"""A mail that somebody set for themselves."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models

from couples.models.people import User

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Reminder(models.Model):
    """On which days of the week, at which hour of their own zone, somebody wants a mail that says nothing."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    days = models.CharField(max_length=7)  # digits, 0 is Monday
    hour = models.PositiveSmallIntegerField(validators=[MaxValueValidator(23)])
    next_at = models.DateTimeField(db_index=True)
    claimed_at = models.DateTimeField(null=True)  # while it is being sent

    person_id: UUID

    def __str__(self) -> str:
        return f"reminder of {self.pk}"

    def after(self, at: datetime) -> datetime:
        """The first chosen hour after an instant, by the person's own clock. Given in UTC-aware time of that zone."""
        zone = ZoneInfo(self.person.time_zone)
        local = at.astimezone(zone)
        for ahead in range(8):
            then = (local + timedelta(days=ahead)).replace(hour=self.hour, minute=0, second=0, microsecond=0, fold=0)
            if str(then.weekday()) in self.days and then > at:
                return then
        raise ValueError("a reminder without a day")

    def is_of_today(self, at: datetime) -> bool:
        """Whether the hour it is for lies on the day that it is now, by the person's own clock."""
        zone = ZoneInfo(self.person.time_zone)
        return self.next_at.astimezone(zone).date() == at.astimezone(zone).date()
