"""What somebody looks for in their own words."""

from django import forms

from couples.forms.words import WordsField


class FindForm(forms.Form):
    """One field. It is sent, not asked for in an address, so that no history keeps it."""

    words = WordsField(
        long=False, max_length=100, label="Words of mine", error_messages={"required": "Write a word to look for."}
    )
