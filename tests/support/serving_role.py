"""Where a test has put up the second wall, its pages and verbs run as the serving role, and queries are counted.

The tests themselves look at tables as the superuser who made them. A request runs as the serving role from its first
to its last query (the middleware below stands first), a verb from when the database faces somebody (`wall.tell`).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from couples.row_security import session

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ", "SELECT set_config")
_serving: ContextVar[bool] = ContextVar("a request is being answered", default=False)
told = session.tell


@contextmanager
def as_serving_role() -> Iterator[None]:
    """Whatever is asked inside is asked by the serving role, whether or not the database faces anybody."""
    if connection.vendor != "postgresql":
        yield
        return
    token = _serving.set(True)
    _be(settings.SERVING_ROLE, local=False)
    try:
        yield
    finally:
        _serving.reset(token)
        with suppress(DatabaseError):  # where the transaction failed, going back to before it brings the role back too
            _be("none", local=False)


def questions(asked: Iterable[dict[str, str]]) -> int:
    """How many of these queries ask the database something: transaction control, and saying who asks, are none."""
    return sum(not query["sql"].startswith(CONTROL) for query in asked)


class ServingRole:
    """Answers each request as the serving role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with as_serving_role():
            return self.get_response(request)


def tell(faced: session.Faced, before: session.Faced | None) -> None:
    """`wall.tell`, and the serving role for as long as somebody is faced."""
    told(faced, before)
    serving = _serving.get() or faced.person or faced.settling or faced.sending
    _be(settings.SERVING_ROLE if serving else "none", local=True)


def _be(role: str, *, local: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, %s)", [role, local])
