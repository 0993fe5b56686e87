"""What a copy is made of: sections of entries, read in small batches and handed on one by one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

BATCH = 100  # rows read at once, and entries that stand on one page


Words = list[tuple[str, str]]  # (label, text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a copy: as it is read, and as plain values for a program."""

    title: str
    plain: dict[str, Any]
    facts: list[str] = field(default_factory=list)  # small print: a day, a name
    words: Words = field(default_factory=list)
    alone: Words = field(default_factory=list)  # what no offer can include


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a copy. `name` names its files; asking for its entries again reads them again."""

    name: str
    title: str
    about: str
    entries: Callable[[], Iterator[Entry]]
    to_read: bool = False  # the same stands in another section, so that a program needs no copy of it


def pages_of(entries: Iterable[Entry]) -> Iterator[tuple[list[Entry], bool]]:
    """Entries for one page after another, and whether more follow. Where there are none, one empty page."""
    left = iter(entries)
    page = list(islice(left, BATCH))
    while True:
        following = list(islice(left, BATCH))
        yield page, bool(following)
        if not following:
            return
        page = following


def batches(rows: Any) -> Iterator[list[Any]]:
    """The rows of a queryset in lists of at most BATCH, never all of them at once."""
    left = rows.iterator(chunk_size=BATCH)
    while found := list(islice(left, BATCH)):
        yield found
