"""Answers that take the same time for known and unknown addresses, so that time does not tell who has an account."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def paced(view: View) -> View:
    """Answer a form no sooner than ANSWERED_AFTER: an unknown address needs no mail and would be answered at once.

    A mail server that is slower than that still tells the two apart (README, Honest limits).
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        begun = time.monotonic()
        answer = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0.0, settings.ANSWERED_AFTER.total_seconds() - (time.monotonic() - begun)))
        return answer

    return answered
