"""People, and the pairs they sit in."""

import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, UUIDField

from couples.lib import spellings
from couples.lib.ids import random_id
from couples.lib.vault import Unreadable
from couples.models.keys import WrappedKey, cache_keys
from couples.models.sealed import SealedField

NAME_LENGTH = 60


def check_time_zone(name: str) -> None:
    """Raise ValidationError where the name is not one of the IANA time zones."""
    if name not in available_timezones():
        raise ValidationError("We do not know this time zone. Try a name such as Europe/Lisbon.", code="zone")


class People(BaseUserManager["User"]):
    """Makes users. An address is one person, however it is typed."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address, saved. Raises ValueError without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=spellings.address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A member of staff with every permission. It gives no way into anybody's words."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, however it is typed."""
        return self.get(email=spellings.address(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """One person. There is no last sign-in here: nobody is told when somebody was here."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    email = models.EmailField(unique=True)
    shown_name = models.CharField(max_length=NAME_LENGTH)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    steps_on = models.BooleanField(default=False)
    asked_after = models.PositiveSmallIntegerField(null=True)  # idle minutes; nothing means the usual ones
    keeps_when_leaving = models.BooleanField(default=True)  # unfinished writing, when they leave quickly
    leaves_by_shift = models.BooleanField(default=True)  # whether Shift, pressed three times, leaves quickly
    passkey_opens = models.BooleanField(default=False)  # private pages, without the password
    closed_until = models.DateTimeField(null=True)  # private pages, after a reset by mail alone
    stopped_at = models.DateTimeField(null=True)  # Stop was used while these were closed, and they have not read it yet
    is_therapist = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    last_login = None

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["shown_name"]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def set_password(self, raw_password: str | None) -> None:
        """Keep a digest of this password in the one form that other keyboards lead to as well."""
        super().set_password(raw_password and unicodedata.normalize("NFC", raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Whether this is the password, in whatever bytes its letters came."""
        spelled = spellings.passwords(raw_password) if raw_password else [raw_password]
        return any(map(super().check_password, spelled))


class Farewell(models.Model):
    """Somebody who leaves for good on a day to come. Until then their account is closed, and a code calls it back."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64)  # of the code
    due_at = models.DateTimeField(db_index=True)

    person_id: UUID

    def __str__(self) -> str:
        return f"farewell of {self.pk}"


class Pair(models.Model):
    """Two people. The pair has one time zone; its mornings are 07:00 there."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    time_zone = models.CharField(max_length=64, validators=[check_time_zone])
    settled_until = models.DateTimeField()  # every door up to here has been gone through; never shown
    next_morning = models.DateTimeField(db_index=True)  # the first 07:00 after `settled_until`
    last_morning = models.DateTimeField()  # the last 07:00 gone through, or when the two paired

    def __str__(self) -> str:
        return f"pair {self.pk}"


class Seat(models.Model):
    """One of the two places in a pair: its holder's name for the other, and the name they said to a therapist.

    No page but their holder's own, and pairing, reads what an account is called: a name that went on changing would
    tell that somebody who has left is still about.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    partner_name = SealedField(author="person_id", null=True)  # under its holder's key; nothing once they are erased
    # What a therapist and the mirror call its holder: said with each admission, as readable as the shown name.
    said_name = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    tells = models.BooleanField(default=False)  # whether its holder wants the other to know that they ended it
    # An offer accepted an agreement when they sat down, and does no more; they have not read it yet.
    accepting_changed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="one_live_seat_per_person"
            ),
            models.UniqueConstraint(fields=["pair", "person"], name="two_different_people_in_a_pair"),
        ]

    pair_id: UUID
    person_id: UUID | None
    other_id: UUID | None = None  # the other seat of the pair, where it came with this one
    other_tells: bool = False  # that the other ended theirs and wants that known, where it came with this one

    @property
    def left_and_told(self) -> str:
        """The name of the other, where they ended their seat and wanted that known; "" otherwise."""
        return self.partner_name or "" if self.other_tells else ""

    @property
    def name_or_not(self) -> str:
        """The name of the other; "your partner" where it cannot be read just now. Leaving waits for no name."""
        try:
            return self.partner_name or ""
        except Unreadable:
            return "your partner"

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Invitation(models.Model):
    """A code said aloud. Its maker is shown the name of whoever used it and confirms; then there is a pair."""

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    joiner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    pair = models.OneToOneField(Pair, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inviter"],
                condition=Q(closed_at__isnull=True),
                name="one_unclosed_invitation_per_inviter",
            ),
            models.CheckConstraint(
                condition=Q(joiner__isnull=True) | ~Q(joiner=F("inviter")),
                name="nobody_pairs_with_themselves",
            ),
        ]

    inviter_id: UUID
    joiner_id: UUID | None

    def __str__(self) -> str:
        return f"invitation {self.pk}"


CAME_WITH_A_SEAT = ("other_seat", "partner", "tells_us", "own_key", "partner_key", "pair_key")


def seats_with_keys() -> QuerySet[Seat]:
    """All seats, each with what is to come with it: its pair, the other seat, and three keys that will be needed."""
    other = Seat.objects.filter(pair=OuterRef("pair")).exclude(pk=OuterRef("pk"))
    known = Seat.objects.annotate(
        other_seat=Subquery(other.values("pk")[:1], output_field=UUIDField()),
        partner=Subquery(other.values("person")[:1], output_field=UUIDField()),
        tells_us=Exists(other.filter(tells=True)),
    )
    known = known.annotate(own_key=_key("person_id"), partner_key=_key("partner"), pair_key=_key("pair_id"))
    return known.select_related("pair")


def with_keys(seats: Iterable[Seat]) -> list[Seat]:
    """These of `seats_with_keys`: the keys of both holders and of the pair are on the ring, the other seat is known."""
    found: list[Any] = list(seats)
    for seat in found:
        came = {name: seat.__dict__.pop(name) for name in CAME_WITH_A_SEAT}
        seat.other_id, seat.other_tells = came["other_seat"], came["tells_us"]
        cache_keys(
            (seat.person_id, came["own_key"]),
            (came["partner"], came["partner_key"]),
            (seat.pair_id, came["pair_key"]),
        )
    return found


def _key(owner: str) -> Subquery:
    return Subquery(WrappedKey.objects.filter(owner=OuterRef(owner)).values("wrapped")[:1])
