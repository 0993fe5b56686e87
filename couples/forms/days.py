"""A day that somebody chooses or writes."""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day as a browser's own calendar sends it, or written like 2027-05-31."""

    default_error_messages = {"invalid": "Write a day like 2027-05-31."}

    def __init__(self, **kwargs: Any) -> None:
        day = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
        super().__init__(widget=day, **kwargs)
