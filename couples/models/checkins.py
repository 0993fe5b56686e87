"""Check-ins: how it was, for the one who wrote it alone."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from couples.ids import random_id
from couples.models.people import User
from couples.models.sealed import SealedField

SLIDERS = ("safe", "trusting", "close", "at_ease")


class CheckIn(models.Model):
    """Four sliders and a line. Never counted, never shown to anybody else."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    day = models.DateField()  # in the author's zone at that time
    words = SealedField()  # "line" and, of SLIDERS, those that were moved: 0 to 100
    once = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["author", "once"], name="one_check_in_per_form_sent")]
        indexes: ClassVar = [models.Index(fields=["author", "-made_at"], name="check_ins_of_an_author")]

    author_id: UUID

    def __str__(self) -> str:
        return f"check-in {self.pk}"

    @property
    def line(self) -> str:
        """The line, or "" where it was skipped."""
        return self.words.get("line", "")

    @property
    def worths(self) -> list[int | None]:
        """The sliders in the order of SLIDERS, 0 to 100; None for one that was skipped."""
        return [self.words.get(name) for name in SLIDERS]
