"""Writing things down: records, revisions, check-ins. All of it works without a pair."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from couples.actions import yeses
from couples.actions.transactions import Acting, acting
from couples.content import kinds
from couples.content.refusals import Refused
from couples.lib.clock import day_of
from couples.lib.ids import keyed_id, random_id
from couples.models import CheckIn, HeldText, OwnLine, OwnWords, Record, Revision, User, Yes
from couples.models.yeses import standing
from couples.row_security.session import as_reader
from couples.rule import consent

TAKE_BACK_OLDER = "take_back"
LEAVE_OLDER = "leave"
MOST_HELD = 50  # unfinished writings of one person
# Held beside somebody's words, never alone: what a form carries besides them.
NOT_TEXT = frozenset(
    {"once", "seen", "shown", "answer", "act", "older", "ends", "ends_day"}
    | {"weeks", "up_to", "agreement", "step", "page", "yesterday", "tender"}
)


def write(
    kind: str,
    words: dict[str, str],
    own_words: dict[str, str] | None = None,
    *,
    by: User,
    at: datetime,
    once: UUID | None = None,
    answers: Revision | None = None,
) -> Record:
    """A new record with its first revision. The same form (`once`) sent twice gives the same record.

    `answers` makes an agreement a counter-version in the chain of that agreement, and a breach one of that agreement;
    the caller has made sure it is open to `by`. A breach that tells of a passed limit takes back all its author's
    answers on steps.
    """
    with acting(by, at) as act:
        once = once or random_id()
        written = Record.objects.filter(author=by, once=once).first()
        return written or begin(act, kind, words, own_words or {}, once=once, answers=answers)


def begin(
    act: Acting,
    kind: str,
    words: dict[str, str],
    own_words: dict[str, str],
    *,
    once: UUID,
    answers: Revision | None = None,
) -> Record:
    """A new record with its first revision, within an act. `answers` as in `write`."""
    record = Record(author=act.person, kind=kind, made_at=act.at, once=once, answers=answers)
    if kind == consent.AGREEMENT:
        record.chain = answers.record.chain if answers else record.id
    elif kind == consent.BREACH and answers:
        record.chain = answers.record.chain
    record.save()
    if own_words:
        OwnWords.objects.create(record=record, author=act.person, words=own_words)
    _revision(record, 1, words, act)
    _step_back_where_a_limit_was_passed(record, words, act)
    own_line(act, OwnLine.WROTE, scope=kind, record=record)
    return record


def revise(
    record: Record,
    words: dict[str, str],
    own_words: dict[str, str] | None = None,
    *,
    by: User,
    at: datetime,
    seen: int,
    older: str = "",
) -> Revision:
    """The next revision, unless the words are the same: then the newest stays, and only one's own fields change.

    `seen` is the number the writer saw. `older` says what happens to an offer of older words: TAKE_BACK_OLDER or
    LEAVE_OLDER. Raises Refused: "stale" where there is a newer revision, "older_words" where older words are offered
    and nothing was said.
    """
    with acting(by, at) as act:
        return go_on(act, record, words, own_words, seen=seen, older=older)


def go_on(
    act: Acting, record: Record, words: dict[str, str], own_words: dict[str, str] | None, *, seen: int, older: str
) -> Revision:
    """The next revision of a record, within an act, as `revise` gives it."""
    record = Record.objects.select_for_update().get(pk=record.pk, author=act.person)
    newest = newest_of(record)
    _step_back_where_a_limit_was_passed(record, words, act)
    if own_words is not None and own_words != own_words_of(record):
        if seen != newest.number:
            raise Refused("stale")
        OwnWords.objects.update_or_create(record=record, defaults={"author": act.person, "words": own_words})
    if newest.words == words:
        return newest
    if seen != newest.number:
        raise Refused("stale")
    if act.seat is not None:
        offered = Yes.objects.filter(standing(act.at), seat=act.seat, under=record.id, kind=consent.OFFER)
        if offered.exists():
            if older not in (TAKE_BACK_OLDER, LEAVE_OLDER):
                raise Refused("older_words")
            if older == TAKE_BACK_OLDER:
                close_offers(record, act)
    revision = _revision(record, newest.number + 1, words, act)
    own_line(act, OwnLine.REVISED, scope=record.kind, record=record)
    return revision


def _step_back_where_a_limit_was_passed(record: Record, words: dict[str, str], act: Acting) -> None:
    if act.seat is not None and kinds.is_of_a_limit(record.kind, words):
        yeses.close_answers(act.seat, at=act.at)


def keep_for_oneself(record: Record, own_words: dict[str, str], *, by: User, at: datetime) -> None:
    """What stands beside one of one's own records for oneself alone, all of it anew. The words stay as they are."""
    with acting(by, at):
        record = Record.objects.select_for_update().get(pk=record.pk, author=by)
        OwnWords.objects.update_or_create(record=record, defaults={"author": by, "words": own_words})


def newest_of(record: Record) -> Revision:
    """The newest revision of a record."""
    return Revision.objects.filter(record=record).latest("number")


