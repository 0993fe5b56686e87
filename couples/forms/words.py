"""Fields for people's words, and the token that makes the same form sent twice one act."""

from typing import Any
from uuid import UUID

from django import forms

from couples.content.kind_types import LINE_LENGTH, TEXT_LENGTH
from couples.lib.ids import random_id
from couples.lib.text import clean_words

# Where the browser stops taking signs: far above what is kept, so that what is too long comes back whole and says so;
# and low enough that no form of ours, filled to the last field, is more than a body may be (test_text_kept).
MOST_TYPED = 80_000
TOO_LONG = (
    "This is too long to keep in one piece: at most %(limit_value)d characters. Nothing is lost; it is all below."
)
CUT_BY_THE_BROWSER = (
    f"A field takes {MOST_TYPED} characters and no more, so your browser may have left out the end. "
    "If you pasted this, keep the place it comes from until you have all of it here."
)


def saying_what_empty_means(field: forms.Field) -> forms.Field:
    """The same optional field, whose own words say what leaving it empty means: no "if you like" stands beside it."""
    field.empty_is_said = True  # type: ignore[attr-defined]
    return field


class WordsField(forms.CharField):
    """A person's own words: any language, any signs."""

    default_error_messages = {
        "required": "Please write a few words. One line is enough.",
        "max_length": TOO_LONG,
    }

    def __init__(self, *, long: bool = True, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        widget = forms.Textarea(attrs={**attrs, "rows": 3}) if long else forms.TextInput(attrs=attrs)
        kwargs.setdefault("max_length", TEXT_LENGTH if long else LINE_LENGTH)
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)
        for validator in list(self.validators):
            if validator.__class__.__name__ == "ProhibitNullCharactersValidator":
                self.validators.remove(validator)

    def to_python(self, value: Any) -> str:
        """The cleaned words, "" for nothing."""
        return clean_words(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        """The cleaned words. Raises ValidationError, which also says so where the browser may have cut them."""
        try:
            return super().clean(value)
        except forms.ValidationError as problem:
            if _as_browsers_count(value) < MOST_TYPED:
                raise
            raise forms.ValidationError([problem, CUT_BY_THE_BROWSER]) from None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Like CharField's, but the browser may not cut at what is kept: the form says kindly that it is too long."""
        return {**super().widget_attrs(widget), "maxlength": str(MOST_TYPED)}


def _as_browsers_count(value: Any) -> int:
    """The length of a text in what `maxlength` counts: units of UTF-16, with one for each end of a line."""
    text = str(value or "").replace("\r\n", "\n")
    return len(text) + sum(letter > "\uffff" for letter in text)


class OnceField(forms.UUIDField):
    """A token out of anybody's sight. In place of one that is missing, or is none, stands a fresh one: nobody is stuck
    with a form that a browser, or an earlier version, sent without it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> UUID:
        """The token that was sent, or a fresh one."""
        try:
            return super().clean(value)
        except forms.ValidationError:
            return random_id()

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form carries when it is shown again."""
        return self.clean(data)


class OnceForm(forms.Form):
    """A form that carries a token of its own, so that sending it twice is one act."""

    once = OnceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"once": random_id(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
