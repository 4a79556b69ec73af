"""Our settings without middleware, and one address."""

from huiyin.settings import *  # noqa: F403 - the same database, the same server

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.bare.urls"
WSGI_APPLICATION = "bench.bare.wsgi.application"
