"""Coming back: who gave the right password of an account that waits to be erased, and where that leads."""

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from couples.models import Farewell, User

RETURNING = "returning"  # in the session of somebody who gave the password of an account that waits to be erased
TO_ENTER_IT = timedelta(minutes=15)


def begin_return(request: HttpRequest, user: User) -> HttpResponse | None:
    """Where the right password of an account that waits to be erased leads; None for other accounts."""
    if not Farewell.objects.filter(pk=user.pk).exists():
        return None
    request.session.cycle_key()
    request.session[RETURNING] = signing.dumps(str(user.pk), salt=RETURNING)
    return redirect("come_back")


def returning_person(request: HttpRequest) -> User | None:
    """Whose password was given in this browser a few minutes ago, while their account waits to be erased."""
    try:
        pk = signing.loads(request.session.get(RETURNING, ""), salt=RETURNING, max_age=TO_ENTER_IT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=False).first()
