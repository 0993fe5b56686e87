"""Erasing for good: one record, or an account with everything that is its person's.

To everybody else an erased record looks like one taken back, and somebody who left for good like somebody who ended
their seat: the yeses and openings stay as they were signed, closed and without words, and what is the other's stays
theirs. The words go, and with an account the key under which every one of them was sealed (decision 10).

The id of what goes is written down first, outside the database (`lib.erased_list`, decision 27).
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hmac import compare_digest
from itertools import islice
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.db.models import Q

from couples.actions import yeses
from couples.actions.pairing import close_in_a_pair_that_ended, close_what_fades, end_pairing
from couples.actions.records import close_offers
from couples.actions.therapy import take_card_back
from couples.actions.transactions import acting, lock_people
from couples.content.refusals import NobodyThere, Refused
from couples.lib import erased_list
from couples.lib.codes import digest_of
from couples.models import (
    Erasure,
    Farewell,
    HeldText,
    Invitation,
    Opening,
    OwnLine,
    Pair,
    Record,
    Seat,
    TherapistCode,
    User,
    Yes,
)
from couples.models.keys import forget, open_keys
from couples.row_security.session import as_reader, settling

WAITS = timedelta(days=7)
AT_A_TIME = 500  # ids of the list looked for at once

logger = logging.getLogger(__name__)


@contextmanager
def _erasing(what: UUID) -> Iterator[None]:
    """Let the database delete the revisions of this record or this author, until this ends."""
    named = Erasure.objects.create(what=what)
    yield
    named.delete()


# --- One record ---


def erase_record(record: Record, *, by: User, at: datetime) -> None:
    """Take back a record and destroy it: every revision, what stood for its author alone, its lines on their timeline,
    one's own conditions on it, unfinished writing on its pages. Erasing what is gone already is success.

    Raises CannotNote, before anything is done.
    """
    if not Record.objects.filter(pk=record.pk, author=by).exists():
        return
    erased_list.note(erased_list.RECORD, record.pk, at.date())
    _erase_record(record, by, at)


def _erase_record(record: Record, by: User, at: datetime) -> None:
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):  # conditions of pairs that have ended
        for pair in _lock_pairs_of(by, ended=True):
            with settling(pair.pk):
                theirs = Yes.objects.filter(seat__person=by, pair=pair, revision__record=record)
                close_in_a_pair_that_ended(pair, theirs, at)
                yeses.forget_words(theirs)
                _forget_lines(record, by, pair.pk)
    with acting(by, at) as act:
        if act.seat is not None:
            close_offers(record, act)
            yeses.forget_words(Yes.objects.filter(seat=act.seat, revision__record=record))
            _forget_lines(record, by, act.seat.pair_id)
        with _erasing(record.pk):
            Record.objects.filter(pk=record.pk, author=by).delete()
        HeldText.objects.filter(author=by, path__contains=str(record.pk)).delete()
    _empty_the_log()


def _forget_lines(record: Record, by: User, pair: UUID) -> None:
    """Remove the memory lines that its author keeps of this record in a pair, also of it in force. The other's stay."""
    opened = Opening.objects.filter(pair=pair, revision__record=record)
    OwnLine.objects.filter(owner=by, opening__in=opened.values("pk")).delete()


def _lock_pairs_of(person: User, *, ended: bool) -> list[Pair]:
    """The pairs this person sits or sat in, locked, in the one order in which several may be. Who waits for them is
    locked already.
    """
    lock_people(person.pk)
    seats = Seat.objects.filter(person=person, ended_at__isnull=not ended)
    return list(Pair.objects.select_for_update(no_key=True).filter(pk__in=seats.values("pair")).order_by("pk"))


# --- The account ---


def erase_account(*, by: User, at: datetime) -> None:
    """End this person's seat, then destroy their key, their words and everything that says who they were. Now.

    Of two people who both did this nothing is left. Doing it twice is success. Raises CannotNote, before anything is
    done.
    """
    erased_list.note(erased_list.ACCOUNT, by.pk, at.date())
    _erase_account(by, at)


def _erase_account(by: User, at: datetime) -> None:
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        lock_people(by.pk, who_leave=True)
        with suppress(NobodyThere):
            end_pairing(by=by, at=at)
            if by.is_therapist:  # with their card, what couples admitted them to ends
                take_card_back(by=by, at=at)
        _withdraw(by, at)
        for pair in _lock_pairs_of(by, ended=True):
            with settling(pair.pk):
                close_in_a_pair_that_ended(pair, Yes.objects.filter(seat__person=by, pair=pair), at)
                _leave(pair, by)
        with _erasing(by.pk):
            User.objects.filter(pk=by.pk).delete()
        forget(by.pk)
        end_sessions(by.pk)
    _empty_the_log()


def _withdraw(person: User, at: datetime) -> None:
    """Close the invitations this person made or joined: none may wait for somebody who is gone."""
    lock_people(person.pk)
    waiting = Invitation.objects.filter(Q(inviter=person) | Q(joiner=person), closed_at__isnull=True)
    waiting.update(closed_at=at)


