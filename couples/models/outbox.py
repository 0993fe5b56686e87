"""Mail that waits to be sent."""

from typing import Final
from uuid import UUID

from django.db import models

from couples.lib.ids import PLACE, random_id
from couples.models.sealed import SealedField


class WaitingMail(models.Model):
    """One mail on its way: to whom and what it says, sealed under the key of this place, until it was sent.

    Codes stand in it. One to an address that nobody has here lies among the others and looks like them, but is dropped
    in place of being sent.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    words = SealedField(author="place")
    next_at = models.DateTimeField(db_index=True)  # when somebody may try to send it, or try again
    useful_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    place: Final[UUID] = PLACE

    def __str__(self) -> str:
        return f"waiting mail {self.pk}"
