"""Times of the clock: printed, and judged only as ratios."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client, override_settings

from couples.actions import pairing
from couples.models import User
from tests.support import make


def signed_in(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    return client


def quickest(act: Callable[[], object], rounds: int = 7) -> float:
    """Seconds of the quickest of some rounds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return min(times)


def known_and_unknown() -> None:
    """Whether the time of an answer tells if an address, or a code, is known here: medians over 200 of each."""
    person, hashers = make.person("Known"), ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    client = signed_in(make.person("Asker"))
    code = pairing.invite(by=person, at=make.START)
    pairing.withdraw_invitation(by=person, at=make.START + timedelta(minutes=1))
    sign_up = {"password1": make.PASSWORD + " and more", "shown_name": "Mara"}
    ways = {
        "sign-up": lambda known, n: Client().post(
            "/accounts/signup/", {"email": person.email if known else f"new{n}@example.test", **sign_up}
        ),
        "sign-in": lambda known, n: Client().post(
            "/accounts/login/", {"login": person.email if known else f"no{n}@example.test", "password": "wrong" * 3}
        ),
        "reset": lambda known, n: Client().post(
            "/accounts/password/reset/", {"email": person.email if known else f"no{n}@example.test"}
        ),
        "invitation": lambda known, n: client.post("/pairing/join/", {"code": code if known else f"WRNG{n:04}"}),
    }
    limits = {"ACCOUNT_RATE_LIMITS": False, "ANSWERED_AFTER": timedelta(milliseconds=150), "ALLOWED_HOSTS": ["*"]}
    with override_settings(PASSWORD_HASHERS=hashers, EMAIL_BACKEND="tests.support.slow_mail.SlowMail", **limits):
        PBKDF2PasswordHasher.iterations = 50_000  # enough to be seen, so that 1,600 take no minutes
        for name, ask in ways.items():
            took: dict[bool, list[float]] = {True: [], False: []}
            for n in range(200):
                for known in (True, False):
                    cache.clear()
                    begin = time.perf_counter()
                    assert ask(known, n).status_code in (200, 302, 409)
                    took[known].append(time.perf_counter() - begin)
            known, unknown = (statistics.median(took[which]) * 1000 for which in (True, False))
            print(f"  {name:10} known {known:.1f} ms, unknown {unknown:.1f} ms: {known / unknown:.3f} x")
