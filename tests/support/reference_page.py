"""A page of bare Django, against which the cost of ours is told: a session, a user, twenty unsealed rows, a template.

Its middleware is what `startproject` writes, its addresses are none of ours, and it runs in the same process on the
same database, so a ratio to it means the same on every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
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
ADDRESS: Final = "/reference/"
TEMPLATE: Final = """<!doctype html><html lang="en"><head><title>Reference</title></head><body>
<h1>For {{ user.email }}</h1><ul>
{% for row in rows %}<li><a href="/rows/{{ row.pk }}/">{{ row.name }}</a> <small>{{ row.codename }}</small></li>
{% endfor %}</ul><form method="post">{% csrf_token %}<button>Save</button></form></body></html>"""


@login_required
def reference(request: HttpRequest) -> HttpResponse:
    """Twenty rows, in their order, for whoever is signed in."""
    template = engines["django"].from_string(TEMPLATE) if "page" not in _made else _made["page"]
    _made["page"] = template
    rows = Permission.objects.order_by("-pk")[:20]
    return HttpResponse(template.render({"rows": rows, "user": request.user}, request))


_made: dict[str, object] = {}
urlpatterns = [path(ADDRESS[1:], reference)]


@contextmanager
def bare_django() -> Iterator[None]:
    """Within it a new handler serves the reference page alone."""
    templates = [{"BACKEND": settings.TEMPLATES[0]["BACKEND"], "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}]
    usual = {"CONN_MAX_AGE": 0, "OPTIONS": {} if connection.vendor == "sqlite" else connection.settings_dict["OPTIONS"]}
    connection.close()
    with (
        override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, TEMPLATES=templates),
        patch.dict(connection.settings_dict, usual),
    ):
        yield
    connection.close()
