"""Settings, from the environment only. The README lists each variable."""

from pathlib import Path

from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from feedback_platform import environment
from feedback_platform.embedded.files import secret
from feedback_platform.embedded.postgres import database_settings
from feedback_platform.embedded.redis import broker_url
from feedback_platform.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).absolute()

DEBUG = environment.flag("DEBUG", False)
PUBLIC_URL = environment.web_address("PUBLIC_URL", "http://127.0.0.1:8000")
IS_HTTPS = PUBLIC_URL.startswith("https://")


# The first start writes var/secret_key (0600).
SECRET_KEY = environment.text("SECRET_KEY") or secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = environment.items(
    "ALLOWED_HOSTS",
    ["127.0.0.1", "localhost", "[::1]", PUBLIC_URL.split("://")[1].rsplit(":", 1)[0]],
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "feedback_platform",
    "annotation",
    "quality",
    "training_bridge",
]

MIDDLEWARE = [
    "feedback_platform.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "feedback_platform.middleware.CompressPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "feedback_platform.body_limits.BodyLimitMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "feedback_platform.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "feedback_platform.urls"
WSGI_APPLICATION = "feedback_platform.wsgi.application"
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
            ],
        },
    },
]

# Database and cache
DATABASE_URL = environment.text("DATABASE_URL")
DATABASES = {
    "default": environment.database(DATABASE_URL) if DATABASE_URL else database_settings(VAR_DIR)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = environment.text("REDIS_URL")

# Celery
CELERY_BROKER_URL = REDIS_URL or broker_url(VAR_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# With acknowledgements kept in Redis, a worker whose Redis dies tries to acknowledge over the
# connection that is gone, and dies of it (kombu 5.7). The rows wait, so nothing needs them.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"ack_emulation": False} if CELERY_BROKER_URL.startswith(("redis", "sentinel")) else {}
)
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "quality.*": {"queue": "quality"},
    "training_bridge.*": {"queue": "gpu"},
}

# People
AUTH_USER_MODEL = "feedback_platform.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "annotation:projects"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "feedback_platform.accounts.InvitedOnlyAdapter"
ACCOUNT_FORMS = {
    "login": "feedback_platform.forms.LoginForm",
    "change_password": "feedback_platform.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Throttling counts in a cache that every web process shares.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# Cookies, transport and content
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY", False) else None
)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
# Only what pages ask for, and no source maps: compressing takes a third of the time.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or environment.flag("PLAIN_STATIC", False)
        else "feedback_platform.static_files.HashedStaticFiles"
    },
}

LANGUAGE_CODE = "en"
# A language is offered once it is listed here and its catalogue lies in ``locale``.
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False
DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "feedback_platform.api.authentication.BearerTokenAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["feedback_platform.api.authentication.HasScope"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["feedback_platform.api.bodies.BoundedJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "feedback_platform.api.negotiation.JSONAlways",
    # ``format`` is a parameter of imports.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "feedback_platform.api.errors.answer_to_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Feedback Platform API",
    "DESCRIPTION": "Make a token on your account page and send it as a bearer token.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "WorkState": "feedback_platform.jobs.models.LongWork.State",
        "ProjectState": "annotation.models.Project.State",
        "BatchState": "annotation.models.Batch.State",
        "CriterionKind": "annotation.models.Criterion.Kind",
        "FlagKind": "annotation.models.Flag.Kind",
        "DecisionKind": "annotation.models.Adjudication.Kind",
        "QualityFlagKind": "quality.models.QualityFlag.Kind",
        "QualityFlagEventKind": "quality.models.QualityFlagEvent.Kind",
        "Outcome": "annotation.models.Outcome",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Imports: limits on hostile files
IMPORT_MAX_FILE_BYTES = environment.number("IMPORT_MAX_FILE_BYTES", 4_294_967_296, low=1)
IMPORT_MAX_INFLATED_BYTES = environment.number("IMPORT_MAX_INFLATED_BYTES", 17_179_869_184, low=1)
IMPORT_MAX_INFLATION_RATIO = environment.number("IMPORT_MAX_INFLATION_RATIO", 200, low=1)
IMPORT_MAX_LINE_BYTES = environment.number("IMPORT_MAX_LINE_BYTES", 4_194_304, low=1)
IMPORT_MAX_NESTING = environment.number("IMPORT_MAX_NESTING", 20, low=1)
IMPORT_MAX_FIELDS = environment.number("IMPORT_MAX_FIELDS", 200, low=1)
IMPORT_MAX_BAD_ROWS = environment.number("IMPORT_MAX_BAD_ROWS", 10_000, low=1)

# Base models that may be trained from the web: hub names or folders
REWARD_BASE_MODELS = environment.items(
    "REWARD_BASE_MODELS",
    ["scratch-tiny", "microsoft/deberta-v3-small", "microsoft/deberta-v3-base"],
)

LOGGING = logging_config(DEBUG)
