"""Django's settings: everything a person may decide comes from ``uptake.config``."""

from __future__ import annotations

from django.utils.functional import SimpleLazyObject

from uptake.config import load_settings
from uptake.site.databases import database_of

_settings = load_settings()

DEBUG = _settings.debug
ALLOWED_HOSTS = list(_settings.allowed_hosts)
# Lazy: only what signs something makes the file, so that reading a report leaves no trace.
SECRET_KEY = SimpleLazyObject(_settings.signing_secret)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "uptake.foundation",
    "uptake.capabilities.customers",
]
MIDDLEWARE = [
    "uptake.site.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "uptake.site.urls"
WSGI_APPLICATION = "uptake.site.wsgi.application"

DATABASES = {"default": database_of(_settings.system_database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "foundation.User"

USE_TZ = True
TIME_ZONE = _settings.timezone
USE_I18N = False

SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = None  # uptake.foundation.logs configures logging, for pages and commands alike
