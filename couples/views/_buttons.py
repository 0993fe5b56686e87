"""What buttons share: a POST acts, a refusal says kindly why nothing was done, steps stay away while turned off."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from couples.accounts.requests import PersonRequest
from couples.content.refusals import Refused

View = Callable[..., HttpResponse]
PRESS_AGAIN = "Nothing was done yet. Please press the button again."


# What a view answers to: `require_safe` where it only reads, `pressed` for a button, and this for a page with a form.
reads_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def refuse(request: HttpRequest, refused: Refused, back: str) -> HttpResponse:
    """A page that says kindly why nothing was done (409), with a way back. For buttons; a form shows it in place."""
    return render(request, "stale.html", {"sentence": refused.sentence, "back": back}, status=409)


def pressed(back: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For the address of a button: a POST acts. A GET, which is where signing in again leads to after a session has
    lapsed under the button, changes nothing and goes to the page named `back`.
    """

    def of_button(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @reads_and_acts
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(back)
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:  # such as a seat that ended elsewhere while the button was pressed
                return refuse(request, refused, reverse(back))

        answer.leads_back_to = back  # type: ignore[attr-defined]
        return answer

    return of_button


def address_after(request: HttpRequest, view: Callable[..., Any]) -> str:
    """Where to go on once somebody has signed in again. It stands in an address, which a browser keeps: after a pressed
    button it is the page that the button stands on, and nothing tells which one was pressed.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    back = getattr(view, "leads_back_to", None)
    return reverse(back) if back else request.path


def while_on(view: View) -> View:
    """While a person has steps turned off, every address of steps gives the same calm page."""

    @wraps(view)
    def shown(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.steps_on:
            return view(request, *args, **kwargs)
        written = request.POST.get("conditions", "")
        return render(request, "steps/off.html", {"written": written}, status=409 if request.method == "POST" else 200)

    return shown
