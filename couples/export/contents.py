"""What a copy for oneself holds: everything that is one's own, and what is open to one now. It writes nothing.

A copy is sections, a section is entries, and an entry is plain: no row leads on from it. Entries are read in small
batches and handed on one by one: a long history needs no more memory than a short one.

Steps are not in it. What is open of them, one's answers and conditions leave nothing lasting; only a bare line that
both keep does. A record of a step in own words is one's own like all others. No time is finer than a day.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from couples import visibility
from couples.actions.records import NOT_TEXT
from couples.content import kind_words
from couples.content.check_in_series import NAMES
from couples.content.kinds import KINDS
from couples.export.entries import BATCH, Entry, Section, batches
from couples.lib.clock import day_of
from couples.lib.days import in_words
from couples.models import OwnLine, Record, Revision, Seat, User, Yes
from couples.models.checkins import SLIDERS
from couples.models.reminders import DAYS
from couples.presenters import cards, marks, own_yeses, sheets, takeaways, timeline
from couples.presenters.shelf import describe_shelf
from couples.rule import consent
from couples.rule.consent import OpeningKind

NEWEST_FIRST = ("-day", "-tie", "-id")
STEP = consent.OWN_STEP
NOT_WORDS = NOT_TEXT | {"shown"}  # of half-written text: what its form carried besides words


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose copy it is, from which seat and at which instant it is read."""

    user: User
    seat: Seat | None
    at: datetime

    def day(self, at: datetime) -> date:
        """The day of an act of one's own, in one's own zone."""
        return day_of(at, self.user.time_zone)


def reader_of(user: User, at: datetime) -> Reader:
    """The reader as they are in the database now, at an instant not before the last act their copy can see."""
    user.refresh_from_db()
    seat = visibility.seat_of(user)
    return Reader(user, seat, at if seat is None else max(at, seat.pair.settled_until))


def sections_of(reader: Reader) -> list[Section]:
    """The sections of a copy. Every copy has those of one's own; those of a pair need a seat."""
    own = [
        ("me", "Who I am", "What you are called here.", _me),
        ("pairing", "Pairing", "Names as you last saw them, and the days.", _pairings),
        ("written", "What I wrote", "Every version, newest first.", _written),
        (
            "booklet",
            "A booklet",
            "To print: the newest words of everything you wrote, from first to last.",
            _booklet,
        ),
        ("check-ins", "Check-ins", "For you alone. Each slider runs from 0 to 100.", _check_ins),
        (
            "lines",
            "My own lines",
            "The lines of your own timeline: the bare ones of what opened too, whatever became of it.",
            _own_lines,
        ),
        ("half-written", "Half-written", "What you were writing when you were signed out. Not saved yet.", _held),
    ]
    ours = [
        (
            "yes",
            "What I have said yes to",
            "What is on your own page of what you said yes to, each with its last day; steps left out.",
            _yeses,
        ),
        ("open", "Open to me", "What was open to you when this was made. It may be closed by now.", _open),
        ("sessions", "From our sessions", "The lines of sessions that you both accept.", _takeaways),
        ("kept", "Lines kept", "The lines of steps that you both keep, without words.", _kept),
        (
            "glass",
            "Glass",
            "Who entered your code, and on which days they looked. It does not say who let them in.",
            _glass,
        ),
    ]
    if reader.seat is not None:
        own += ours
    if visibility.shelf_of(reader.user).exists():
        own.append(("shelf", "My shelf", "What you propose often. No couple sees it.", _shelf))
    if reader.user.is_therapist:
        own.append(("card", "My card", "Every version. There is nothing in it about anybody who read it.", _cards))
    return [Section(name, title, about, _asked(tell, reader), tell is _booklet) for name, title, about, tell in own]


def _asked(tell: Callable[[Reader], Iterator[Entry]], reader: Reader) -> Callable[[], Iterator[Entry]]:
    return lambda: tell(reader)


# --- What is mine ---------------------------------------------------------------------------------------------


def _me(reader: Reader) -> Iterator[Entry]:
    user = reader.user
    words = [("Shown name", user.shown_name), ("Address", user.email), ("Time zone", user.time_zone)]
    plain: dict[str, Any] = {"shown_name": user.shown_name, "address": user.email, "time_zone": user.time_zone}
    kept = visibility.reminder_of(user)
    if kept is not None:
        days, hour = [DAYS[int(day)] for day in kept.days], f"{kept.hour:02}:00"
        words.append(("Reminder to myself", f"{', '.join(days)}, {hour}"))
        plain["reminder"] = {"days": days, "hour": hour}
    yield Entry(user.shown_name, plain, words=words)


def _pairings(reader: Reader) -> Iterator[Entry]:
    seats = [reader.seat] if reader.seat is not None else []
    for seat in (*seats, *visibility.seats_once_held(reader.user).order_by("-since")):
        zone = seat.pair.time_zone
        since, until = day_of(seat.since, zone), seat.ended_at and day_of(seat.ended_at, zone)
        told = f"since {in_words(since)}" if until is None else f"{in_words(since)} to {in_words(until)}"
        # The zone is not named: it may be the other's.
        yield Entry(seat.partner_name, {"name": seat.partner_name, "since": since, "until": until}, [told])


