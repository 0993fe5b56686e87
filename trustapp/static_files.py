"""Files of the look, named by their content in production so that a browser keeps each for good."""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Collected(CompressedManifestStaticFilesStorage):
    """Whitenoise's, but a file that is not there costs a page its look, never the page; styles go without comments.

    The start refuses where files are missing (`trustapp/start.py`); this is for when they go missing later.
    """

    def stored_name(self, name: str) -> str:
        """The name with its digest, or the plain one where nothing was collected under it."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name

    def _save(self, name: str, content: Any) -> str:
        if name.endswith(".css"):
            content.seek(0)
            content = ContentFile(without_comments(content.read().decode()).encode())
        return super()._save(name, content)


def without_comments(styles: str) -> str:
    """The same styles without what only people read: comments, line breaks, blanks that mean nothing."""
    import tinycss2  # needed once, while files are collected, and not by what serves them

    return tinycss2.serialize(_bare(tinycss2.parse_component_value_list(styles, skip_comments=True)))


def _bare(tokens: Iterable[Any]) -> list[Any]:
    # A blank means something in most places ("a :is(b)", "1px + 2px"), but never beside these, nor after a colon.
    kept: list[Any] = []
    for token in tokens:
        if token.type == "whitespace":
            token.value = " "
            if not kept or _parts(kept[-1]) or kept[-1] == ":":
                continue
        elif kept and kept[-1].type == "whitespace" and _parts(token):
            kept.pop()
        for inner in ("content", "arguments"):
            if hasattr(token, inner):
                setattr(token, inner, _bare(getattr(token, inner)))
        kept.append(token)
    if kept and kept[-1].type == "whitespace":
        kept.pop()
    return kept


def _parts(token: Any) -> bool:
    return token.type == "{} block" or (token.type == "literal" and token.value in (",", ";", ">"))
