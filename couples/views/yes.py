"""My yeses: the one page on which one's own stand, by when they end. It asks for the password first."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples.accounts.requests import PersonRequest, password_first
from couples.actions import sharing
from couples.content.refusals import SENTENCES, Refused
from couples.lib import keyset
from couples.presenters import own_yeses
from couples.views import _buttons
from couples.views._buttons import pressed

BY_END = ("end", "tie")
RENEWED = "Renewed."
CLOSED = "Taken back."


@require_safe
@password_first
def yes(request: PersonRequest) -> HttpResponse:
    """My standing yeses in words, the one that ends soonest first."""
    if request.seat is None:
        return render(request, "yes/yes.html", {"lines": [], "more": None, "from_start": True})
    token = request.GET.get("after", "")
    listed = own_yeses.listed(request.user, request.now, request.seat)
    by_end = own_yeses.by_end(listed, request.user)
    rows, more = keyset.page_of(by_end, BY_END, token, ascending=True)  # a token holds a day, no more
    shown = {
        "lines": own_yeses.lines_of(rows, request.user, request.seat, request.now),
        "more": more,
        "from_offers": own_yeses.from_offers(request.user, request.now, request.seat),
        "from_start": keyset.place_in(keyset.order_of(BY_END), token) is None,
    }
    return render(request, "yes/yes.html", shown)


# Renewing and taking back do not ask again: they show nothing, and taking back waits for nothing. The page they lead to
# asks.


@pressed(back="yes")
def renew(request: PersonRequest) -> HttpResponse:
    """Give the usual end anew to the chosen ones, or to all. Nobody is told; what is open stays as it is."""
    if request.POST.get("which") == "all":
        chosen = list(own_yeses.listed(request.user, request.now, request.seat).values_list("pk", flat=True))
    else:
        chosen = [_id(text) for text in request.POST.getlist("chosen")]
    if not chosen:
        messages.info(request, SENTENCES["nothing_chosen"])
        return redirect("yes")
    sharing.renew(chosen, by=request.user, at=request.now)
    messages.success(request, RENEWED)
    return redirect("yes")


@pressed(back="yes")
def end_yes(request: PersonRequest) -> HttpResponse:
    """Take one of my yeses back, at once, whatever it is to."""
    try:
        sharing.end_yes(_id(request.POST.get("yes", "")), by=request.user, at=request.now)
    except Refused as refused:
        if refused.code == "not_yours":
            raise Http404 from None
        return _buttons.refuse(request, refused, reverse("yes"))
    messages.success(request, CLOSED)
    return redirect("yes")


@pressed(back="yes")
@password_first
def read_of_accepting(request: PersonRequest) -> HttpResponse:
    """I have read that an offer of an agreement accepts nothing any more."""
    sharing.have_read_of_accepting(by=request.user)
    return redirect("yes")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


urlpatterns = [
    path("yes/", yes, name="yes"),
    path("yes/renew/", renew, name="renew"),
    path("yes/end/", end_yes, name="end_yes"),
    path("yes/read/", read_of_accepting, name="yes_read"),
]
