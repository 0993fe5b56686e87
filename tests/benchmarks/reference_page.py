"""A page of bare Django, against which the cost of ours is told: a session, a user, twenty unsealed rows, a template.

Its middleware, sessions and backend are what `startproject` writes, its addresses are none of ours. It runs in the same
process on the same database, so a ratio to it means the same on every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
ADDRESS: Final = "/reference/"
TEMPLATE: Final = """<!doctype html><html lang="en"><head><title>Reference</title></head><body>
<h1>For {{ user.email }}</h1><ul>
{% for row in rows %}<li><a href="/rows/{{ row.pk }}/">{{ row.name }}</a> <small>{{ row.codename }}</small></li>
{% endfor %}</ul><form method="post">{% csrf_token %}<button>Save</button></form></body></html>"""


@login_required
def reference(request: HttpRequest) -> HttpResponse:
    """Twenty rows, in their order, for whoever is signed in."""
    rows = Permission.objects.order_by("-pk")[:20]
    return HttpResponse(_template().render({"rows": rows, "user": request.user}, request))


@cache
def _template() -> Any:
    return engines["django"].from_string(TEMPLATE)


urlpatterns = [path(ADDRESS[1:], reference)]


@contextmanager
def bare_django() -> Iterator[None]:
    """Within it a new handler serves the reference page alone, with Django's usual way to keep no connection."""
    templates = [{"BACKEND": settings.TEMPLATES[0]["BACKEND"], "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}]
    usual = {"CONN_MAX_AGE": 0, "OPTIONS": {} if connection.vendor == "sqlite" else connection.settings_dict["OPTIONS"]}
    connection.close()
    bare = {
        "ROOT_URLCONF": __name__,
        "MIDDLEWARE": MIDDLEWARE,
        "TEMPLATES": templates,
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "AUTHENTICATION_BACKENDS": [BACKEND],
    }
    with (
        override_settings(**bare),
        patch.dict(connection.settings_dict, usual),
    ):
        yield
    connection.close()
