"""A person's own lines on their timeline: typed facts, no words. The words come from the record they point at."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from couples.lib.ids import random_id
from couples.models.checkins import CheckIn
from couples.models.people import User
from couples.models.records import Record


class OwnLine(models.Model):
    """One line that only its owner sees."""

    WROTE = "wrote"
    REVISED = "revised"
    CHECKED_IN = "checked_in"
    PAUSED = "paused"
    BEGAN = "began"  # paired with somebody

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    scope = models.CharField(max_length=24, blank=True)  # the kind of record, where there is one
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField()  # in the owner's zone at that time
    tie = models.CharField(max_length=32)  # the time of the day as text that sorts

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-day", "-tie"], name="own_lines_newest_first")]

    owner_id: UUID
    record_id: UUID | None
    check_in_id: UUID | None

    def __str__(self) -> str:
        return f"own line {self.pk}"
