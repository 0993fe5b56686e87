"""The form of a sitting: one line of my own. It comes up blank, always."""

from couples.content.kinds import BOUNDARY
from couples.forms.words import OnceForm, WordsField


class LimitForm(OnceForm):
    """One line: a boundary, in my words."""

    limit = WordsField(label="A boundary, in my words", help_text=f"{BOUNDARY.about} One line is enough.")
