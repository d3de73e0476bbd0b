"""The only settings file. Every value that differs between machines comes from the environment.

`.env` in the checkout is read first (config/env.py); .env.example lists every variable.
With DEBUG off everything is strict and SECRET_KEY, ALLOWED_HOSTS and the servers must be named.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from kombu import Exchange, Queue

from config import database, env, logs
from config.embedded import read_endpoints
from config.ports import read_ports

BASE_DIR = Path(__file__).resolve().parent.parent
env.load_file(Path(os.environ.get("LASTCALL_ENV_FILE") or BASE_DIR / ".env"))

# --- what kind of machine this is -------------------------------------------------------------
DEBUG = env.read_bool("DEBUG", default=False)
SANDBOX = env.read_bool("SANDBOX", default=False)
if SANDBOX and not DEBUG:
    raise ImproperlyConfigured(
        "SANDBOX is on but DEBUG is off. The sandbox moves the clock and answers in customers' "
        "names, so it can never run in production."
    )
DATA_DIR = env.read_path("LASTCALL_DATA", default=BASE_DIR / ".data")
# What tells a restored backup from the live database: outside it, and never part of a backup (G24).
EPOCH_FILE = env.read_path("EPOCH_FILE", default=DATA_DIR / "epoch")
SANDBOX_CLOCK_FILE = env.read_path("SANDBOX_CLOCK_FILE", default=DATA_DIR / "clock")
_EMBEDDED = read_endpoints(DATA_DIR)
_PORTS = read_ports(DATA_DIR)

SECRET_KEY = env.read_text("SECRET_KEY", default="for this machine alone" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.read_list("SECRET_KEY_FALLBACKS")  # earlier keys, newest first
# How long it is provable that a customer ended what cannot be undone (R44).
EVIDENCE_YEARS = env.read_int("EVIDENCE_YEARS", default=10, least=1, most=99)
ALLOWED_HOSTS = env.read_list(
    "ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]", "testserver") if DEBUG else ()
)
CSRF_TRUSTED_ORIGINS = env.read_list("CSRF_TRUSTED_ORIGINS")
# Where customers reach the desk: links in their mail begin with it, never with a request's Host.
PUBLIC_URL = env.read_text(
    "PUBLIC_URL",
    default=f"http://127.0.0.1:{_PORTS.web}" if DEBUG else f"https://{(*ALLOWED_HOSTS, '')[0]}",
).rstrip("/")

# --- the parts of the house -------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",  # before the admin, whose looks it replaces
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "anymail",
    "django_htmx",
    "django_fsm",
    "accounts",
    "notifications",
    "cases",
    *(["config.sandbox"] if SANDBOX else []),
    "config.loading.Loaded",
]
MIDDLEWARE = [
    "config.health.AnswerProbes",  # before all that needs a known host, HTTPS or a session
    "config.log_context.BindRequest",
    "django.middleware.security.SecurityMiddleware",
    "config.compress.CompressPages",
    "config.security.ContentSecurityPolicy",
    "config.outage.AnswerOutages",
    "config.security.LimitForms",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks who is there; what customers may open says so (login_not_required).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.sign_in.factors.RequireSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(["config.sandbox.pages.ShowOwnPages"] if SANDBOX else []),
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "cases.views.context.desk",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- database ---------------------------------------------------------------------------------
DATABASES = {
    "default": database.read_options(
        default=_EMBEDDED.database_url
        if _EMBEDDED
        else "postgres://lastcall@127.0.0.1:5432/lastcall"
    )
}

# Only counts of tries to sign in: they hold across all web processes, and without Redis.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "lastcall_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- background tasks: GUARANTEES, "Celery with Redis" -----------------------------------------
REDIS_URL = env.read_redis(
    "REDIS_URL", default=_EMBEDDED.redis_url if _EMBEDDED else "redis://127.0.0.1:6379/0"
)
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_TIMEOUT = 3
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "queue_order_strategy": "sorted",  # "at_once" stands before "celery"
}
# What a customer has just confirmed does not queue up behind the sweeps (R39).
CELERY_TASK_QUEUES = [
    Queue(name, Exchange(name), routing_key=name) for name in ("at_once", "celery")
]
CELERY_TASK_ROUTES = {"cases.tasks.provision": {"queue": "at_once", "routing_key": "at_once"}}
CELERY_TASK_PUBLISH_RETRY = False  # a wake-up that is lost is made again by the next sweep
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
_SWEEP_S = env.read_int("SWEEP_SECONDS", default=5, least=2, most=60)
# How often each process looks whether it is its turn to watch over the others.
WATCH_S = env.read_int("WATCH_SECONDS", default=20, least=2, most=30)
_EVERY_S = {
    "notifications.tasks.sweep_outbox": _SWEEP_S,
    "notifications.tasks.sweep_inbound": _SWEEP_S,
    "cases.tasks.sweep_timers": _SWEEP_S,
    "cases.tasks.sweep_provisioning": _SWEEP_S,
    "cases.tasks.sweep_ports": _SWEEP_S,
    "cases.tasks.watch_desk": WATCH_S,
    "cases.tasks.sweep_notices": 60,
    "cases.tasks.erase": 60,
    "cases.tasks.forget": 300,
}
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": name,
        "schedule": timedelta(seconds=seconds),
        "options": {"expires": seconds - 1},  # one that waited longer is told by the next
    }
    for name, seconds in _EVERY_S.items()
}

# So many due timers are locked, decided and written in one transaction.
TIMERS_AT_ONCE = env.read_int("TIMERS_AT_ONCE", default=200, least=1)

# So many drops, executions and purges due at one moment are a normal day: more than the number
# *and* more than the share of all live ones wait for a supervisor (G13).
FUSE_AT_ONCE = env.read_int("FUSE_AT_ONCE", default=50, least=1)
FUSE_PERCENT = env.read_int("FUSE_PERCENT", default=10, least=0, most=100)

# --- mail -------------------------------------------------------------------------------------
SINK_HOST = "127.0.0.1"  # the sandbox's SMTP sink: every mail ends there, nothing leaves
SINK_PORT = env.read_port("SINK_PORT", default=_PORTS.sink)
_EMAIL_DEFAULT = f"smtp://{SINK_HOST}:{SINK_PORT}" if SANDBOX else "smtp://127.0.0.1:25"
_EMAIL = env.read_email("EMAIL_URL", default=_EMAIL_DEFAULT)
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = _EMAIL.get("EMAIL_HOST", "")
EMAIL_PORT = _EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.read_int("EMAIL_TIMEOUT_S", default=20, least=1)
DEFAULT_FROM_EMAIL = env.read_text("DEFAULT_FROM_EMAIL", default="desk@lastcall.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Anymail reads its own keys from here, such as ANYMAIL_POSTMARK_SERVER_TOKEN.
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_")
}
if "WEBHOOK_SECRET" in ANYMAIL:  # several, between commas, while one is being changed
    ANYMAIL["WEBHOOK_SECRET"] = env.read_list("ANYMAIL_WEBHOOK_SECRET")
# What one provider cannot do (a return path of our own, say) is no reason not to send.
ANYMAIL.setdefault("IGNORE_UNSUPPORTED_FEATURES", True)
# Which providers may call /hooks/mail/<provider>/…: "postmark", or one half, "mailgun/tracking".
WEBHOOKS = env.read_list("WEBHOOKS")
WEBHOOK_MAX_BYTES = env.read_int("WEBHOOK_MAX_BYTES", default=40_000_000, least=100_000)
if WEBHOOKS:
    # A mail comes in as one field of a form. config.security.LimitForms keeps all others small.
    DATA_UPLOAD_MAX_MEMORY_SIZE = WEBHOOK_MAX_BYTES
# Nobody's results are believed until the owner names their own mail server: a default name could
# be written by anybody (THREATS 11). The sandbox's postman is its mail server.
AUTHSERV_ID = env.read_text("AUTHSERV_ID", default="mx.lastcall.example" if SANDBOX else "")
# Signatures of mail that this server said nothing about are checked here, by the DNS.
CHECK_DKIM = env.read_bool("CHECK_DKIM", default=not SANDBOX)
DNS_SERVERS = env.read_list("DNS_SERVERS")  # host:port; the system's when none is named
CLAMD_URL = env.read_text("CLAMD_URL", default="")  # tcp://host:3310, unix:///path, or none
DOOR_HOST = env.read_text("DOOR_HOST", default="127.0.0.1")
DOOR_LMTP_PORT = env.read_port("DOOR_LMTP_PORT", default=_PORTS.lmtp)
DOOR_SMTP_PORT = env.read_port("DOOR_SMTP_PORT", default=_PORTS.smtp)
# What encrypts the passwords of mailboxes; without it SECRET_KEY does.
MAILBOX_KEY = env.read_text("MAILBOX_KEY", default="")
# After a silence of a door, mail servers outside still hold mail for it. The sandbox's postman
# holds none: he stands at the door himself.
DOOR_CATCH_UP = not SANDBOX

# --- provisioning -----------------------------------------------------------------------------
# What a brand's webhook may call although it is no public address: nothing, unless named here.
PROVISIONING_ALLOW_PRIVATE = env.read_networks("PROVISIONING_ALLOW_PRIVATE")
# Signing secrets by name; a brand's provisioning names one (accounts/provisioning/signing.py).
PROVISIONING_SECRETS = {
    name.removeprefix("PROVISIONING_SECRET_"): value
    for name, value in os.environ.items()
    if name.startswith("PROVISIONING_SECRET_")
}

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "config.sign_in.backend.StaffBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "config.sign_in.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator gave the address
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password or second factor changes hears of it
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Lastcall: "
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {  # THREATS 47; "key" is the person, see config/sign_in/browsers.py
    "login": "120/m/ip",  # a whole office behind one address
    "login_failed": "10/m/ip,100/h/ip,5/5m/key",
    "login_failed_known": "5/5m/key",
}
MFA_ADAPTER = "config.sign_in.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Lastcall"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Single sign-on, when OIDC_ISSUER is set (config/sign_in/single_sign_on.py).
OIDC_ISSUER = env.read_text("OIDC_ISSUER", default="").rstrip("/")
OIDC_NAME = env.read_text("OIDC_NAME", default="single sign-on") if OIDC_ISSUER else ""
OIDC_ROLES = env.read_pairs("OIDC_ROLES")  # who may come unknown: example.com=agent
SOCIALACCOUNT_ADAPTER = "config.sign_in.single_sign_on.SingleSignOn"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "sso",
            "name": OIDC_NAME,
            "client_id": env.read_text("OIDC_CLIENT_ID"),
            "secret": env.read_text("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_ISSUER},
        }
    ]

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.read_path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.frontend.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 10 if DEBUG else 60
MEDIA_ROOT = env.read_path("MEDIA_ROOT", default=DATA_DIR / "media")
MEDIA_URL = "media/"  # nothing is served from there; attachments go through a view

# --- safety -----------------------------------------------------------------------------------
_HTTPS = not DEBUG and env.read_bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
SECURE_HSTS_SECONDS = 63_072_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Two clones on one machine share a host name; their sign-ins must not push each other out.
_COOKIE_MARK = f"_{_PORTS.web}" if DEBUG else ""
SESSION_COOKIE_NAME = f"lastcall_session{_COOKIE_MARK}"
CSRF_COOKIE_NAME = f"lastcall_csrf{_COOKIE_MARK}"
# A cookie holds so much; in a session, what no page shows would pile up.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
X_FRAME_OPTIONS = "SAMEORIGIN"  # customers' HTML mail is shown in a closed frame of our own
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # see the line above
    "security.W021",  # the browsers' preload list is the owner's decision
]
BEHIND_PROXY = env.read_bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
# With BEHIND_PROXY: whose X-Forwarded-For is believed; empty means whoever connects.
TRUSTED_PROXIES = env.read_networks("TRUSTED_PROXIES")

# --- the admin --------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Lastcall",
    "SITE_HEADER": "Lastcall",
    "SITE_SYMBOL": "phone_disabled",
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("desk/css/admin.css")],
    "SCRIPTS": [lambda request: static("desk/js/admin.js")],
    "SITE_DROPDOWN": [
        {"icon": "mail", "title": "Preview of emails", "link": "/admin/mail-preview/"},
    ],
}

# --- what it says about itself ----------------------------------------------------------------
# Who is written to when something stands still (G23), and what is called while nothing does.
OPERATORS = env.read_list("OPERATORS")
DEADMAN_URL = env.read_url("DEADMAN_URL")
METRICS_TOKEN = env.read_text("METRICS_TOKEN", default="")
LOGGING = logs.make_logging(pretty=DEBUG, level=env.read_text("LOG_LEVEL", default="INFO").upper())
