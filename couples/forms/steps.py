"""The private answer on a step: yes, yes with conditions, not now."""

from typing import Any

from django import forms

from couples.forms.words import WordsField, saying_what_empty_means

YES = "yes"
CONDITIONS = "conditions"
NOT_NOW = "not_now"
CHOOSE = "Choose one of the buttons below."


class StepAnswerForm(forms.Form):
    """An answer and, where it is wanted, its conditions. `seen` names the exact words that were on the page."""

    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)
    conditions = saying_what_empty_means(
        WordsField(
            required=False,
            label="My conditions",
            help_text="Only for “Yes, with conditions”. Say where, when, how long, or what you need first.",
        )
    )
    answer = forms.ChoiceField(
        label="My answer",
        choices=[(YES, "Yes"), (CONDITIONS, "Yes, with conditions"), (NOT_NOW, "Not now")],
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )

    def clean(self) -> dict[str, Any]:
        """Conditions belong to the one answer that has them: a plain yes never drops them in silence."""
        cleaned = super().clean() or {}
        answer, conditions = cleaned.get("answer"), cleaned.get("conditions")
        if "conditions" in self.errors:
            return cleaned
        if answer == CONDITIONS and not conditions:
            self.add_error("conditions", "Write your conditions first. One line is enough.")
        if answer == YES and conditions:
            self.add_error(
                "conditions",
                "You wrote conditions, and a plain yes leaves them out. Choose “Yes, with conditions”, or clear "
                "these words.",
            )
        return cleaned
