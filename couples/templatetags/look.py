"""The few things the look needs that the template language cannot say."""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms, template
from django.conf import settings
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from couples.accounts import mfa
from couples.content import phrases
from couples.content.kinds import KINDS
from couples.lib import days, spellings
from couples.presenters.addresses import address
from couples.presenters.first_doors import first_doors
from couples.rule import consent

register = template.Library()

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
DEVICES = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def attributes(attrs: dict[str, Any]) -> str:
    """The attributes of a widget, as Django's own template for them writes them, in one go."""
    return mark_safe(_attributes(attrs))


@register.filter
def as_options(options: Iterable[dict[str, Any]]) -> str:
    """The options of a list to choose from. (A template would be asked anew for each, and a list has hundreds.)"""
    return mark_safe("".join(map(_option, options)))


@register.filter
def as_choices(options: Iterable[dict[str, Any]]) -> str:
    """Boxes or buttons to choose from, each in its label."""
    return mark_safe("".join(map(_choice, options)))


def _option(option: dict[str, Any]) -> str:
    value, label = _escaped(option["value"]), _escaped(option["label"])
    return f'<option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


def _choice(option: dict[str, Any]) -> str:
    named = option["attrs"].get("id")
    begins = f'<label class="choice" for="{_escaped(named)}">' if named else '<label class="choice">'
    value, label = _escaped(option["value"]), _escaped(option["label"])
    box = f'<input type="{option["type"]}" name="{_escaped(option["name"])}" value="{value}"'
    return f"{begins}{box}{_attributes(option['attrs'])}><span>{label}</span></label>"


def _attributes(attrs: dict[str, Any]) -> str:
    said = [(name, value) for name, value in attrs.items() if value is not False and value is not None]
    return "".join([f" {name}" if value is True else f' {name}="{_escaped(value)}"' for name, value in said])


def _escaped(value: Any) -> str:
    """What Django's `conditional_escape` gives, without asking of each of a hundred words whether it comes later."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


@register.filter
def may_stay_empty(field: forms.BoundField) -> bool:
    """Whether to leave it empty is a choice, which neither its own words say nor a list of choices shows."""
    asked = field.field
    return not (asked.required or isinstance(asked.widget, forms.Select) or getattr(asked, "empty_is_said", False))


@register.simple_tag
def found_as(name: str, description: str) -> str:
    """What a search engine is told of a page for everybody, by the name of its address; nothing unless the operator
    wants it to be found (`SITE_INDEXED`)."""
    if not settings.SITE_INDEXED or not settings.ALLOWED_HOSTS:
        return mark_safe('<meta name="robots" content="noindex">')
    whole = f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}{address(name)}"
    return format_html('<meta name="description" content="{}"><link rel="canonical" href="{}">', description, whole)


@register.filter
def months(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """Group the lines of a timeline into months: `{"chapter": word, "lines": [...]}`, in the given order.

    A line opens a new month where its `chapter` is not empty; lines before the first chapter have none.
    """
    grouped: list[dict[str, Any]] = []
    for line in lines:
        if line.chapter or not grouped:
            grouped.append({"chapter": line.chapter, "lines": []})
        grouped[-1]["lines"].append(line)
    return grouped


@register.filter
def in_words(day: date | None, shape: str = days.DAY) -> str:
    """A day as it is read: "25 November 2026", "" for none. (An instant has Django's filter, by somebody's clock.)"""
    assert not isinstance(day, datetime), "two clocks call one instant by two days, and words are kept by the instant"
    return days.in_words(day, shape) if day else ""


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, in two words people know, such as "Firefox, Android"."""
    words = [next((word for sign, word in among if sign in agent), "") for among in (BROWSERS, DEVICES)]
    return ", ".join(word for word in words if word) or "A browser"


@register.filter
def readable(address: str) -> str:
    """An e-mail address as people write it, such as "mara@bücher.example"."""
    return spellings.readable(address)


@register.filter
def begins_sign_in(passkey: Authenticator) -> bool:
    """Whether this passkey signs in by itself."""
    return mfa.begins_sign_in(passkey)


@register.simple_tag(takes_context=True)
def error_word(context: Context) -> str:
    """ "Error: " before the title of a page that shows a form with something wrong in it, for whoever listens."""
    shown = context.flatten().values()
    wrong = any(isinstance(form, forms.BaseForm) and form.is_bound and form.errors for form in shown)
    return "Error: " if wrong else ""


@register.simple_tag
def phrase(name: str) -> str:
    """A sentence that several pages share, by its name in `content/phrases.py`."""
    found: str = getattr(phrases, name.upper())
    return found


@register.simple_tag
def remembered(kind: str) -> str:
    """What stands beside an offer of this kind of record of the line that it may leave on both timelines."""
    return phrases.remembered(KINDS[kind])


@register.simple_tag(takes_context=True)
def silence(context: Context, kind: str) -> str:
    """What stands beside an offer of this kind of record, for somebody who is paired."""
    return phrases.silence(first_doors(context["request"], consent.OFFER, scope=kind))


@register.simple_tag(takes_context=True)
def marking(context: Context) -> str:
    """What stands under the mark of a week."""
    return phrases.marking(first_doors(context["request"], consent.MARK))


@register.simple_tag(takes_context=True)
def taking_away(context: Context) -> str:
    """What stands under accepting the takeaway of a session."""
    return phrases.taking_away(first_doors(context["request"], consent.TAKEAWAY))


@register.simple_tag(takes_context=True)
def on_agenda(context: Context) -> str:
    """What stands under "Put on our agenda"."""
    return phrases.on_agenda(first_doors(context["request"], consent.AGENDA))


@register.simple_tag(takes_context=True)
def keeping(context: Context) -> str:
    """What stands under "Keep on our timeline"."""
    return phrases.keeping(first_doors(context["request"], consent.KEEP))


@register.simple_tag(takes_context=True)
def changing_mornings(context: Context) -> str:
    """What stands over the wish for other mornings."""
    return phrases.changing_mornings(first_doors(context["request"], consent.ZONE))


@register.simple_tag(takes_context=True)
def accepting(context: Context) -> str:
    """What stands under "I accept these words"."""
    return phrases.accepting(first_doors(context["request"], consent.ACCEPTANCE))


@register.simple_tag(takes_context=True)
def answering(context: Context) -> str:
    """What stands under the answers to a step or a group."""
    return phrases.answering(first_doors(context["request"], consent.ANSWER))


@register.simple_tag(takes_context=True)
def first_morning(context: Context, kind: str, scope: str = "") -> str:
    """The first morning at which a yes of this kind, given now, could open something: "Sunday, 7:00"."""
    return first_doors(context["request"], kind, scope=scope).morning


@register.simple_tag(takes_context=True)
def nothing_told(context: Context, kind: str, scope: str = "") -> str:
    """What stands behind that morning: then, later or not at all, and nothing says why."""
    return phrases.nothing_told(first_doors(context["request"], kind, scope=scope))