def _written(reader: Reader) -> Iterator[Entry]:
    """One entry for each version of each record; the newest of a record brings its author-only fields."""
    newest_first = ("-record__made_at", "record_id", "-number")
    for records in batches(visibility.mine(reader.user).order_by("-made_at", "id")):
        own_words, by_id = _own_words(records, reader), {record.pk: record for record in records}
        versions = visibility.revisions_of_mine(reader.user).filter(record__in=records).order_by(*newest_first)
        for pk, revisions in groupby(versions.iterator(chunk_size=BATCH), key=lambda row: row.record_id):
            for n, revision in enumerate(revisions):
                yield _version(revision, by_id[pk], {} if n else own_words.get(pk, {}), reader)


def _booklet(reader: Reader) -> Iterator[Entry]:
    """One entry for each record in its newest words, as a book is read: the oldest first."""
    for records in batches(visibility.mine(reader.user).order_by("made_at", "id")):
        own_words = _own_words(records, reader)
        newest = visibility.newest_words_of(reader.user, [record.pk for record in records])
        for record in records:
            entry = _version(newest[record.pk], record, own_words.get(record.pk, {}), reader)
            yield replace(entry, facts=[in_words(reader.day(record.made_at))])


def _own_words(records: list[Record], reader: Reader) -> dict[UUID, dict[str, str]]:
    """What their author alone may read of these records, by record."""
    own = visibility.all_own_words_of(reader.user).filter(record__in=records)
    return {row.record_id: row.words for row in own}


def _version(revision: Revision, record: Record, own_words: dict[str, str], reader: Reader) -> Entry:
    day = reader.day(revision.made_at)
    plain = {"record": record.pk, "kind": record.kind, "version": revision.number, "day": day, "words": revision.words}
    if own_words:
        plain["only_for_me"] = own_words
    return Entry(
        KINDS[record.kind].a_word,
        plain,
        [f"version {revision.number}", in_words(day)],
        kind_words.sheet_fields(record.kind, revision.words),
        kind_words.own_fields(record.kind, own_words),
    )


def _check_ins(reader: Reader) -> Iterator[Entry]:
    for row in visibility.check_ins_of(reader.user).order_by("-made_at").iterator(chunk_size=BATCH):
        slider_values = row.slider_values
        plain = {
            "day": row.day,
            **dict(zip(SLIDERS, slider_values, strict=True)),
            "feelings": row.feelings,
            "line": row.line,
        }
        facts = [f"{name} {value}" for name, value in zip(NAMES, slider_values, strict=True) if value is not None]
        yield Entry(in_words(row.day), plain, facts, [("", row.said)] if row.said else [])


def _own_lines(reader: Reader) -> Iterator[Entry]:
    for row in visibility.own_lines_of(reader.user).order_by(*NEWEST_FIRST).iterator(chunk_size=BATCH):
        text = _line_text(row, reader.at)
        record = row.record_id if row.revision is None else row.revision.record_id
        yield Entry(text, {"day": row.day, "line": text, "record": record}, [in_words(row.day)])


def _line_text(row: OwnLine, at: datetime) -> str:
    if row.kind == OwnLine.PAUSED:
        return timeline.OWN_TEXT[row.kind]
    return timeline.own_line(row, {}, at).text


def _held(reader: Reader) -> Iterator[Entry]:
    labels = {field.name: field.label for kind in KINDS.values() for field in kind.fields}
    held = visibility.held_texts_of(reader.user).exclude(path__startswith=reverse("steps")).order_by("-held_at")
    for row in held.iterator(chunk_size=BATCH):
        day, place = reader.day(row.held_at), row.path.strip("/").partition("/")[0]
        texts = {name: "\n".join(values) for name, values in row.fields.items() if name not in NOT_WORDS}
        texts = {name: text for name, text in texts.items() if text}
        words = [(labels.get(name, _worded(name)), text) for name, text in texts.items()]
        yield Entry(f"At “{place.capitalize()}”", {"place": place, "day": day, "words": texts}, [in_words(day)], words)


def _worded(name: str) -> str:
    return re.sub(r"[_-]+", " ", name).capitalize()


def _cards(reader: Reader) -> Iterator[Entry]:
    for card in visibility.cards_of(reader.user).order_by("-number").iterator(chunk_size=BATCH):
        day = reader.day(card.made_at)
        plain = {"version": card.number, "day": day, **card.said()}
        yield Entry(card.name, plain, [f"version {card.number}", in_words(day)], cards.fields_of(card))


def _shelf(reader: Reader) -> Iterator[Entry]:
    for each in describe_shelf(visibility.shelf_of(reader.user)):
        parts = [("Words for an agreement", each.text), ("A page or a practice", each.page), ("A step", each.step)]
        words = [(label, text) for label, text in parts if text]
        plain = {"name": each.name, "words": each.text, "page": each.page, "step": each.step}
        yield Entry(each.name, plain, words=words)


