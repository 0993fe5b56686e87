"""Forms of a sitting: when things may open to me, and one line of my own. Both come up blank, always."""

from typing import Any

from django import forms

from couples.actions.sharing import NOT_NOW
from couples.content.kinds import BOUNDARY
from couples.content.refusals import SENTENCES
from couples.forms.ends import EndsForm
from couples.forms.words import OnceForm, WordsField
from couples.rule import consent

ANY_MORNING = (consent.MORNINGS, "Any morning")
AT_SITTINGS = (consent.SITTINGS, "Only in an hour together")
NO = (NOT_NOW, "Not now")


class WelcomeForm(EndsForm):
    """When things may open to me: everyday things, and under "More" the heavy ones. Nothing is preselected."""

    usual_end = "By itself, in six months"

    everyday = forms.ChoiceField(
        label="Boundaries, requests, agreements, promises, plans, thanks",
        help_text="Also moments, look backs, and the words of your own steps.",
        required=False,
        choices=(ANY_MORNING, AT_SITTINGS, NO),
        widget=forms.RadioSelect,
    )
    heavy = forms.ChoiceField(
        label="Impact and accountability letters, breaches, repair",
        help_text="They never open in an hour together.",
        required=False,
        choices=(ANY_MORNING, NO),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:  # somebody who has just paired decides about this hour, not about their mornings
            self.fields["everyday"].widget.choices = [AT_SITTINGS, NO]

    def clean(self) -> dict[str, object]:
        """Refuse kindly where neither was chosen."""
        cleaned = super().clean()
        if not self.errors and not self.choices_made():
            raise forms.ValidationError(SENTENCES["nothing_chosen"], code="nothing_chosen")
        return cleaned

    def choices_made(self) -> dict[str, str]:
        """The choice for each scope that was answered."""
        answered = {consent.EVERYDAY: self.cleaned_data["everyday"], consent.HEAVY: self.cleaned_data["heavy"]}
        return {scope: choice for scope, choice in answered.items() if choice}


class LimitForm(OnceForm):
    """One line: a boundary, in my words."""

    limit = WordsField(label="A boundary, in my words", help_text=f"{BOUNDARY.about} One line is enough.")
