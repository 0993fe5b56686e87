"""Django's sessions in the database, which do not ask it for what cannot be the name of one."""

import re
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import DatabaseError, models
from django.utils import timezone

from couples.lib.compiled import compiled
from couples.lib.disk_room import is_full
from couples.lib.out_of_reach import is_out_of_reach

# As Django makes them. A cookie may hold anything, and PostgreSQL refuses to compare a text with NUL in it.
A_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def save(self, must_create: bool = False) -> None:
        """Save it. Django takes every error for a session that was ended meanwhile (UpdateError, and an answer of 400):
        one of the database stays what it is, so that its own page is shown and what was written comes back.
        """
        try:
            super().save(must_create)
        except UpdateError as gone:
            problem = gone.__context__
            if isinstance(problem, DatabaseError) and (is_full(problem) or is_out_of_reach(problem)):
                raise problem from problem.__cause__
            raise

    def _get_session_from_db(self) -> Session | None:
        # Each page asks for one. A session ends by the server's clock, as Django says.
        found = next(iter(_lasting((self.session_key,), timezone.now())), None) if self.session_key else None
        if found is None:
            self._session_key = None
        return found

    def _validate_session_key(self, key: Any) -> bool:
        return bool(key) and A_KEY.fullmatch(key) is not None


@compiled
def _lasting(key: tuple[str], at: datetime) -> models.QuerySet[Session]:
    return Session.objects.filter(session_key=key[0], expire_date__gt=at)
