"""The page that stands in for private pages while they are closed after a reset by mail.

The address says "wait" and nothing of a reset or a lock: the history of a shared browser tells nobody.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples.accounts import reset_lock
from couples.accounts.of_views import stands_in
from couples.accounts.rate_limits import count_failures
from couples.accounts.requests import PersonRequest
from couples.actions.reset_lock import open_with_code
from couples.content.refusals import Refused
from couples.forms.mfa import RecoveryCodeForm
from couples.views._buttons import reads_and_acts

OPEN = "Your pages are open again. That recovery code is used up."


@stands_in
@reads_and_acts
def wait(request: PersonRequest) -> HttpResponse:
    """Until when the pages are closed, and a field for a recovery code. Where nothing is closed it leads on."""
    if not reset_lock.is_closed(request.user, request.now):
        return redirect("me")
    form = RecoveryCodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            with count_failures(request, "waiting", request.user):
                open_with_code(form.cleaned_data["code"], by=request.user)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 429 if refused.code == "too_many" else 409
        else:
            messages.success(request, OPEN)
            return redirect("me")
    shown = {"form": form, "until": request.user.closed_until, "zone": request.user.time_zone}
    return render(request, "wait/wait.html", shown, status=status)


urlpatterns = [path("me/wait/", wait, name="wait")]
