"""The file of a copy for oneself: a ZIP that is made once it is asked for, and sent when all of it was read.

It is never whole in memory, and on a disk of ours only sealed, without a name (`lib.sealed_spool`). All of it is read
from one snapshot and at one instant, which ends before the first byte is sent: a slow network holds up nobody. Names of
files are fixed words and numbers: nothing anybody wrote can be in them.
"""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from contextvars import copy_context
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from couples import visibility
from couples.export.contents import reader_of, sections_of
from couples.export.entries import Section, pages_of
from couples.lib.days import in_words
from couples.lib.sealed_spool import SealedSpool
from couples.lib.snapshot import snapshot
from couples.models import User
from couples.models.keys import open_keys
from couples.row_security.session import as_reader

PIECE = 64 * 1024  # bytes spooled and sent at once
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

    Nothing is read before the first piece is asked for, and everything before it is given: if anything goes wrong,
    there is no file.
    """
    spool = SealedSpool()
    try:
        copy_context().run(_read_into, spool, user, at, day)  # the keys that the file needs are open to nothing else
        yield from spool.pieces()
    finally:
        spool.close()


def _read_into(spool: SealedSpool, user: User, at: datetime, day: date) -> None:
    # The middleware's own snapshot and keys, and whom the database faces, were gone as soon as the view had answered.
    with snapshot(), as_reader(user.pk, at), open_keys():
        reader = reader_of(user, at)
        unstored = visibility.as_if_stored(reader.seat, reader.at) if reader.seat is not None else nullcontext()
        with as_reader(user.pk, reader.at), unstored:  # perhaps a moment later: not before the last act in the pair
            for piece in _zipped(sections_of(reader), user, day):
                spool.add(piece)


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
    about = {"sections": sections, "day": day, "told": in_words(day), "zone": user.time_zone}
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