def own_words_of(record: Record) -> dict[str, str]:
    """What of a record is for its author alone; empty where nothing is."""
    own = OwnWords.objects.filter(record=record).first()
    return own.words if own else {}


def close_offers(record: Record, act: Acting) -> None:
    """Close the author's offers of a record, and their own acceptances of and answers to its words."""
    own = Yes.objects.filter(seat=act.seated(), revision__record=record)
    yeses.close(own.filter(kind__in=(consent.OFFER, consent.ACCEPTANCE, consent.ANSWER, consent.TERMS)), at=act.at)


def rewrite(record: Record, act: Acting) -> Revision:
    """The same words as a new revision: what opened once opens again only as a new one."""
    newest = newest_of(record)
    return _revision(record, newest.number + 1, newest.words, act)


def _revision(record: Record, number: int, words: dict[str, str], act: Acting) -> Revision:
    return Revision.objects.create(record=record, author=act.person, number=number, words=words, made_at=act.at)


def check_in(
    *,
    by: User,
    at: datetime,
    once: UUID | None = None,
    yesterday: bool = False,
    **answers: Any,
) -> CheckIn:
    """How it is right now, or how it was yesterday, for its writer alone. Sent twice, it is written once.

    `answers` as in `_check_in_words`.

    Raises Refused("nothing_chosen") where every part was skipped.
    """
    words = _check_in_words(**answers)
    with acting(by, at) as act:
        once = once or random_id()
        written = CheckIn.objects.filter(author=by, once=once).first()
        if written is not None:
            return written
        day = day_of(act.at, by.time_zone) - timedelta(days=int(yesterday))
        row = CheckIn.objects.create(author=by, made_at=act.at, day=day, words=words, once=once)
        own_line(act, OwnLine.CHECKED_IN, day=day, check_in=row)
        return row


def change_check_in(check_in: CheckIn, *, by: User, at: datetime, **answers: Any) -> None:
    """Other words for one's own check-in; its day stays. `told` as in `_told`.

    Raises Refused: "nothing_chosen", or "stale" where its day is over.
    """
    words = _check_in_words(**answers)
    with acting(by, at) as act:
        row = CheckIn.objects.select_for_update().get(pk=check_in.pk, author=by)
        if not row.may_change(act.at):
            raise Refused("stale")
        row.words = words
        row.save(update_fields=["words"])


def _check_in_words(
    *,
    line: str = "",
    feelings: Sequence[str] = (),
    safe: int | None = None,
    trusting: int | None = None,
    close: int | None = None,
    at_ease: int | None = None,
) -> dict[str, Any]:
    """What a check-in keeps: each slider 0 to 100 that was moved, words of `feelings`, a line.

    Raises Refused("nothing_chosen") where every part was skipped.
    """
    values = {"safe": safe, "trusting": trusting, "close": close, "at_ease": at_ease}
    words: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    words |= {"line": line} if line else {}
    words |= {"feelings": list(feelings)} if feelings else {}
    if not words:
        raise Refused("nothing_chosen")
    return words


def own_line(act: Acting, kind: str, *, day: date | None = None, **what: Any) -> OwnLine:
    """A line on the actor's own timeline: of this day, or of the day it is by their own clocks."""
    return OwnLine.objects.create(
        owner=act.person,
        kind=kind,
        day=day or day_of(act.at, act.person.time_zone),
        tie=f"{int(act.at.timestamp() * 1_000_000):032x}",
        **what,
    )


def hold_text(
    path: str, fields: dict[str, list[str]], *, by: User, at: datetime, held_id: UUID | None = None
) -> HeldText | None:
    """Keep unfinished writing of this address in the row of this id; without one, in the one row of its address for
    pages that drew none. None, and nothing is kept, where that row is another person's.

    Of more than MOST_HELD writings of one person the oldest go.
    """
    pk = held_id or held_without_id(path, by)
    with suppress(IntegrityError), as_reader(by.pk, at), transaction.atomic():  # its writer may have left for good
        words = {"path": path, "fields": fields, "held_at": at}
        held, is_new = HeldText.objects.update_or_create(author=by, pk=pk, defaults=words)
        if is_new:
            oldest = HeldText.objects.filter(author=by).order_by("-held_at", "pk").values_list("pk", flat=True)
            HeldText.objects.filter(author=by, pk__in=list(oldest[MOST_HELD:])).delete()
        return held
    return None


def held_without_id(path: str, by: User) -> UUID:
    """The row for unfinished writing of a page that drew no id, such as one without scripts: the newest replaces it."""
    return keyed_id("held", str(by.pk), path)


def let_go_of_held_text(held_id: UUID, *, by: User) -> None:
    """Forget this unfinished writing: it is saved, or thrown away. One that is gone already is success."""
    HeldText.objects.filter(author=by, pk=held_id).delete()


def let_go_of_all_held_text(*, by: User, at: datetime) -> None:
    """Forget all unfinished writing of somebody."""
    with as_reader(by.pk, at):
        HeldText.objects.filter(author=by).delete()
