"""How the words of a record read: its fields with their labels, what it is called, what stays when it is edited."""

from datetime import date

from couples.content import check_in_series
from couples.content.kind_types import Field
from couples.content.kinds import KINDS
from couples.lib.days import in_words


def lowered(words: str) -> str:
    """The words with a small first letter, for inside a sentence."""
    return f"{words[0].lower()}{words[1:]}"


def sheet_fields(kind: str, words: dict[str, str]) -> list[tuple[str, str]]:
    """(label, text) of each shared field that has words, in the order of the kind. Days read like "3 May 2027"."""
    return _written(KINDS[kind].shared_fields, words)


def guided_words(kind: str, own_words: dict[str, str]) -> dict[str, str]:
    """What was answered in guided looks: it stays when the record is written anew."""
    names = {field.name for field in KINDS[kind].own_fields if field.guided}
    return {name: text for name, text in own_words.items() if name in names}


def made_words(kind: str, words: dict[str, str]) -> dict[str, str]:
    """What was made once and stays when the record is written anew; empty for most kinds."""
    return {field.name: words[field.name] for field in KINDS[kind].fields if field.is_made and field.name in words}


def own_fields(kind: str, own_words: dict[str, str]) -> list[tuple[str, str]]:
    """(label, text) of each author-only field that has words."""
    return _written(KINDS[kind].own_fields, own_words)


def _written(fields: tuple[Field, ...], words: dict[str, str]) -> list[tuple[str, str]]:
    return [(field.label, _spoken(field, words[field.name])) for field in fields if words.get(field.name)]


def _spoken(field: Field, text: str) -> str:
    if field.choices:
        return dict(field.choices).get(text, text)
    if field.is_day:
        return in_words(date.fromisoformat(text))
    return check_in_series.describe(text) if field.is_made else text


def first_words(kind: str, words: dict[str, str]) -> str:
    """The first field: what the record is called, to those who may read it."""
    return words.get(KINDS[kind].fields[0].name, "")
