"""Headers that every answer carries, whoever asks."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Pages that are the same for everybody and need no account. They may come back by the Back button;
# nothing else may (safety rule R12).
PUBLIC_PLACES = ("/learn/", "/safety/")

# Nothing here needs a sensor, so no page, and nothing framed in one, can ask for them.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "local-fonts",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


UNDER_A_PATH = (
    "This place is set up under a path of another one (SCRIPT_NAME). It needs a host name of its own: pages, scripts"
    " and cookies of whatever else answers at this name could reach into it (docs/operate.md, Proxies)."
)
logger = logging.getLogger(__name__)


class HeadersMiddleware:
    """Stands first, so that it also covers refusals and errors made by the middleware below it.

    `Referrer-Policy`, `Cross-Origin-Opener-Policy`, `X-Content-Type-Options` and HSTS come from Django's
    own SecurityMiddleware, the content security policy from django-csp.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.under_a_path() if request.META.get("SCRIPT_NAME") else self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS
        if request.path.startswith(settings.STATIC_URL) and response.status_code in (200, 304):
            return response  # whitenoise says how long a file keeps
        if request.path.startswith(PUBLIC_PLACES) and response.status_code == 200:
            response.headers["Cache-Control"] = "private, no-cache"
        else:
            response.headers["Cache-Control"] = "no-store"
            response.headers.pop("Expires", None)  # one answer to one question
        return response

    @staticmethod
    def under_a_path() -> HttpResponse:
        """What stands in place of every page where a server puts this place under a path: links, forms and scripts
        would lead to the other application, "Leave quickly" first."""
        logger.error(UNDER_A_PATH)
        return HttpResponse(f"{UNDER_A_PATH}\n", content_type="text/plain", status=HTTPStatus.SERVICE_UNAVAILABLE)
