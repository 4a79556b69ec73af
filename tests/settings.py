"""The settings tests run under: those of the product, in a folder of their own, with a quick password hash.

`HUIYIN_TEST_DB` chooses the database: `sqlite` (the default) or `postgresql`, which needs `DATABASE_URL`.
"""

import os
import tempfile
from pathlib import Path

_KIND = os.environ.get("HUIYIN_TEST_DB", "sqlite")
_PROCESS = f"{os.getppid()}_{os.getpid()}" if "PYTEST_XDIST_WORKER" not in os.environ else f"{os.getppid()}"
_VAR = Path(tempfile.gettempdir()) / f"huiyin-tests-{os.getuid()}"

if _KIND not in {"sqlite", "postgresql"}:
    raise RuntimeError(f"HUIYIN_TEST_DB is {_KIND!r}; it can be sqlite or postgresql.")
if _KIND == "sqlite":
    os.environ.pop("DATABASE_URL", None)
elif not os.environ.get("DATABASE_URL", "").startswith("postgres"):
    raise RuntimeError("HUIYIN_TEST_DB=postgresql needs DATABASE_URL; `scripts/with-postgresql` makes a server.")
for _name in [
    name
    for name in os.environ
    if name.startswith("HUIYIN_") and name not in {"HUIYIN_TEST_DB", "HUIYIN_CHROMIUM", "HUIYIN_CI"}
]:
    del os.environ[_name]
os.environ["HUIYIN_VAR"] = str(_VAR)
os.environ["HUIYIN_SECRET_KEY"] = "for tests only, known to everybody"

from huiyin.common.catalogues import compile_catalogues  # noqa: E402

# Before Django starts: it reads each catalogue once.
compile_catalogues()

from huiyin.settings import *  # noqa: E402, F403
from huiyin.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STATIC_ROOT = _VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["*"]
LOGGING_CONFIG = None

_database = DATABASES["default"]
if _KIND == "sqlite":
    # A file as in production, not memory: threads, write-ahead log and locks behave as they will.
    _database["TEST"] = {"NAME": str(_VAR / f"test_{_PROCESS}.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
else:
    _database["TEST"] = {"NAME": f"test_huiyin_{_PROCESS}"}
