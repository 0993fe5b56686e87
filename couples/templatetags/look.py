"""The few things the look needs that the template language cannot say."""

from collections.abc import Iterable
from typing import Any

from django import template

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
def browser(agent: str) -> str:
    """What a browser calls itself, in two words people know, such as "Firefox, Android"."""
    words = [next((word for sign, word in among if sign in agent), "") for among in (BROWSERS, DEVICES)]
    return ", ".join(word for word in words if word) or "A browser"
