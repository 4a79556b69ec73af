"""From the givens of a scenario to the world of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huiyin_engine import instants
from huiyin_engine.calendars import DayTable, WorkingCalendar, WorkingHours
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import Pack
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree
from huiyin_engine.model.outcome import World
from huiyin_engine.testing.scenarios import Scenario
from huiyin_engine.testing.values import Fault, typed, whole_number, word, words
from huiyin_engine.texts import Text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def world_of(scenario: Scenario, pack: Pack, days: DayTable) -> World:
    """The world the scenario starts in: no cases yet. `days` are the working days of the country.

    Raises Fault, with its line, for a post, parameter, day or hour that cannot be.
    """
    for appointment in scenario.appointments:
        if appointment.post not in pack.posts:
            known = ", ".join(pack.posts)
            raise Fault(
                1, f"没有岗位 {appointment.post}，可用：{known}", f"no post {appointment.post}; there are: {known}"
            )
    directory = Directory(scenario.persons, scenario.appointments, scenario.absences, scenario.units)
    return World(
        packs={pack.id: pack, (pack.id, pack.version): pack},
        directory=directory,
        calendar=calendar_of(scenario.calendar, days),
        parameters={pack.id: _parameters(scenario.parameters, pack)},
        registers=_registers(scenario.registers),
    )


_CALENDARS: dict[tuple[Any, ...], WorkingCalendar] = {}


def calendar_of(tree: Map | None, days: DayTable) -> WorkingCalendar:
    """The calendar with the scenario's own hours and days. Equal ones are laid out once."""
    if tree is None:
        tree = Map({}, {}, 1)
    if (known := tree.get("known until")) is not None:
        last = whole_number(known)
        years = frozenset(y for y in days.covered_years or () if y <= last)
        exceptions = {d: x for d, x in days.exceptions.items() if instants.year_of(d) <= last}
        days = replace(days, exceptions=exceptions, covered_years=years)
    rest = tree.get("weekly rest")
    days = days.with_own_days(
        off=_days(tree.get("off")),
        working=_days(tree.get("working")),
        weekly_rest=None if rest is None else [_weekday(w, rest) for w in words(rest)],
    )
    hours_tree, end_tree = tree.get("hours"), tree.get("day ends")
    hours = _hours(hours_tree) if hours_tree is not None else WorkingHours.from_data("09:00-18:00")
    day_end = word(end_tree) if end_tree is not None else "18:00"
    key = (days.version, repr(hours), day_end)
    if key not in _CALENDARS:
        _CALENDARS[key] = WorkingCalendar(days, hours, day_end)
    return _CALENDARS[key]


def _hours(tree: Tree) -> WorkingHours:
    try:
        return WorkingHours.from_data(_plain(tree))
    except ValueError as wrong:
        raise Fault(tree.line, f"工作时间写法不对：{wrong}", str(wrong)) from None


def _plain(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        return tree.value
    if isinstance(tree, Seq):
        return [_plain(t) for t in tree.items]
    return {k: _plain(v) for k, v in tree.items.items()}


def _weekday(text: str, tree: Tree) -> int:
    if text not in WEEKDAYS:
        raise Fault(tree.line, f"“{text}”不是星期", f"'{text}' is none of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text)


def _days(tree: Tree | None) -> dict[int, Text]:
    found: dict[int, Text] = {}
    for day, reason in tree.items.items() if isinstance(tree, Map) else ():
        try:
            found[instants.parse_day(day)] = Text.parse(word(reason))
        except ValueError as wrong:
            raise Fault(
                reason.line, f"应写 日期: 理由 / reason（{wrong}）", f"write day: 理由 / reason ({wrong})"
            ) from None
    return found


def _parameters(tree: Map | None, pack: Pack) -> dict[str, Any]:
    """The offered defaults, and over them what the scenario gives."""
    found = {p.id: p.default for p in pack.parameters.values() if p.default is not None}
    for name, value in tree.items.items() if tree is not None else ():
        if name not in pack.parameters:
            known = ", ".join(pack.parameters)
            raise Fault(value.line, f"没有参数 {name}，可用：{known}", f"no parameter {name}; there are: {known}")
        found[name] = typed(value, pack.parameters[name].type, None, pack)
    return found


def _registers(tree: Map | None) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    return _plain(tree) if tree is not None else {}
