"""Fields for people's words, and the token that makes the same form sent twice one act."""

from typing import Any

from django import forms

from couples.content.kind_types import LINE_LENGTH, TEXT_LENGTH
from couples.lib.ids import random_id
from couples.lib.text import clean_words

TOO_LONG = "This is too long to keep in one piece: at most %(limit_value)d signs. Nothing is lost; it stands below."


class WordsField(forms.CharField):
    """A person's own words: any language, any signs; what no keyboard types is left out."""

    def __init__(self, *, long: bool = True, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        widget = forms.Textarea(attrs={**attrs, "rows": 3}) if long else forms.TextInput(attrs=attrs)
        kwargs.setdefault("max_length", TEXT_LENGTH if long else LINE_LENGTH)
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)
        # The browser would cut without a word what is too long; the form says so instead and keeps all of it.
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["required"] = "A few words are needed here. One line is enough."
        self.error_messages["max_length"] = TOO_LONG
        for validator in list(self.validators):
            if validator.__class__.__name__ == "ProhibitNullCharactersValidator":
                self.validators.remove(validator)

    def to_python(self, value: Any) -> str:
        """The cleaned words, "" for nothing."""
        return clean_words(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Like CharField's, without a silent limit."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class OnceForm(forms.Form):
    """A form that carries a token of its own, so that sending it twice is one act."""

    once = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "Please send this form again."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"once": random_id(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