def _leave(pair: Pair, person: User) -> None:
    """Take this person out of a pair in which their seat has ended. The pair goes with the second who leaves it."""
    seat = Seat.objects.get(pair=pair, person=person)
    if not Seat.objects.filter(pair=pair, person__isnull=False).exclude(pk=seat.pk).exists():
        Pair.objects.filter(pk=pair.pk).delete()
        forget(pair.pk)
        return
    yeses.forget_words(Yes.objects.filter(seat=seat))
    TherapistCode.objects.filter(seat=seat).delete()
    seat.person, seat.partner_name, seat.said_name = None, None, ""
    seat.save(update_fields=["person", "partner_name", "said_name"])


def end_sessions(person: UUID) -> None:
    """Sign a person out everywhere. What their sessions held is deleted."""
    theirs = [row.pk for row in Session.objects.iterator() if row.get_decoded().get(SESSION_KEY) == str(person)]
    Session.objects.filter(pk__in=theirs).delete()


def _empty_the_log() -> None:
    """On SQLite, what was overwritten stands in the write-ahead log until that is emptied. Where a reader stands in the
    way nothing waits, or everybody who writes would: the next run of `erase_due` empties it then.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        (waits,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        with suppress(OperationalError):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {waits}")


# --- In seven days ---


def schedule_erasure(code: str, *, by: User, at: datetime) -> None:
    """End this person's seat and close their account now; it is erased in seven days. `code`, with the password, calls
    it back before; the pair does not come back. Where it is scheduled already, nothing changes.
    """
    end_pairing(by=by, at=at)
    close_what_fades(by=by, at=at)
    if by.is_therapist:
        take_card_back(by=by, at=at)
    with transaction.atomic(), as_reader(by.pk, at):
        _withdraw(by, at)
        Farewell.objects.get_or_create(person=by, defaults={"digest": digest_of(code), "due_at": at + WAITS})
        User.objects.filter(pk=by.pk).update(is_active=False)
        end_sessions(by.pk)


def call_back(code: str, *, by: User, at: datetime) -> None:
    """Open a closed account again. The caller has made sure that it is the person, by their password.

    Raises Refused("return_code"): another code, or too late.
    """
    with transaction.atomic():
        lock_people(by.pk)
        farewell = Farewell.objects.filter(person=by, due_at__gt=at).first()
        if farewell is None or not compare_digest(farewell.digest, digest_of(code)):
            raise Refused("return_code")
        farewell.delete()
        User.objects.filter(pk=by.pk).update(is_active=True)


@dataclass(slots=True)
class Done:
    """What a run erased: accounts whose days were over, and what the list names and was here still. `problems` tells
    the operator what could not be erased, by its id.
    """

    due: int = 0
    again: int = 0
    problems: list[str] = field(default_factory=list)


def erase_due(at: datetime) -> Done:
    """Erase the accounts whose seven days are over, and anew what the list says was erased.

    Safe to run often, late, or twice at once. What cannot be erased keeps nothing else from being erased.
    """
    done = Done()
    for farewell in Farewell.objects.filter(due_at__lte=at).select_related("person"):
        with _noting_problems(done, "account", farewell.pk), transaction.atomic():
            lock_people(farewell.pk)
            if Farewell.objects.filter(pk=farewell.pk).exists():
                erase_account(by=farewell.person, at=at)
                done.due += 1
    erase_again(at, done)
    _empty_the_log()
    return done


def erase_again(at: datetime, done: Done) -> None:
    """Erase what the list names and the database holds: a backup from before was put back, or the power went between
    the line and the erasure.
    """
    try:
        for erased, erase in still_here(at):
            with _noting_problems(done, erased.what, erased.id):
                erase()
                done.again += 1
    except OSError as problem:
        done.problems.append(f"the list {erased_list.path()} cannot be read: {problem.strerror}")


def still_here(at: datetime) -> Iterator[tuple[erased_list.Erased, Callable[[], None]]]:
    """What the list of the erased names and the database holds all the same, each with the way to erase it."""
    listed = erased_list.entries()
    while some := list(islice(listed, AT_A_TIME)):
        accounts = [each.id for each in some if each.what == erased_list.ACCOUNT]
        for pk, person in User.objects.in_bulk(accounts).items():
            yield erased_list.Erased(erased_list.ACCOUNT, pk), partial(_erase_account, person, at)
        records = [each.id for each in some if each.what == erased_list.RECORD]  # not those that went with an account
        for pk, record in Record.objects.select_related("author").in_bulk(records).items():
            yield erased_list.Erased(erased_list.RECORD, pk), partial(_erase_record, record, record.author, at)


@contextmanager
def _noting_problems(done: Done, what: str, pk: UUID) -> Iterator[None]:
    """Go on with the next where one cannot be erased, and tell the operator."""
    try:
        yield
    except Exception as problem:
        logger.exception("An erasure failed and will be tried again: %s %s", what, pk)
        done.problems.append(f"{what} {pk}: {type(problem).__name__}")
