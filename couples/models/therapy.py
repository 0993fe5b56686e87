"""Therapists: the card they show, the code that brings them to a pair, the days on which they looked; proposals."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from couples.lib.compiled import compiled
from couples.lib.ids import random_id
from couples.models.people import NAME_LENGTH, Pair, Seat, User
from couples.models.sealed import SealedField
from couples.models.yeses import Opening, Rest, ended
from couples.rule import cards, consent


class Card(models.Model):
    """One version of what a therapist says of themselves. A change is a new version, and asks for admission anew.

    Versions from before there were further fields have "" there; so has what is written by code that knows none of
    them, which serves for a while beside a newer one (`db_default`).
    """

    ALWAYS, ASKED, NEVER = "always", "asked", "never"  # whether they see each partner alone before beginning
    # What is said on it, in the order in which both partners read it.
    SAID: ClassVar = (
        *("name", "practice", "registered_with", "registered_as", "languages"),
        *("limits", "secrets", "sees_alone", "in_crisis"),
    )

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LENGTH)
    practice = models.CharField(max_length=120)
    # A body that can be asked, and the number there.
    registered_with = models.CharField(max_length=120, blank=True, default="", db_default="")
    registered_as = models.CharField(max_length=60, blank=True, default="", db_default="")
    languages = models.CharField(max_length=120, blank=True, default="", db_default="")
    limits = models.TextField(max_length=2000, blank=True, default="", db_default="")  # of what they keep to themselves
    secrets = models.TextField(max_length=2000)  # how they handle secrets between partners, in their own words
    sees_alone = models.CharField(max_length=16, blank=True, default="", db_default="")
    in_crisis = models.TextField(max_length=1000, blank=True, default="", db_default="")  # how to reach them, or whom
    made_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)  # by the therapist: from then it is on nobody's page

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["therapist", "number"], name="cards_of_a_therapist_are_numbered")
        ]

    therapist_id: UUID

    def __str__(self) -> str:
        return f"card {self.pk}"

    def said(self) -> dict[str, str]:
        """What is said on it, by field."""
        return {name: getattr(self, name) for name in self.SAID}


class TherapistCode(models.Model):
    """A code one partner made for a therapist: short, single-use, with an end."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    seat_id: UUID

    def __str__(self) -> str:
        return f"therapist code {self.pk}"


def is_newest() -> Q:
    """That a card is the newest version of its therapist's."""
    newer = Card.objects.filter(therapist=OuterRef("therapist"), number__gt=OuterRef("number"))
    return Q(~Exists(newer))


class Introduction(models.Model):
    """A therapist who entered a pair's code: both partners see the same card, whoever made the code."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pair", "therapist"], name="one_introduction_per_pair_and_therapist")
        ]

    pair_id: UUID
    therapist_id: UUID

    def __str__(self) -> str:
        return f"introduction {self.pk}"


class TakenOff(models.Model):
    """A therapist whose card somebody took off their own page. It is there again when the therapist comes anew."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "therapist"], name="a_card_is_taken_off_a_page_once")
        ]

    seat_id: UUID
    therapist_id: UUID

    def __str__(self) -> str:
        return f"taken off {self.pk}"


class TherapistLabel(models.Model):
    """A name of one's own for a therapist, in one pairing. Nobody else sees it."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    words = SealedField(author="owner_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "therapist"], name="one_label_per_seat_and_therapist")
        ]

    owner_id: UUID
    seat_id: UUID
    therapist_id: UUID

    def __str__(self) -> str:
        return f"therapist label {self.pk}"


@dataclass(slots=True)
class Stay:
    """How long a therapist's card is on both pages of a pair, but where somebody takes it off their own."""

    card: Card  # the newest version, with its therapist
    came: datetime
    leaves: datetime | None = None  # None: not while an admission of both lasts, which has no end yet
    admitted: list[cards.Stretch] = field(default_factory=list)  # when an admission of both to this version was open
    versions: list[Card] = field(default_factory=list)  # all of them, newest first

    def lasts(self, at: datetime) -> bool:
        """Whether it has not left yet."""
        return self.leaves is None or self.leaves > at

    def is_let_in(self, at: datetime) -> bool:
        """Whether both admit the therapist to something."""
        return any(begins <= at and (ends is None or ends > at) for begins, ends in self.admitted)


