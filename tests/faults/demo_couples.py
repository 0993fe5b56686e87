"""Several demo couples, half a year in, each with a therapist of their own: made by what the product itself does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from couples import visibility
from couples.actions import sitting
from couples.lib import clock
from couples.management import demo_story
from couples.management.demo_people import DemoPerson
from couples.models import Card, Pair, User
from tests.support.make import PASSWORD


class OneOfMany(demo_story.Story):
    """The story of the demo people with addresses of its own, so that it can be told more than once."""

    def __init__(self, number: int, until: datetime) -> None:
        self.number = number
        super().__init__(PASSWORD, until)

    def _person(self, demo: DemoPerson, password: str) -> User:  # type: ignore[override]
        own = DemoPerson(f"{self.number}-{demo.email}", demo.shown_name, demo.about)
        return super()._person(own, password)


@dataclass(frozen=True)
class Couple:
    """Two people, their therapist, somebody who is alone, and what is open between the two for an hour at least."""

    one: User
    two: User
    therapist: User
    alone: User
    pair: Pair
    card: UUID
    sheets: dict[UUID, list[UUID]]  # openings, by reader
    records: dict[UUID, list[UUID]]  # by author


def couples(count: int) -> list[Couple]:
    """Tell the story so many times; both of each couple have just sat down."""
    return [_told(number) for number in range(count)]


def _told(number: int) -> Couple:
    story = OneOfMany(number, clock.now())
    story.tell()
    both = (story.one, story.two)
    for who in both:
        sitting.sit_down(by=who, at=clock.now())
    at = clock.now()
    pair = Pair.objects.get(pk=story.pair.pk) if story.pair else Pair()
    sheets = {}
    for who in both:
        later = visibility.open_to(who, at + timedelta(hours=1)).values_list("pk", flat=True)
        now = visibility.open_to(who, at).filter(kind="revision").exclude(scope="step")
        sheets[who.pk] = [opening.pk for opening in now if opening.pk in set(later)]
    records = {who.pk: list(visibility.mine(who).values_list("pk", flat=True)) for who in both}
    card = Card.objects.get(therapist=story.therapist).pk
    return Couple(*both, story.therapist, story.people["third"], pair, card, sheets, records)
