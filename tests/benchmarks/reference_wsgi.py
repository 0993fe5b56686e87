"""The reference page for gunicorn (`gunicorn tests.benchmarks.reference_wsgi`). `/enter/` signs somebody in."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.settings"

import django  # noqa: E402

django.setup()

from django.contrib.auth import login  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

from couples.models import User  # noqa: E402
from tests.benchmarks import reference_page  # noqa: E402


def enter(request: HttpRequest) -> HttpResponse:
    """Sign in whoever came first."""
    login(request, User.objects.order_by("pk")[0], backend=reference_page.BACKEND)
    return HttpResponse()


reference_page.urlpatterns.append(path("enter/", enter))
_bare = reference_page.bare_django()
_bare.__enter__()  # for as long as this process lasts
application = WSGIHandler()
