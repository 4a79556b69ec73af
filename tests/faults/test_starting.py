"""What keeps the program from starting is said in a sentence, with the way out, and not by a trace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from huiyin.procedures import calendars
from huiyin.settings import _secret_from_file


def huiyin(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYIN_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "huiyin.command", *words],
        env={**kept, **environment, "PYTHONPATH": str(settings.BASE_DIR / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    made = _secret_from_file(tmp_path / "secret_key")
    assert len(made) > 40
    assert _secret_from_file(tmp_path / "secret_key") == made
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_lost_secret_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        _secret_from_file(tmp_path / "secret_key")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        _secret_from_file(tmp_path / "folder")


def test_empty_secret_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    ended = huiyin("start", "--prepare", HUIYIN_VAR=str(tmp_path))
    assert ended.returncode == 1
    assert "secret_key is empty" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_database_that_is_away_stops_a_command_with_a_sentence(tmp_path: Path) -> None:
    ended = huiyin("manage", "migrate", HUIYIN_VAR=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert ended.returncode == 1
    assert "The database does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_broken_calendar_stops_the_start_and_names_the_file(tmp_path: Path) -> None:
    shutil.copytree(settings.CALENDARS_DIR, tmp_path / "calendars")
    (tmp_path / "calendars/mainland/2025.yaml").write_text("authority: [", encoding="utf-8")
    ended = huiyin("start", "--prepare", HUIYIN_VAR=str(tmp_path), HUIYIN_CALENDARS=str(tmp_path / "calendars"))
    assert ended.returncode == 1
    assert "mainland/2025.yaml" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_calendar_broken_under_a_new_process_is_explained_and_nothing_is_computed(
    tmp_path: Path, settings: object
) -> None:
    settings.CALENDARS_DIR = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "mainland").mkdir()
    (tmp_path / "mainland/2025.yaml").write_text("year: x", encoding="utf-8")
    calendars.forget()
    with pytest.raises(calendars.NoCalendar) as refused:
        calendars.working_calendar()
    assert refused.value.status == 503
    assert "mainland/2025.yaml" in str(refused.value.explanation.reason)
    [finding] = calendars.health()
    assert "mainland/2025.yaml" in str(finding.message)
    (tmp_path / "mainland/2025.yaml").unlink()
    calendars.look_again()
    assert calendars.working_calendar() is not None
    calendars.forget()
