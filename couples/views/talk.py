"""Talk in turns: one device on the table, two people who each speak twice while the other listens.

It works for anybody, signed in or not, and keeps nothing: where a talk has got to travels in its form, signed. One
person's account may lie on the table, so its pages know nobody, and each press asks for the password before the next
private page of this session (`session_timeout.lock`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from couples.accounts import session_timeout
from couples.views._buttons import reads_and_acts

BEGIN, NEXT, PASS, BREAK, GO_ON, STOP = "begin", "next", "pass", "break", "go-on", "stop"
IN_ALL: Final = timedelta(minutes=25)  # of talking: a break is not counted
MINUTES: Final = 4  # of one turn
STAYS: Final = timedelta(days=1)  # how long a page of it can lie open and still go on
SALT: Final = "couples.talk"
OPEN_TOO_LONG: Final = "That page had been open for a long time. You can begin again, or leave it for today."


@dataclass(frozen=True, slots=True)
class Turn:
    """One of the four turns: its heading, and who speaks."""

    title: str
    speaks: str


TURNS: Final = (
    Turn("The first turn", "One of you begins, whoever would like to. The other listens."),
    Turn("The second turn", "Now the other of you speaks, and whoever spoke first listens."),
    Turn("The third turn", "Whoever began speaks once more."),
    Turn("The fourth turn, and the last", "And the other of you, once more."),
)


@dataclass(frozen=True, slots=True)
class Talk:
    """Where a talk has got to: the number of its turn, what was talked until then, and since when it goes on."""

    turn: int
    talked: timedelta
    since: datetime

    def signed(self) -> str:
        """For the form."""
        return signing.dumps([self.turn, self.talked.total_seconds(), self.since.timestamp()], salt=SALT)

    @classmethod
    def read(cls, text: str, at: datetime) -> "Talk | None":
        """The talk that a form brings along; None for what is no talk of ours, or has been open for too long."""
        try:
            turn, talked, since = signing.loads(text, salt=SALT, max_age=STAYS)
        except signing.BadSignature:
            return None
        return cls(turn, timedelta(seconds=talked), datetime.fromtimestamp(since, tz=at.tzinfo))

    def talked_until(self, at: datetime) -> timedelta:
        """How much was talked in all until this instant."""
        return self.talked + max(at - self.since, timedelta(0))

    def after_turn(self, at: datetime) -> "Talk | None":
        """The talk in its next turn; None where there is none: after four, or after 25 minutes."""
        if self.turn + 1 == len(TURNS) or self.talked_until(at) >= IN_ALL:
            return None
        return Talk(self.turn + 1, self.talked_until(at), at)


# Public, because two people can talk without an account. Exempt from the form's token, because a page of it may lie
# open while somebody signs in anew in another tab. Another site that posts here asks nobody for a password: our
# cookies are SameSite and do not come along, and without them nothing is done.
@csrf_exempt
@login_not_required
@reads_and_acts
def talk(request: HttpRequest) -> HttpResponse:
    """The gate; then one page for each turn, for a break and for the end, each the answer to a press.

    They stand at one address, and none is kept to be shown later. Sent again, as by a reload, a press leads to the
    same page.
    """
    press, at = request.POST.get("press", ""), request.now  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, "gate")
    if press == BEGIN:
        return _turn(request, Talk(0, timedelta(0), at))
    now = Talk.read(request.POST.get("talk", ""), at)
    if now is None:
        return _page(request, "gate", said=OPEN_TOO_LONG)
    if press == STOP:
        return _page(request, "end")
    if press == BREAK:
        return _page(request, "break", talk=replace(now, talked=now.talked_until(at), since=at).signed())
    if press == GO_ON:
        return _turn(request, replace(now, since=at))
    if press not in (NEXT, PASS):
        return _turn(request, now)
    after = now.after_turn(at)
    return _turn(request, after) if after is not None else _page(request, "end")


def _turn(request: HttpRequest, now: Talk) -> HttpResponse:
    return _page(request, "turn", turn=TURNS[now.turn], minutes=MINUTES, talk=now.signed())


def _page(request: HttpRequest, name: str, **shown: Any) -> HttpResponse:
    """A page of the talk, the same whoever is signed in. All but the gate lock the private pages of this session."""
    if name != "gate" and request.user.is_authenticated:
        session_timeout.lock(request)
    request.user = AnonymousUser()
    return render(request, f"talk/{name}.html", shown)


urlpatterns = [path("talk/", talk, name="talk")]
