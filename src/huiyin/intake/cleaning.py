"""Making readable what transport and copying did to texts and times."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from huiyin_engine.instants import DAY as DAY_SECONDS
from huiyin_engine.instants import day_from_parts, time_of_day

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\ufffe\uffff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_CJK = re.compile(r"[\u3400-\u9fff]")
_HIGH_LATIN = re.compile(r"[\u00c2-\u00f4]")
_WHEN = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[\sT]*(?P<half>上午|下午|中午|晚上|凌晨|[AaPp][Mm])?\s*(?P<h>\d{1,2})\s*[:：时点]\s*(?P<min>\d{1,2})?\s*分?"
    r"(?:\s*[:：]?\s*(?P<s>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<tail>[AaPp][Mm])?)?\s*(?:Z|\+08:?00)?"
)
_CP1252 = {bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
BARE_DAY = "09:00"
"""The time of day of a row that gives the day alone."""


def clean(value: object) -> str:
    """
    A cell as text: double encoding undone, `_x000D_` and line ends as line ends, wide spaces as spaces, none outside.

    >>> clean("　　您好！_x000D_\\n谢谢 ")
    '您好！\\n谢谢'
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = repaired(str(value))
    text = _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if int(m[1], 16) < 0xD800 else "", text)
    text = re.sub(r"\r+\n?", "\n", text)
    text = _CONTROL.sub("", text)
    text = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def repaired(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 (or Windows-1252) and written as UTF-8 again; anything else stays."""
    if not _HIGH_LATIN.search(text) or _CJK.search(text):
        return text
    raw = bytearray()
    for character in text:
        if ord(character) < 0x100:
            raw.append(ord(character))
        elif character in _CP1252:
            raw.append(_CP1252[character])
        else:
            return text
    try:
        found = raw.decode("utf-8")
    except UnicodeDecodeError:
        return text
    return found if _CJK.search(found) else text


def instant_in(text: str) -> int | None:
    """
    The civil instant a text gives, in Chinese habits, with or without leading zeros; None if it gives none.

    >>> from huiyin_engine.instants import format_instant
    >>> format_instant(instant_in("2019/4/25 9:32:09")), format_instant(instant_in("2020年1月8日 下午3点20分"))
    ('2019-04-25 09:32', '2020-01-08 15:20')
    """
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        return None
    try:
        day = day_from_parts(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    if match["h"] is None:
        return day * DAY_SECONDS + time_of_day(BARE_DAY)
    hour, minute, second = int(match["h"]), int(match["min"] or 0), int(match["s"] or 0)
    half = (match["half"] or match["tail"] or "").lower()
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    if half in ("上午", "凌晨", "am") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return day * DAY_SECONDS + hour * 3600 + minute * 60 + second
