"""Offering, taking back, welcoming, putting away, keeping; renewing one's own yeses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from couples.actions import yeses as yes_acts
from couples.actions.records import close_offers, newest_of, rewrite
from couples.actions.transactions import Acting, acting, is_open, must_be_open
from couples.content import kinds
from couples.content.refusals import Refused
from couples.models import Opening, Record, Revision, Seat, User, Yes
from couples.models.yeses import standing
from couples.rule import consent
from couples.rule.consent import OpeningKind

NOT_NOW = "not_now"
WELCOME_CHOICES = {
    consent.EVERYDAY: (consent.MORNINGS, consent.SITTINGS, NOT_NOW),
    consent.HEAVY: (consent.MORNINGS, NOT_NOW),
}


def offer(record: Record, *, by: User, at: datetime, seen: int, ends: yes_acts.End = None) -> Revision:
    """The author's yes to share the newest revision. It never accepts an agreement.

    `seen` is the number of the revision they saw. Words that have opened once cannot open again, so offering them
    after taking them back writes them anew. Gives the revision offered. Raises Refused: "no_pair", "stale",
    "end_passed".
    """
    with acting(by, at) as act:
        return give_offer(act, record, seen=seen, ends=ends)


def give_offer(act: Acting, record: Record, *, seen: int, ends: yes_acts.End = None) -> Revision:
    """The author's yes to share the newest revision, within an act, as `offer` gives it."""
    seat = act.seated()
    if kinds.KINDS[record.kind].is_alone:
        raise Refused("for_myself")
    record = Record.objects.select_for_update().get(pk=record.pk, author=act.person)
    revision = newest_of(record)
    if seen != revision.number:
        raise Refused("stale")
    if _was_open(revision, act) and not _offered(revision, act):
        revision = rewrite(record, act)
    yes_acts.give(
        seat,
        consent.OFFER,
        revision.id,
        at=act.at,
        ends=ends,
        scope=record.kind,
        under=record.id,
        number=revision.number,
        revision=revision,
        **_what_a_breach_says(record, revision),
    )
    return revision


def _what_a_breach_says(record: Record, revision: Revision) -> dict[str, Any]:
    """What the rule has to know of a breach when it opens; empty for everything else."""
    if record.kind != consent.BREACH:
        return {}
    passed_limit = kinds.is_of_a_limit(record.kind, revision.words)
    return {"choice": kinds.LIMIT if passed_limit else "", "about": record.chain}


def _was_open(revision: Revision, act: Acting) -> bool:
    return Opening.objects.filter(pair=act.pair, kind=OpeningKind.REVISION, revision=revision).exists()


def _offered(revision: Revision, act: Acting) -> bool:
    return Yes.objects.filter(standing(act.at), seat=act.seat, kind=consent.OFFER, thing=revision.id).exists()


def take_back(record: Record, *, by: User, at: datetime) -> None:
    """End every offer of this record, one's own acceptances of its words and one's own answers to them. At once."""
    with acting(by, at) as act:
        if act.seat is not None:
            close_offers(record, act)


def put_away(revision: UUID, *, by: User, at: datetime) -> None:
    """End one's own reading of a revision, and one's own acceptance of it or answers to it. It does not come back."""
    with acting(by, at) as act:
        _close_reading(revision, act)


def _close_reading(revision_id: UUID, act: Acting) -> None:
    own = Yes.objects.filter(seat=act.seated(), revision=revision_id)
    kinds = (consent.READING, consent.ACCEPTANCE, consent.ANSWER, consent.TERMS)
    yes_acts.close(own.filter(kind__in=kinds), at=act.at)


def welcome(scope: str, choice: str, *, by: User, at: datetime, ends: yes_acts.End = None) -> None:
    """What may open to me: MORNINGS, SITTINGS (everyday things only) or NOT_NOW. Raises ValueError for others."""
    if choice not in WELCOME_CHOICES[scope]:
        raise ValueError(f"{choice!r} is not a welcome for {scope} things")
    with acting(by, at) as act:
        seat = act.seated()
        thing = consent.thing_of("welcome", scope)
        if choice == NOT_NOW:
            yes_acts.close(Yes.objects.filter(seat=seat, kind=consent.WELCOME, thing=thing), at=act.at)
        else:
            yes_acts.give(seat, consent.WELCOME, thing, at=act.at, ends=ends, scope=scope, choice=choice)


def accept(opening: Opening, *, by: User, at: datetime, ends: yes_acts.End = None) -> None:
    """A yes to be held by exactly the words of this opening of an agreement, by its writer or its reader: the one way
    in which anybody accepts. Raises Refused("stale") where it is not open to them any more.
    """
    with acting(by, at) as act:
        must_be_open(opening, act)
        revision = opening.revision
        assert revision is not None and revision.record.kind == consent.AGREEMENT
        yes_acts.give(
            act.seated(),
            consent.ACCEPTANCE,
            revision.id,
            at=act.at,
            ends=ends,
            scope=consent.AGREEMENT,
            under=revision.record.chain,
            number=revision.number,
            revision=revision,
        )


