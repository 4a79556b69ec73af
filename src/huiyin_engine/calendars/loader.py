"""
Reading calendar files. The engine gets their text; where they lie is the caller's business.

A file holds the exceptions of one year, with the notice they come from::

    authority: 国务院办公厅 / General Office of the State Council
    year: 2025
    notice:
      title: 国务院办公厅关于2025年部分节假日安排的通知
      number: 国办发明电〔2024〕12号
      date: 2024-11-12
    days:
      - name: 国庆节、中秋节 / National Day and Mid-Autumn Festival
        off: 2025-10-01..2025-10-08
        working: 2025-09-28, 2025-10-11

``source:`` stands in place of ``notice:`` where the days were not typed from the notice itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from huiyin_engine.calendars.day_table import WEEKEND, DayException, DayTable
from huiyin_engine.instants import format_day, parse_day, weekday, year_of
from huiyin_engine.texts import Text

_MAINLAND: Final = Text("中国大陆", "Mainland China")
_MAKE_UP: Final = Text("调休上班（{name}）", "make-up working day ({name})")


class CalendarFileError(ValueError):
    """A calendar file says something that cannot be; the message names the place."""


class Notice(NamedTuple):
    """The official notice of a year's holidays (放假通知)."""

    title: str
    number: str
    date: int


class CalendarYear(NamedTuple):
    """One calendar file: exceptions of one year, from the notice itself or from another stated source."""

    year: int
    authority: Text
    notice: Notice | None
    source: Text | None
    exceptions: Mapping[int, DayException]


def read_year(text: str) -> CalendarYear:
    """
    Read the text of one calendar file.

    Raises:
        CalendarFileError: Not YAML, unknown or missing keys, both or neither of notice and source, a day outside the
            year or named twice, or a make-up working day that is no Saturday or Sunday.
    """
    try:
        data = YAML(typ="base", pure=True).load(text)  # base: every value stays text, no dates, numbers or yes/no
    except YAMLError as error:
        raise CalendarFileError(f"calendar file: {error}") from error
    keys = _mapping(data, "file", required={"authority", "year", "days"}, optional={"notice", "source"})
    try:
        year = int(keys["year"])
        authority = Text.parse(keys["authority"])
        notice, source = _read_origin(keys)
    except (ValueError, AttributeError, TypeError) as error:
        raise CalendarFileError(f"calendar file: {error}") from error
    if not isinstance(keys["days"], list):
        raise CalendarFileError(f"calendar {year}: days is a list of holidays")
    exceptions: dict[int, DayException] = {}
    for entry in keys["days"]:
        for day, exception in _read_holiday(entry, year):
            if day in exceptions:
                raise CalendarFileError(f"calendar {year}: {format_day(day)} is named twice")
            if year_of(day) != year:
                raise CalendarFileError(f"calendar {year}: {format_day(day)} belongs to another year's file")
            exceptions[day] = exception
    return CalendarYear(year, authority, notice, source, exceptions)


def day_table(texts: Iterable[str], authority: Text = _MAINLAND) -> DayTable:
    """
    Build the day table of an authority from its calendar files, one text a year, in any order.

    Raises:
        CalendarFileError: What `read_year` refuses, or two files for one year.
    """
    exceptions: dict[int, DayException] = {}
    years: set[int] = set()
    for text in texts:
        found = read_year(text)
        if found.year in years:
            raise CalendarFileError(f"calendar {found.year}: two files for one year")
        years.add(found.year)
        exceptions.update(found.exceptions)
    return DayTable(authority=authority, exceptions=exceptions, covered_years=frozenset(years))


def _read_origin(keys: Mapping[str, Any]) -> tuple[Notice | None, Text | None]:
    if ("notice" in keys) == ("source" in keys):
        raise ValueError("either the notice or another source is named")
    if "source" in keys:
        return None, Text.parse(str(keys["source"]))
    notice = _mapping(keys["notice"], "notice", required={"title", "number", "date"})
    return Notice(notice["title"], notice["number"], parse_day(notice["date"])), None


def _read_holiday(entry: object, year: int) -> Iterator[tuple[int, DayException]]:
    keys = _mapping(entry, f"calendar {year}", required={"name", "off"}, optional={"working"})
    try:
        name = Text.parse(keys["name"])
        off = list(_read_days(keys["off"]))
        working = list(_read_days(keys["working"])) if "working" in keys else []
    except (ValueError, AttributeError) as error:
        raise CalendarFileError(f"calendar {year}: {error}") from error
    for day in off:
        yield day, DayException(False, name)
    for day in working:
        if weekday(day) not in WEEKEND:
            raise CalendarFileError(f"calendar {year}: {format_day(day)} is worked anyway, it is no make-up day")
        yield day, DayException(True, _MAKE_UP.format(name=name))


def _read_days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, dots, last = part.strip().partition("..")
        start = parse_day(first)
        end = parse_day(last) if dots else start
        if end < start:
            raise ValueError(f"days run backwards: {part.strip()}")
        yield from range(start, end + 1)


def _mapping(
    data: object, place: str, *, required: set[str], optional: frozenset[str] | set[str] = frozenset()
) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise CalendarFileError(f"{place}: keys with values are wanted")
    if unknown := data.keys() - required - optional:
        raise CalendarFileError(f"{place}: unknown key {', '.join(sorted(unknown))}")
    if missing := required - data.keys():
        raise CalendarFileError(f"{place}: missing {', '.join(sorted(missing))}")
    return data
