"""What somebody at a browser would be given, asked of the application itself: in a tenth of the time, and unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client
from playwright.sync_api import BrowserContext

from tests.support.eyes import Asked


@dataclass(frozen=True)
class Given:
    """The address at which an answer lies, and the page that it is: nothing where it is none."""

    path: str
    page: str


def given(browsing: BrowserContext, asked: Asked) -> Given:
    """What is given to whoever sits at this browser. Whatever it does is undone, as if nobody had asked."""
    client = Client()
    client.cookies.load({each["name"]: each["value"] for each in browsing.cookies()})
    with transaction.atomic():
        answer = _answer(client, asked.path, asked.sends)
        transaction.set_rollback(True)
    asked_at_last = answer.request
    query = asked_at_last["QUERY_STRING"]
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    page = answer.content.decode() if is_page else ""
    return Given(asked_at_last["PATH_INFO"] + (f"?{query}" if query else ""), page)


def _answer(client: Client, path: str, sends: Mapping[str, Any] | None) -> Any:
    return client.get(path, follow=True) if sends is None else client.post(path, dict(sends), follow=True)
