"""Dates as people type them."""

from __future__ import annotations

import pytest

from huiyin_engine.instants import format_instant, parse_instant
from huiyin_engine.typed_instants import NotADate, read_instant

NOW = parse_instant("2025-11-20 10:00")


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("3月12日 18:00", "2026-03-12 18:00"),
        ("12月1日", "2025-12-01 18:00"),
        ("2025-03-12", "2025-03-12 18:00"),
        ("2025年3月12日 周三 9:05", "2025-03-12 09:05"),
        ("2025/3/12 下午3点半", "2025-03-12 15:30"),
        ("12 Mar 2026 6:00 pm", "2026-03-12 18:00"),
        ("Thu 12 Mar 18:00", "2026-03-12 18:00"),
        ("明天 18:00", "2025-11-21 18:00"),
        ("今天14点", "2025-11-20 14:00"),
        ("2025-03-12T08:30", "2025-03-12 08:30"),
        ("３月１２日１８：００", "2026-03-12 18:00"),
        ("15:20", "2025-11-20 15:20"),
    ],
)
def test_typed_date_is_understood(typed: str, means: str) -> None:
    assert format_instant(read_instant(typed, NOW, bare="18:00")) == means


@pytest.mark.parametrize("typed", ["", "下周", "2月30日", "25:00", "13月1日", "2025-03-12 18:70", "12 Foo", "1", "/"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(NotADate):
        read_instant(typed, NOW, bare="18:00")


def test_date_without_time_is_refused_where_none_is_presumed() -> None:
    with pytest.raises(NotADate):
        read_instant("12月1日", NOW, bare=None)
