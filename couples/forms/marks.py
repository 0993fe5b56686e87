"""The form for a mark: which week, and how an agreement went. It always comes up blank."""

from django import forms

from couples.forms.ends import EndsForm
from couples.presenters.sheets import MARKS

# By how long ago, and without a date: a page that is left alone for a month stays as it is.
WEEKS = (("0", "this week"), ("1", "last week"), ("2", "the week before"))
PREFIX = "mark"  # beside another form on the page of an agreement


class MarkForm(EndsForm):
    """How it went, said by one person for themselves."""

    week = forms.ChoiceField(
        label="Which week",
        choices=WEEKS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a week.", "invalid_choice": "Please choose a week from the list."},
    )
    how = forms.ChoiceField(
        label="How it went, as I see it",
        choices=[*MARKS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Please choose one of the three."},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, prefix=PREFIX, **kwargs)
        self.fields = {name: self.fields[name] for name in ("week", "how", "ends", "ends_day")}

    @property
    def weeks_ago(self) -> int:
        """How many weeks before this one."""
        return int(self.cleaned_data["week"])
