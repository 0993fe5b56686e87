"""Takeaways: what a session came to, in up to three lines that its therapist writes to both."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from couples.lib.ids import random_id
from couples.models.people import Pair, User
from couples.models.sealed import SealedField


class Takeaway(models.Model):
    """One version of the lines of a session. A change is a new version, to which nobody has said yes.

    It stays where its therapist leaves or is let out: what both accepted is theirs.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")  # None: has left
    session = models.UUIDField()  # `sessions.Session.id`
    number = models.PositiveIntegerField()
    day = models.DateField()  # of the session, in the pair's zone
    words = SealedField(author="pair_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pair", "session", "number"], name="takeaways_of_a_session_are_numbered")
        ]

    pair_id: UUID
    therapist_id: UUID | None

    def __str__(self) -> str:
        return f"takeaway {self.pk}"

    @property
    def lines(self) -> list[str]:
        """Its lines, one to three."""
        return list(self.words["lines"])


def is_newest_of_its_session() -> Q:
    """That a takeaway is the newest version of its session's."""
    newer = Takeaway.objects.filter(pair=OuterRef("pair"), session=OuterRef("session"), number__gt=OuterRef("number"))
    return Q(~Exists(newer))
