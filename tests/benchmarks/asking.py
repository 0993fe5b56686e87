"""Asking a page as a server does, without a network between: what is measured is Django and this place alone."""

import io
import sys
import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.models import User
from tests.support.serving_role import questions

Handler = Callable[..., Any]
GZIP = b"\x1f\x8b"


def cookie_of(user: User, backend: str | None = None) -> str:
    """The Cookie header of somebody who is signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user, backend=backend)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def cookie_just_given(user: User) -> str:
    """The same of somebody who has given the password a moment ago."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = user_id_to_str(user)
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def ask(handler: Handler, path: str, cookie: str) -> bytes:
    """The page at an address. Raises AssertionError for anything but a page."""
    status, body = _answer(handler, path, cookie)
    assert status.startswith("200"), (path, status)
    return body


def is_page(handler: Handler, path: str, cookie: str) -> bool:
    """Whether the answer at an address is a page."""
    status, body = _answer(handler, path, cookie)
    return status.startswith("200") and (body[:2] == GZIP or b"<html" in body)


def _answer(handler: Handler, path: str, cookie: str) -> tuple[str, bytes]:
    address, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT_ENCODING": "gzip",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    said: list[str] = []
    answer = handler(environ, lambda status, headers, *_: said.append(status))
    body = b"".join(answer)
    answer.close()
    return said[0], body


def processor_time(handler: Handler, path: str, cookie: str, times: int = 8) -> float:
    """Seconds of the processor that one answer takes, of so many."""
    begin = time.process_time()
    for _ in range(times):
        ask(handler, path, cookie)
    return (time.process_time() - begin) / times


def queries(handler: Handler, path: str, cookie: str) -> int:
    """What one page asks the database; beginning and ending transactions not counted."""
    ask(handler, path, cookie)  # whoever looks first may have to store something
    with CaptureQueriesContext(connection) as found:
        ask(handler, path, cookie)
    return questions(found.captured_queries)
