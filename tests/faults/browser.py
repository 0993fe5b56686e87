"""A browser behind the proxy of a place that serves: one person's session, their presses and their pages."""

import http.client
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.faults.place import HOST, LONGEST, Gone

SECRET = "a" * 32  # of the protection against forged forms: the cookie and the form have to say the same
CHANGING = re.compile(rb'name="(csrfmiddlewaretoken|writer|once|held|at|shown)"[^>]*value="[^"]*"')


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    body: bytes
    cookies: dict[str, str]

    @property
    def page(self) -> bytes:
        """The page without what is another each time it is shown."""
        return CHANGING.sub(b"", self.body)


def asked(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    """Ask as the proxy does, on a connection of its own. Raises Gone where nobody answers, or not to the end."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as connection:
        return _exchange(connection, method, path, headers, body)


def _exchange(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes
) -> Answer:
    try:
        given = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", **headers}
        connection.request(method, path, body=body or None, headers=given)
        answer = connection.getresponse()
        whole = answer.read()
        cookies = SimpleCookie()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookies.load(value)
        kept = {name: found.value for name, found in cookies.items()}
        return Answer(answer.status, answer.getheader("Location") or "", whole, kept)
    except (OSError, http.client.HTTPException) as problem:
        raise Gone(repr(problem)) from problem


class Line:
    """A connection that stays open between requests, as the proxy holds it.

    Where it was closed meanwhile the proxy asks for a page once more, on a new one. A press it does not send again.
    """

    def __init__(self, port: int) -> None:
        self.port, self.asked_again = port, 0
        self.connection: http.client.HTTPConnection | None = None

    def __call__(self, _: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Ask. Raises Gone as `asked` does."""
        was_open = self.connection is not None
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        try:
            answer = _exchange(self.connection, method, path, headers, body)
        except Gone:
            self.close()
            if not was_open or method != "GET":
                raise
            self.asked_again += 1
            return self(self.port, method, path, headers, body)
        if self.connection.sock is None:  # closed in order, with the answer
            self.connection = None
        return answer

    def close(self) -> None:
        """Close it."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _session_of(who: Any) -> str:
    """The key of a session in which this person has just signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Browser:
    """One person's browser. `session` is the key of one in which they are signed in already."""

    def __init__(self, port: int, who: Any, ask: Callable[..., Answer] = asked, session: str = "") -> None:
        from django.conf import settings

        self.port, self.who, self.ask = port, who, ask
        self.cookies = {
            settings.SESSION_COOKIE_NAME: session or _session_of(who),
            settings.CSRF_COOKIE_NAME: SECRET,
        }

    def get(self, path: str) -> Answer:
        """Look at a page."""
        return self._ask("GET", path, b"")

    def post(self, path: str, **fields: Any) -> Answer:
        """Press a button."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": SECRET}, doseq=True).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/"}
        answer = self.ask(self.port, method, path, headers, body)
        self.cookies.update({name: value for name, value in answer.cookies.items() if value and name in self.cookies})
        return answer
