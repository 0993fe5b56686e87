"""The form for a breach: what happened and, where an agreement of the two was not kept, which one."""

from collections.abc import Mapping
from typing import Any

from django import forms

from couples.forms.mine import WritingForm
from couples.lib.ids import id_of_sent
from couples.lib.text import one_line
from couples.models import Opening

LINE = 90  # letters of an agreement's first words in the list


class BreachForm(WritingForm):
    """A new breach. `in_force` are the agreements that are in force between the two and open to its author."""

    agreement = forms.ChoiceField(
        label="Which agreement of ours",
        required=False,
        widget=forms.Select(attrs={"autocomplete": "off"}),
        error_messages={"invalid_choice": "This agreement is no longer in force. Choose again, or choose none."},
        help_text="You can stop accepting it on the next page. "
        "If this opens, the agreement needs a new yes from each of you.",
    )

    def __init__(self, *args: Any, in_force: Mapping[Opening, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_force = {str(opening.pk): opening for opening in in_force}
        called = [(str(opening.pk), one_line(words, LINE)) for opening, words in in_force.items()]
        if called:
            self.fields["agreement"].choices = [("", "None of these"), *called]  # type: ignore[attr-defined]
        else:
            del self.fields["agreement"]

    @property
    def needed(self) -> list[forms.BoundField]:
        """What it was about, and of which agreement."""
        return [*super().needed, *([self["agreement"]] if "agreement" in self.fields else [])]

    def clean(self) -> dict[str, Any]:
        """Which agreement was not kept, if it was one of theirs. Another agreement needs another record."""
        cleaned = super().clean() or self.cleaned_data
        named = cleaned.get("agreement")
        if named:
            self.answers = self.in_force[named].revision
            cleaned["once"] = id_of_sent(cleaned["once"], named)
        return cleaned
