"""Yeses, openings, and which yeses an opening rests on. Openness itself is never stored: `consent` derives it."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from couples.lib.compiled import compiled
from couples.lib.ids import random_id, random_tie
from couples.models.people import Pair, Seat
from couples.models.records import Revision
from couples.models.sealed import SealedField
from couples.models.signed import Checked, Signed
from couples.row_security.session import checking
from couples.rule import consent
from couples.rule.consent import OpeningKind

# The facts that the rule reasons about have the names of their rows.
FIELDS_OF_A_YES = tuple(field.name for field in fields(consent.Yes))
BESIDE_THE_ROW = {"rests_on", "gives", "ends"}
FIELDS_OF_AN_OPENING = tuple(field.name for field in fields(consent.Opening) if field.name not in BESIDE_THE_ROW)


class Yes(Signed):
    """One yes. Unclosed is not standing: a lapsed yes keeps its row until the same person gives it again."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    thing = models.UUIDField()
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    scope = models.CharField(max_length=64, blank=True, default="")
    choice = models.CharField(max_length=16, blank=True, default="")
    under = models.UUIDField(null=True)
    about = models.UUIDField(null=True)
    number = models.PositiveIntegerField(default=0)
    # The exact words. Erasing them leaves the row as it was signed, naming words that are nowhere any more, so that to
    # everybody else an erasure is a taking back: of a row that need not be open ask `revision_id` only.
    revision = models.ForeignKey(
        Revision, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    tie = models.CharField(max_length=32, default=random_tie)
    # Not among what its giver said yes to before: they took it off that list, or something that opened ended it. Not
    # signed, because it opens and closes nothing.
    is_off_list = models.BooleanField(default=False)
    # The conditions of an answer: words, so they open like words do.
    words = SealedField(author="seat.person_id", null=True)

    SIGNED = (
        *("id", "pair_id", "seat_id", "kind", "thing", "scope", "choice", "under", "number", "revision_id", "tie"),
        *("given_at", "ends_at", "closed_at", "words"),
    )
    SIGNED_WHERE_SET = ("about",)

    objects: ClassVar[Any] = Checked.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seat", "kind", "thing", "scope"],
                condition=Q(closed_at__isnull=True),
                name="one_unclosed_yes_per_seat_and_thing",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("given_at")),
                name="a_yes_ends_after_it_is_given",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("given_at")),
                name="a_yes_closes_after_it_is_given",
            ),
            models.UniqueConstraint(
                fields=["pair", "revision"],
                condition=Q(kind=consent.READING),
                name="one_reading_per_revision_and_pair_ever",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["pair", "closed_at", "ends_at"], name="yeses_of_a_pair"),
            models.Index(  # what may meet at a door (rule/meeting.py)
                fields=["pair", "kind", "thing"], condition=Q(closed_at__isnull=True), name="unclosed_yeses_to_a_thing"
            ),
        ]

    pair_id: UUID
    seat_id: UUID
    revision_id: UUID | None

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def conditions(self) -> str:
        """The conditions of an answer, or "" where it has none."""
        return (self.words or {}).get("conditions", "")

    def as_fact(self) -> consent.Yes:
        """This row as the pure fact that `consent` reasons about."""
        return consent.Yes(**{name: getattr(self, name) for name in FIELDS_OF_A_YES})


def ended(yes: Yes) -> datetime | None:
    """The instant at which a yes ends or ended, whichever way comes first; None where it is until taken back."""
    return min((at for at in (yes.ends_at, yes.closed_at) if at is not None), default=None)


def standing(at: datetime, row: str = "") -> Q:
    """The SQL reading of `consent.stands`, for the yes at this path (such as "yes__")."""
    return (
        Q(**{f"{row}given_at__lte": at})
        & (Q(**{f"{row}ends_at__isnull": True}) | Q(**{f"{row}ends_at__gt": at}))
        & (Q(**{f"{row}closed_at__isnull": True}) | Q(**{f"{row}closed_at__gt": at}))
    )


def rests_as_facts(yeses: "Iterable[UUID]") -> list[str]:
    """The yeses that an opening rests on, as its digest covers them beside the row."""
    return sorted(yes.hex for yes in yeses)


def fallen(at: datetime, row: str = "") -> Q:
    """The opposite of `standing`, spelled so that an index can help: the yes at this path does not stand."""
    return Q(**{f"{row}given_at__gt": at}) | Q(**{f"{row}ends_at__lte": at}) | Q(**{f"{row}closed_at__lte": at})


