"""Django's sessions in the database, which do not ask it for what cannot be the name of one."""

import re
from typing import Any

from django.contrib.sessions.backends import db

# As Django makes them. A cookie may hold anything, and PostgreSQL refuses to compare a text with NUL in it.
A_KEY = re.compile(r"[a-z0-9]{8,40}")


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def _validate_session_key(self, key: Any) -> bool:
        return bool(key) and A_KEY.fullmatch(key) is not None
