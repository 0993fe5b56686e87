"""Check-ins: how it was, for the one who wrote it alone."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models

from couples.lib.ids import random_id
from couples.models.people import User
from couples.models.sealed import SealedField

CHANGES_FOR = timedelta(days=1)
SLIDERS = ("safe", "trusting", "close", "at_ease")


class CheckIn(models.Model):
    """Four sliders and a line. Never counted, never shown to anybody else."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    day = models.DateField()  # in the author's zone at that time
    words = SealedField()  # "line", "feelings" and, of SLIDERS, those that were moved: 0 to 100
    once = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["author", "once"], name="one_check_in_per_form_sent")]
        indexes: ClassVar = [models.Index(fields=["author", "-made_at"], name="check_ins_of_an_author")]

    author_id: UUID

    def __str__(self) -> str:
        return f"check-in {self.pk}"

    def may_change(self, at: datetime) -> bool:
        """Whether it can still be changed: for a day from when it was made."""
        return at - self.made_at < CHANGES_FOR

    @property
    def line(self) -> str:
        """The line, or "" where it was skipped."""
        return self.words.get("line", "")

    @property
    def feelings(self) -> list[str]:
        """The chosen words, in the order of the list."""
        return self.words.get("feelings", [])

    @property
    def said(self) -> str:
        """The feelings and the line, as one line of words."""
        return " · ".join(part for part in (", ".join(self.feelings), self.line) if part)

    @property
    def slider_values(self) -> list[int | None]:
        """The sliders in the order of SLIDERS, 0 to 100; None for one that was skipped."""
        return [self.words.get(name) for name in SLIDERS]
