"""A step, or two sets of conditions on it, that is open to both: the words, a blank answer, "Not now", Pause."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import steps
from couples.content.refusals import Refused
from couples.forms.steps import NOT_NOW, YES
from couples.models import Opening
from couples.presenters import sheets
from couples.presenters.first_doors import said_of_answer
from couples.presenters.sheets import Names
from couples.rule.consent import OpeningKind
from couples.rule.step_things import StepThing, all_of_ladder, group_of, of_own_words
from couples.views import _buttons
from couples.views._addresses import BOTH, ME, PARTNER
from couples.views._buttons import PRESS_AGAIN, reads_and_acts, while_on
from couples.views._loading import names_on

CLOSED = "This is closed now. Nobody was told."


@reads_and_acts
@while_on
def open_step(request: PersonRequest, opening: UUID) -> HttpResponse:
    """A step, or two sets of conditions on it, open to both; and a blank answer to exactly that."""
    if request.seat is None:
        raise Http404
    once = visibility.opened_step(request.seat, request.now, opening)
    if once is None:
        raise Http404
    if request.method == "POST" and request.POST.get("answer") == NOT_NOW and once.kind != OpeningKind.GROUP:
        return _close(request, once)
    open_now = visibility.open_to(request.user, request.now, request.seat)
    found = open_now.filter(pk=opening).first()
    if found is None:
        if request.method == "POST":
            return _buttons.refuse(request, Refused("stale"), reverse("steps"))
        raise Http404
    if found.kind == OpeningKind.GROUP:
        return _to_group(found)
    names = names_on(request)
    told = sheets.step_fields(found, names)
    if told is None:
        raise Http404
    conditions = _conditions(found, names)
    if request.method == "POST":
        return _say_yes_again(request, found, names, on_terms=bool(conditions))
    title, fields = told
    title = sheets.OWN_STEP_TITLE if found.revision_id else title
    return render(
        request,
        "steps/open.html",
        {
            "sheet": sheets.Sheet(title, "", found.day, fields),
            "conditions": sheets.Sheet("", "", None, conditions) if conditions else None,
            "agreed": found.kind == OpeningKind.STEP,
            "opening": found.pk,
            "answer_url": _answer_url(request, found, names),
        },
    )


def _conditions(opening: Opening, names: Names) -> list[tuple[str, str]]:
    """Both sets, the viewer's first; none where the step opened without conditions."""
    by_seat = {answer.seat_id: answer.conditions for answer in visibility.conditions_of(opening)}
    if not any(by_seat.values()):
        return []
    seats = sorted(names.seats, key=lambda seat: seat != names.viewer)
    labels = ["Your conditions" if seat == names.viewer else f"Conditions of {names.of(seat)}" for seat in seats]
    return [(label, by_seat.get(seat) or "None.") for label, seat in zip(labels, seats, strict=True)]


def _thing_of(opening: Opening, names: Names) -> StepThing | None:
    if opening.revision_id is not None:
        return of_own_words(opening.revision_id, sheets.own_doer(opening, names))
    return all_of_ladder(names.seats).get(opening.thing)


def _answer_url(request: PersonRequest, opening: Opening, names: Names) -> str:
    """The page on which this step can be answered anew; "" where its words are not open to the viewer any more."""
    found = _thing_of(opening, names)
    if found is None:
        return ""
    way = {None: BOTH, names.viewer: ME}.get(found.doer, PARTNER)
    if found.step is not None:
        return reverse("step", args=[found.step.key, way])
    words = visibility.open_to(request.user, request.now, request.seat)
    row = words.filter(kind=OpeningKind.REVISION, revision=found.revision).first()
    return reverse("own_step", args=[row.pk, way]) if row else ""


def _say_yes_again(request: PersonRequest, opening: Opening, names: Names, *, on_terms: bool) -> HttpResponse:
    """Yes to exactly what is on the page: the two sets of conditions, or the plain step for another week."""
    who = {"by": request.user, "at": request.now}
    if request.POST.get("answer") != YES:
        messages.info(request, PRESS_AGAIN)
        return redirect(request.path)
    try:
        if on_terms:
            open_now = visibility.open_to(request.user, request.now, request.seat)
            both_sets = open_now.filter(kind=OpeningKind.CONDITIONS, thing=opening.thing).first()
            if both_sets is None:
                raise Refused("stale")
            steps.answer_terms(both_sets, **who)
        else:
            found = _thing_of(opening, names)
            if found is None:
                raise Refused("stale")
            steps.answer_step(found, yes=True, **who)
    except Refused as refused:
        return _buttons.refuse(request, refused, reverse("steps"))
    messages.success(request, said_of_answer(request))
    return redirect(request.path)


def _close(request: PersonRequest, opening: Opening) -> HttpResponse:
    """Not now: one's own answer ends, whether or not the step is open still."""
    assert opening.under is not None
    found = StepThing(opening.thing, opening.under, None, None, opening.revision_id)
    try:
        steps.answer_step(found, yes=False, by=request.user, at=request.now)
    except Refused as refused:
        return _buttons.refuse(request, refused, reverse("steps"))
    messages.success(request, CLOSED)
    return redirect("steps")


def _to_group(opening: Opening) -> HttpResponse:
    group = group_of(opening.thing)
    if group is None:
        raise Http404
    return redirect("step_group", key=group.key)


# Before `steps`, whose pattern of two words would take this address too.
urlpatterns = [path("steps/open/<uuid:opening>/", open_step, name="open_step")]
