"""What is larger than any page of ours can send is refused before it is read, with a page that says so (413)."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.views.defaults import bad_request

PIECE = 64 * 1024
MOST_THROWN_AWAY = 64 * 1024 * 1024  # more than this is no text: the connection ends instead


class BodySizeMiddleware:
    """Stands before everything that looks into a body. Where the length is not said beforehand, nothing is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0  # Django reads nothing then
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            _read_once(request)
            return self.get_response(request)
        if length <= MOST_THROWN_AWAY:
            _throw_away(request, length)
        return too_large(request)


def _read_once(request: HttpRequest) -> None:
    """Read the form here, where an answer of 400 to one that cannot be read still works.

    The pages of errors look for the form's token. In a body that nobody has read they would be the first to stumble,
    with a bare 500.
    """
    with suppress(UnreadablePostError):  # whoever sent it is gone
        request.POST  # noqa: B018


def _throw_away(request: HttpRequest, length: int) -> None:
    """Take the body in and forget it: a browser that is still sending when the answer comes shows an error of its own
    instead of the answer.
    """
    stream = request.META.get("wsgi.input")
    while stream is not None and length > 0 and (piece := stream.read(min(PIECE, length))):
        length -= len(piece)


def too_large(request: HttpRequest) -> HttpResponse:
    """The page that says how much can be sent at once, and where the words may still be."""
    request._mark_post_parse_error()  # type: ignore[attr-defined]  # as Django does: no page asks for what is not there
    return render(request, "413.html", status=413)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own answer to what it cannot read; what is too much of it gets the page for that."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return too_large(request)
    return bad_request(request, exception)
