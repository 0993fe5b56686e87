"""Stop: three acts that only close, for whoever is signed in. It asks for no password, and shows nothing.

The middleware lets it through while private pages wait or ask again (`of_views.only_closes`), so nothing of anybody
may stand here: no state, no name, and none of the notes that other pages left to be read.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples.accounts import reset_lock, session_timeout
from couples.accounts.of_views import only_closes
from couples.accounts.requests import PersonRequest
from couples.actions import stopping
from couples.content.phrases import MUCH_OPEN, UNREAD
from couples.views._buttons import PRESS_AGAIN, pressed, reads_and_acts


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its word, what it does, and the one sentence after it, whatever there was."""

    name: str
    word: str
    does: tuple[str, ...]
    done: str


ACTS = (
    Act(
        stopping.EVERYTHING,
        "Take back everything I said yes to",
        (
            "Whatever you offered, accepted, answered or kept, and whoever you admitted, closes now; when things may "
            "open to you is not now, until you say so again. If an hour of yours is running, it ends.",
            "What you are reading stays with you, and what you wrote stays yours. You can give things again later.",
            f"Nobody is told, and you owe nobody a reason. {MUCH_OPEN} {UNREAD}",
        ),
        "Whatever you had said yes to is taken back, from this moment; nobody is told, and you owe nobody a reason.",
    ),
    Act(
        stopping.STEPS,
        "Pause all steps",
        (
            "Whatever you answered on steps and groups of steps is taken back now. Everything else stays as it is.",
            "Nobody is told, and you owe nobody a reason.",
        ),
        "Whatever you had answered on steps is taken back, from this moment; nobody is told.",
    ),
    Act(
        stopping.HOUR,
        "End my hour",
        (
            "If an hour of yours is running, it ends now. What has opened stays as it is.",
            "Nobody is told, and you owe nobody a reason.",
        ),
        "If an hour of yours was running, it is over; nobody is told.",
    ),
)


@only_closes
@reads_and_acts
def stop(request: PersonRequest) -> HttpResponse:
    """The three acts; a POST that names one is asked once more, and done when it says so.

    The answer is the page itself, kept nowhere to be shown later: who takes the phone next would read it. Sent again,
    as by a reload, it is done again, which is no harm.
    """
    act = next((act for act in ACTS if act.name == request.POST.get("act")), None)
    if act is None:
        said = PRESS_AGAIN if request.method == "POST" else ""
        return render(request, "stop/stop.html", {"acts": ACTS, "said": said})
    if request.POST.get("sure") != "yes":
        return render(request, "stop/sure.html", {"act": act})
    closed = session_timeout.is_locked(request) or reset_lock.is_closed(request.user, request.now)
    stopping.stop(act.name, by=request.user, at=request.now, unlocked=not closed)
    return render(request, "stop/stop.html", {"acts": ACTS, "said": act.done})


@pressed(back="today")
def read(request: PersonRequest) -> HttpResponse:
    """The person has read that Stop was used. It is a private page: only they can say so."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        seen = None
    if seen is not None and seen.tzinfo is not None:
        stopping.have_read(seen, by=request.user)
    return redirect("today")


urlpatterns = [
    path("stop/", stop, name="stop"),
    path("stop/read/", read, name="stop_read"),
]
