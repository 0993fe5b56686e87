"""Answers are counted as they go out, where METRICS_PORT is set. Why so little is: docs/decisions/0053-..."""

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from couples.lib import metrics
from trustapp.full_disk import SAFE
from trustapp.probes import PROBES


class MetricsMiddleware:
    """Stands outside all others, so that it counts what people get, and how long they wait for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.answers = metrics.Answers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = monotonic()
        answer = self.get_response(request)
        if request.path not in PROBES and not request.path.startswith(settings.STATIC_URL):
            is_press, seconds = request.method not in SAFE, monotonic() - begun
            self.answers.count(is_press=is_press, status=answer.status_code, seconds=seconds)
        return answer
