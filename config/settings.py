"""All settings, from the environment through typed readers. There is one file for every kind of installation."""

import logging
import secrets
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG")
# Plain http, for a demo on 127.0.0.1 only: cookies and redirects would otherwise insist on TLS.
INSECURE_HTTP = env.flag("INSECURE_HTTP", default=DEBUG)
# Set by `make demo` alone: the sign-in page names the demo's people and their password, which everybody knows.
DEMO = INSECURE_HTTP and env.flag("DEMO")

SECRET_KEY = env.text("SECRET_KEY", secrets.token_urlsafe(50) if DEBUG else None)
if not DEBUG and len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("SECRET_KEY must be a secret of your own, at least 32 characters long.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# Keys held outside the database.
IDENTITY_KEYS = env.keys("IDENTITY_KEYS", stand_in=DEBUG)
INDEX_KEY = env.key("INDEX_KEY", stand_in=DEBUG)
TRACKING_KEY = env.key("TRACKING_KEY", stand_in=DEBUG)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    # Loaded where there is somebody to sign in with: it brings an HTTP client along.
    *(["allauth.socialaccount.providers.openid_connect"] if env.text("OIDC_URL", "") else []),
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "django_structlog",
    "django_prometheus",
    "bodies",
    "cases",
    "feedback",
    "dialogues",
    "plans",
    "config",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bodies.sessions.guard",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bodies.navigation.chrome",
            ]
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", open_door=DEBUG)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env.flag("DATABASE_POOL", default=True):
    # A pool outlives restarts of the server: the failure of one connection is not the failure of its holder.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.number("DATABASE_POOL_SIZE", 8),
        "timeout": 10,
    }
# The role that `migrate` grants the tables to. History stays out of its reach (bodies.privileges).
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.address("REDIS_URL", open_door=DEBUG)
# Limits and sessions must hold while the broker is down, so they live in PostgreSQL.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".run" / "media")))
STATIC_URL = "static/"
# Fetched by config/npm.py.
STATICFILES_DIRS = [BASE_DIR / "config" / "static", ("npm", BASE_DIR / "node_modules" / "served")]
# Typefaces of printed papers. A site with a licence for Times New Roman names its folder here.
PAPER_FONTS = env.text("PAPER_FONTS", str(BASE_DIR / "node_modules" / "papers"))
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / ".run" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "bodies.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "bodies.sign_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "bodies.sign_in.name_of"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
MFA_ADAPTER = "bodies.sign_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "config.account_forms.AddKey",
    "edit_webauthn": "config.account_forms.EditKey",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = INSECURE_HTTP
MFA_TOTP_ISSUER = "Lắng Nghe"
# The roles that must have a second factor: those of bodies.models.Role, `technical`, or `all`.
MFA_ROLES = frozenset(env.words("MFA_ROLES", "" if INSECURE_HTTP else "administrator,technical"))
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ADAPTER = "bodies.sign_in.SingleSignOn"
SOCIALACCOUNT_ONLY = False
# A link leads there at once: the content policy lets no form lead to another site.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = env.single_sign_on(
    env.text("OIDC_URL", ""),
    env.text("OIDC_CLIENT_ID", ""),
    env.text("OIDC_SECRET", ""),
    env.text("OIDC_NAME", "SSO"),
)
SESSION_COOKIE_AGE = 12 * 60 * 60
# A session ends after this long without a request; what was typed is kept (drafts).
SESSION_IDLE_SECONDS = 60 * env.number("SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Whether the identity of a denouncer needs a second person's consent to be read (rulings on denunciations).
REVEAL_NEEDS_APPROVAL = env.flag("REVEAL_NEEDS_APPROVAL", default=True)

# --- Language and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# The law knows days of this zone, never UTC instants.
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- Transport -----------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not INSECURE_HTTP
# Whether the reverse proxy of docker-compose.yml stands in front: only then is its X-Forwarded-For believed.
BEHIND_PROXY = env.flag("BEHIND_PROXY")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Probes and scrapes come from inside, over plain http.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_HTTP
# same-origin: forms are checked by where they come from; no other site learns an address of ours.
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Bootstrap draws its small signs from data: addresses.
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
# A JSON body of more than this is refused; files have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- API -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "bodies.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["config.formats.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.formats.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.explain",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    # What a caller says of its own address is not believed, only what our proxy says.
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12), "AUTH_HEADER_PREFIX": "Token", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lắng Nghe",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "cases.codes.Kind",
        "StageEnum": "cases.stages.Stage",
        "FlagEnum": "cases.codes.Flag",
        "BodyKindEnum": "bodies.kinds.BodyKind",
        "PerEnum": "plans.words.Per",
        "PersonKindEnum": "bodies.identity_facts.PersonKind",
        "LevelEnum": "bodies.kinds.Level",
        "JobStateEnum": "bodies.models.work.Job.State",
        "QuestionStateEnum": "dialogues.codes.QuestionState",
        "DialogueKindEnum": "dialogues.codes.DialogueKind",
        "DialogueStageEnum": "dialogues.stages.Stage",
        "ParticipantsEnum": "dialogues.codes.Participants",
        "BroughtEnum": "dialogues.codes.Brought",
    },
}

# --- Tasks: each figure was found by killing, freezing and wiping the broker (docs/decisions) -----------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 270
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # The broker keeps no second copy of what a worker has in hand. A message is no more than "look now", and the next one
    # comes in seconds; giving copies back when the broker is lost ends the worker itself now and then (kombu 5.7).
    "ack_emulation": False,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
# Logs of the worker go the same way as all others.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True

# --- Mail ----------------------------------------------------------------------------------------------------------

globals().update(env.mail("EMAIL_URL", "console:"))
# How messages leave. SMS and Zalo need a channel of the house: a class like bodies.message_channels.Mail, named by dotted path.
MESSAGE_CHANNELS = {
    "email": "bodies.message_channels.Mail",
    "sms": env.text("SMS_CHANNEL", ""),
    "zalo": env.text("ZALO_CHANNEL", ""),
}
# Local hours of working days: when mail may leave, and when the digest of what was not urgent does.
MAIL_OPENS = env.clock("MAIL_OPENS", "07:00")
MAIL_CLOSES = env.clock("MAIL_CLOSES", "21:00")
MAIL_DIGEST = env.clock("MAIL_DIGEST", "07:30")
# Where people reach the product, for links in mails.
SITE_URL = env.text("SITE_URL", "")
# Longer than a slow server takes: who is cut off after it took the mail would be sent it again.
EMAIL_TIMEOUT = 60
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "lang-nghe@localhost")

# --- Work by itself -------------------------------------------------------------------------------------------------

# Long jobs done at once over all workers. A worker has three processes or more: one for a job, one for a slow mail
# server, and one for the rest, so that what is late climbs meanwhile.
JOBS_AT_ONCE = env.number("JOBS_AT_ONCE", 1)
# Days: what was told, messages after they were opened, jobs after they ended.
ANNOUNCEMENTS_KEPT_DAYS = env.number("ANNOUNCEMENTS_KEPT_DAYS", 30)
MESSAGES_KEPT_DAYS = env.number("MESSAGES_KEPT_DAYS", 400)
JOBS_KEPT_DAYS = env.number("JOBS_KEPT_DAYS", 90)

# --- Operations ----------------------------------------------------------------------------------------------------

LOGGING = logs.configure()
# One line for a request, when it was answered; an address stands in none.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Who may scrape /metrics: addresses inside the house.
METRICS_ALLOWED = env.words("METRICS_ALLOWED", "127.0.0.1,::1")