class Opening(Signed):
    """The instant at which the yeses a thing needs met at a door. It happened; whether it is open is asked anew."""

    id = models.UUIDField(primary_key=True, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=24)
    thing = models.UUIDField()
    scope = models.CharField(max_length=64, blank=True, default="")
    author = models.ForeignKey(Seat, on_delete=models.CASCADE, null=True, related_name="+")
    revision = models.ForeignKey(  # as in Yes
        Revision, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    under = models.UUIDField(null=True)
    number = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    day = models.DateField()
    door = models.CharField(max_length=8)
    tie = models.CharField(max_length=32)
    # That it is open to nobody any more, and never again. Noted at the next morning, by no act and no page; it can
    # only hide. Not signed: what is open is asked of the yeses all the same.
    has_fallen = models.BooleanField(default=False, db_default=False)

    # Not the revision: `thing` names the exact words, and so does each yes.
    SIGNED = (
        *("id", "pair_id", "kind", "thing", "scope", "author_id", "under", "number"),
        *("opened_at", "day", "door", "tie"),
    )

    objects: ClassVar[Any] = Checked.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pair", "revision"],
                condition=Q(kind=OpeningKind.REVISION),
                name="one_opening_per_revision_and_pair_ever",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["pair", "-day", "-tie"], name="openings_newest_first"),
            models.Index(fields=["pair", "kind", "thing"], name="openings_of_a_thing"),
            models.Index(fields=["pair", "opened_at"], name="openings_by_their_instant"),
            models.Index(
                fields=["pair", "-day", "-tie"], condition=Q(has_fallen=False), name="newest_openings_not_fallen"
            ),
        ]

    pair_id: UUID
    author_id: UUID | None
    revision_id: UUID | None

    def __str__(self) -> str:
        return f"opening {self.pk}"

    def as_fact(self, rests_on: frozenset[UUID]) -> consent.Opening:
        """This row, with the yeses it rests on, as the pure fact that `consent` reasons about."""
        shared = {name: getattr(self, name) for name in FIELDS_OF_AN_OPENING}
        return consent.Opening(**shared, rests_on=rests_on)

    @classmethod
    def only_signed(cls, rows: "Iterable[Opening]") -> "Iterator[Opening]":
        """Those of these openings that were written here, and rest on yeses that were. Costs one query.

        A yes under several of them, or under one that stands here twice, is checked once.
        """
        openings = list(rows)
        rests: dict[UUID, list[Rest]] = {opening.pk: [] for opening in openings}
        with checking():
            for rest in _under(list(rests)) if rests else ():
                rests[rest.opening_id].append(rest)
        yeses = {rest.yes_id: rest.yes for each in rests.values() for rest in each}
        genuine = {pk for pk, yes in yeses.items() if yes.is_signed()}
        return (opening for opening in openings if opening._holds(rests[opening.pk], genuine))

    def holds(self, rests: "Iterable[Rest]") -> bool:
        """Whether this opening, what it rests on and the words it shows belong together as they were written here.

        `rests` are all of its own, with their yeses.
        """
        rests = list(rests)
        return self._holds(rests, {rest.yes_id for rest in rests if rest.yes.is_signed()})

    def _holds(self, rests: "Iterable[Rest]", genuine: set[UUID]) -> bool:
        yeses = [rest.yes for rest in rests]
        covers_its_words = self.revision_id is None or any(yes.revision_id == self.revision_id for yes in yeses)
        written_here = all(yes.pair_id == self.pair_id and yes.pk in genuine for yes in yeses)
        return covers_its_words and written_here and self.is_signed(rests_as_facts(yes.pk for yes in yeses))


class Rest(models.Model):
    """One yes that an opening rests on. While all of them stand, the thing is open."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="+")
    yes = models.ForeignKey(Yes, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "yes"], name="an_opening_rests_on_a_yes_once")
        ]

    opening_id: UUID
    yes_id: UUID

    def __str__(self) -> str:
        return f"{self.opening_id} rests on {self.yes_id}"


# Every list of openings is checked with this one.
@compiled
def _under(openings: Any) -> "models.QuerySet[Rest]":
    return Rest.objects.filter(opening__in=openings).select_related("yes")
