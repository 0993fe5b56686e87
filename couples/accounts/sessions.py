"""Django's sessions in the database, which do not ask it for what cannot be the name of one."""

import re
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from couples.lib import clock
from couples.lib.compiled import compiled

# As Django makes them. A cookie may hold anything, and PostgreSQL refuses to compare a text with NUL in it.
A_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def _validate_session_key(self, key: Any) -> bool:
        return bool(key) and A_KEY.fullmatch(key) is not None

    def _get_session_from_db(self) -> Session | None:
        """The row of this session, unless it is over."""
        row = next(iter(_live((self.session_key,), clock.now())), None) if self.session_key else None
        if row is None:
            self._session_key = None
        return row


@compiled
def _live(key: tuple[str], at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key[0], expire_date__gt=at)
