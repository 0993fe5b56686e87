"""My yeses: the one page on which one's own stand, in groups, by when they end. It asks for the password first."""

from typing import Any
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
from couples.presenters import own_yeses, yes_groups
from couples.views import _addresses, _buttons  # noqa: F401  (the parts of addresses)
from couples.views._buttons import pressed

RENEWED = "Renewed."
CLOSED = "Taken back."
OFF_LIST = "It is off the list."


@require_safe
@password_first
def yes(request: PersonRequest) -> HttpResponse:
    """What ends soon, then a few of each group; folded below, what I said yes to before."""
    sections = yes_groups.overview(request.user, request.seat, request.now) if request.seat else []
    standing = [section for section in sections if section.key != yes_groups.BEFORE]
    before = next((section for section in sections if section.key == yes_groups.BEFORE), None)
    shown: dict[str, Any] = {"sections": standing, "before": before}
    if request.seat is not None:
        shown["from_offers"] = own_yeses.from_offers(request.user, request.now, request.seat)
    return render(request, "yes/yes.html", shown)


@require_safe
@password_first
def yeses(request: PersonRequest, key: str) -> HttpResponse:
    """All of one group, or of what ends soon, by when they end; or all that I said yes to before."""
    title = yes_groups.title_of(key, request.user, request.now)
    is_before = key == yes_groups.BEFORE
    page: dict[str, Any] = {"title": title, "key": key, "is_before": is_before, "is_standing": not is_before}
    if request.seat is None:
        return render(request, "yes/group.html", page)
    token = request.GET.get("after", "")
    if is_before:
        order, found = yes_groups.BY_KIND, yes_groups.before(request.seat, request.now)
    else:
        order, found = yes_groups.BY_END, yes_groups.listed_in(key, request.user, request.seat, request.now)
    rows, more = keyset.page_of(found, order, token, ascending=True)  # a token holds a day or a kind, no more
    group = yes_groups.group_named(key)
    page["section"] = yes_groups.Section(
        key,
        title,
        group is not None and group.renewed_as_one,
        lines=own_yeses.lines_of(rows, request.user, request.seat, request.now),
        admits=yes_groups.admits(key, rows),
    )
    page |= {"more": more, "from_start": keyset.place_in(keyset.order_of(order), token) is None}
    return render(request, "yes/group.html", page)


# Renewing and taking back do not ask again: they show nothing, and taking back waits for nothing. The page they lead to
# asks.


@pressed(back="yes")
def renew(request: PersonRequest) -> HttpResponse:
    """Give the usual end anew to one of my yeses, or to those of a group. Nobody is told; what is open stays so."""
    if request.seat is not None and "group" in request.POST:
        chosen = yes_groups.chosen_as_one(request.POST["group"], request.user, request.seat, request.now)
    else:
        chosen = [_id(request.POST["chosen"])] if "chosen" in request.POST else []
    if not chosen:
        messages.info(request, SENTENCES["nothing_chosen"])
    elif sharing.renew(chosen, by=request.user, at=request.now):
        messages.success(request, RENEWED)
    else:
        raise Refused("stale")
    return redirect("yes")


@pressed(back="yes")
def end_yes(request: PersonRequest) -> HttpResponse:
    """Take one of my yeses back, at once, whatever it is to."""
    off_list = "off_list" in request.POST
    return _of_mine(request, sharing.end_yes, CLOSED, off_list=off_list)


@pressed(back="yes")
def off_list(request: PersonRequest) -> HttpResponse:
    """Take one thing off the list of what I said yes to before, for good."""
    return _of_mine(request, sharing.take_off_list, OFF_LIST)


def _of_mine(request: PersonRequest, act: Any, told: str, **how: bool) -> HttpResponse:
    try:
        act(_id(request.POST.get("yes", "")), by=request.user, at=request.now, **how)
    except Refused as refused:
        if refused.code == "not_yours":
            raise Http404 from None
        return _buttons.refuse(request, refused, reverse("yes"))
    messages.success(request, told)
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
    path("yes/off/", off_list, name="off_list"),
    path("yes/<yeses:key>/", yeses, name="yeses"),
    path("yes/read/", read_of_accepting, name="yes_read"),
]
