"""Steps: turning them on, groups and steps with their private answers, what is open of them, Pause.

Answer pages always come up blank: what somebody answered stands on one page only, `/yes/`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import steps as step_actions
from couples.content import ladder
from couples.content.kind_words import first_words
from couples.content.refusals import Refused
from couples.forms.steps import CONDITIONS, NOT_NOW, YES, StepAnswerForm
from couples.lib import clock, keyset
from couples.models import Opening
from couples.presenters import sheets
from couples.presenters.addresses import page_of
from couples.presenters.first_doors import said_of_answer
from couples.presenters.sheets import Names
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.rule.step_things import StepThing, group_thing, of_ladder, of_own_words
from couples.views import _buttons, _drafts
from couples.views._addresses import BEGINNINGS, BOTH, ME, PARTNER, SIGNALS
from couples.views._buttons import PRESS_AGAIN, reads_and_acts, while_on
from couples.views._loading import names_on

SHOWN_FOLDED = ("", "What happens", "Who does what", "Who does it")  # the page of the step tells the rest


# --- On, off, Pause ---


@reads_and_acts
def turn_on(request: PersonRequest) -> HttpResponse:
    """Turn steps on. Nobody else learns it."""
    return _press(request, step_actions.turn_on, "")


@reads_and_acts
def turn_off(request: PersonRequest) -> HttpResponse:
    """Turn steps off, and take back all of one's own answers."""
    return _press(request, step_actions.turn_off, "Steps are turned off, and all your answers to them are taken back.")


@reads_and_acts
@while_on
def pause(request: PersonRequest) -> HttpResponse:
    """Take back all of one's own answers to groups and steps."""
    return _press(request, step_actions.pause, "All your answers to steps are taken back. Nobody was told.")


def _press(request: PersonRequest, verb: Callable[..., None], said: str) -> HttpResponse:
    """One press of a button. Signing in again leads here without the press: then it says that nothing was done."""
    if request.method != "POST":
        messages.info(request, PRESS_AGAIN)
        return redirect("steps")
    try:
        verb(by=request.user, at=request.now)
    except Refused as refused:
        return _buttons.refuse(request, refused, reverse("steps"))
    if said:
        messages.success(request, said)
    return redirect("steps")


# --- Groups, and what is open ---


@require_safe
@while_on
def steps(request: PersonRequest) -> HttpResponse:
    """The groups, what is open of them to both, and Pause."""
    names = names_on(request)
    open_now = visibility.open_to(request.user, request.now, request.seat).filter(kind__in=visibility.STEP_KINDS)
    agreed = open_now.filter(kind=OpeningKind.STEP).values("thing")
    shown = open_now.exclude(kind=OpeningKind.CONDITIONS, thing__in=agreed)  # the open step shows its conditions itself
    openings, older = keyset.page_of(shown, ("day", "tie"), request.GET.get("after", ""))
    return render(
        request,
        "steps/steps.html",
        {
            "groups": ladder.GROUPS,
            "signals": BEGINNINGS[SIGNALS],
            "reworded": _reworded(request),
            "sheets": [sheet for sheet in (_folded(opening, names) for opening in openings) if sheet],
            "older": older,
            "seated": request.seat is not None,
        },
    )


def _reworded(request: PersonRequest) -> date | None:
    """The day on which all words of steps changed, for as long as everybody is told of it."""
    today = clock.day_of(request.now, request.user.time_zone)
    return ladder.REWORDED if ladder.reworded_lately(today) else None


def _folded(opening: Opening, names: Names) -> sheets.Sheet | None:
    sheet = sheets.sheet_of(opening, names, url=page_of(opening))
    if sheet is not None:
        sheet.fields = [(label, text) for label, text in sheet.fields if label in SHOWN_FOLDED]
    return sheet


@reads_and_acts
@while_on
def step_group(request: PersonRequest, key: str) -> HttpResponse:
    """One group: what it is about, its steps, and a blank answer."""
    group = ladder.group_of(key)
    if request.method == "POST":
        return _answer_group(request, group)
    names = names_on(request)
    open_now = visibility.open_to(request.user, request.now, request.seat)
    own, older = [], None
    if key == "ours":
        written = open_now.filter(kind=OpeningKind.REVISION, scope=consent.OWN_STEP)
        own, older = keyset.page_of(written, ("day", "tie"), request.GET.get("after", ""))
    opened = open_now.filter(kind=OpeningKind.GROUP, thing=group_thing(group)).first()
    return render(
        request,
        "steps/group.html",
        {
            "group": group,
            "seen": group_thing(group),
            "rows": [_row(step, names) for step in ladder.steps_in(key)] or [_own_row(row, names) for row in own],
            "older": older,
            "open_since": opened.day if opened else None,
            "seated": request.seat is not None,
        },
    )


def _answer_group(request: PersonRequest, group: ladder.Group) -> HttpResponse:
    here = reverse("step_group", args=[group.key])
    answer = request.POST.get("answer")
    if answer not in (YES, NOT_NOW):
        messages.info(request, PRESS_AGAIN)
        return redirect(here)
    try:
        if answer == YES and request.POST.get("seen") != str(group_thing(group)):
            raise Refused("stale")
        step_actions.answer_group(group, answer == YES, by=request.user, at=request.now)
    except Refused as refused:
        return _buttons.refuse(request, refused, here)
    messages.success(request, said_of_answer(request))
    return redirect(here)


