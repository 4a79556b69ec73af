"""The settings of one installation, read from the environment (or from the file named by `HUIYIN_ENV_FILE`).

Every variable read here is explained in `docs/operators/settings.md`; a test compares the two.
"""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE_DIR = Path(__file__).resolve().parent
BASE_DIR = PACKAGE_DIR.parents[1]

env = environ.Env()
if env.str("HUIYIN_ENV_FILE", default=""):
    environ.Env.read_env(env.str("HUIYIN_ENV_FILE"))

# --- Where things lie -------------------------------------------------------------------------------------------------

VAR_DIR = Path(env.str("HUIYIN_VAR", default=str(BASE_DIR / "var"))).resolve()
PACKS_DIR = Path(env.str("HUIYIN_PACKS", default=str(BASE_DIR / "packs"))).resolve()
CALENDARS_DIR = Path(env.str("HUIYIN_CALENDARS", default=str(BASE_DIR / "calendars"))).resolve()
GLOSSARY_FILE = BASE_DIR / "glossary.yaml"
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_from_file(path: Path) -> str:
    """
    The secret kept in `path`; it is made on the first start, readable by its owner alone.

    Raises ImproperlyConfigured for a file that is empty or cannot be read: another secret would void every link given.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            kept = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"The secret key in {path} cannot be read: {error}. Bring it back.") from error
        if not kept:
            raise ImproperlyConfigured(
                f"The secret key in {path} is empty. Bring it back from a copy, or remove the file: a new one is made, "
                "sessions end, and links already given to complainants open nothing any more."
            ) from None
        return kept
    with os.fdopen(handle, "w") as file:
        file.write(secret := secrets.token_urlsafe(50))
    return secret


# --- Who may ask, and how ---------------------------------------------------------------------------------------------

DEBUG = env.bool("HUIYIN_DEBUG", default=False)
SECRET_KEY = env.str("HUIYIN_SECRET_KEY", default="") or _secret_from_file(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("HUIYIN_OLD_SECRET_KEYS", default=[])

BIND_ADDRESS = env.str("HUIYIN_BIND", default="127.0.0.1")
PORT = env.int("HUIYIN_PORT", default=8000)
BASE_URL = env.str("HUIYIN_BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
HTTPS = env.bool("HUIYIN_HTTPS", default=BASE_URL.startswith("https://"))
ALLOWED_HOSTS = [
    *env.list("HUIYIN_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]),
    urlsplit(BASE_URL).hostname or "localhost",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.int("HUIYIN_TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health\.json$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = env.int("HUIYIN_SESSION_HOURS", default=14) * 3600
LANGUAGE_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 31_536_000
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "huiyin.common.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("HUIYIN_MAX_FORM_MEGABYTES", default=12) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Apps, in the order of the layers: what stands lower may not import what stands higher ---------------------------

LAYERS = (
    "common",
    "accounts",
    "organisation",
    "procedures",
    "cases",
    "documents",
    "records",
    "money",
    "search",
    "intake",
    "duties",
    "reports",
    "desk",
    "portal",
    "api",
    "demo",
)
HUIYIN_APPS = [f"huiyin.{name}" for name in LAYERS if (PACKAGE_DIR / name / "apps.py").exists()]
INSTALLED_APPS = [
    *reversed(HUIYIN_APPS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "rules",
    "tablericons",
    "template_partials.apps.SimpleAppConfig",
    "treebeard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "huiyin.api.middleware.ProblemMiddleware",
    "huiyin.common.middleware.ErrorPageMiddleware",
    "huiyin.common.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "huiyin.urls"
WSGI_APPLICATION = "huiyin.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Both cotton and template-partials want to rewrite the loaders; spelled out, they get on.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huiyin.common.context.page",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "huiyin.common.templatetags.huiyin",
                "tablericons.templatetags.tablericons",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
FORM_RENDERER = "huiyin.common.forms.FormRenderer"

# --- Database ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'huiyin.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    _database["CONN_MAX_AGE"] = 0
    _database["CONN_HEALTH_CHECKS"] = True
    _database["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("HUIYIN_PGBOUNCER", default=False)
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,
        "target_session_attrs": "read-write",
        "pool": {"min_size": 2, "max_size": env.int("HUIYIN_POOL_SIZE", default=8), "timeout": 10},
    }

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "huiyin.accounts.backends.PasswordBackend"]
PASSWORD_HASHERS = ["huiyin.accounts.hashers.LimitedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_RESET_TIMEOUT = 24 * 3600
INVITATION_DAYS = env.int("HUIYIN_INVITATION_DAYS", default=7)

AXES_FAILURE_LIMIT = env.int("HUIYIN_LOCKOUT_FAILURES", default=6)
AXES_COOLOFF_TIME = env.int("HUIYIN_LOCKOUT_MINUTES", default=15) / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "huiyin.accounts.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "huiyin.common.client.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Languages and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# The wheel that carries Tabler would replace the admin were it an installed app; only its files are wanted.
_tabler = find_spec("jazzy_tabler")
if _tabler is None or not _tabler.submodule_search_locations:
    raise RuntimeError("django-jazzy-tabler, which carries Tabler's style sheets, is not installed: run `make setup`.")
STATICFILES_DIRS = [("vendor/tabler", Path(_tabler.submodule_search_locations[0]) / "static/vendor/tabler")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "huiyin.common.storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = Path(env.str("HUIYIN_FILES", default=str(VAR_DIR / "files"))).resolve()
LARGEST_FILE = env.int("HUIYIN_MAX_FILE_MEGABYTES", default=20) * 1024 * 1024
FILES_AT_ONCE = env.int("HUIYIN_MAX_FILES_AT_ONCE", default=6)
FILES_PER_CASE = env.int("HUIYIN_MAX_FILES_PER_CASE", default=100)
FILE_UPLOAD_HANDLERS = [
    "huiyin.documents.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- The public side --------------------------------------------------------------------------------------------------

PORTAL_COMPLAINTS_PER_HOUR = env.int("HUIYIN_PORTAL_COMPLAINTS_PER_HOUR", default=20)
PORTAL_WRONG_SECRETS_PER_HOUR = env.int("HUIYIN_PORTAL_WRONG_SECRETS_PER_HOUR", default=10)
PORTAL_LEAST_SECONDS = env.int("HUIYIN_PORTAL_LEAST_SECONDS", default=3)
PORTAL_MINUTES = env.int("HUIYIN_PORTAL_MINUTES", default=60)

DEMO = env.bool("HUIYIN_DEMO", default=True)

# --- Mail, background work, log ---------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("HUIYIN_MAIL_FROM", default="huiyin@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SERVER_PROCESSES = env.int("HUIYIN_PROCESSES", default=1 if "sqlite" in _database["ENGINE"] else 2)
SERVER_THREADS = env.int("HUIYIN_THREADS", default=1 if "sqlite" in _database["ENGINE"] else 4)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("HUIYIN_LOG_LEVEL", default="WARNING")},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS follows HUIYIN_HTTPS: an installation inside a company may have no certificate
    "security.W008",  # so does the redirect
    "security.W012",
    "security.W016",
]
