"""Settings. What differs from one machine to another comes from the environment; the rest is decided here.

Without `DEBUG=1` this is production: a missing or wrong value stops the start with a sentence that names it.
"""

import os
import secrets
import sys
import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from couples.lib import vault
from trustapp import env
from trustapp.env import WrongSetting

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = env.folder("STATE_FOLDER", BASE_DIR / "var")  # everything that this place writes

DEBUG = env.flag("DEBUG", default=False)
SITE_NAME = env.one_line("SITE_NAME", "Two Threads")
REGISTRATION_OPEN = env.flag("REGISTRATION_OPEN", default=True)
SITE_INDEXED = env.flag("SITE_INDEXED", default=False)  # whether search engines may list three pages for everybody

# --- the key ----------------------------------------------------------------------------------------------

DEVELOPMENT_KEY_FILE = VAR / "development-key"
DEVELOPMENT_VAULT_FILE = VAR / "development-vault-key"


def development_key(file: Path, new: Callable[[], str]) -> str:
    """A key of this checkout while developing: made once, readable by its owner only."""
    if not file.exists():
        env.make_folder("STATE_FOLDER", VAR)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with os.fdopen(os.open(file, flags, 0o600), "w") as opened:
                opened.write(new())
        except FileExistsError:
            pass  # another process was quicker
    return file.read_text()


def new_development_key() -> str:
    """A key that production refuses."""
    return "development-" + secrets.token_urlsafe(60)


SECRET_KEY = env.text("SECRET_KEY") if DEBUG else env.secret_key("SECRET_KEY")
SECRET_KEY = SECRET_KEY or development_key(DEVELOPMENT_KEY_FILE, new_development_key)

# --- the master keys, under which everybody's words are sealed (docs/decisions/0009-...) ----------------

VAULT_KEYS = env.master_keys(
    "VAULT_KEYS",
    development_key(DEVELOPMENT_VAULT_FILE, vault.new_master_key) if DEBUG and not env.text("VAULT_KEYS") else "",
)
if not DEBUG and any(key.startswith(b"only for tests") for key in VAULT_KEYS):
    raise WrongSetting("VAULT_KEYS holds the key of the tests, which everybody knows: make one of your own.")

# --- who may call, and by which name ----------------------------------------------------------------------

ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", ("https", "http") if DEBUG else ("https",))
# How many proxies in front each add to X-Forwarded-For; the first of them speaks https.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, least=0, most=10)

if not DEBUG and not ALLOWED_HOSTS:
    raise WrongSetting("ALLOWED_HOSTS is missing: set it to this place's name, such as place.example.org.")
if env.text("BEHIND_PROXY"):
    raise WrongSetting("BEHIND_PROXY is called TRUSTED_PROXIES now: set that to the number of proxies in front.")
if env.text("SCRIPT_NAME"):
    raise WrongSetting("SCRIPT_NAME must be empty: this place needs a host name of its own (docs/operate.md, Proxies).")

# --- the app ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "couples",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # development serves files the way production does
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "trustapp.headers.HeadersMiddleware",
    "trustapp.compress.CompressMiddleware",
    "trustapp.too_large.BodySizeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before files are served: an SVG can be a page too
    "trustapp.probes.ProbesMiddleware",  # before whatever asks for a name, a session or the database
    "trustapp.full_disk.FullDiskMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "trustapp.full_disk.UpgradingMiddleware",
    "trustapp.full_disk.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "couples.middleware.LeavingMiddleware",
    "couples.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Last: reads the clock once, stores openings that are due, and gives a page one snapshot to read from.
    "couples.middleware.RequestMiddleware",
]

# Counts and durations for the operator; everything that counts looks for their folder there (couples/lib/metrics.py).
METRICS_PORT = env.number("METRICS_PORT", 0, 0, 65535)
if METRICS_PORT:
    MIDDLEWARE.insert(0, "trustapp.metrics.MetricsMiddleware")
    env.make_folder("STATE_FOLDER", VAR / "metrics")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(VAR / "metrics")

