"""A worker killed at any statement loses and doubles nothing, on the database this run uses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.slow
def test_worker_killed_at_any_statement_loses_and_doubles_nothing(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killing.py")
    ran = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    kills = re.fullmatch(r"(\d+) kills", ran.stdout.strip())
    assert kills is not None, ran.stdout
    assert int(kills[1]) >= 30
