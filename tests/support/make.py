"""The cast and the ways to a state. Every state is reached by the product's own verbs, never by writing rows.

Ada and Ben are a pair. Cleo and Dan are another. Eve is alone. Dr. Faye is a therapist; Gus is another one.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress

from couples import visibility
from couples.actions import pairing, records, sharing, steps, therapy, transactions, yeses
from couples.actions.transactions import acting
from couples.models import Card, Introduction, Opening, Pair, Record, Revision, Seat, User, Yes
from couples.rule import consent
from couples.rule.admissions import CLASSES

PASSWORD = "a long enough password"
START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # a Monday evening


class Clock:
    """The time of a story. It moves only forwards, and every act takes a minute."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def tick(self, **delta: float) -> datetime:
        """Let time pass (a minute, or the given timedelta parts) and give the new instant."""
        self.at += timedelta(**(delta or {"minutes": 1}))
        return self.at

    def next_morning(self, pair: Pair) -> datetime:
        """Go to ten past seven after a night of at least eight hours, and store what opened."""
        pair.refresh_from_db()
        rested = self.at + consent.NIGHT
        self.at = consent.morning_after(rested - timedelta(microseconds=1), pair.time_zone) + timedelta(minutes=10)
        transactions.settle_pair(pair, self.at)
        return self.at


def person(name: str, **fields: Any) -> User:
    """A person with a confirmed address such as ada@example.test."""
    fields = {"time_zone": "Europe/Berlin", "shown_name": name, **fields}
    user = User.objects.create_user(f"{name.lower()}@example.test", PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def pair(one: User, two: User, clock: Clock) -> Pair:
    """Pair two people as they would: a code, the other joins, the first confirms. Both have sat down then."""
    code = pairing.invite(by=one, at=clock.tick())
    invitation = pairing.join(code, by=two, at=clock.tick())
    return pairing.confirm(invitation.id, by=one, at=clock.tick())


def welcome_all(*people: User, clock: Clock, choice: str = consent.MORNINGS) -> None:
    """Each of these people welcomes everything, any morning."""
    for who in people:
        sharing.welcome(consent.EVERYDAY, choice, by=who, at=clock.tick())
        sharing.welcome(consent.HEAVY, consent.MORNINGS, by=who, at=clock.tick())


def boundary(by: User, clock: Clock, words: str = "I need to know before plans change.", **more: str) -> Record:
    """A boundary kept for oneself, with an author-only field."""
    own = {"protects": "Only I know this."}
    return records.write("boundary", {"limit": words, **more}, own, by=by, at=clock.tick())


def agreement(
    by: User, clock: Clock, words: str = "Phones stay in the hall.", answers: Revision | None = None
) -> Record:
    """An agreement kept for oneself."""
    return records.write("agreement", {"does": words}, by=by, at=clock.tick(), answers=answers)


def offer(record: Record, by: User, clock: Clock, **more: Any) -> Revision:
    """Offer the newest revision of a record."""
    newest = records.newest_of(record)
    return sharing.offer(record, by=by, at=clock.tick(), seen=newest.number, **more)


def accept(opening: Opening, *people: User, clock: Clock) -> None:
    """Each of these people accepts the words of an agreement that has opened."""
    for who in people:
        sharing.accept(opening, by=who, at=clock.tick())


def open_revision(record: Record, reader: User, clock: Clock) -> Opening:
    """The opening of a record's revision as its reader has it, once the server's clock has stored what opened.

    Raises Opening.DoesNotExist where it is not open.
    """
    seat = visibility.seat_of(reader)
    if seat is not None:
        transactions.settle_pair(seat.pair, clock.at)
    return visibility.open_to(reader, clock.at).get(kind="revision", revision__record=record)


def open_step_words(by: User, reader: User, clock: Clock, words: str = "We sit on the stairs.") -> Opening:
    """Words for a step of somebody's own that opened, this morning where not at once: of steps a line can be kept."""
    for who in (by, reader):
        steps.turn_on(by=who, at=clock.tick())
        who.refresh_from_db()
    record = records.write("step", {"what": words}, by=by, at=clock.tick())
    offer(record, by, clock)
    opened = Opening.objects.filter(kind="revision", under=record.pk)
    if not opened.exists():
        clock.next_morning(Seat.objects.get(person=by, ended_at__isnull=True).pair)
    return open_revision(record, reader, clock)


def seats(pair: Pair) -> tuple[UUID, UUID]:
    """Both seats' ids."""
    one, other = Seat.objects.filter(pair=pair).values_list("pk", flat=True)
    return one, other


def therapist(name: str, clock: Clock) -> tuple[User, Card]:
    """A therapist with a card."""
    user = person(name)
    card = therapy.write_card(
        f"Dr. {name}",
        "A quiet practice",
        "What one tells me alone I keep, unless somebody is in danger.",
        by=user,
        at=clock.tick(),
        **FURTHER_OF_A_CARD,
    )
    return user, card


# What the form of a card asks for besides name, practice and secrets.
FURTHER_OF_A_CARD = {
    "registered_with": "The register",
    "languages": "English",
    "limits": "Danger.",
    "sees_alone": "always",
    "in_crisis": "Not by me.",
}


def introduce(who: User, by: User, clock: Clock) -> Introduction:
    """A partner makes a code and the therapist enters it."""
    code = therapy.make_code(by=by, at=clock.tick())
    therapy.enter_code(code, by=who, at=clock.tick())
    return Introduction.objects.get(therapist=who, pair=visibility.seat_of(by).pair)


def admit(
    card: Card, *people: User, clock: Clock, classes: Collection[str] = CLASSES, kinds: Collection[str] = ()
) -> None:
    """Each of these people admits the therapist of this card for these classes; or for single `kinds`, as it was
    before there were classes.
    """
    for who in people:
        if kinds:
            admit_kinds(card, kinds, called=who.shown_name, by=who, at=clock.tick())
        else:
            therapy.admit(card, classes, called=who.shown_name, by=who, at=clock.tick())


def admit_kinds(card: Card, kinds: Collection[str], *, called: str, by: User, at: datetime) -> None:
    """A yes to this therapist for exactly these kinds, as it was given before there were classes. Others end."""
    with acting(by, at) as act:
        seat = act.seated()
        own = Yes.objects.filter(seat=seat, kind=consent.ADMISSION, thing=card.pk)
        yeses.close(own.exclude(scope__in=kinds), at=act.at)
        seat.said_name = called
        seat.save(update_fields=["said_name"])
        for kind in sorted(kinds):
            yeses.give(seat, consent.ADMISSION, card.pk, at=act.at, scope=kind)


def changed(yeses: Any, **fields: Any) -> int:
    """Change these yeses past the verbs and sign them, as if they had been given so; how many there were."""
    rows = list(yeses)
    for row in rows:
        for name, value in fields.items():
            setattr(row, name, value)
        row.sign().save()
    return len(rows)
