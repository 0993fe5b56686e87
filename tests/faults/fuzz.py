"""Requests that nobody would send, to every address, by everybody: `fuzz.py REQUESTS [sqlite|postgresql] [SEED]`.

No answer may be an error of ours (500 and above), and no words that were acknowledged may be lost. What is sent is
drawn from the seed: forms of pages filled with odd texts, fields that are missing or there twice, ids of others and of
nothing, bodies that are no form, headers that are none. Half of the browsers belong to people who have just given their
password.
"""

import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import HOST, ON_POSTGRESQL, ROUNDS, Gone, Server, look_afresh, manage  # noqa: E402

# isort: split
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY  # noqa: E402
from allauth.account.internal.userkit import user_id_to_str  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from couples.content.kinds import KINDS  # noqa: E402
from couples.models import Revision, User  # noqa: E402
from tests.faults.browser import SECRET, Answer, asked  # noqa: E402
from tests.support import make  # noqa: E402
from tests.support.access_rows import Row  # noqa: E402
from tests.support.everybody import AUTHOR, PARTNER, SIGNED_IN, VISITOR, Everybody  # noqa: E402
from tests.test_access import TABLE  # noqa: E402

SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
AT_ONCE = 6
AFRESH_AFTER = 240  # requests; then everybody signs in again
STAY = (AUTHOR, PARTNER)  # whose words are looked for at the end: they erase nothing
ERASES = ("me/account/", "mine/<uuid:record_id>/more/", "accounts/password/", "desk/couples/user/")
SIGNS = ["", " ", "\0", "\x1b[31m", "\ud800", "\u202e", "\ufeff", "é" * 300, "👩‍👩‍👧", "<script>", "{{ x }}", "'\"--"]
NUMBERS = ["0", "-1", "1e309", "NaN", "9" * 20, "null", "[]", "2026-02-30", "0000-01-01", "9999-12-31", "25:61"]
TEXTS = ["x" * 4_001, "y" * 90_000, "\r\n" * 50, "Europe/Nowhere", "../../etc", "a" * 255, "true", "on", "not_now"]
ODD = (*SIGNS, *NUMBERS, *TEXTS, "%", "%zz", "yes")
BYTES = (
    *(b"\xff\xfe", b"a=%ff%fe", b"\x00", b"a" * 70_000, b"=&=&==", b"a[]=1&a[b]=2"),
    *(b"{", b"--x\r\n\r\n", b"%", b"a=1;b=2"),
)
URL_ENCODED = "application/x-www-form-urlencoded"
TYPES = (
    *(URL_ENCODED, f"{URL_ENCODED}; charset=utf-16", f"{URL_ENCODED}; charset=no", "application/json"),
    *("multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ""),
)
BESIDE = ("act", "once", "seen", "ends", "ends_day", "older", "held")
HEADERS = ("X-Forwarded-For", "Accept-Language", "Range", "If-Modified-Since", "Accept", "Referer")
FIRST = {kind.fields[0].name for kind in KINDS.values()}  # the one field that is needed
A_RECORD = re.compile(r"/mine/[0-9a-f-]{36}/$")
A_FORM = re.compile(rb"<form([^>]*)>(.*?)</form>", re.DOTALL)
AN_ACTION = re.compile(rb"action=\"([^\"]*)\"")
A_FIELD = re.compile(rb"<(?:input|textarea|select|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*>")
A_VALUE = re.compile(rb"\bvalue=\"([^\"]*)\"")
AN_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Found:
    """What came of it all."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    asked_first: int = 0  # answers that lead to signing in
    wrong: list[str] = field(default_factory=list)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)  # by whom: tokens of acknowledged words, how sent
    ids: list[str] = field(default_factory=list)


WRITING = [row for row in TABLE if row.route == "mine/write/<kind:kind>/"]


class Fuzz:
    """The world, its browsers, and what is sent."""

    def __init__(self) -> None:
        make.Clock.__init__.__defaults__ = (datetime.now(UTC) - timedelta(days=3),)
        self.world = Everybody()
        self.found = Found(kept={who: {} for who in STAY})
        self.found.ids = [str(thing) for thing in self.world.things.values() if isinstance(thing, UUID)]
        self.cookies: list[tuple[str, str]] = []
        self.server = Server()
        self.lock = threading.Lock()

    def sign_in(self) -> None:
        """A browser of everybody that is still here, one of each who has just given the password, and one of nobody."""
        look_afresh()
        fresh = [(VISITOR, ""), (VISITOR, "x" * 32)]
        for who in SIGNED_IN:
            person = User.objects.filter(pk=self.world.people[who].pk, is_active=True).first()
            for confirmed in (False, True) if person else ():
                client = Client()
                client.force_login(person)
                session = client.session
                how = {"method": "password", "at": time.time(), "reauthenticated": True}
                if confirmed:
                    session[AUTHENTICATION_METHODS_SESSION_KEY] = [how]
                    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = user_id_to_str(person)
                session.save()
                fresh.append((who, client.cookies[settings.SESSION_COOKIE_NAME].value))
        self.cookies = fresh
        look_afresh()
        yeses = [self._ask("GET", "/yes/", session, [], Random(1), plain=True).location for _, session in fresh[2:]]
        assert yeses.count("") >= len(yeses) // 3, yeses

    def run(self, requests: int) -> None:
        """Send so many, from several threads."""
        for n in range(0, requests, AFRESH_AFTER):
            self.sign_in()
            some = min(AFRESH_AFTER, requests - n)
            shares = [some // AT_ONCE + (k < some % AT_ONCE) for k in range(AT_ONCE)]
            threads = [
                threading.Thread(target=self._send_some, args=(share, Random(f"{SEED} {n} {k}"), f"{n}-{k}"))
                for k, share in enumerate(shares)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not self.found.wrong, (self.found.wrong[:3], self.server.said())

    def _send_some(self, count: int, chance: Random, name: str) -> None:
        for k in range(count):
            if self.found.wrong:
                return
            try:
                self._send_one(chance, f"token-{name}-{k}.")
            except Gone as problem:
                self.found.wrong.append(f"no answer: {problem}")

    # --- One request ---

    def _send_one(self, chance: Random, token: str) -> None:
        who, session = chance.choice(self.cookies)
        row = chance.choice(WRITING if chance.random() < 0.1 else TABLE)
        path = self._path(row, chance)
        if who in STAY and row.route.startswith(ERASES):
            return
        method = chance.choices(("GET", "POST", "HEAD", "PUT", "OPTIONS"), (35, 60, 2, 2, 1))[0]
        fields: list[tuple[str, Any]] = []
        if method == "POST" and chance.random() < (0.8 if row in WRITING else 0.5):
            path, fields = self._form_on(path, session, chance) or (path, fields)
        if method == "POST" and not fields:
            fields = [(name, self.world.things.get(value, value)) for name, value in row.sends.items()]
        writes = "/mine/write/" in path
        if who in STAY and any(part in path for part in ("/me/account/", "/more/", "/accounts/password/")):
            return
        fields, told = self._spoil(fields, chance, token if writes else "")
        answer = self._ask(method, path, session, fields, chance)
        self._note(answer, who, f"{method} {path} by {who}: {str(fields)[:600]}", token if writes and told else "")

    def _path(self, row: Row, chance: Random) -> str:
        path = row.path(self.world)
        if chance.random() < 0.3:
            path = AN_ID.sub(lambda _: chance.choice(self.found.ids).encode(), path.encode()).decode()
        if chance.random() < 0.05:
            path += quote_from_bytes(chance.choice(ODD).encode(errors="surrogatepass")[:300])
        if chance.random() < 0.15:
            name = chance.choice(("after", "show", "kind", "about", "begin", "from", "next", "q", "again", "proposed"))
            value = chance.choice((chance.choice(self.found.ids), chance.choice(ODD)))
            path += f"?{name}={quote_from_bytes(value.encode(errors='surrogatepass')[:2_000])}"
        return path

    def _form_on(self, path: str, session: str, chance: Random) -> tuple[str, list[tuple[str, Any]]] | None:
        """The address and the fields of one of the forms on a page, as it would be sent."""
        page = self._ask("GET", path, session, [], chance, plain=True)
        self._note(page, VISITOR, f"GET {path}", "")
        forms = [form for form in A_FORM.findall(page.body) if b"leave" not in form[0] and b"logout" not in form[0]]
        if not forms:
            return None
        tag, inside = max(forms, key=lambda form: len(form[1])) if chance.random() < 0.7 else chance.choice(forms)
        action, fields = AN_ACTION.search(tag), []
        for found in A_FIELD.finditer(inside):
            value = A_VALUE.search(found[0])
            fields.append((unescape(found[1].decode()), unescape(value[1].decode()) if value else ""))
        return unescape(action[1].decode()) if action else path, fields

    def _spoil(self, fields: list[tuple[str, Any]], chance: Random, token: str) -> tuple[list[tuple[str, Any]], bool]:
        """Some left out, some twice, some odd; and whether the token of this request stands in its first words."""
        told, sent = False, []
        for name, value in fields:
            if chance.random() < 0.06:
                continue
            if token and name in FIRST:
                value, told = f"{token} {chance.choice(ODD)[:2_000]}", True
            elif chance.random() < 0.25:
                value = chance.choice((chance.choice(ODD), chance.choice(self.found.ids), make.PASSWORD))
            sent += [(name, value)] * (2 if chance.random() < 0.04 else 1)
        while chance.random() < 0.2:
            sent.append((chance.choice(BESIDE), chance.choice(ODD)))
        return sent, told

    def _ask(
        self, method: str, path: str, session: str, fields: list[tuple[str, Any]], chance: Random, plain: bool = False
    ) -> Answer:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={SECRET}"}
        body = b""
        if method in ("POST", "PUT"):
            sent = [*fields, ("csrfmiddlewaretoken", SECRET)]
            pairs = (f"{_quoted(name)}={_quoted(value)}" for name, value in sent)
            body = "&".join(pairs).encode()
            headers |= {"Content-Type": URL_ENCODED, "Referer": f"https://{HOST}/"}
            if chance.random() < 0.04:
                body = chance.choice(BYTES)
                headers |= {"Content-Type": chance.choice(TYPES), "X-CSRFToken": SECRET}
        if not plain and chance.random() < 0.05:
            odd = chance.choice(ODD).encode(errors="surrogatepass").decode("latin-1")
            odd = re.sub(r"[\r\n\0]", " ", odd)[:4_000]
            headers[chance.choice(HEADERS)] = odd
        return asked(self.server.port, method, path, headers, body)

    def _note(self, answer: Answer, who: str, what: str, token: str) -> None:
        with self.lock:
            self.found.sent += 1
            self.found.statuses[answer.status] += 1
            if answer.status >= 500:
                self.found.wrong.append(f"{answer.status} to {what}")
            if who in STAY and token and answer.status == 302 and A_RECORD.search(answer.location):
                self.found.kept[who][token] = what
            self.found.asked_first += answer.status == 302 and "/accounts/" in answer.location
            self.found.ids += [each.decode() for each in AN_ID.findall(answer.body)[:3]]
            del self.found.ids[: max(0, len(self.found.ids) - 400)]

    # --- Afterwards ---

    def hold(self) -> int:
        """Every acknowledged word is there; gives how many there were."""
        look_afresh()
        for who, tokens in self.found.kept.items():
            theirs = Revision.objects.filter(author=self.world.people[who])
            said = "\n".join(text for row in theirs for text in row.words.values())
            lost = [how for token, how in tokens.items() if token not in said]
            assert not lost, f"acknowledged words are lost: {lost[:3]}"
        look_afresh()
        manage("verify")
        return sum(map(len, self.found.kept.values()))


def _quoted(value: Any) -> str:
    return quote_from_bytes(str(value).encode(errors="surrogatepass"))


def main() -> None:
    """Send them, and say what was answered."""
    fuzz, begun = Fuzz(), time.monotonic()
    fuzz.run(ROUNDS)
    kept = fuzz.hold()
    answers = ", ".join(f"{status}: {count}" for status, count in sorted(fuzz.found.statuses.items()))
    minutes = (time.monotonic() - begun) / 60
    on = "postgresql" if ON_POSTGRESQL else "sqlite"
    print(f"{fuzz.found.sent} requests on {on} in {minutes:.1f} minutes ({answers}).")
    print(f"{fuzz.found.asked_first} led to signing in. {kept} texts acknowledged, 0 lost.")


if __name__ == "__main__":
    main()
