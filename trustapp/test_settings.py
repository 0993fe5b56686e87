"""The settings under test: production's shape where it matters, quick where it does not."""

import base64
import os
from datetime import timedelta

os.environ["DEBUG"] = "1"  # no mail server, no https; pytest-django still turns DEBUG off
os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 4
os.environ["VAULT_KEYS"] = base64.b64encode(b"only for tests, known to anybody").decode()

from trustapp.settings import *  # noqa: E402, F403
from trustapp.settings import DATABASES, MIDDLEWARE, VAR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "tests.support.plain_cache.PlainCache"}}
ANSWERED_AFTER = timedelta(0)
DISK_RESERVE = 0  # tests/trustapp/test_full_disk.py has a disk of its own
WHITENOISE_AUTOREFRESH = True  # files are found when asked for: no collectstatic in the test path
WHITENOISE_USE_FINDERS = True

# Stories last weeks, and nobody in them signs in again. tests/accounts/test_session_timeout.py takes the real ones.
ASKED_AGAIN_AFTER = timedelta(days=3650)
SESSION_COOKIE_AGE = 3650 * 24 * 60 * 60

# One name per run, so that two runs in one checkout do not empty each other's database.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
DATABASE = DATABASES["default"]
if DATABASE["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server and of the races need connections of their own.
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    DATABASE["TEST"] = {"NAME": str(VAR / "test" / f"{RUN}.sqlite3")}
    DATABASE["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # no test cuts the power
else:
    DATABASE["TEST"] = {"NAME": f"test_{RUN}"}
    MIDDLEWARE.insert(0, "tests.support.serving_role.ServingRole")  # pages behind the second wall
    DATABASE["OPTIONS"].pop("pool", None)  # threads of a test end with their connection
