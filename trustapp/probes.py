"""Two addresses for whoever watches over this place: `/healthz`, whether this process is alive, and `/readyz`, whether
what it stands on is there (docs/decisions/0034-...).

They are answered before anything asks for a name, a session, or who is there, so a probe may call a machine by its
number. They say names of checks and ok or not ok, nothing else.
"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache as counts
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from couples.lib import erased_list
from couples.models.checks import unreadable_key
from trustapp import start, upgrading
from trustapp.cache import works
from trustapp.env import WrongSetting
from trustapp.full_disk import reserve_of_this_place

LOOKED_AGAIN_AFTER: Final = 1.0  # seconds: whoever asks without end costs one look a second
WAITS_FOR_THE_DATABASE: Final = 2.0  # seconds; a page waits for ten
OK, NOT_OK = "ok", "not ok"


# Public, because a probe has no account.
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """That this process answers. It asks nothing."""
    return HttpResponse(f"{OK}\n", content_type="text/plain")


# Public, for the same reason.
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Each check with ok or not ok, a line each; 503 where one is not."""
    found = _looked()
    said = "".join(f"{name}: {OK if is_ok else NOT_OK}\n" for name, is_ok in found)
    return HttpResponse(said, content_type="text/plain", status=200 if all(is_ok for _, is_ok in found) else 503)


PROBES: Final = {"/healthz": healthz, "/readyz": readyz}
urlpatterns = [path(address[1:], view, name=address[1:]) for address, view in PROBES.items()]


class ProbesMiddleware:
    """Answers the two here, so that nothing further in is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)


# --- What is looked at ---------------------------------------------------------------------------------------------

_last: tuple[float, list[tuple[str, bool]]] | None = None


def _looked() -> list[tuple[str, bool]]:
    """(name, is it ok) of each check, at most a second old."""
    global _last
    if _last is None or monotonic() - _last[0] >= LOOKED_AGAIN_AFTER:
        found = list(_found())
        _last = monotonic(), found
    return _last[1]


def _found() -> Iterator[tuple[str, bool]]:
    """Where the database is away, what stands in it is not asked for: each question would wait for it anew."""
    away: set[str] = set()
    for name, check in _checks():
        is_ok = name not in away and _holds(check)
        if name == "database" and not is_ok:
            away = {"migrations", "keys"} | ({"cache"} if connection.vendor == "postgresql" else set())
        yield name, is_ok


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError, WrongSetting):
        return False


def _checks() -> Iterator[tuple[str, Callable[[], bool]]]:
    yield "database", _database_answers
    yield "migrations", upgrading.migrations_are_applied
    yield "keys", lambda: unreadable_key() is None
    yield "files", _files_are_there
    yield "disk", _room_is_kept
    yield "cache", lambda: works(counts)
    yield "erased", erased_list.can_be_written


def _database_answers() -> bool:
    pool = getattr(connection, "pool", None)
    if pool is not None and connection.connection is None:
        with connection.wrap_database_errors:
            pool.open()  # as Django does, for the first who asks
            lent = pool.getconn(timeout=WAITS_FOR_THE_DATABASE)
            pool.putconn(lent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() is not None


def _files_are_there() -> bool:
    start.files_are_collected()
    return True


def _room_is_kept() -> bool:
    """Whether the room kept aside is whole, where there is one: it is made here, should nobody have called before."""
    reserve = reserve_of_this_place()
    if reserve is not None and reserve.left() < reserve.size:
        reserve.keep()
    return reserve is None or reserve.left() >= reserve.size
