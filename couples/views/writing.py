"""Writing: a new record, words of my own in answer to an agreement that is open, and the next words of a record."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import writing as writing_acts
from couples.actions.writing import Written
from couples.content import kind_words, phrases
from couples.content.kinds import AGREEMENT, KINDS
from couples.content.refusals import Refused
from couples.forms.mine import CounterForm, RevisingForm, WordsForm, WritingForm, older_for, shown_token, was_shown
from couples.models import Revision
from couples.presenters import breaches
from couples.presenters.first_doors import said_of_offer
from couples.presenters.sheets import Sheet, sheet_of
from couples.views import _drafts
from couples.views._beginnings import begun, form_of
from couples.views._buttons import reads_and_acts
from couples.views._loading import kinds_for, names_on, newest_of

REVISE = "New words"


@reads_and_acts
def write(request: PersonRequest, kind: str) -> HttpResponse:
    """A new record of one kind: kept, or offered to share at once."""
    shape = next((known for known in kinds_for(request.user) if known.name == kind), None)
    if shape is None:
        raise Http404
    if request.method != "POST":
        initial = _drafts.held_fields(request) or begun(request, shape)
        return _page(request, form_of(request, shape, initial=initial))
    return _save_new(request, form_of(request, shape, request.POST))


@require_safe
def kinds_to_write(request: PersonRequest) -> HttpResponse:
    """Every kind of record that this person may begin, with what it is."""
    offered = [
        {"url": reverse("write", args=[kind.name]), "word": kind.begin, "about": kind.about}
        for kind in kinds_for(request.user)
    ]
    return render(request, "mine/kinds.html", {"kinds": offered})


def _page(
    request: PersonRequest,
    form: WordsForm,
    *,
    refused: Refused | None = None,
    heading: str = "",
    beside: Sheet | None = None,
    action: str = "",
) -> HttpResponse:
    """The page with the form of one kind. A refusal stands at its head (409) and everything written stays in it."""
    if refused is not None:
        form.add_error(None, refused.sentence)
    page = {
        "form": form,
        "heading": heading or form.kind.a_word,
        "about": form.kind.about,
        "kind": form.kind.name,
        "part": form.kind.parts,
        "starters": form.kind.starters,
        "paired": request.seat is not None,
        "steps_on": request.user.steps_on,
        "beside": beside,
        "action": action,
    }
    return render(request, "mine/write.html", page, status=409 if refused else 200)


def _save_new(request: PersonRequest, form: WritingForm) -> HttpResponse:
    """Write what the form says, once, and offer it if that was the button. Or show the form again."""
    if not form.is_valid():
        return _page(request, form)
    try:
        written = writing_acts.write(
            form.kind.name,
            form.words(),
            form.own_words(),
            by=request.user,
            at=request.now,
            once=form.cleaned_data["once"],
            answers=form.answers,
            offers=form.offers,
            ends=form.end_at(request) if form.offers else None,
        )
    except Refused as refused:
        return _page(request, form, refused=refused)
    return _answer(request, form, written)


def _answer(request: PersonRequest, form: WordsForm, written: Written) -> HttpResponse:
    """To the page of the record; where its words had changed meanwhile, the form again, beside the newest (409)."""
    if written.refused is not None:
        return _show_again(request, form, written.revision, written.refused)
    _drafts.let_go(request)
    said = said_of_offer(request, form.kind, written.revision) if form.offers else phrases.KEPT
    besides = breaches.said_of_saving(form.kind.name, written.revision.words, request.user, request.seat)
    messages.success(request, said + besides)
    return redirect("record", written.revision.record_id)


@reads_and_acts
def revise(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """Write the next words of a record. What stands under an offer stays as it is: an offer is to exact words."""
    newest = newest_of(request.user, record_id)
    shape = KINDS[newest.record.kind]
    if request.method != "POST":
        before = {
            **newest.words,
            **visibility.own_words_of(request.user, record_id),
            "older": older_for(newest.words),
        }
        initial = {**before, "seen": newest.number, **(_drafts.held_fields(request) or {})}
        return _page(request, _revising(request, RevisingForm(shape, initial=initial)), heading=REVISE)
    form = _revising(request, RevisingForm(shape, request.POST))
    if not form.is_valid() and set(form.errors) != {"seen"}:
        return _page(request, form, heading=REVISE)
    try:
        written = writing_acts.write_next(
            newest.record,
            form.words(),
            form.own_words(),
            by=request.user,
            at=request.now,
            seen=form.cleaned_data.get("seen") or 0,
            older=form.cleaned_data.get("older") or "",
            offers=form.offers,
            ends=form.end_at(request) if form.offers else None,
        )
    except Refused as refused:
        return _page(request, form, refused=refused, heading=REVISE)
    return _answer(request, form, written)


def _revising(request: PersonRequest, form: RevisingForm) -> RevisingForm:
    """What cannot be offered, without a pair or ever, is asked nothing about it."""
    if request.seat is None or form.kind.is_alone:
        del form.fields["older"]
    return form


def _show_again(request: PersonRequest, form: WordsForm, newest: Revision, refused: Refused) -> HttpResponse:
    """The form with everything in it; its number is that of the words shown beside, so it can be sent again."""
    again = _revising(request, RevisingForm(form.kind, {**dict(form.data.items()), "seen": str(newest.number)}))
    again.is_valid()
    beside = None
    if refused.code == "stale":
        fields = kind_words.sheet_fields(form.kind.name, newest.words)
        beside = Sheet(kind_word="The words as they are now", by="", day=None, fields=fields, folded=False)
    action = reverse("revise", args=[newest.record_id])
    return _page(request, again, refused=refused, heading=REVISE, beside=beside, action=action)


@reads_and_acts
def counter(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Words of my own in answer to my partner's words of an agreement.

    They are a record of mine. Where the words answered have closed meanwhile, nothing written is lost: the page says
    so (409), and what was written can be kept as an agreement of its own.
    """
    opening = visibility.may_answer(request.user, request.now, opening_id) if request.seat else None
    if opening is None or opening.revision is None or opening.revision.author_id == request.user.pk:
        sent = request.POST if request.method == "POST" else _drafts.held_fields(request) or {}
        if was_shown(str(sent.get("shown", "")), opening_id, request.user):
            form = CounterForm(AGREEMENT, sent)
            return _page(request, form, refused=Refused("not_open"), action=reverse("write", args=["agreement"]))
        raise Http404
    if request.method == "POST":
        form = CounterForm(AGREEMENT, request.POST)
        if form.is_valid():
            form.answers = opening.revision
            return _save_new(request, form)
    else:
        prefilled = {**opening.revision.words, "shown": shown_token(opening, request.user)}
        form = CounterForm(AGREEMENT, initial={**prefilled, **(_drafts.held_fields(request) or {})})
    beside = sheet_of(opening, names_on(request), folded=False)
    if beside is not None:
        beside.kind_word = "The words you answer"
    return _page(request, form, heading="Words of your own", beside=beside)


urlpatterns = [
    path("mine/write/", kinds_to_write, name="kinds_to_write"),
    path("mine/write/<kind:kind>/", write, name="write"),
    path("ours/<uuid:opening_id>/counter/", counter, name="counter"),
    path("mine/<uuid:record_id>/revise/", revise, name="revise"),
]
