"""Mistakes at the front door: middleware, headers, cookies, who is asked again."""

from tests.mutants.mutant import Mutant

DOOR, HEADERS, SETTINGS = "couples/middleware.py", "trustapp/headers.py", "trustapp/settings.py"
ON_HEADERS = ("trustapp/test_headers.py", "trustapp/test_observatory.py", "test_residue.py")

MUTANTS = (
    Mutant(
        "a page without no-store",
        HEADERS,
        '"/learn/", "/safety/"',
        '"/learn/", "/safety/", "/timeline/"',
        ON_HEADERS,
    ),
    Mutant(
        "no page has no-store", HEADERS, '["Cache-Control"] = "no-store"', '["Cache-Control"] = "no-cache"', ON_HEADERS
    ),
    Mutant(
        "other sites may embed answers",
        HEADERS,
        'response.headers["Cross-Origin-Resource-Policy"] = "same-origin"',
        "pass",
        ON_HEADERS,
    ),
    Mutant(
        "scripts of other places run",
        SETTINGS,
        '"script-src": [SELF]',
        '"script-src": [SELF, "https:"]',
        (*ON_HEADERS, "trustapp/test_settings.py", "test_look.py"),
    ),
    Mutant(
        "pages may be framed",
        SETTINGS,
        '"frame-ancestors": [NONE]',
        '"frame-ancestors": [SELF]',
        (*ON_HEADERS, "trustapp/test_settings.py"),
    ),
    Mutant(
        "scripts read the session",
        SETTINGS,
        "SESSION_COOKIE_HTTPONLY = True",
        "SESSION_COOKIE_HTTPONLY = False",
        (*ON_HEADERS, "trustapp/test_settings.py"),
    ),
    Mutant(
        "addresses go to other places",
        SETTINGS,
        'SECURE_REFERRER_POLICY = "same-origin"',
        'SECURE_REFERRER_POLICY = "unsafe-url"',
        (*ON_HEADERS, "trustapp/test_settings.py"),
    ),
    Mutant(
        "nobody stores a morning that nobody looked at",
        DOOR,
        "if_readable(lambda: store_what_opened(pair, at), pair)",
        "pass",
        ("views/test_ours.py", "presenters/test_timeline.py", "test_invariants.py"),
    ),
    Mutant(
        "a page is read before the last act",
        DOOR,
        "request.now = max(request.now, seat.pair.settled_until)",
        "pass",
        ("test_what_others_learn.py", "visibility/test_edges.py", "actions/test_races.py"),
    ),
    Mutant(
        "whoever comes back is not asked",
        DOOR,
        "if session_timeout.is_locked(request):",
        "if False:",
        ("accounts/test_session_timeout.py",),
    ),
    Mutant(
        "a mailbox is enough",
        DOOR,
        "if reset_lock.is_closed(request.user, request.now) and",
        "if False and",
        ("accounts/test_reset_lock.py",),
    ),
    Mutant(
        "a lapsed session loses what was written",
        DOOR,
        "        lapsed(request)\n        after, asks",
        "        after, asks",
        ("views/test_drafts.py",),
    ),
    Mutant(
        "an address says which button was pressed when a session lapsed",
        "couples/views/_buttons.py",
        "return reverse(back) if back else request.path",
        "return request.path",
        ("accounts/test_session_timeout.py",),
    ),
    Mutant(
        "a page asks less where a known address waits for a code",
        "couples/accounts/correcting.py",
        "        look_for_nobody(1)\n",
        "        pass\n",
        ("accounts/test_mailed_code.py",),
    ),
    Mutant(
        "a private page is read without signing in",
        "couples/views/ours.py",
        "def ours(request",
        "@__import__('django.contrib.auth.decorators', fromlist=['any']).login_not_required\ndef ours(request",
        ("views/test_ours.py", "test_access.py"),
    ),
)
