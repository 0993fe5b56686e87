"""How a person's text is cleaned before it is stored or looked for, and cut where a list has room for a line of it."""

import re
import unicodedata

# What is no sign in any script and never will be: NUL, halves of a pair, and the places that Unicode keeps empty for
# programs. Everything else is somebody's, also signs younger than the tables of this Python.
PLANE_ENDS = range(0xFFFF, 0x110000, 0x10000)
NO_SIGNS = re.compile("[\x00\ud800-\udfff\ufdd0-\ufdef" + "".join(f"{chr(n - 1)}{chr(n)}" for n in PLANE_ENDS) + "]")


def clean_words(text: str) -> str:
    """A person's text as it is stored: NFC, one kind of line end, nothing that is no sign, no blank edges."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return NO_SIGNS.sub("", text).strip()


def holds_no_signs(text: str) -> bool:
    """Whether something of this text is left out when it is cleaned, blank edges apart."""
    return NO_SIGNS.search(text) is not None


def one_line(words: str, most: int) -> str:
    """The words on one line, of at most about `most` letters and cut between two words."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
