"""What changed from one text to another, word by word, as a person reads it. Pure."""

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]  # how ("same", "gone" or "new"), text

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MOST_COMPARED = 1_500_000  # token pairs; beyond it the changed middle is shown as a whole, so no page takes seconds


def word_pieces(older: str, newer: str) -> list[Piece]:
    """The pieces that make up both texts, in reading order: joined without "new" they are the older text, without
    "gone" the newer one."""
    one, two = TOKEN.findall(older), TOKEN.findall(newer)
    start = _same_start(one, two)
    end = _same_start(one[start:][::-1], two[start:][::-1])
    middle_one, middle_two = one[start : len(one) - end], two[start : len(two) - end]
    pieces = [("same", one[:start]), *_middle(middle_one, middle_two), ("same", one[len(one) - end :])]
    return _joined([(how, "".join(tokens)) for how, tokens in pieces])


def field_pieces(older: list[tuple[str, str]], newer: list[tuple[str, str]]) -> list[tuple[str, list[Piece]]]:
    """(label, pieces) of each field whose words changed, of two lists of (label, text)."""
    before, after = dict(older), dict(newer)
    labels = list(dict.fromkeys([*after, *before]))
    return [
        (label, word_pieces(before.get(label, ""), after.get(label, "")))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def _same_start(one: list[str], two: list[str]) -> int:
    count = 0
    for left, right in zip(one, two, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(one: list[str], two: list[str]) -> list[tuple[str, list[str]]]:
    if len(one) * len(two) > MOST_COMPARED:
        return [("gone", one), ("new", two)]
    found: list[tuple[str, list[str]]] = []
    for how, from_one, to_one, from_two, to_two in SequenceMatcher(None, one, two, autojunk=True).get_opcodes():
        if how == "equal":
            found.append(("same", one[from_one:to_one]))
        else:
            found += [("gone", one[from_one:to_one]), ("new", two[from_two:to_two])]
    return _without_lone_spaces(found)


def _without_lone_spaces(pieces: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """A single space kept between two changed words would cut a changed phrase into scraps: it changes with them."""
    found: list[tuple[str, list[str]]] = []
    for n, (how, tokens) in enumerate(pieces):
        inside = 0 < n < len(pieces) - 1
        if how == "same" and inside and "".join(tokens).isspace():
            found += [("gone", tokens), ("new", tokens)]
        else:
            found.append((how, tokens))
    return found


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces of one kind as one; between two same ones, what is gone stands before what is new."""
    found: list[Piece] = []
    gone = new = ""
    for how, text in [*pieces, ("same", "")]:
        if how == "gone":
            gone += text
        elif how == "new":
            new += text
        else:
            found += [piece for piece in (("gone", gone), ("new", new), (how, text)) if piece[1]]
            gone = new = ""
    return found