ROOT_URLCONF = "trustapp.urls"
WSGI_APPLICATION = "trustapp.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "couples.context_processors.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our templates/django/forms style every form

# --- the database -----------------------------------------------------------------------------------------
# Never ATOMIC_REQUESTS: with IMMEDIATE every page would take SQLite's one write lock.

# On PostgreSQL two roles: the owner of the tables migrates and looks after them, another one serves pages.
OWNER_COMMANDS = {"migrate", "wall", "verify", "rotate_keys", "erase_due", "demo", "flush", "dumpdata"}
OWNER_COMMANDS |= {"backup", "restore"}
SECOND_WALL = env.flag("SECOND_WALL", default=True)  # on PostgreSQL only: docs/decisions/0007-a-second-wall.md
SERVING_ROLE = env.text("SERVING_ROLE", "trustapp_web")
IS_OWNER_COMMAND = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
IS_OWNER = bool(env.text("OWNER_DATABASE_URL")) and IS_OWNER_COMMAND
SERVING = env.database("DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}")
OWNING = env.database("OWNER_DATABASE_URL", "") if env.text("OWNER_DATABASE_URL") else SERVING
if OWNING is not SERVING and SECOND_WALL and not DEBUG:
    env.two_roles(SERVING, OWNING, SERVING_ROLE)
DATABASES = {"default": OWNING if IS_OWNER else SERVING}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # PostgreSQL: its pool keeps them
DATABASE_POOL = env.number("DATABASE_POOL", 10, least=1, most=1000)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    env.make_folder("STATE_FOLDER", VAR)
    # Opened once for each thread that serves: opening takes as long as asking, and the statements are prepared anew.
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",  # writers wait for each other instead of failing half way
        timeout=20,
        init_command=(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    )
else:
    OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    # Compiling a query of a millisecond takes fifty: what PostgreSQL's JIT is for, no page here asks.
    OPTIONS["options"] = f"{OPTIONS.get('options', '')} -c jit=off".strip()
    if not IS_OWNER_COMMAND:  # such a command needs one connection, and `restore` waits until there is no other
        OPTIONS["pool"] = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}
        # A pool that finds nobody waits longer before each try, up to minutes: after three seconds it gives up, and the
        # next page tries anew. So the place is there again as soon as PostgreSQL is.
        OPTIONS["pool"]["reconnect_timeout"] = 3
        # Each is asked whether it still stands before a page gets it: a restart of PostgreSQL breaks all that wait.
        DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Room kept aside beside an SQLite database, for what only closes when the disk is full (trustapp/full_disk.py).
DISK_RESERVE = 32 * 1024 * 1024
RESERVE_FILE = Path(f"{DATABASES['default']['NAME']}-reserve")

# What was erased for good is listed here, outside all that a backup puts back (docs/operate.md, Backups).
ERASED_FOLDER = env.folder("ERASED_FOLDER", VAR / "erased")

# Backups, sealed to the public keys of whoever may restore them, and for how many days each is kept.
BACKUP_FOLDER = env.folder("BACKUP_FOLDER", VAR / "backups")
BACKUP_TO = env.public_keys("BACKUP_TO")
BACKUP_DAYS = env.number("BACKUP_DAYS", 30, least=1, most=365)

# Tries are counted in the cache, so all processes share it: a table on PostgreSQL, a folder beside SQLite's file.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    SHARED = {"BACKEND": "trustapp.cache.FileCache", "LOCATION": VAR / "cache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
else:
    SHARED = {"BACKEND": "trustapp.cache.TallyCache"}
CACHES = {"default": {**SHARED, "KEY_FUNCTION": "trustapp.cache.digested"}}

# --- time and language ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise WrongSetting("TIME_ZONE must be a name such as Europe/Zurich or UTC.")

# --- accounts: an address, a password or a passkey, a code by mail ----------------------------------------

