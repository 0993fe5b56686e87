"""A person's own lines on their timeline: typed facts, no words. The words come from the record they point at.

Memory lines are among them: of what opened in a pairing, and was open to their owner still at the first seven o'clock
after it (`rule/memory.py`). They tell nothing of what became of it, and point at no row that says so.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from couples.lib.ids import random_id
from couples.models.checkins import CheckIn
from couples.models.people import Seat, User
from couples.models.records import Record, Revision
from couples.rule.consent import OpeningKind


class OwnLine(models.Model):
    """One line that only its owner sees."""

    WROTE = "wrote"
    REVISED = "revised"
    CHECKED_IN = "checked_in"
    PAUSED = "paused"
    BEGAN = "began"  # paired with somebody
    # Of memory lines: kept of an opening, by the seat that their owner held.
    OPENED = "opened"  # words; of one's own with the revision, of the other's without
    IN_FORCE = "in_force"  # an agreement
    ACCEPTED = "accepted"  # the takeaway of a session, by both
    MARKED = "marked"  # a week of it: only of lines that were kept before there were memory lines

    # By the kind of opening; all others are OPENED.
    OF_OPENINGS: ClassVar[dict[str, str]] = {OpeningKind.AGREEMENT: IN_FORCE, OpeningKind.TAKEAWAY: ACCEPTED}

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    scope = models.CharField(max_length=24, blank=True)  # the kind of record, where there is one that may be told
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")
    check_in = models.ForeignKey(CheckIn, on_delete=models.CASCADE, null=True, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, related_name="+")
    opening = models.UUIDField(null=True)  # which one; nobody asks it for anything
    revision = models.ForeignKey(  # may be erased before the door that stores this can be gone through
        Revision, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+"
    )
    day = models.DateField()  # in the owner's zone at that time; of an opening in the pair's
    tie = models.CharField(max_length=32)  # the time of the day as text that sorts; of an opening its own tie

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "opening"], name="one_line_per_owner_and_opening")
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-day", "-tie"], name="own_lines_newest_first"),
            models.Index(fields=["owner", "scope", "-day", "-tie"], name="own_lines_of_a_kind"),
            models.Index(fields=["owner", "seat", "-day", "-tie"], name="own_lines_of_a_pairing"),
            models.Index(
                fields=["owner", "-day", "-tie"], condition=Q(check_in__isnull=False), name="own_lines_of_check_ins"
            ),
        ]

    owner_id: UUID
    seat_id: UUID | None
    revision_id: UUID | None
    record_id: UUID | None
    check_in_id: UUID | None

    def __str__(self) -> str:
        return f"own line {self.pk}"
