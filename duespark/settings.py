"""Every setting of DueSpark, in reading order: the environment, the site, the API, the back office.

Production is the default and wants `SECRET_KEY`, `DATABASE_URL` and `ALLOWED_HOSTS`; development is
asked for with `DEVELOPMENT=true`. README.md lists what else the environment may say.
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured

from duespark import database
from duespark.keys import token_keys

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"  # git-ignored: the embedded database, collected static files

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")  # what the environment says already stays


def said(name: str, default: str) -> str:
    """What the environment says, as it is: django-environ would take `$…` for another variable's name."""
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A switch of the environment. Anything but true or false is a mistake, not false."""
    value = said(name, str(default)).strip().lower()
    if value not in ("true", "false"):
        raise ImproperlyConfigured(f"{name} must be true or false.")
    return value == "true"


def number(name: str, default: int = 0) -> int:
    value = said(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in said(name, default).split(",") if word.strip()]


TAKEN_PATHS = ("auth", "clients", "docs", "invoices", "schema", "static")


def folder(name: str, default: str) -> str:
    """A folder of the site, in the form that Django's `path` takes: `like/this/`."""
    value = said(name, "").strip().strip("/") or default
    if not re.fullmatch(r"[\w~-][\w.~-]*(/[\w~-][\w.~-]*)*", value, re.ASCII) or value.split("/")[0] in TAKEN_PATHS:
        raise ImproperlyConfigured(f"{name} must be a path of its own, such as {default}/ or back/office/.")
    return f"{value}/"


def cache_url(name: str) -> str:
    """Where a Redis or a Valkey is, in Redis' own words; empty for none."""
    value = said(name, "").strip()
    if value and not re.match(r"(redis|rediss|valkey|valkeys|unix)://.", value):
        raise ImproperlyConfigured(f"{name} must be like redis://HOST:6379/0.")
    return re.sub("^valkey", "redis", value)


# The environment

DEVELOPMENT = flag("DEVELOPMENT")
if not DEVELOPMENT:
    missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS") if not said(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"DueSpark needs {', '.join(missing)} in the environment; "
            "for development on an embedded database, set DEVELOPMENT=true instead (make does)."
        )

DEBUG = False  # errors are problem+json everywhere; development reads the log
SECRET_KEY = said("SECRET_KEY", "") or "for development on this machine only, never in production"
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEVELOPMENT else "")

# The site

ROOT_URLCONF = "duespark.urls"
ADMIN_PATH = folder("ADMIN_PATH", "admin")
WSGI_APPLICATION = "duespark.wsgi.application"
APPEND_SLASH = False  # no path of the API redirects
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = "duespark.formats"

INSTALLED_APPS = [
    "accounts",
    "clients",
    "accounts.backoffice.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "duespark.browsers.SafetyHeaders",
    "duespark.api.cors.CorsMiddleware",
    "accounts.throttling.RateLimitHeaders",
    "django.middleware.common.CommonMiddleware",
    "accounts.backoffice.middleware.SessionMiddleware",
    "accounts.backoffice.middleware.CsrfViewMiddleware",
    "accounts.backoffice.middleware.AuthenticationMiddleware",
    "accounts.backoffice.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The database

DATABASE_URL = said("DATABASE_URL", "")
DATABASE_BOUNDS = {  # seconds, past which a request is a 503; manage.py knows none
    "statement_timeout": number("DATABASE_STATEMENT_TIMEOUT", 30),
    "lock_timeout": number("DATABASE_LOCK_TIMEOUT", 10),
    "idle_in_transaction_session_timeout": number("DATABASE_IDLE_TIMEOUT", 60),
}
DATABASES = {
    "default": (
        database.from_url(
            DATABASE_URL,
            pool_size=number("DATABASE_POOL_SIZE"),
            prepare=flag("DATABASE_PREPARE", default=True),
            bounds=DATABASE_BOUNDS,
        )
        if DATABASE_URL
        else database.embedded(VAR / "postgres", DATABASE_BOUNDS)
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Static files: the admin's, the docs' and the pages' of templates/

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True  # they are there without `collectstatic`, too

# Mail

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://" if DEVELOPMENT else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = said("DEFAULT_FROM_EMAIL", "DueSpark <no-reply@localhost>")
PASSWORD_RESET_URL = said("PASSWORD_RESET_URL", "")  # the front end's page; `?token=` is added
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

# Who is calling

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the email is unique by a constraint that ignores case
    "security.W003",  # forms are protected by accounts.backoffice's own kind of Django's middleware
    "security.W008",  # the proxy that ends TLS redirects to it: it owns port 80, and is first to see a token sent there
    "security.W021",  # a browser's preload list is for the owner of a whole domain to ask for
]
AUTHENTICATION_BACKENDS = ["accounts.authentication.EmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(hours=1),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "LEEWAY": 10,  # seconds: a token may be issued by a machine whose clock is ahead
    "USER_ID_CLAIM": "sub",
}
JWT_KEYS = token_keys(
    said("JWT_ALGORITHM", "").strip() or "HS256",
    said("JWT_SIGNING_KEY", ""),
    SECRET_KEY,
    previous=words("JWT_PREVIOUS_SIGNING_KEYS"),
)
TRUSTED_PROXIES = number("TRUSTED_PROXIES")

# The API

API_RATE_LIMIT = said("API_RATE_LIMIT", "").strip()
CACHE_URL = cache_url("CACHE_URL")  # where its requests are counted; empty: in the database
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.UserThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "duespark.api.negotiation.ContentNegotiation",
    "DEFAULT_PARSER_CLASSES": ["duespark.api.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["duespark.api.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["duespark.api.filters.RuleFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "duespark.api.pagination.Envelope",
    "DEFAULT_SCHEMA_CLASS": "duespark.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "duespark.api.problems.handle",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "URL_FORMAT_OVERRIDE": None,
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

CORS_ALLOWED_ORIGINS = words("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "X-Request-ID",
]

SPECTACULAR_SETTINGS = {
    "TITLE": "DueSpark client management",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "displayRequestDuration": True},
    "POSTPROCESSING_HOOKS": ["duespark.api.schema.finish"],
    "DEFAULT_GENERATOR_CLASS": "duespark.api.schema.Generator",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # what a change may say has serializers of its own
    "SORT_OPERATION_PARAMETERS": False,
}

# Safety on the wire. TLS ends at a proxy, which says so in X-Forwarded-Proto.

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = number("HSTS_SECONDS", 365 * 24 * 60 * 60)  # over TLS alone
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if not DEVELOPMENT:  # the prefix has browsers refuse them from anywhere but this host, over TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

# The log: one line an event, on standard error

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": said("LOG_LEVEL", "WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": said("LOG_LEVEL", "WARNING"), "propagate": False},
        # Every 4xx would be a line otherwise; 5xx are logged where they arise.
        "django.request": {"level": "ERROR"},
        # Strangers who try Host headers get their 400; they are no business of the log's.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}