def _yeses(reader: Reader) -> Iterator[Entry]:
    """One's own standing yeses as their own page tells them, without those to steps."""
    seat = _seat(reader)
    of_steps = Q(kind__in=consent.ANSWERS) | Q(kind__in=(consent.READING, consent.KEEP), scope=STEP)
    listed = own_yeses.listed(reader.user, reader.at, seat).exclude(of_steps)
    some: Iterator[list[Yes]] = batches(own_yeses.by_end(listed, reader.user))
    for rows in some:
        for line in own_yeses.lines_of(rows, reader.user, seat, reader.at):
            without = "until I close it on my side" if line.reading else "until I take it back"
            ends = f"ends {in_words(line.ends)}" if line.ends else without
            plain = {"to": line.to, "first_words": line.words, "ends": line.ends}
            yield Entry(line.to, plain, [ends], [("First words", line.words)] if line.words else [])


# --- What is open to me, and what we share ------------------------------------------------------------------------


def _seat(reader: Reader) -> Seat:
    assert reader.seat is not None  # `sections_of` tells what is shared to nobody else
    return reader.seat


def _names(reader: Reader) -> sheets.Names:
    seat = _seat(reader)
    return sheets.names_for(seat, visibility.other_seat(seat))


def _opened(reader: Reader) -> Any:
    """What is open to the reader, without steps. Words in force stand once: not as the words that opened, too."""
    found = visibility.open_to(reader.user, reader.at, reader.seat)
    found = found.filter(kind__in=(*consent.WORDS_OPENED, OpeningKind.MARKS)).exclude(scope=STEP)
    in_force = visibility.in_force(found).order_by().values("revision")
    return found.exclude(kind=OpeningKind.REVISION, revision__in=in_force)


def _open(reader: Reader) -> Iterator[Entry]:
    names = _names(reader)
    for rows in batches(_opened(reader).order_by(*NEWEST_FIRST)):
        sheets_of_rows = marks.sheets_by_opening(rows, names)
        for row in rows:
            sheet = sheets_of_rows.get(row.pk)
            if sheet is None:
                continue
            # A picture is told in words here.
            drawn = row.revision is not None and sheet.chart is not None
            told_words = kind_words.sheet_fields(row.scope, row.revision.words) if drawn else sheet.fields
            words = [{"label": label, "text": text} for label, text in told_words]
            plain = {"what": sheet.kind_word, "from": sheet.by, "opened": row.day, "words": words}
            facts = [fact for fact in (sheet.by, f"opened {in_words(row.day)}") if fact]
            yield Entry(sheet.kind_word, plain, facts, told_words)


def _takeaways(reader: Reader) -> Iterator[Entry]:
    """The lines of sessions that both accept."""
    seat = _seat(reader)
    for rows in batches(visibility.takeaways_open_to(seat, reader.at).order_by(*NEWEST_FIRST)):
        lines = visibility.takeaways_named(seat.pair_id, [row.thing for row in rows])
        for taken in takeaways.told(lines[row.thing] for row in rows if row.thing in lines):
            plain = {"session": taken.day, "lines": taken.lines}
            yield Entry("The takeaway of a session", plain, [in_words(taken.day)], [("", line) for line in taken.lines])


def _kept(reader: Reader) -> Iterator[Entry]:
    """The lines both keep, bare: whether their words are open still is told elsewhere or not at all."""
    seat = _seat(reader)
    for rows in batches(visibility.kept_lines(reader.user, reader.at, seat).order_by(*NEWEST_FIRST)):
        for row in rows:
            line = timeline.kept_line(row, seat)
            yield Entry(line.text, {"day": line.day, "line": line.text}, [in_words(line.day)])


def _glass(reader: Reader) -> Iterator[Entry]:
    pair = _seat(reader).pair_id
    names, labels = visibility.names_of_lookers(pair), visibility.labels_of(_seat(reader))
    for card in (stay.card for stay in visibility.cards_on_page_of(_seat(reader), reader.at)):
        label = labels.get(card.therapist_id, "")
        own = [("What I call them", label)] if label else []
        yield Entry(card.name, {**card.said(), "what_i_call_them": label}, words=cards.fields_of(card), alone=own)
    looked = visibility.looking_days_at(pair).order_by("-day").iterator(chunk_size=BATCH)
    for day, rows in groupby(looked, key=lambda row: row.day):
        who = sorted(row.looker(names) for row in rows)
        yield Entry(f"Looked on {in_words(day)}", {"looked": day, "names": who}, [", ".join(who)])


# --- The preview ----------------------------------------------------------------------------------------------


def written_by_kind(user: User) -> list[str]:
    """How much of each kind this person wrote: "3 boundaries", "1 agreement"."""
    rows = visibility.mine(user).order_by().values_list("kind").annotate(n=Count("pk"))
    found = dict(rows)
    return [
        f"{found[name]} {kind.word if found[name] == 1 else kind.several}"
        for name, kind in KINDS.items()
        if name in found
    ]


def kinds_open(reader: Reader) -> list[str]:
    """Which kinds of things are open to the reader now, by name and without saying how many."""
    return sorted({sheets.kind_word(row) for row in _opened(reader).order_by().select_related(None)})
