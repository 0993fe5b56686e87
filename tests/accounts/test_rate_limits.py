"""Wrong tries are counted per person, or per address and network; exactly, however many processes count."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.cache import caches

from couples.accounts.rate_limits import FREE, TooSoon, count_failures, count_try
from tests.support import make

ROOT = Path(__file__).resolve().parents[2]
TRY = """
import sys
import django
from django.conf import settings
settings.CACHES = {"default": {"BACKEND": "trustapp.cache.FileCache", "LOCATION": sys.argv[1]}}
django.setup()
from contextlib import suppress
from couples.accounts.rate_limits import TooSoon, count_try
print("ready", flush=True)
sys.stdin.readline()  # all begin at once
counted = 0
for _ in range(100):
    with suppress(TooSoon):
        count_try("a code", "somebody")
        counted += 1
print(counted)
"""


def test_four_processes_together_are_let_through_as_often_as_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TRY, str(tmp_path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "trustapp.test_settings"}
    tries = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings)
        for _ in range(4)
    ]
    for each in tries:
        assert each.stdout and each.stdout.readline() == "ready\n"
    for each in tries:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    allowed = [int(each.communicate()[0]) for each in tries]
    assert sum(allowed) == FREE


# --- What is counted, and of whom ---


class Wrong(Exception):
    """What a code that is none raises."""


def wrong(request, what, owner=None) -> None:
    with pytest.raises(Wrong), count_failures(request, what, owner):
        raise Wrong


@pytest.fixture
def asked(rf, ada):
    """Makes requests of a signed-in person, from some network."""

    def made(who=ada, network="192.0.2.7"):
        request = rf.post("/", REMOTE_ADDR=network)
        request.user = who
        return request

    return made


def test_wrong_codes_of_one_person_move_nobody_elses_count_on_the_same_network(asked, ben) -> None:
    for _ in range(5):
        wrong(asked(), "pairing")
    with pytest.raises(TooSoon):
        wrong(asked(), "pairing")
    for _ in range(5):
        wrong(asked(ben), "pairing")


def test_codes_of_others_are_counted_per_person_on_all_networks_together(asked) -> None:
    for n in range(5):
        wrong(asked(network=f"192.0.2.{n}"), "pairing")
    with pytest.raises(TooSoon):
        wrong(asked(network="198.51.100.9"), "pairing")


def test_whoever_tries_codes_of_mine_keeps_me_waiting_on_no_other_network(asked, ada) -> None:
    for _ in range(5):
        wrong(asked(network="198.51.100.9"), "returning", ada)
    with pytest.raises(TooSoon):
        wrong(asked(network="198.51.100.9"), "returning", ada)
    wrong(asked(), "returning", ada)


def test_one_kind_of_code_moves_no_other(asked) -> None:
    for _ in range(5):
        wrong(asked(), "pairing")
    wrong(asked(), "room")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff:1:2:3", True),  # a home has 64 bits to choose from
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("192.0.2.7", "192.0.2.8", False),
    ],
)
def test_a_network_is_what_one_home_has(asked, ada, one, other, together) -> None:
    for _ in range(5):
        wrong(asked(network=one), "returning", ada)
    if together:
        with pytest.raises(TooSoon):
            wrong(asked(network=other), "returning", ada)
    else:
        wrong(asked(network=other), "returning", ada)


def test_what_was_right_counts_nothing_also_between_wrong_ones(asked) -> None:
    for _ in range(4):
        wrong(asked(), "pairing")
    for _ in range(20):
        with count_failures(asked(), "pairing"):
            pass
    wrong(asked(), "pairing")
    with pytest.raises(TooSoon):
        wrong(asked(), "pairing")


def test_many_at_the_same_moment_are_not_all_let_through() -> None:
    """Each is counted before it is looked at, so that they need not wait for each other."""
    under_way = []
    for _ in range(9):
        with suppress(TooSoon):
            under_way.append(count_try("password", "somebody"))
    assert len(under_way) == FREE
    for take_back in under_way:
        take_back()
    count_try("password", "somebody")


def test_a_clock_that_was_set_back_keeps_nobody_waiting_for_longer_than_it_says(story) -> None:
    for _ in range(5):
        count_try("password", "somebody")
    story.tick(days=-30)
    with pytest.raises(TooSoon) as refused:
        count_try("password", "somebody")
    assert refused.value.seconds == 10


def test_the_store_names_no_address_and_no_network(db, client) -> None:
    make.person("Ada")
    client.post("/accounts/login/", {"login": "ada@example.test", "password": "wrong"}, REMOTE_ADDR="192.0.2.7")
    kept = str(vars(caches["default"]))
    assert "ada@" not in kept and "192.0.2.7" not in kept
    assert len(caches["default"]._cache) == 1


def test_allauth_limits_nothing_by_itself() -> None:
    """Its limits count per network, or per address alone, and so keep people out of their own accounts."""
    from allauth.account import app_settings as account
    from allauth.mfa import app_settings as mfa

    assert account.RATE_LIMITS == mfa.RATE_LIMITS == {}
