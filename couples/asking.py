"""Who asks: what a view of ours gets."""

from datetime import datetime

from django.http import HttpRequest

from couples.models import Seat, User


class PersonRequest(HttpRequest):
    """A request of a signed-in person: who asks, from which seat, at which instant."""

    user: User
    seat: Seat | None  # the live seat they hold, with its pair
    now: datetime
