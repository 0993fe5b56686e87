"""The takeaway of a session: up to three lines."""

from typing import Any

from django import forms

from couples.forms.words import WordsField

LINE_LENGTH = 200
NAMES = ("first", "second", "third")


class TakeawayForm(forms.Form):
    """One to three lines, as both partners will read them."""

    first = WordsField(
        long=False,
        max_length=LINE_LENGTH,
        label="The first line",
        help_text="What the three of you would say this session came to.",
    )
    second = WordsField(long=False, max_length=LINE_LENGTH, label="A second line", required=False)
    third = WordsField(long=False, max_length=LINE_LENGTH, label="A third line", required=False)

    def lines(self) -> list[str]:
        """The lines that were written, in their order."""
        written: list[Any] = [self.cleaned_data[name] for name in NAMES]
        return [line for line in written if line]
