"""What goes on a sheet for a session of my own."""

from uuid import UUID

from django import forms

MOST = 20  # records on one sheet
TOO_MANY = "That is more than twenty. Take some off, and make a second page for the rest."


class OwnSheetForm(forms.Form):
    """Records of my own, by their ids. The page that shows it says what they are, some at a time."""

    chosen = forms.TypedMultipleChoiceField(label="What goes on it", coerce=UUID, required=False)
    with_alone = forms.BooleanField(label="Also what I wrote there for me alone", required=False)

    def __init__(self, sent: object = None, *, making: bool = False) -> None:
        super().__init__(sent)  # type: ignore[arg-type]
        self.making = making
        listed = sent.getlist("chosen") if sent is not None else []  # type: ignore[attr-defined]
        self.fields["chosen"].choices = [(one, one) for one in listed if _is_id(one)]  # type: ignore[attr-defined]
        self.fields["chosen"].error_messages["invalid_choice"] = "Choose it in the list below."

    def clean_chosen(self) -> list[UUID]:
        """The ids, each once. To make the page there has to be one, and not more than fit."""
        chosen = list(dict.fromkeys(self.cleaned_data["chosen"]))
        if self.making and not chosen:
            raise forms.ValidationError("Choose at least one thing that you wrote.")
        if self.making and len(chosen) > MOST:
            raise forms.ValidationError(TOO_MANY)
        return chosen


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
