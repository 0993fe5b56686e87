"""Writing words down and offering them: one act, so that both are done or neither, whatever happens between."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from couples.actions import records, sharing
from couples.actions.transactions import Acting, acting
from couples.actions.yeses import End
from couples.content.kind_words import guided_words, made_words
from couples.content.refusals import Refused
from couples.lib.ids import id_of_sent
from couples.models import Record, Revision, User


class How(StrEnum):
    """What became of the words that were sent."""

    CREATED = "created"  # they are written now
    SAME = "same"  # they were written already: the form was sent twice
    CHANGED = "changed meanwhile"  # nothing was done: the record has other words by now, or older ones are offered


@dataclass(frozen=True, slots=True)
class Written:
    """The answer to somebody who wrote: the words that stand now and, where nothing was done, why."""

    how: How
    revision: Revision
    refused: Refused | None = None


def write(
    kind: str,
    words: dict[str, str],
    own_words: dict[str, str] | None = None,
    *,
    by: User,
    at: datetime,
    once: UUID,
    answers: Revision | None = None,
    offers: bool = False,
    ends: End = None,
) -> Written:
    """A new record, offered at once where `offers` says so.

    The same form (`once`) sent again with the same words is one act. With other words (the Back button) they are the
    next words of the same record, so long as nothing else was written there. `answers` as in `records.write`. Raises
    Refused for the offer, and nothing is written then: "no_pair", "end_passed".
    """
    before: Record | None = None
    own_words = own_words or {}
    try:
        with acting(by, at) as act:
            before = Record.objects.filter(author=by, once=once).first()
            if before is not None and before.kind != kind:  # a token of another form: these words are new
                once = id_of_sent(once, kind)
                before = Record.objects.filter(author=by, once=once).first()
            if before is None:
                record = records.begin(act, kind, words, own_words, once=once, answers=answers)
                return _offered(act, How.CREATED, records.newest_of(record), offers, ends)
            newest = records.newest_of(before)
            if newest.words == words and _beside_looks(before) == own_words:
                return _offered(act, How.SAME, newest, offers, ends)
            revision = _next(act, before, words, own_words, seen=1, older="")
            return _offered(act, How.CREATED, revision, offers, ends)
    except Refused as refused:
        return _changed(before, refused)


def write_next(
    record: Record,
    words: dict[str, str],
    own_words: dict[str, str],
    *,
    by: User,
    at: datetime,
    seen: int,
    older: str = "",
    offers: bool = False,
    ends: End = None,
) -> Written:
    """The next words of a record, offered at once where `offers` says so; `seen` and `older` as in `records.revise`.

    What stands beside the words as the answer to a guided look, or was made once, stays. Raises Refused for the offer,
    and nothing is written then: "no_pair", "end_passed".
    """
    try:
        with acting(by, at) as act:
            before = records.newest_of(record).number
            revision = _next(act, record, words, own_words, seen=seen, older=older)
            how = How.CREATED if revision.number > before else How.SAME
            return _offered(act, how, revision, offers, ends)
    except Refused as refused:
        return _changed(record, refused)


def _next(
    act: Acting, record: Record, words: dict[str, str], own_words: dict[str, str], *, seen: int, older: str
) -> Revision:
    made = made_words(record.kind, records.newest_of(record).words)
    looked_at = guided_words(record.kind, records.own_words_of(record))
    return records.go_on(act, record, {**words, **made}, {**looked_at, **own_words}, seen=seen, older=older)


def _beside_looks(record: Record) -> dict[str, str]:
    """What is for the author alone, without the answers of guided looks, which no form of words holds."""
    own = records.own_words_of(record)
    looked_at = guided_words(record.kind, own)
    return {name: text for name, text in own.items() if name not in looked_at}


def _offered(act: Acting, how: How, revision: Revision, offers: bool, ends: End) -> Written:
    if offers:
        revision = sharing.give_offer(act, revision.record, seen=revision.number, ends=ends)
    return Written(how, revision)


def _changed(record: Record | None, refused: Refused) -> Written:
    """Nothing was done, because of other words of this record; any other refusal goes on to whoever asked."""
    if record is None or refused.code not in ("stale", "older_words"):
        raise refused
    return Written(How.CHANGED, records.newest_of(record), refused)
