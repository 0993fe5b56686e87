"""What a page sees of the doors that nobody has stored yet: all of it, as if it stood in its tables.

Every other question of this room is asked inside `as_if_stored`, so none has to know. A therapist is shown it of a
couple whom they may look at, and never in their list, which tells of an opening once the server's clock has stored it.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from couples.lib.overlay import laid_over
from couples.lib.vault import Unreadable
from couples.models import Opening, OwnLine, Pair, Seat, User, unstored
from couples.models.unstored import Unstored
from couples.row_security.session import letting_out
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.visibility.let_in import admitted_kinds

logger = logging.getLogger(__name__)
_asked: ContextVar[frozenset[UUID]] = ContextVar("the pairs whose doors have been asked for", default=frozenset())


@contextmanager
def as_if_stored(seat: Seat, at: datetime) -> Iterator[None]:
    """Within it, what opened in the pair of this seat up to `at`, and what that ended, is read as if an act had stored
    it; and so are the memory lines of its holder.

    Asks for the doors since the last stored one, in the same statement whether or not there is one; within another of
    the same pair it asks nothing. The pair is told the last door and its zone. The caller reads from one snapshot.
    """
    pair = seat.pair
    if pair.pk in _asked.get():
        yield
        return
    found = _unstored(pair, at)
    with _shown(pair, found, found.lines_of(seat.pk)), _words_of(found.openings):
        yield


@contextmanager
def couple_as_let_in(therapist: User, pair: Pair, at: datetime) -> Iterator[frozenset[str]]:
    """The same for a therapist who looks at a couple; gives the kinds that both admit them to, none where they do not.

    For somebody whom they do not admit, at these doors either, nothing of what opened between them is read.
    """
    kinds = admitted_kinds(therapist, pair, at)
    if pair.pk in _asked.get():
        yield kinds
        return
    found = _unstored(pair, at, only_with=None if kinds else consent.ADMISSION)
    with _shown(pair, found):
        stored, kinds = kinds, admitted_kinds(therapist, pair, at) if found.openings else kinds
        with _words_of((row for row in found.openings if row.scope in kinds), kinds - stored):
            yield kinds


def _unstored(pair: Pair, at: datetime, only_with: str | None = None) -> Unstored:
    """What nobody has stored; where the pair's key cannot be read, nothing: what is stored is all there is then."""
    try:
        return unstored.at_mornings(pair, at, only_with=only_with)
    except Unreadable as problem:
        logger.error("The doors of a pair could not be gone through: %s", problem)
        return Unstored.none(pair)


@contextmanager
def _shown(pair: Pair, found: Unstored, lines: Sequence[OwnLine] = ()) -> Iterator[None]:
    found.tell(pair)
    token = _asked.set(_asked.get() | {pair.pk})
    try:
        with laid_over([*found.ended, *found.beneath, *found.given], found.openings, found.rests, lines):
            yield
    finally:
        _asked.reset(token)


def _words_of(openings: Iterable[Opening], kinds: frozenset[str] = frozenset()) -> AbstractContextManager[None]:
    """The second wall lets out the words of these, and what is open of these kinds; of nothing it is told nothing."""
    words = [(row.revision_id, row.under) for row in openings if row.kind == OpeningKind.REVISION]
    if not words and not kinds:
        return nullcontext()
    revisions, records = [revision for revision, _ in words if revision], [record for _, record in words if record]
    return letting_out(revisions, records, kinds)
