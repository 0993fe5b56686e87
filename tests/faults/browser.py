"""A browser behind the proxy of a place that serves: one person's session, their presses and their pages."""

import http.client
import re
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
    """Ask as the proxy does. Raises Gone where nobody answers, or not to the end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
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
    finally:
        connection.close()


class Browser:
    """One person's browser."""

    def __init__(self, port: int, who: Any) -> None:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(who)
        self.port, self.who = port, who
        self.cookies = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
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
        answer = asked(self.port, method, path, headers, body)
        self.cookies.update({name: value for name, value in answer.cookies.items() if value and name in self.cookies})
        return answer
