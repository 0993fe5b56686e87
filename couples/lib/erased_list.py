"""The list of what was erased for good. It lies outside the database, so that no backup that is put back can undo it.

One line for each id, such as `2026-11-26 account 0b6f...`: the day, what it was, its id. A line is on the disk before
the erasure it tells of is done. Whatever the list names and the database holds is therefore erased, or erased anew
(`actions.erasure.erase_again`): after a backup from before was put back, or where the power went in between.
"""

import errno
import fcntl
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

FILE_NAME: Final = "erased.txt"
ACCOUNT: Final = "account"
RECORD: Final = "record"
LINE: Final = re.compile(r"\d{4}-\d{2}-\d{2} (account|record) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n")


class CannotNote(Exception):
    """The list cannot be written, so nothing may be erased: a backup could bring it back. The text is for operators."""


@dataclass(frozen=True, slots=True)
class Erased:
    """One line: what was erased, ACCOUNT or RECORD, and its id."""

    what: str
    id: UUID


def path() -> Path:
    """Where the list lies, whether or not it is there yet."""
    return Path(settings.ERASED_FOLDER) / FILE_NAME


def can_be_written() -> bool:
    """Whether a line could be put on the list now, by what its file or its folder allows. Nothing is written."""
    file = path()
    if file.exists():
        return os.access(file, os.W_OK)
    nearest = next(folder for folder in file.parents if folder.exists())  # the rest is made with the first line
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def note(what: str, erased: UUID, day: date) -> None:
    """Put a line on the list; when this returns it is on the disk. Safe between processes that write at once.

    Raises CannotNote.
    """
    _append(path(), lambda: [f"{day.isoformat()} {what} {erased}\n"])


def add(source: Path, target: Path) -> int:
    """Put every line of one list on another one that lacks it; gives how many. Both stay, and nothing leaves either.

    One that is not there has no lines, and `target` is there afterwards. Raises CannotNote, and OSError where `source`
    cannot be read.
    """
    lines = dict.fromkeys(line for line in _lines(source) if LINE.fullmatch(line)) if source.exists() else {}

    def lacking() -> list[str]:
        there = set(_lines(target))
        return [line for line in lines if line not in there]

    return _append(target, lacking)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="ascii", errors="replace").splitlines(keepends=True)


def _append(target: Path, lines: Callable[[], list[str]]) -> int:
    """Append lines, chosen while nobody else writes, to a list that is made where it is missing; gives how many."""
    try:
        folder = target.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not target.exists()
        file = os.open(target, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
            if added := lines():
                _write(file, "".join(added).encode())
        finally:
            os.close(file)
        if is_new:
            _flush_folder(folder)
    except OSError as problem:
        raise CannotNote(f"{target} cannot be written: {problem.strerror}.") from problem
    return len(added)


def _write(file: int, lines: bytes) -> None:
    """Append lines that are whole, or leave the file as it was."""
    end = os.fstat(file).st_size
    torn = end > 0 and os.pread(file, 1, end - 1) != b"\n"  # the power went while another line was written
    whole = b"\n" * torn + lines
    try:
        if os.write(file, whole) != len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    except OSError:
        os.ftruncate(file, end)
        raise


def _flush_folder(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def entries() -> Iterator[Erased]:
    """Everything on the list, in its order. A line that was torn stands for nothing: what it tells of was not done.

    Raises OSError where the list is there and cannot be read.
    """
    try:
        with path().open(encoding="ascii", errors="replace") as lines:
            for line in lines:
                if found := LINE.fullmatch(line):
                    yield Erased(found[1], UUID(found[2]))
    except FileNotFoundError:
        return