AUTH_USER_MODEL = "couples.User"
AUTHENTICATION_BACKENDS = ["couples.accounts.sign_in_tries.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "shown_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "couples.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "couples.forms.accounts.NewAddressForm",
    "signup": "couples.forms.accounts.SignupForm",
    "change_password": "couples.forms.accounts.ChangePasswordForm",
    "login": "couples.forms.accounts.LoginForm",
    "reset_password": "couples.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "couples.forms.accounts.NewPasswordForm",
    "set_password": "couples.forms.accounts.SetPasswordForm",
    "reauthenticate": "couples.forms.accounts.ReauthenticateForm",
    "confirm_email_verification_code": "couples.forms.accounts.MailedCodeForm",
    "confirm_password_reset_code": "couples.forms.accounts.ResetCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out where the browser agrees
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # handed in like any other, and never sent (AccountAdapter.send_mail)
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{SITE_NAME}: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one replaces it once its code was entered
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "couples.accounts.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost while developing
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "activate_totp": "couples.forms.mfa.ActivateTOTPForm",
    "add_webauthn": "couples.forms.mfa.AddWebAuthnForm",
    "authenticate": "couples.forms.mfa.AuthenticateForm",
    "authenticate_webauthn": "couples.forms.mfa.AuthenticateWebAuthnForm",
    "edit_webauthn": "couples.forms.mfa.EditWebAuthnForm",
    "login_webauthn": "couples.forms.mfa.LoginWebAuthnForm",
    "reauthenticate_webauthn": "couples.forms.mfa.ReauthenticateWebAuthnForm",
    "generate_recovery_codes": "couples.forms.mfa.GenerateRecoveryCodesForm",
    "signup_webauthn": "couples.forms.mfa.SignupWebAuthnForm",
}
ANSWERED_AFTER = timedelta(seconds=0.6)  # or twice that, and so on (couples/lib/constant_time.py)
# allauth's own limits would let strangers and neighbours lock somebody out: couples/accounts/rate_limits.py has ours.
# From which network somebody asks is read in couples/lib/client_address.py.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

# --- sessions, cookies, headers ---------------------------------------------------------------------------

SESSION_ENGINE = "couples.accounts.sessions"  # a session can be ended from elsewhere
SESSION_COOKIE_AGE = 12 * 60 * 60  # at most, however busy (couples/accounts/session_timeout.py)
ASKED_AGAIN_AFTER = timedelta(minutes=15)  # idle; a person may choose shorter
SESSION_COOKIE_NAME = "session" if DEBUG else "__Host-session"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
KNOWN_BROWSER_COOKIE_NAME = "browser" if DEBUG else "__Host-browser"  # couples/accounts/known_browser.py
CSRF_COOKIE_NAME = "csrf" if DEBUG else "__Host-csrf"
CSRF_COOKIE_AGE = None  # goes with the browser: no trace of a visit for a year
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LEAVING_COOKIE_NAME = "left" if DEBUG else "__Host-left"  # couples/accounts/leaving.py
CSRF_FAILURE_VIEW = "couples.views._drafts.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What is too long to keep still comes back to its writer, up to this size (trustapp/too_large.py).
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Not no-referrer: Chromium would then send "Origin: null" with our own forms, and Django refuses them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = ["^(healthz|readyz)$"]  # a probe calls this machine, not this place (trustapp/probes.py)
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading a name into browsers cannot be undone for months: the operator's choice, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_FOLDER", VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "trustapp.static_files.Collected"
    },
}

# --- mail: for the account, and reminders set by oneself --------------------------------------------------

EMAIL_HOST = env.host("EMAIL_HOST")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587, least=1, most=65535)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "place@localhost" if DEBUG else "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

env.mail_fits(EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL)
if DEBUG:
    EMAIL_BACKEND = "trustapp.mail.ConsoleAndFiles"
    EMAIL_FILE_PATH = VAR / "mail"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    if not EMAIL_HOST:
        raise WrongSetting("EMAIL_HOST is missing: set it to the mail server that sends the codes.")

# --- logs: to stderr, without anybody's words; no error is mailed to anyone -------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "quiet": {
            "()": "logging.Formatter" if DEBUG else "trustapp.logs.QuietFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that is not there is nothing to write down
    },
}
