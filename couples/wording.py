"""How a person's text is cleaned before it is stored or looked for."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\t")


def clean_words(text: str) -> str:
    """A person's text as it is stored: NFC, one kind of line end, no control characters, no blank edges."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (
        letter for letter in text if letter in KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cs", "Cn")
    )
    return "".join(kept).strip()
