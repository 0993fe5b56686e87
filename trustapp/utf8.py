"""Every form comes in UTF-8: what a request claims besides is left out before Django acts on it."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
CHARSET: Final = re.compile(r";\s*charset\*?\s*=\s*(\"[^\"]*\"|[^;]*)", re.IGNORECASE)
UNREADABLE: Final = "application/octet-stream"


def without_charset(content_type: str) -> str:
    """A content type that names no charset. Browsers name none, or UTF-8; Python knows others that decode no text, such
    as rot13, and Django cannot even build a request with them: a bare 500, before any page of ours."""
    left = CHARSET.sub("", content_type)
    try:
        return UNREADABLE if "charset" in parse_header_parameters(left)[1] else left
    except (LookupError, ValueError):
        return UNREADABLE


def only_utf8(application: Application) -> Application:
    """The WSGI application, of which each request is read as UTF-8."""

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = without_charset(environ.get("CONTENT_TYPE") or "")
        return application(environ, start_response)

    return answered
