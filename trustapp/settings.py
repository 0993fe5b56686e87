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
VAR = BASE_DIR / "var"  # everything that this place writes

DEBUG = env.flag("DEBUG", default=False)
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
SITE_NAME = env.text("SITE_NAME", "Two Threads")
REGISTRATION_OPEN = env.flag("REGISTRATION_OPEN", default=True)

# --- the key ----------------------------------------------------------------------------------------------

DEVELOPMENT_KEY_FILE = VAR / "development-key"
DEVELOPMENT_VAULT_FILE = VAR / "development-vault-key"


def development_key(file: Path, new: Callable[[], str]) -> str:
    """A key of this checkout while developing: made once, readable by its owner only."""
    if not file.exists():
        VAR.mkdir(mode=0o700, exist_ok=True)
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


def production_key() -> str:
    """SECRET_KEY, refused when it is missing, short or one that others know. Raises WrongSetting."""
    key = env.text("SECRET_KEY")
    if not key:
        raise WrongSetting("SECRET_KEY is missing: set it to 50 or more random characters.")
    if key.startswith(("development-", "django-insecure-", "only-for-tests-")):
        raise WrongSetting("SECRET_KEY is a key for development: set it to 50 or more random characters.")
    if len(key) < 50 or len(set(key)) < 5:
        raise WrongSetting("SECRET_KEY is too short or too plain: set it to 50 or more random characters.")
    return key


SECRET_KEY = env.text("SECRET_KEY") if DEBUG else production_key()
SECRET_KEY = SECRET_KEY or development_key(DEVELOPMENT_KEY_FILE, new_development_key)

# --- the master keys, under which everybody's words are sealed (docs/decisions/0009-...) ----------------

VAULT_KEYS = env.master_keys(
    "VAULT_KEYS",
    development_key(DEVELOPMENT_VAULT_FILE, vault.new_master_key) if DEBUG and not env.text("VAULT_KEYS") else "",
)
if not DEBUG and any(key.startswith(b"only for tests") for key in VAULT_KEYS):
    raise WrongSetting("VAULT_KEYS holds the key of the tests, which everybody knows: make one of your own.")

# --- who may call, and by which name ----------------------------------------------------------------------

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

if not DEBUG and not ALLOWED_HOSTS:
    raise WrongSetting("ALLOWED_HOSTS is missing: set it to this place's name, such as place.example.org.")
if not DEBUG and any(host in ("*", ".") for host in ALLOWED_HOSTS):
    raise WrongSetting("ALLOWED_HOSTS must name this place, such as place.example.org: * lets any name in.")
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("https://", "http://") if DEBUG else "https://"):
        raise WrongSetting("CSRF_TRUSTED_ORIGINS must list addresses such as https://place.example.org.")

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
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before files are served: an SVG can be a page too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "couples.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Last: reads the clock once, stores openings that are due, and gives a page one snapshot to read from.
    "couples.middleware.RequestMiddleware",
]

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
SECOND_WALL = env.flag("SECOND_WALL", default=True)  # on PostgreSQL only: docs/decisions/0007-a-second-wall.md
SERVING_ROLE = env.text("SERVING_ROLE", "trustapp_web")
IS_OWNER = bool(env.text("OWNER_DATABASE_URL")) and len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS
ADDRESS = "OWNER_DATABASE_URL" if IS_OWNER else "DATABASE_URL"
DATABASES = {"default": env.database(ADDRESS, f"sqlite:///{VAR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 0

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR.mkdir(mode=0o700, exist_ok=True)
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
    OPTIONS["pool"] = {
        "min_size": 1,
        "max_size": env.number("DATABASE_POOL", 10),
        "timeout": 10,
    }

# Rate limits count in the cache, so all processes must share it.
CACHES = {
    "default": {
        "BACKEND": "trustapp.cache.FileCache",
        "LOCATION": VAR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- time and language ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "UTC")
if TIME_ZONE not in zoneinfo.available_timezones():
    raise WrongSetting("TIME_ZONE must be a name such as Europe/Zurich or UTC.")

# --- accounts: an address, a password or a passkey, a code by mail ----------------------------------------

AUTH_USER_MODEL = "couples.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
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
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "couples.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "add_email": "couples.forms.accounts.NewAddressForm",
    "signup": "couples.forms.accounts.SignupForm",
    "change_password": "couples.forms.accounts.ChangePasswordForm",
    "reset_password_from_key": "couples.forms.accounts.NewPasswordForm",
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
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's mailbox hears nothing from this place
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
# Longer than a password's digest and a mail take together (couples/lib/constant_time.py).
ANSWERED_AFTER = timedelta(seconds=1.2)
# Rate limits are allauth's defaults. Behind a proxy they need the address that the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# --- sessions, cookies, headers ---------------------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a session can be ended from elsewhere
SESSION_COOKIE_AGE = 12 * 60 * 60  # at most, however busy (couples/accounts/session_timeout.py)
ASKED_AGAIN_AFTER = timedelta(minutes=15)  # idle; a person may choose shorter
SESSION_COOKIE_NAME = "session" if DEBUG else "__Host-session"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrf" if DEBUG else "__Host-csrf"
CSRF_COOKIE_AGE = None  # goes with the browser: no trace of a visit for a year
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "couples.views._drafts.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Not no-referrer: Chromium would then send "Origin: null" with our own forms, and Django refuses them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# Preloading a name into browsers cannot be undone for months: the operator's choice, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if BEHIND_PROXY:
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
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our files are for our pages
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- mail: for the account, and reminders set by oneself --------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_PORT = env.number("EMAIL_PORT", 465 if EMAIL_USE_SSL else 587)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "place@localhost" if DEBUG else "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

if EMAIL_USE_SSL and EMAIL_USE_TLS:
    raise WrongSetting("EMAIL_USE_TLS and EMAIL_USE_SSL cannot both be 1: set the one that your server wants.")
if DEBUG:
    EMAIL_BACKEND = "trustapp.mail.ConsoleAndFiles"
    EMAIL_FILE_PATH = VAR / "mail"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    if not EMAIL_HOST:
        raise WrongSetting("EMAIL_HOST is missing: set it to the mail server that sends the codes.")
    if "@" not in DEFAULT_FROM_EMAIL:
        raise WrongSetting("DEFAULT_FROM_EMAIL must be the sender's address, such as place@example.org.")

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
