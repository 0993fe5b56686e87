"""Check-ins: how it was, for the one who wrote it alone."""

from typing import ClassVar
from uuid import UUID

from django.core.validators import MaxValueValidator
from django.db import models

from couples.ids import random_id
from couples.models.people import User


def slider() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    """One slider, 0 to 100, or nothing where it was skipped."""
    return models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])


class CheckIn(models.Model):
    """Four sliders and a line. Never counted, never shown to anybody else."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    day = models.DateField()  # in the author's zone at that time
    safe = slider()
    trusting = slider()
    close = slider()
    at_ease = slider()
    line = models.CharField(max_length=300, blank=True)
    once = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["author", "once"], name="one_check_in_per_form_sent")]
        indexes: ClassVar = [models.Index(fields=["author", "-made_at"], name="check_ins_of_an_author")]

    author_id: UUID

    def __str__(self) -> str:
        return f"check-in {self.pk}"
