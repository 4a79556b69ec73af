"""Every setting is explained, and nothing is explained that is no setting."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented() -> None:
    code = (ROOT / "src/huiyin/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", code))
    page = (ROOT / "docs/operators/settings.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `([A-Z_]+)`", page, flags=re.M))
    assert len(read) >= 20
    assert explained == read
