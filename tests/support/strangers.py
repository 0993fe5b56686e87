"""What strangers may send: every address, form, parameter and header of this place, with everything in them.

`Stranger(seed)` sends one strange request after another and gives the answers; the same seed sends the same. The suite
sends some hundred (tests/trustapp/test_strangers.py); FUZZ=20000 sends as many.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from tests.support import make
from trustapp.utf8 import without_charset

SIGN_UP, CODE = "/accounts/signup/", "/accounts/confirm-email/"
RESET, RESET_CODE = "/accounts/password/reset/", "/accounts/password/reset/confirm/"
KNOWN = "ada@example.test"

# Names of fields and parameters that some page of this place reads, whoever may open it.
FIELDS = [
    "email", "login", "password", "password1", "code", "next", "credential", "shown_name", "time_zone", "action",
    "csrfmiddlewaretoken", "writer", "once", "at", "country", "q", "page", "kind", "from", "to", "seen", "limit",
    "act", "ends", "ends_day", "answer", "name", "remember", "field", "id", "what", "why", "before", "after",
    "able", "key", "uidb36", "asked", "zone", "day", "days", "hour", "which", "older", "all", "_popup", "e", "p", "o",
]  # fmt: skip

TEXTS = [
    "", " ", "\x00", "a\x00b", "\u0000" * 9, "x" * 300, "x" * 10_000, "9" * 5000, "-1", "0", "1e309", "NaN", "1" * 40,
    "\u202e\u200b\ufeff", "\U0001f600", "\U0001fae9", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "ı" * 50, "ß", "İstanbul", "\u0130@example.test", "' OR 1=1 --", "../../etc/passwd", "%00", "%", "{{7*7}}{% x %}",
    "<script>alert(1)</script>", "\r\nX-Header: 1", "\n", "\x1b[31m", "\x7f", "\x85\u2028", "None", "true", "[]", "{}",
    "\u0661\u0662", "2026-02-30", "9999-12-31", "0001-01-01", "AAAA-AAAA", "ÄÄÄÄ", str(UUID(int=0)), "UTC",
    "Mars/Olympus",
    "Asia/Tokyo", "resend", "change", "verify", "a@b", "a@example.test", KNOWN, KNOWN.upper(), '"a b"@example.test',
    "a@[127.0.0.1]", "a@" + "x" * 250 + ".test", "é@example.test", "a@xn--.test", "a,b@example.test",
    "a@example.test\n",
    make.PASSWORD, "a quiet lamp on the stairs",
]  # fmt: skip
NEXT = [
    "/today/", "//evil.example", "https://evil.example/", "http://[", "//[", "http://[::1", "https://[v1.x]/",
    "\\\\evil",
    "/\\evil", "javascript:alert(1)", "\x00", "http:///x", "https://例え.jp", "/" * 500, "?", "#", "http://a:b@c:99999/",
    "http://\u2100.test/", "/%00", "data:text/html,x", " /today/", "\t//evil.example", "https://localhost:x/",
]  # fmt: skip
HEADERS: dict[str, list[str]] = {
    "HTTP_HOST": ["", "evil.example", "testserver:x", "[::1", "testserver:99999", "a" * 300, "test server", "\x00",
        "é"],
    "HTTP_X_FORWARDED_FOR": ["unknown", "1.2.3.4:5", "[::1]:5", "\x00", ",,,", "fe80::1%x", "9" * 5000, "é"],
    "HTTP_X_FORWARDED_PROTO": ["https", "http,https", "", "\x00"],
    "HTTP_X_FORWARDED_HOST": ["evil.example"],
    "REMOTE_ADDR": ["", "unix:", "::1", "fe80::1%eth0", "x"],
    "HTTP_COOKIE": [
        "session=x", 'session="\\000\\000\\000\\000\\000\\000\\000\\000x"', "csrf=x", "csrf=" + "a" * 32, "=",
        ";;;", "session",
        "session=" + "a" * 32, 'session="\\303\\251\\303\\251\\303\\251\\303\\251é"', "messages=x",
        "session=" + "é" * 32,
        "session=" + "x" * 5000, 'csrf="\\000"', "$Version=1; session=abcdefgh",
    ],
    "HTTP_ACCEPT": ["application/json", "text/html;q=x", "*/*;q=9", "", ",", "é", "a/b;" * 200],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", "br", "\x00", ","],
    "HTTP_ACCEPT_LANGUAGE": ["de-x;q=1", "x" * 600, "\x00", "zh-hant-" * 80],
    "HTTP_IF_MODIFIED_SINCE": ["Thu, 99 Foo 9999 99:99:99 GMT", "x", "Mon, 01 Jan 0000 00:00:00 GMT"],
    "HTTP_IF_NONE_MATCH": ['"x', "*", "W/", "\x00"],
    "HTTP_RANGE": ["bytes=0-", "bytes=9-1", "bytes=" + "9" * 5000 + "-", "x", "bytes=-0", "bytes=--1"],
    "HTTP_REFERER": ["http://[", "https://evil.example/", "\x00", "http://testserver:x/"],
    "HTTP_ORIGIN": ["null", "http://[", "https://evil.example", "\x00", "http://testserver:x"],
    "HTTP_USER_AGENT": ["", "\x00", "x" * 10_000, "é"],
    "HTTP_X_REQUESTED_WITH": ["XMLHttpRequest"],
    "HTTP_AUTHORIZATION": ["Basic x", "Basic =", "Bearer", "\x00"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"],
    "HTTP_EXPECT": ["100-continue"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "\x00"],
    "CONTENT_LENGTH": ["", "0"],  # the server refuses what is no number
    "QUERY_STRING": ["%", "a=%ff&b=%00", "&" * 2000, "=", "next=%5B&next=%00", "\xff\xfe", "q=" + "%F0%9F" * 40],
}  # fmt: skip
TYPES = [
    "", "text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + "x" * 300, "multipart/form-data; boundary=é",
    "multipart/form-data; boundary=x; charset=rot13", "multipart/form-data; boundary=x; charset=idna",
    "multipart/form-data; boundary=x; charset=utf-16", "application/x-www-form-urlencoded; charset=rot13",
    "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded; charset=\x00",
    "application/x-www-form-urlencoded; charset=latin-1", "a/b; " * 200, "\x00", "application/x-www-form-urlencoded",
]  # fmt: skip
BODIES = [
    b"", b"\x00", b"%", b"a=%ff", b"\xff\xfe", b"--x", b"--x\r\n\r\n--x--", b"&" * 900, b"=" * 900,
    b"email=%00&email=%C3",
    b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\x00\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="email"; filename="../x\x00"\r\n\r\nabc\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="email"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: form-data; name*=utf-8''%ff\r\n\r\nabc\r\n--x--\r\n",
    b'{"email": "x"}', b"[" * 3000, b"9" * 5000,
]  # fmt: skip
METHODS = ["GET"] * 8 + ["POST"] * 12 + ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "X", "post"]


@dataclass(frozen=True)
class Sent:
    """One request, as it is told where it broke something."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    state: str

    def __str__(self) -> str:
        return f"{self.method} {self.path[:200]!r} {self.body[:300]!r} {str(self.headers)[:400]} after {self.state}"


