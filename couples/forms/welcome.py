"""The form of when things may open to me. It comes up blank, always."""

from django import forms

from couples.actions.sharing import NOT_NOW
from couples.content import phrases
from couples.content.refusals import SENTENCES
from couples.forms.ends import EndsForm
from couples.rule import consent

ANY_MORNING = (consent.MORNINGS, "Any morning")
AT_SITTINGS = (consent.SITTINGS, "Only in an hour together")
NO = (NOT_NOW, "Not now")


class WelcomeForm(EndsForm):
    """Everyday things and heavy ones, side by side. Nothing is preselected, and either can be left as it is."""

    usual_end = "By itself, in six months"

    everyday = forms.ChoiceField(
        label=phrases.EVERYDAY_THINGS,
        help_text="Also topics, moments, look backs, and the words of your own steps.",
        required=False,
        choices=(ANY_MORNING, AT_SITTINGS, NO),
        widget=forms.RadioSelect,
    )
    heavy = forms.ChoiceField(
        label=phrases.HEAVY_THINGS,
        help_text="They never open in an hour together. Many therapists suggest reading such a letter aloud in a "
        "session. You can bring it on paper.",
        required=False,
        choices=(ANY_MORNING, NO),
        widget=forms.RadioSelect,
    )

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
