"""`huiyin start`: everything that must run, in one command."""

from __future__ import annotations

import sys
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from huiyin.common.catalogues import compile_catalogues
from huiyin.common.processes import run_together


def server_command() -> list[str]:
    """How granian is started: few threads, for on SQLite more of them are slower."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", settings.BIND_ADDRESS, "--port", str(settings.PORT)),
        *("--workers", str(settings.SERVER_PROCESSES), "--blocking-threads", str(settings.SERVER_THREADS)),
        *("--backpressure", "64", "--respawn-failed-workers", "--log-level", "warning"),
        "huiyin.wsgi:application",
    ]


class Command(BaseCommand):
    """Brings the database up to date, fills an empty one with the demonstration, and runs server and workers."""

    help = "Bring the database up to date, fill an empty one with the demonstration, run server and workers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
        parser.add_argument("--prepare", action="store_true", help="stop before server and workers are started")

    def handle(self, *args: Any, no_demo: bool, prepare: bool, **options: Any) -> None:
        compile_catalogues()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        ours = {name for name, app in get_commands().items() if app in settings.HUIYIN_APPS}
        empty = not get_user_model()._default_manager.exists()
        if empty and not no_demo and settings.DEMO and "demo" in ours:
            self.stdout.write("The database is empty: making the demonstration …")
            call_command("demo")
        if prepare:
            return
        me = [sys.executable, "-m", "huiyin.command"]
        commands = {"server": server_command(), "background jobs": [*me, "manage", "db_worker", "--no-startup-delay"]}
        if "worker" in ours:
            commands["clock worker"] = [*me, "worker"]
        ended = run_together(commands, ready=self._greeting())
        if ended:
            raise CommandError(f"The {ended} ended by itself; everything was stopped. Its last lines above say why.")
        self.stdout.write("Stopped.")

    def _greeting(self) -> str:
        """Where it answers and who can sign in; each app with something to say has a `greeting()` in its config."""
        lines = [f"Huiyin 回音: {settings.BASE_URL}/  (Ctrl-C stops it)"]
        for app in apps.get_app_configs():
            greeting = getattr(app, "greeting", None)
            if greeting is not None:
                lines += greeting()
        return "\n".join(lines)