def no_longer_accept(revision: UUID, *, by: User, at: datetime) -> None:
    """End one's own acceptance of these words. Offer and reading stay."""
    with acting(by, at) as act:
        own = Yes.objects.filter(seat=act.seated(), kind=consent.ACCEPTANCE, thing=revision)
        yes_acts.close(own, at=act.at)


def have_read_of_accepting(*, by: User) -> None:
    """The person has read that an offer accepts nothing any more, and which of their acceptances came with one."""
    Seat.objects.filter(person=by, ended_at__isnull=True).update(accepting_changed=False)


def stop_being_held(record: Record, *, by: User, at: datetime) -> None:
    """End one's own acceptances of the agreement that a breach of one's own names. Nothing waits for the other."""
    with acting(by, at) as act:
        if record.chain is not None:
            own = Yes.objects.filter(seat=act.seated(), kind=consent.ACCEPTANCE, under=record.chain)
            yes_acts.close(own, at=act.at)


def keep(line: Opening, *, by: User, at: datetime, ends: yes_acts.End = None) -> None:
    """A yes to keep one bare line of a step on both timelines. Raises Refused("stale") where it is not open any more,
    ValueError for what leaves memory lines of its own.
    """
    if line.scope != consent.OWN_STEP:
        raise ValueError("only lines of steps are kept")
    with acting(by, at) as act:
        must_be_open(line, act)
        yes_acts.give(act.seated(), consent.KEEP, line.id, at=act.at, ends=ends, scope=line.scope)


def no_longer_keep(line: Opening, *, by: User, at: datetime) -> None:
    """End one's own yes to keep a line."""
    with acting(by, at) as act:
        yes_acts.close(Yes.objects.filter(seat=act.seated(), kind=consent.KEEP, thing=line.id), at=act.at)


def renew(yeses: Iterable[UUID], *, by: User, at: datetime) -> list[Yes]:
    """Give the usual end anew to those of one's own yeses that stand; gives these. The time given stays.

    Raises Refused("stale") for a yes to another's agreement whose words are not open to its giver any more.
    """
    with acting(by, at) as act:
        seat = act.seated()
        mine = Yes.objects.filter(standing(act.at), pk__in=list(yeses), seat=seat, ends_at__isnull=False)
        rows = list(mine.exclude(kind=consent.SITTING).signed())
        _must_read_what_it_accepts(rows, act)
        taken = yes_acts.ends_of(seat, act.at)
        for row in rows:
            row.ends_at = yes_acts.usual_end(seat, row.kind, act.at, row.ends_at, taken)
            taken.append(row.ends_at)
        yes_acts.rewrite(rows)
        return rows


def _must_read_what_it_accepts(rows: Iterable[Yes], act: Acting) -> None:
    accepted = {row.revision_id for row in rows if row.kind == consent.ACCEPTANCE and row.revision_id}
    if not accepted:
        return
    own = Revision.objects.filter(pk__in=accepted, author=act.person).values_list("pk", flat=True)
    for revision in accepted - set(own):
        words = Opening.objects.filter(pair=act.pair, kind__in=consent.WORDS_OPENED, revision=revision)
        if not any(is_open(opening, act) for opening in words):
            raise Refused("stale")


def end_yes(yes_id: UUID, *, by: User, at: datetime, off_list: bool = False) -> None:
    """Close one of one's own yeses, whatever it is to. Closing an offer or a reading ends one's own acceptance too.

    With `off_list` it does not come to stand among what one said yes to before.
    """
    with acting(by, at) as act:
        yes = _own(yes_id, act)
        record = _offered_by(yes, act)
        if record is not None:
            close_offers(record, act)
        elif yes.kind == consent.READING and yes.revision_id is not None:
            _close_reading(yes.revision_id, act)
        else:
            yes_acts.close(Yes.objects.filter(pk=yes.pk), at=act.at)
        if off_list:
            _take_off_list(yes, act)


def take_off_list(yes_id: UUID, *, by: User, at: datetime) -> None:
    """Take one thing off the list of what one said yes to before, for good. What stands stays as it is."""
    with acting(by, at) as act:
        _take_off_list(_own(yes_id, act), act)


def _offered_by(yes: Yes, act: Acting) -> Record | None:
    """The record that this yes offers; None where it is another yes, or the record has been erased."""
    if yes.kind != consent.OFFER or yes.under is None:
        return None
    return Record.objects.filter(pk=yes.under, author=act.person).first()


def _own(yes_id: UUID, act: Acting) -> Yes:
    yes = Yes.objects.filter(pk=yes_id, seat=act.seated()).first()
    if yes is None:
        raise Refused("not_yours")
    return yes


def _take_off_list(yes: Yes, act: Acting) -> None:
    over = Yes.objects.filter(seat=yes.seat_id, thing=yes.thing, scope=yes.scope).exclude(standing(act.at))
    over.update(is_off_list=True)
