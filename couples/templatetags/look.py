"""The one thing the look needs that the template language cannot say."""

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()


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
