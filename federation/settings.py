"""One settings file for trial, tests and production; every difference comes from the environment.

PORTAL_MODE is `trial` (own servers, loopback only), `test`, or `production` (refuses to start half-configured).
"""

import base64
import os
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from federation import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_MODE = env.str("PORTAL_MODE", default="trial")
if PORTAL_MODE not in {"trial", "test", "production"}:
    raise ImproperlyConfigured("PORTAL_MODE 只能是 trial、test 或 production。")
PRODUCTION = PORTAL_MODE == "production"
PORTAL_VAR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))
if not PRODUCTION and "DATABASE_URL" not in os.environ:
    embedded.trial_environment()


def required(name: str) -> str:
    """The value of an environment variable that the portal cannot run without."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"没有设置环境变量 {name}，平台不能启动。写法见 docs/operations.md。")
    return value


def field_keys(text: str) -> dict[int, bytes]:
    """Key id -> 32-byte key, from "1:BASE64,2:BASE64"; the highest id seals, all open."""
    keys = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        if not (key_id.isascii() and key_id.isdigit() and int(key_id) < 256):
            raise ImproperlyConfigured("FIELD_KEYS 写作 1:钥匙，冒号前是 1 到 255 的编号；多把用逗号隔开。")
        keys[int(key_id)] = key_of("FIELD_KEYS", encoded)
    return keys


def key_of(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} 里的钥匙要是 32 字节的 BASE64 文本。")
    return key


DEBUG = False
SECRET_KEY = required("SECRET_KEY")
FIELD_KEYS = field_keys(required("FIELD_KEYS"))
BLIND_INDEX_KEY = key_of("BLIND_INDEX_KEY", required("BLIND_INDEX_KEY"))
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies stand in front and may set X-Forwarded-For; 0 takes the socket's address.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if PRODUCTION else 0)

if PRODUCTION:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 12 or SECRET_KEY.startswith("django-insecure"):
        raise ImproperlyConfigured("SECRET_KEY 太弱：至少 50 个字符，且不能是示例值。")
    if not ALLOWED_HOSTS or any("*" in host for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("ALLOWED_HOSTS 要写明平台的域名，不能留空或用 *。")
    if embedded.is_embedded_url(required("DATABASE_URL")) or embedded.is_embedded_url(required("REDIS_URL")):
        raise ImproperlyConfigured("正式运行不能用试用服务器：DATABASE_URL 和 REDIS_URL 要指向自己的服务器。")
    if BLIND_INDEX_KEY in FIELD_KEYS.values():
        raise ImproperlyConfigured("BLIND_INDEX_KEY 不能和 FIELD_KEYS 里的钥匙相同。")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "django_filters",
    "import_export",
    "federation",
    "members",
    "outreach",
    "programs",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "federation.middleware.RequestMark",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "federation.middleware.PrivatePages",
    "federation.middleware.RequestScope",
    "federation.middleware.RouteAccess",
]

ROOT_URLCONF = "federation.urls"
WSGI_APPLICATION = "federation.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "federation.templatetags.lists"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "federation.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=600000"
)
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default="test_portal")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required("REDIS_URL")
REDIS_CACHE = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": env.str("CACHE_PREFIX", default="portal"),
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
}
# Sign-in counts its attempts in the default one, which PostgreSQL stands in for while Redis is gone.
CACHES = {
    "default": {**REDIS_CACHE, "BACKEND": "federation.steady_cache.SteadyCache"},
    "queue": REDIS_CACHE,
    "kept": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "federation_kept"},
}

AUTH_USER_MODEL = "federation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "federation.passwords.LengthAndClasses"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "federation.passwords.NotRecentlyUsed"},
]
if PORTAL_MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "federation.accounts.PortalAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "login": "60/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
ACCOUNT_FORMS = {
    "login": "federation.forms.signing_in.SignInForm",
    "change_password": "federation.forms.signing_in.ChangePasswordForm",
    "reauthenticate": "federation.forms.signing_in.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "federation.forms.signing_in.CodeForm",
    "reauthenticate": "federation.forms.signing_in.CodeAgainForm",
    "activate_totp": "federation.forms.signing_in.SecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "federation.second_factor.PortalMFAAdapter"
MFA_TOTP_ISSUER = "妇联工作平台"

# The idle time begins anew at most once a minute, not with a write in each request: federation/middleware.py.
SESSION_COOKIE_AGE = 30 * 60
SESSION_TOUCH_SECONDS = 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ABSOLUTE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION and PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# "no-referrer" would make browsers send `Origin: null` with every form, which the CSRF check rightly refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "federation.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_LIMIT = 30 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS: list[str] = []
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
PRIVATE_FILES = PORTAL_VAR / "files"
STORAGES = {
    "default": {"BACKEND": "federation.storage.SealedStorage", "OPTIONS": {"location": str(PRIVATE_FILES)}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PORTAL_MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
PORTAL_FONTS = env.str("PORTAL_FONTS", default="")
DEMO_LOOPBACK_WITHOUT_TOTP = not PRODUCTION

IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 3,
    "global_keyprefix": env.str("QUEUE_PREFIX", default="portal:"),
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env.int("WORKER_SHUTDOWN_SECONDS", default=20)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
CELERY_BEAT_SCHEDULE_FILENAME = str(PORTAL_VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "requeue expired job leases": {
        "task": "federation.tasks.requeue_jobs",
        "schedule": min(JOB_LEASE_SECONDS / 2, 15.0),
    },
    "mark the beat": {"task": "federation.tasks.mark_beat", "schedule": 30.0},
    # By the hour, not at night: an office's machine may be off by then.
    "clear uploaded lists": {"task": "programs.tasks.clear_uploads", "schedule": 3600.0},
    "clear exported files": {"task": "federation.tasks.clear_exports", "schedule": 3600.0},
    "verify the ledger": {"task": "programs.tasks.verify_ledger", "schedule": crontab(hour=3, minute=20)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "federation.logs.Redact"}},
    "formatters": {"json": {"()": "federation.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO" if PORTAL_MODE != "test" else "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
    },
}
