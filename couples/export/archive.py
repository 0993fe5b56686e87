"""The file of a copy for oneself: a ZIP that is made while it is sent.

It is never whole in memory and never on a disk of ours, where its words would lie unsealed. All of it is read from
one snapshot and at one instant, although the view that answered has long returned. Names of files are fixed words and
numbers: nothing anybody wrote can be in them.
"""

import json
from collections.abc import Generator, Iterator
from contextvars import copy_context
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from couples.export.contents import reader_of, sections_of
from couples.export.entries import Section, day_in_words, pages_of
from couples.lib.snapshot import snapshot
from couples.models import User
from couples.models.keys import open_keys
from couples.row_security.session import as_reader

PIECE = 64 * 1024  # bytes sent at once
READABLE = 0o600 << 16  # as a file on a system that knows owners: for its owner alone


class Pipe:
    """What the ZIP is written into: it keeps only what has not been sent yet, and cannot go back."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""
        self.waiting += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing to do: what waits is sent by whoever drains."""

    def drain(self) -> bytes:
        """Give what waits, and forget it."""
        piece = bytes(self.waiting)
        self.waiting.clear()
        return piece


def file_name(day: date) -> str:
    """The name under which a device keeps it."""
    return f"notes-{day.isoformat()}.zip"


def pieces_for(user: User, at: datetime, day: date) -> Iterator[bytes]:
    """The bytes of a person's copy, read at one instant not before `at`; `day` is the one it is dated with.

    If anything goes wrong on the way, the file is left without its end: no program takes it for a whole one.
    """
    own = copy_context()  # the keys that the file needs are open to nobody else, between two pieces neither
    pieces = _read(user, at, day)
    try:
        while piece := own.run(next, pieces, b""):
            yield piece
    finally:
        own.run(pieces.close)


def _read(user: User, at: datetime, day: date) -> Generator[bytes, None, None]:
    # All that the file asks is asked within this line: the middleware's own snapshot and keys, and whom the database
    # faces, are gone as soon as the view has answered.
    with snapshot(), as_reader(user.pk, at), open_keys():
        reader = reader_of(user, at)
        with as_reader(user.pk, reader.at):  # perhaps a moment later: not before the last act in the pair
            yield from _zipped(sections_of(reader), user, day)


def _zipped(sections: list[Section], user: User, day: date) -> Iterator[bytes]:
    pipe = Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it asks for less than it says
        for name, pieces in _files(sections, user, day):
            with archive.open(_dated(name, day), "w") as file:
                for piece in pieces:
                    # Letters that are no letters (halves of a pair) become what JSON writes for them.
                    file.write(piece.encode("utf-8", "backslashreplace"))
                    if len(pipe.waiting) >= PIECE:
                        yield pipe.drain()
    yield pipe.drain()


def _dated(name: str, day: date) -> ZipInfo:
    """A file in the ZIP, dated with a day and no time of it."""
    file = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
    file.compress_type = ZIP_DEFLATED
    file.external_attr = READABLE
    return file


def _files(sections: list[Section], user: User, day: date) -> Iterator[tuple[str, Iterator[str]]]:
    """Every file with its text in pieces. A file has to be taken in before the next one is asked for."""
    about = {"sections": sections, "day": day, "told": day_in_words(day), "zone": user.time_zone}
    yield "start.html", iter((render_to_string("export/file/start.html", about),))
    yield "look.css", iter((render_to_string("export/file/look.css"),))
    for section in sections:
        for number, (entries, more) in enumerate(pages_of(section.entries()), start=1):
            page = {"section": section, "entries": entries, "earlier": number + 1 if more else 0, "later": number - 1}
            yield f"{section.name}-{number}.html", iter((render_to_string("export/file/page.html", page),))
        if not section.to_read:
            yield f"json/{section.name}.json", _as_json(section)


def _as_json(section: Section) -> Iterator[str]:
    """The entries of a section as a list in JSON, one after another."""
    between = "[\n"
    for entry in section.entries():
        yield between + json.dumps(entry.plain, cls=DjangoJSONEncoder, ensure_ascii=False)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"
