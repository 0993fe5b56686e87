"""Past one machine (docs/sharding.md): every statement that a page or a press asks names whose rows it wants.

Rows of a person lie by that person, rows of a pair by that pair. A statement that names neither, nor a primary key,
would have to ask every machine. Those that there are stand below with their reasons; a new one fails here.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tests.support.asked_database import asked_database
from tests.support.depth import PROVING
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, PARTNER, VISITOR, Everybody
from tests.test_access import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.matrix, pytest.mark.one_database]

OURS = {model._meta.db_table: model._meta.pk.column for model in apps.get_app_config("couples").get_models()}
WHOSE = ("author_id", "owner_id", "person_id", "pair_id", "seat_id", "therapist_id", "inviter_id")
NAMED = re.compile(r'"?\b(\w+)"?\s*(?:=\s*\(?%|IN\s*\(|>\s*\(?%)')  # with something given, not with another column
A_TABLE = re.compile(r'\b(?:FROM|UPDATE|INTO|JOIN)\s+"?(couples_\w+)"?')
# What it asks: why that is no question to every machine.
KNOWN: dict[str, str] = {
    # Directories: small tables that say where somebody's rows lie. They stand on one machine.
    "SELECT couples_user by email": "signing in by one's address",
    "SELECT couples_invitation by digest, ends_at, joiner_id": "a code said aloud: of whom it is, nobody knows yet",
    "SELECT couples_invitation by ends_at, joiner_id": "whose code I have joined by; the two are no pair yet",
    "UPDATE couples_invitation by joiner_id": "leaving the code that I have joined by",
    "SELECT couples_therapistcode by digest, ends_at": "a code that a couple said to a therapist",
    # Of one machine: each is asked for itself.
    "SELECT couples_waitingmail by nothing": "mail that waits: each machine sends what was written on it",
    "SELECT couples_wrappedkey by nothing": "a few keys, for /readyz",
    # To be given their pair or their author first (docs/sharding.md).
    "SELECT couples_rest by kind, opening_id": "what an opening rests on: `Rest` gets its pair",
    "SELECT couples_rest by opening_id": "the same",
    "SELECT couples_revision by record_id": "the newest words of a record of mine: asked by its author too",
    "UPDATE couples_yes by nothing": "closing, by ids that stand in one JSON text: asked by the pair too",
}


def shape(sql: str) -> str:
    """The verb, the first table of ours, and the columns that are asked for: enough to know a statement by."""
    verb = sql.split(None, 1)[0]
    table = A_TABLE.search(sql)
    columns = sorted({found[1] for found in NAMED.finditer(_asked(sql))})
    return f"{verb} {table[1] if table else ''} by {', '.join(columns) or 'nothing'}"


def _asked(sql: str) -> str:
    """What stands after the first WHERE or ON: how the rows are chosen."""
    return re.split(r"\b(?:WHERE|ON)\b", sql, maxsplit=1)[-1] if re.search(r"\b(?:WHERE|ON)\b", sql) else ""


def names_whose(sql: str) -> bool:
    """Whether a statement says whose rows it wants, or which row; one that writes whole rows carries that in them."""
    if sql.startswith("INSERT") or not A_TABLE.search(sql):
        return True
    columns = {found[1] for found in NAMED.finditer(_asked(sql))}
    keys = {OURS[table] for table in A_TABLE.findall(sql) if table in OURS}
    return bool(columns & {*WHOSE, *keys})


def asked_by_everybody(here: Everybody, ask: Any) -> Iterator[tuple[str, str]]:
    """Each statement that names nobody, with the address that asks it. What a press does is undone before the next."""
    email = here.people[AUTHOR].email
    una = {"email": "una@example.test", "password1": "long enough for Una", "shown_name": "Una"}
    asks = [
        (VISITOR, "post", "/accounts/login/", {"login": email, "password": "not hers, though"}),
        (VISITOR, "post", "/accounts/signup/", una),
        (VISITOR, "post", "/accounts/password/reset/", {"email": email}),
        (ALONE, "post", "/pairing/join/", {"code": "ABCD-EFGH"}),
        (ADMITTED, "post", "/room/enter/", {"code": "ABCD-EFGH"}),
    ]
    for row in TABLE:
        for who in (VISITOR, AUTHOR, *[PARTNER] * PROVING, ADMITTED):  # he asks what she asks
            asks += [(who, "get", row.path(here), {}), (who, "post", row.path(here), row.sends)]
    for who, method, path, sends in asks:
        with transaction.atomic():
            with asked_database() as asked:
                ask(who, method, path, sends)
            transaction.set_rollback(True)
        yield from ((shape(sql), f"{method} {path}") for sql, _ in asked if not names_whose(sql))


@pytest.mark.slow
def test_what_a_page_asks_names_whose_rows_it_wants(here: Everybody, ask: Any) -> None:
    found: dict[str, str] = {}
    for asks, where in asked_by_everybody(here, ask):
        found.setdefault(asks, where)
    new = [f"{asks} ({found[asks]})" for asks in sorted(set(found) - set(KNOWN))]
    assert not new, "these name nobody:\n" + "\n".join(new)
    assert not set(KNOWN) - set(found), "no page asks this any more"
