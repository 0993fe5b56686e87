"""How a person's text is cleaned before it is stored or looked for, and cut where a list has room for a line of it."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\t")


def clean_words(text: str) -> str:
    """A person's text as it is stored: NFC, one kind of line end, no control characters, no blank edges."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        letter for letter in text if letter in KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
    )
    return "".join(kept).strip()


def one_line(words: str, most: int) -> str:
    """The words on one line, of at most about `most` letters and cut between two words."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
