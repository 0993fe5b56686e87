"""A guided look at something of mine: questions only. Saved for me alone; nobody draws a conclusion from it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import records
from couples.content import kind_words, phrases
from couples.content.kinds import KINDS
from couples.forms.mine import ReflectionForm
from couples.lib.clock import day_of
from couples.views import _drafts
from couples.views._buttons import reads_and_acts
from couples.views._loading import newest_of


@reads_and_acts
def reflection(request: PersonRequest, record_id: UUID, key: str) -> HttpResponse:
    """The questions beside the words they are about, with what was answered before."""
    newest = newest_of(request.user, record_id)
    kind = KINDS[newest.record.kind]
    asked = next((known for known in kind.reflections if known.key == key), None)
    if asked is None:
        raise Http404
    own = visibility.own_words_of(request.user, record_id)
    if request.method == "POST":
        form = ReflectionForm(kind, key, request.POST)
        if form.is_valid():
            others = {name: text for name, text in own.items() if name not in form.fields}
            records.keep_for_oneself(newest.record, {**others, **form.own_words()}, by=request.user, at=request.now)
            _drafts.let_go(request)
            messages.success(request, phrases.KEPT)
            return redirect("record", record_id)
    else:
        form = ReflectionForm(kind, key, initial=_drafts.held_fields(request) or own)
    page = {
        "form": form,
        "reflection": asked,
        "id": record_id,
        "words": kind_words.first_words(kind.name, newest.words),
        "day": day_of(newest.made_at, request.user.time_zone),
    }
    return render(request, "reflection/reflection.html", page)


urlpatterns = [path("mine/<uuid:record_id>/look/<slug:key>/", reflection, name="reflection")]
