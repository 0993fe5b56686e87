"""A sheet for a session of my own: I choose what I wrote, and it becomes one page to print, or a file. Nothing is kept.

My own therapist has no account here: a partner could pose as one. This serves instead.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.content.kind_words import first_words
from couples.content.kinds import KINDS
from couples.forms.own_sheet import OwnSheetForm
from couples.lib import keyset, pdf
from couples.lib.clock import day_of
from couples.lib.text import one_line
from couples.models import Record
from couples.presenters.own_sheet import parts_of
from couples.views._buttons import reads_and_acts
from couples.views._downloads import NO_FILE, pdf_answer

LINE = 90  # letters of the first words in the list
MAKE, FILE, GO_ON = "make", "file", "go_on"  # what its buttons ask for


@reads_and_acts
def own_sheet(request: PersonRequest) -> HttpResponse:
    """The list to choose from, some at a time; then the page, or the file, of what was chosen."""
    making = request.method == "POST" and GO_ON not in request.POST
    form = OwnSheetForm(request.POST if request.method == "POST" else None, making=making)
    if not making or not form.is_valid():
        return _list(request, form)
    chosen, with_alone = form.cleaned_data["chosen"], form.cleaned_data["with_alone"]
    shown = {
        "parts": parts_of(request.user, chosen, with_alone=with_alone),
        "day": day_of(request.now, request.user.time_zone),
        "chosen": chosen,
        "with_alone": with_alone,
    }
    if FILE in request.POST:
        try:
            made = pdf.pdf_of(render_to_string("own_sheet/file.html", shown), render_to_string("session/sheet.css"))
        except pdf.NotHere:
            messages.info(request, NO_FILE)
        else:
            return pdf_answer(made)
    return render(request, "own_sheet/sheet.html", shown)


def _list(request: PersonRequest, form: OwnSheetForm) -> HttpResponse:
    """The list at the place the form asks for. What was chosen elsewhere in it stays chosen."""
    records, more = keyset.page_of(visibility.mine(request.user), ("made_at", "id"), request.POST.get(GO_ON, ""))
    chosen = form.data.getlist("chosen") if form.is_bound else []
    here = {str(record.pk) for record in records}
    page = {
        "form": form,
        "rows": _rows(request, records, chosen),
        "elsewhere": [one for one in dict.fromkeys(chosen) if one not in here],
        "with_alone": form.is_bound and "with_alone" in form.data,
        "more": more,
        "from_start": not request.POST.get(GO_ON),
    }
    return render(request, "own_sheet/choose.html", page)


def _rows(request: PersonRequest, records: list[Record], chosen: list[str]) -> list[dict[str, Any]]:
    newest = visibility.newest_words_of(request.user, [record.pk for record in records])
    return [
        {
            "id": record.pk,
            "is_chosen": str(record.pk) in chosen,
            "words": one_line(first_words(record.kind, newest[record.pk].words), LINE),
            "kind": KINDS[record.kind].a_word,
            "day": day_of(record.made_at, request.user.time_zone),
        }
        for record in records
    ]


urlpatterns = [path("mine/sheet/", own_sheet, name="own_sheet")]
