"""Finding one's own words. What is looked for never stands in an address, and nothing of it is kept."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from couples.accounts.requests import PersonRequest
from couples.forms.find import FindForm
from couples.presenters import search
from couples.views._buttons import reads_and_acts


@reads_and_acts
def find(request: PersonRequest) -> HttpResponse:
    """A field; and, after it was sent, where those words stand."""
    form = FindForm(request.POST or None)
    page: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        page["found"], page["more"] = search.find(request.user, form.cleaned_data["words"])
        page["asked"] = True
    return render(request, "find/find.html", page)


urlpatterns = [path("mine/find/", find, name="find")]