def stays_of_cards(pair: Pair) -> dict[UUID, Stay]:
    """The stay of the card of each therapist who entered this pair's code, by the therapist's id, in two queries.

    The caller settles the pair. What is looked at was open to both and has fallen for both: whether one alone admits
    moves nothing here.
    """
    stays: dict[UUID, Stay] = {}
    kept: dict[UUID, list[cards.Stretch]] = {}
    whose: dict[UUID, UUID] = {}  # the therapist of each version
    for card in _cards_that_came(pair.pk):
        whose[card.pk] = card.therapist_id
        older = stays[card.therapist_id].versions if card.therapist_id in stays else []
        stays[card.therapist_id] = Stay(card, card.came, versions=[card, *older])
        kept.setdefault(card.therapist_id, []).append((card.made_at, card.made_at))
    for opening, ends in _admissions_of_both(pair, whose):
        therapist = whose[opening.thing]
        kept[therapist].append((opening.opened_at, ends))
        if stays[therapist].card.pk == opening.thing:
            stays[therapist].admitted.append((opening.opened_at, ends))
    for therapist, stay in stays.items():
        stay.leaves = cards.leaves_at(stay.came, cards.after(stay.came, kept[therapist]), pair.time_zone)
    return stays


@compiled
def _cards_that_came(pair: UUID) -> "models.QuerySet[Any]":
    """Every version of the cards of those who entered this pair's code, and when they did. Of no others, however many
    therapists there are."""
    came = Introduction.objects.filter(pair=pair)
    theirs = Card.objects.filter(therapist__in=came.values("therapist"))
    theirs = theirs.annotate(came=Subquery(came.filter(therapist=OuterRef("therapist")).values("made_at")))
    return theirs.select_related("therapist").order_by("number")


def _admissions_of_both(pair: Pair, whose: Collection[UUID]) -> Iterator[tuple[Opening, datetime | None]]:
    """Every admission that opened in this pair to one of these cards, and the instant at which it falls or fell."""
    rests: dict[UUID, list[Rest]] = {}
    for rest in _under_admissions(pair.pk, list(whose)) if whose else ():
        rests.setdefault(rest.opening_id, []).append(rest)
    for under in rests.values():
        if under[0].opening.holds(under):
            yield under[0].opening, min((end for rest in under if (end := ended(rest.yes))), default=None)


@compiled
def _under_admissions(pair: UUID, things: list[UUID]) -> "models.QuerySet[Rest]":
    found = Rest.objects.filter(opening__pair=pair, opening__kind=consent.ADMISSION, opening__thing__in=things)
    return found.select_related("opening", "yes")


class LookingDay(models.Model):
    """A day of the pair's zone on which a therapist looked. The couple sees the days, nothing finer."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")  # None: has left
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pair", "therapist", "day"], name="a_day_of_looking_is_noted_once")
        ]

    pair_id: UUID
    therapist_id: UUID | None

    def __str__(self) -> str:
        return f"day of looking {self.pk}"

    def looker(self, names: dict[UUID, str]) -> str:
        """The name of the therapist who looked, from `names` by id; neutral words where the account was erased."""
        return names.get(self.therapist_id, "") if self.therapist_id else "Somebody who has left this place"


class Proposal(models.Model):
    """Something a therapist proposes to both partners at once: a step, a practice, a page, or the text of an agreement.

    Each may take it up or let it rest, and nothing here knows which.
    """

    STEP, PAGE, AGREEMENT = "step", "page", "agreement"  # a practice is a page

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16)
    key = models.CharField(max_length=64, blank=True, default="")  # of a step of the ladder, or a page
    words = SealedField(author="pair_id", null=True)  # of an agreement
    made_at = models.DateTimeField()
    day = models.DateField()  # of the pair's zone
    once = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["therapist", "once"], name="one_proposal_per_form_sent")
        ]

    pair_id: UUID
    therapist_id: UUID

    def __str__(self) -> str:
        return f"proposal {self.pk}"