class Browser(Client):
    """Django's, behind the same door as the server's requests (trustapp/wsgi.py)."""

    def __init__(self, **how: Any) -> None:
        super().__init__(raise_request_exception=False, **how)

    def request(self, **environ: Any) -> Any:
        """The answer."""
        environ["CONTENT_TYPE"] = without_charset(environ.get("CONTENT_TYPE", ""))
        return super().request(**environ)


class Stranger:
    """Somebody who never signs in and sends what they like. The caller made Ada, whose address they know."""

    def __init__(self, seed: int) -> None:
        self.any = random.Random(seed)
        self.client, self.state = Browser(), "nothing"

    def send(self, count: int) -> Iterator[tuple[Sent, HttpResponseBase]]:
        """So many requests, with what came back."""
        for number in range(count):
            if number % 12 == 0:
                self._begin_anew()
            sent = self._invented()
            yield (
                sent,
                self.client.generic(
                    sent.method, sent.path, sent.body, sent.headers.get("CONTENT_TYPE", "x"), **sent.headers
                ),
            )

    def _begin_anew(self) -> None:
        """In another browser, which may stand in the middle of something."""
        self.client = Browser(enforce_csrf_checks=self.any.random() < 0.1)
        self.state = self.any.choice(["nothing", "sign-up", "known sign-up", "reset", "known reset", "password"])
        if self.state == "nothing":
            return
        plain = Browser()
        address = KNOWN if "known" in self.state else f"s{self.any.getrandbits(60)}@example.test"
        if "sign-up" in self.state:
            plain.post(SIGN_UP, {"email": address, "password1": "a quiet lamp on the stairs", "shown_name": "S"})
        elif "reset" in self.state:
            plain.post(RESET, {"email": address})
        else:
            plain.post("/accounts/login/", {"login": KNOWN, "password": make.PASSWORD})
        self.client.cookies = plain.cookies

    def _invented(self) -> Sent:
        method = self.any.choice(METHODS)
        path = self._path()
        fields = self._fields(path)
        headers: dict[str, str] = {}
        if self.any.random() < 0.4:
            for name in self.any.sample(sorted(HEADERS), self.any.randint(1, 3)):
                headers[name] = self.any.choice(HEADERS[name])
        body = b""
        if method not in ("GET", "HEAD"):
            body = urlencode(fields, errors="surrogatepass").encode()
            headers.setdefault("CONTENT_TYPE", "application/x-www-form-urlencoded")
            if self.any.random() < 0.15:
                body, headers["CONTENT_TYPE"] = self.any.choice(BODIES), self.any.choice(TYPES)
        if method in ("GET", "HEAD") or self.any.random() < 0.2:
            path += "?" + urlencode(self._fields(path), errors="surrogatepass")
        return Sent(method, path, body, headers, self.state)

    def _path(self) -> str:
        drawn = self.any.random()
        if drawn < 0.25:
            return self.any.choice(
                [SIGN_UP, CODE, RESET, RESET_CODE, "/accounts/login/", "/accounts/keys/webauthn/login/"]
            )
        route = self.any.choice(routes())
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda part: self._part(part[1] or "str"), route)
        if drawn > 0.97:
            path = self.any.choice(
                ["/%00", "/%ff%fe", "//", "/" * 300, "/..%2f..", f"{path}%00", path.rstrip("/"), f"/{path}"]
            )
        return path

    def _part(self, kind: str) -> str:
        if kind == "uuid":
            return str(UUID(int=self.any.getrandbits(128)))
        if kind == "int":
            return self.any.choice(["0", "1", "9" * 30, "9" * 4500])
        return (
            quote(self.any.choice(["x", "safety", "night", "hug", *TEXTS]).replace("/", ""), safe="", errors="replace")
            or "x"
        )

    def _fields(self, path: str) -> list[tuple[str, str]]:
        names = list(fields_of(path)) or FIELDS
        chosen = self.any.sample(names, min(len(names), self.any.randint(1, 6)))
        chosen += self.any.sample(FIELDS, self.any.randint(0, 2))
        return [(name, self._value(name)) for name in chosen]

    def _value(self, name: str) -> str:
        drawn = self.any.random()
        if name == "next" and drawn < 0.7:
            return self.any.choice(NEXT)
        if name == "credential" and drawn < 0.8:
            return self._credential()
        if name in ("email", "login") and drawn < 0.4:
            return self.any.choice([KNOWN, f"s{self.any.getrandbits(40)}@example.test"])
        if name == "able":
            return "yes"
        if name in ("password", "password1", "shown_name") and drawn < 0.5:
            return "a quiet lamp on the stairs"
        return self.any.choice(TEXTS)

    def _credential(self) -> str:
        """What a browser sends of a passkey, with something wrong in it."""
        if self.any.random() < 0.25:
            return self.any.choice(
                ["9" * 5000, "[" * 100_000, "[" * 400 + "]" * 400, '{"a":' * 900 + "1" + "}" * 900, "1e999"]
            )
        odd = [
            None,
            0,
            "",
            "AA",
            "AA==",
            "é",
            "\x00",
            [],
            {},
            True,
            1e99,
            "x" * 500,
            [[[]]],
            "eyJ9",
            "e30",
            "bnVsbA",
            "W10",
        ]
        told = {"type": "webauthn.get", "challenge": "AA", "origin": "http://testserver"}
        client_data = _url64(
            json.dumps({**told, self.any.choice(["type", "challenge", "origin", "x"]): self.any.choice(odd)})
        )
        response: dict[str, Any] = {
            "clientDataJSON": client_data,
            "authenticatorData": _url64("\x00" * self.any.choice([0, 1, 36, 37, 38, 60])),
            "signature": "AA",
            "userHandle": _url64(self.any.choice(["", "x", str(UUID(int=5)), "\x00"])),
            "attestationObject": self.any.choice(["AA", "oWNmbXRkbm9uZQ", "o2NmbXRkbm9uZQ"]),
        }
        whole: dict[str, Any] = {"id": "AA", "rawId": "AA", "type": "public-key", "response": response}
        for _ in range(self.any.randint(0, 3)):
            where = self.any.choice([whole, response])
            name = self.any.choice(sorted(where))
            if self.any.random() < 0.3:
                del where[name]
            else:
                where[name] = self.any.choice(odd)
        return json.dumps(whole)


def _url64(text: str) -> str:
    import base64

    return base64.urlsafe_b64encode(text.encode("latin-1", "replace")).decode().rstrip("=")


@cache
def routes() -> list[str]:
    """Every address of this place, with its parts between < and >."""

    def below(patterns: list[Any], before: str) -> Iterator[str]:
        for each in patterns:
            if isinstance(each.pattern, RegexPattern):
                continue
            whole = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from below(each.url_patterns, whole)
            elif isinstance(each, URLPattern):
                yield whole

    return sorted(
        {f"/{route}" for route in below(get_resolver().url_patterns, "")} | {"/static/css/look.css", "/nowhere/"}
    )


@cache
def fields_of(path: str) -> tuple[str, ...]:
    """The names of the fields of the forms on this page, as a stranger sees it."""
    page = Browser().get(path)
    text = page.content.decode("utf-8", "replace") if not page.streaming else ""
    return tuple(sorted(set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', text))))
