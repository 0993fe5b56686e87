"""Answers that take the same time for known and unknown addresses, so that time does not tell who has an account."""

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def paced(view: View) -> View:
    """Answer a form at a whole multiple of ANSWERED_AFTER since it came, whatever was done for it.

    The work for a known and for an unknown address differs by a few milliseconds. Where a slow machine takes longer
    than the first multiple, both wait for the second.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        begun = time.monotonic()
        answer = view(request, *args, **kwargs)
        step = settings.ANSWERED_AFTER.total_seconds()
        if request.method == "POST" and step:
            taken = time.monotonic() - begun
            time.sleep(math.ceil(taken / step) * step - taken)
        return answer

    return answered
