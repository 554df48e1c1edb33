"""Django's settings: everything a person may decide comes from ``uptake.config``."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from uptake.config import load_settings
from uptake.foundation.mail import mail_settings
from uptake.site.databases import database_of
from uptake.site.static import KEPT_SECONDS

_settings = load_settings()

DEBUG = _settings.debug
ALLOWED_HOSTS = [*_settings.allowed_hosts, urlsplit(_settings.public_url).hostname or ""]
# Lazy: only what signs something makes the file, so that reading a report leaves no trace.
SECRET_KEY = SimpleLazyObject(_settings.signing_secret)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "uptake.foundation",
    "uptake.foundation.delivery",
    "uptake.ui",
    "uptake.capabilities.customers",
    "uptake.capabilities.imports",
    "uptake.capabilities.ingestion",
    "uptake.capabilities.measure",
    "uptake.capabilities.behaviours",
    "uptake.capabilities.records",
    "uptake.capabilities.process",
    "uptake.capabilities.recognition",
    "uptake.capabilities.contests",
    "uptake.capabilities.incentives",
    "uptake.capabilities.reminders",
    "uptake.capabilities.assessments",
    "uptake.capabilities.champions",
    "uptake.capabilities.digest",
    "uptake.capabilities.administration",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "uptake.site.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "uptake.site.csp.ContentSecurityPolicy",
    "uptake.site.api.ApiAnswers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "uptake.site.problems.RefusedMethods",
]
ROOT_URLCONF = "uptake.site.urls"
WSGI_APPLICATION = "uptake.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "uptake.ui.layout.shell",
            ],
        },
    }
]
FORM_RENDERER = "uptake.ui.forms.HouseForms"

DATABASES = {"default": database_of(_settings.system_database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counts of attempts to sign in, which all processes share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "foundation_cache",
    }
}

USE_TZ = True
TIME_ZONE = _settings.timezone
USE_I18N = False

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "uptake.site.static.MarkedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = _settings.debug
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = KEPT_SECONDS

# Who signs in, and how
AUTH_USER_MODEL = "foundation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "uptake.foundation.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation that was mailed has proven the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
SOCIALACCOUNT_ADAPTER = "uptake.foundation.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # the provider is the one that the settings name
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_ONLY = False
_OIDC_APP = {
    "provider_id": "sso",
    "name": _settings.oidc_name,
    "client_id": _settings.oidc_client_id,
    "secret": (
        _settings.oidc_client_secret.get_secret_value() if _settings.oidc_client_secret else ""
    ),
    "settings": {"server_url": _settings.oidc_issuer, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_OIDC_APP] if _settings.oidc_issuer else []}}
MFA_ADAPTER = "uptake.foundation.sign_in.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Browsers call http://localhost a secure place for passkeys; everything else needs https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _settings.is_https
ALLAUTH_TRUSTED_PROXY_COUNT = _settings.trusted_proxies

DEFAULT_FROM_EMAIL = _settings.mail_from
SERVER_EMAIL = _settings.mail_from
globals().update(mail_settings(_settings))

# What browsers are told
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _settings.is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = _settings.is_https
CSRF_TRUSTED_ORIGINS = [_settings.public_url]
CSRF_FAILURE_VIEW = "uptake.site.problems.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = KEPT_SECONDS if _settings.is_https else 0
if _settings.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

LOGGING_CONFIG = None  # uptake.foundation.logs configures logging, for pages and commands alike