def _row(step: ladder.Step, names: Names) -> dict[str, Any]:
    ways = []
    for way, doer in ways_of(step.directed, names).items():
        _, fields = sheets.step_words(of_ladder(step, doer), names)
        ways.append(
            {
                "url": reverse("step", args=[step.key, way]),
                "word": _way_word(doer, names),
                "who": fields[0][1],
            }
        )
    return {"title": step.title, "ways": ways, "from_two_places": step.from_two_places}


def _own_row(opening: Opening, names: Names) -> dict[str, Any]:
    words = _words_of(opening)
    ways = ways_of(words.get("directed") == "one", names)
    return {
        "title": first_words(consent.OWN_STEP, words),
        "by": names.of(opening.author_id),
        "ways": [
            {"url": reverse("own_step", args=[opening.pk, way]), "word": _way_word(doer, names)}
            for way, doer in ways.items()
        ],
    }


def _words_of(opening: Opening) -> dict[str, str]:
    return opening.revision.words if opening.revision else {}


def ways_of(directed: bool, names: Names) -> dict[str, UUID | None]:
    """The directions of a step, by name, and who does it in each."""
    if not directed:
        return {BOTH: None}
    assert names.viewer is not None
    (partner,) = (seat for seat in names.seats if seat != names.viewer)
    return {ME: names.viewer, PARTNER: partner}


def _way_word(doer: UUID | None, names: Names) -> str:
    if doer is None:
        return "Both, together"
    return "You do this" if doer == names.viewer else ladder.sentence_for("{doer} does this", names.inside(doer), "")


# --- A step and its blank answer ---


@reads_and_acts
@while_on
def step(request: PersonRequest, key: str, way: str) -> HttpResponse:
    """A step of the ladder in one direction, and a blank answer."""
    words = ladder.step_of(key)
    names = names_on(request)
    found = of_ladder(words, _doer(way, words.directed, names))
    title, fields = sheets.step_words(found, names)
    return _answer_page(request, found, sheets.Sheet(title, "", None, fields), words.group)


@reads_and_acts
@while_on
def own_step(request: PersonRequest, opening: UUID, way: str) -> HttpResponse:
    """A step in the couple's own words, while they are open, in one direction, and a blank answer."""
    open_now = visibility.open_to(request.user, request.now, request.seat)
    row = open_now.filter(pk=opening, kind=OpeningKind.REVISION, scope=consent.OWN_STEP).first()
    if row is None or row.revision_id is None:
        raise Http404
    names = names_on(request)
    words = _words_of(row)
    doer = _doer(way, words.get("directed") == "one", names)
    _, fields = sheets.own_step_words(words, doer, names)
    sheet = sheets.Sheet(sheets.OWN_STEP_TITLE, names.of(row.author_id), row.day, fields)
    return _answer_page(request, of_own_words(row.revision_id, doer), sheet, "ours")


def _doer(way: str, directed: bool, names: Names) -> UUID | None:
    """Who does the step of this address. Raises Http404 for a direction that the step does not have."""
    ways = ways_of(directed, names)
    if way not in ways:
        raise Http404
    return ways[way]


def _answer_page(request: PersonRequest, found: StepThing, sheet: sheets.Sheet, group: str) -> HttpResponse:
    """The words of a step and its blank form; a POST answers it."""
    status = 200
    if request.method == "POST":
        form = StepAnswerForm({**request.POST.dict(), "seen": found.thing})  # the words shown now are these
        try:
            if _answered(request, found, form):
                _drafts.let_go(request)
                messages.success(request, said_of_answer(request))
                return redirect(request.path)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
    else:
        held = _drafts.held_fields(request) or {}  # of what was held, the words come back and the answer does not
        form = StepAnswerForm(initial={"seen": found.thing, "conditions": held.get("conditions", "")})
    return render(
        request,
        "steps/step.html",
        {
            "sheet": sheet,
            "form": form,
            "group": group,
            "may_answer": request.seat is not None or form.is_bound,
        },
        status=status,
    )


def _answered(request: PersonRequest, found: StepThing, form: StepAnswerForm) -> bool:
    """Whether the answer was given. Raises Refused. Not now needs no words, no conditions and no fresh page."""
    who = {"by": request.user, "at": request.now}
    if request.POST.get("answer") == NOT_NOW:
        step_actions.answer_step(found, yes=False, **who)
        return True
    if not form.is_valid():
        return False
    if request.POST.get("seen") != str(found.thing):
        raise Refused("stale")
    conditions = form.cleaned_data["conditions"] if form.cleaned_data["answer"] == CONDITIONS else ""
    step_actions.answer_step(found, yes=True, conditions=conditions, **who)
    return True


urlpatterns = [
    path("steps/", steps, name="steps"),
    path("steps/on/", turn_on, name="steps_on"),
    path("steps/off/", turn_off, name="steps_off"),
    path("steps/pause/", pause, name="steps_pause"),
    path("steps/group/<group:key>/", step_group, name="step_group"),
    path("steps/own/<uuid:opening>/<way:way>/", own_step, name="own_step"),
    path("steps/<step:key>/<way:way>/", step, name="step"),
]
