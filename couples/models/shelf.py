"""A therapist's shelf: wordings and bundles of their own, for them alone."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from couples.lib.ids import random_id
from couples.models.people import User
from couples.models.sealed import SealedField


class ShelfItem(models.Model):
    """Something to propose that need not be typed twice. No couple sees it: a proposal keeps words of its own."""

    # Of `words`, each a text: its name for its owner, words for an agreement, the slug of a page, the key of a step.
    NAME, TEXT, PAGE, STEP = "name", "text", "page", "step"

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    words = SealedField(author="therapist_id")
    made_at = models.DateTimeField()
    once = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["therapist", "once"], name="one_thing_on_a_shelf_per_form_sent")
        ]

    therapist_id: UUID

    def __str__(self) -> str:
        return f"shelf item {self.pk}"
