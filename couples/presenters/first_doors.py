"""When a yes of mine could open something, in words: from my own acts and the clock alone, so it tells nothing."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions.sharing import NOT_NOW
from couples.content import phrases
from couples.content.kind_types import Kind
from couples.content.kind_words import lowered
from couples.content.phrases import FirstDoors
from couples.lib.days import WEEKDAY, WEEKDAY_AND_HOUR, moment_in_words
from couples.models import Revision
from couples.presenters.sheets import week_word
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.rule.earliest import earliest


def first_doors(request: PersonRequest, kind: str, scope: str = "", choice: str = "") -> FirstDoors:
    """The first doors of a yes of this kind, given now by who asks, who is paired; days and hours by their own clock.

    `scope` and `choice` are those of the yes (`rule/earliest.py`).
    """
    assert request.seat is not None
    wish = _wished_zone(request)
    first = earliest(kind, request.now, request.seat.pair.time_zone, scope=scope, choice=choice, wish=wish)
    if first.morning is None:
        return FirstDoors(hour=first.sitting is not None)
    local = first.morning.astimezone(ZoneInfo(request.user.time_zone))
    return FirstDoors(
        first.sitting is not None, moment_in_words(local, WEEKDAY), moment_in_words(local, WEEKDAY_AND_HOUR)
    )


def said_of_offer(request: PersonRequest, kind: Kind, revision: Revision) -> str:
    """The answer to an offer of these words that has just been made, or made again."""
    return phrases.offered(
        kind,
        first_doors(request, consent.OFFER, scope=kind.name),
        opened=_at_once(request, OpeningKind.REVISION, revision.pk),
    )


def said_of_acceptance(request: PersonRequest, revision_id: UUID) -> str:
    """The answer to an acceptance of these words that has just been given, or given again."""
    first = first_doors(request, consent.ACCEPTANCE)
    return phrases.accepted(first, in_force=_at_once(request, OpeningKind.AGREEMENT, revision_id))


def said_of_answer(request: PersonRequest) -> str:
    """The one answer to any answer to a step or a group."""
    return phrases.answered(first_doors(request, consent.ANSWER))


def said_of_welcome(request: PersonRequest, choices: dict[str, str]) -> str:
    """The answer to having chosen when things may open to me: what was saved of each class, and what follows."""
    words = {consent.EVERYDAY: phrases.EVERYDAY_THINGS, consent.HEAVY: phrases.HEAVY_THINGS}
    said = []
    for scope, choice in choices.items():
        things = lowered(words[scope])
        if choice == NOT_NOW:
            said.append(phrases.not_welcomed(things))
        else:
            said.append(phrases.welcomed(things, first_doors(request, consent.WELCOME, scope=scope, choice=choice)))
    return " ".join(said)


def said_of_mark(request: PersonRequest, revision_id: UUID, week: date) -> str:
    """The answer to a mark, that has just been given, of a week of an agreement in force."""
    opened = _at_once(request, OpeningKind.MARKS, consent.marks_of(revision_id, week))
    return phrases.marked(week_word(week), first_doors(request, consent.MARK), opened=opened)


def said_of_takeaway(request: PersonRequest) -> str:
    """The answer to having accepted the takeaway of a session."""
    return phrases.taken_away(first_doors(request, consent.TAKEAWAY))


def said_of_agenda(request: PersonRequest) -> str:
    """The answer to having put something on the agenda."""
    return f"Noted. {phrases.on_agenda(first_doors(request, consent.AGENDA))}"


def said_of_keep(request: PersonRequest) -> str:
    """The answer to keeping a line of a step."""
    return f"Noted. A line stays only while you both keep it. {phrases.keeping(first_doors(request, consent.KEEP))}"


def said_of_zone(request: PersonRequest, zone: str) -> str:
    """The answer to a wish for another time zone."""
    assert request.seat is not None
    if request.seat.pair.time_zone == zone:  # before this press already
        return "Saved. Your mornings stay as they are."
    if visibility.pair_zone(request.seat) == zone:
        return "Saved. You have both chosen the same, and your mornings have just changed."
    return f"Saved. {phrases.changing_mornings(first_doors(request, consent.ZONE))}"


def _at_once(request: PersonRequest, kind: str, thing: UUID) -> bool:
    assert request.seat is not None
    return visibility.opened_at_once(request.user, request.now, request.seat, kind, thing)


def _wished_zone(request: PersonRequest) -> str:
    """The other zone I wish for, if my wish stands; asked once for a page, whatever it has to say."""
    if not hasattr(request, "wished_zone"):
        request.wished_zone = visibility.wished_zone(request.user, request.now)
    return request.wished_zone
