"""What a person writes down. Records belong to their author, not to a pair: everything private works alone."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from couples.lib.ids import random_id
from couples.models.people import User
from couples.models.sealed import SealedField


class Record(models.Model):
    """One thing a person writes down, through all its revisions. It holds no words itself."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    made_at = models.DateTimeField()
    once = models.UUIDField()  # from the form: the same form sent twice writes one record
    # Of an agreement: the chain of versions and counter-versions it belongs to, and the revision it answers. Of a
    # breach: the chain of the agreement that was not kept, and the words that were in force.
    chain = models.UUIDField(null=True)
    # Words of the other, perhaps, who may have erased them since: then it names what is nowhere any more.
    answers = models.ForeignKey(
        "Revision", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "once"], name="one_record_per_form_sent"),
            models.CheckConstraint(
                condition=Q(kind="agreement", chain__isnull=False)
                | Q(kind="breach")
                | (~Q(kind__in=["agreement", "breach"]) & Q(chain__isnull=True)),
                name="agreements_have_a_chain_and_breaches_may_name_one",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["author", "-made_at", "id"], name="records_of_an_author")]

    author_id: UUID

    def __str__(self) -> str:
        return f"record {self.pk}"


class OwnWords(models.Model):
    """What of a record is for its author alone, for ever: no part of any revision, so no offer can include it."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, primary_key=True, related_name="+")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    words = SealedField()

    author_id: UUID

    def __str__(self) -> str:
        return f"own words of record {self.pk}"


class Revision(models.Model):
    """One immutable text of a record. An edit writes the next one; a yes is to one of them exactly."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    words = SealedField(bound=("number",))
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "number"], name="revisions_of_a_record_are_numbered")
        ]

    record_id: UUID
    author_id: UUID

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new revision. Raises TypeError on an attempt to change one."""
        if not self._state.adding:
            raise TypeError("A revision is never changed: write the next one.")
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"revision {self.pk}"


class Erasure(models.Model):
    """What is being erased for good: a record's id, or an author's. It stands for the length of one transaction.

    The database itself refuses to delete a revision unless its record or its author stands here, and refuses to
    change one at all (migration 0006).
    """

    what = models.UUIDField(primary_key=True, editable=False)

    def __str__(self) -> str:
        return f"erasure of {self.pk}"


class HeldText(models.Model):
    """Unfinished writing: what stood in a form of theirs that was not sent, or when their session had lapsed.

    Each page writes into a row of its own, whose id the page draws, so that two pages never write over each other.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    fields = SealedField(bound=("path",))
    held_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["author", "path"], name="held_by_author_and_page")]

    author_id: UUID

    def __str__(self) -> str:
        return f"held text {self.pk}"
