"""
Time limits (时限): how long, what counts as the first day, the hour it ends, how it moves off a day of rest.

`due` is the fast answer; `derive` counts the same limit day by day and says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple, assert_never, get_args

from huiyin_engine.calendars import RollRule, WorkingCalendar
from huiyin_engine.instants import (
    DAY,
    HOUR,
    MINUTE,
    add_months,
    day_of,
    parts,
    show_date_briefly,
    show_duration,
    show_instant,
    time_of_day,
)
from huiyin_engine.texts import Text

Unit = Literal["working_minute", "working_hour", "working_day", "minute", "hour", "day", "week", "month", "year"]

_UNIT_NAMES: Final[dict[Unit, tuple[str, str]]] = {
    "working_minute": ("个工作分钟", "working minute"),
    "working_hour": ("个工作小时", "working hour"),
    "working_day": ("个工作日", "working day"),
    "minute": ("分钟", "minute"),
    "hour": ("小时", "hour"),
    "day": ("日", "day"),
    "week": ("周", "week"),
    "month": ("个月", "month"),
    "year": ("年", "year"),
}
_SECONDS: Final[dict[Unit, int]] = {"working_minute": MINUTE, "working_hour": HOUR, "minute": MINUTE, "hour": HOUR}
_ROLL_RULES: Final = get_args(RollRule)


class Span(NamedTuple):
    """
    A length of time (期限长度).

    `amount` is whole for days, weeks, months and years. Minutes and hours may be broken (``Decimal("4.5")`` working
    hours) as long as they make whole seconds. A broken number of working days (half a working day 半个工作日, R16-Z1)
    is that share of the working hours of the day on which it begins to run, and runs through working time.
    A negative amount goes back, for reminders before an end.
    """

    amount: int | Decimal
    unit: Unit

    @property
    def text(self) -> Text:
        """The length in words, 3个工作日 / 3 working days."""
        chinese, english = _UNIT_NAMES[self.unit]
        if self.unit == "working_day" and self.amount == Decimal("0.5"):
            return Text("半个工作日", "half a working day")
        plural = "" if self.amount == 1 else "s"
        return Text(f"{self.amount}{chinese}", f"{self.amount} {english}{plural}")


class Limit(NamedTuple):
    """
    One time limit as the text of a regulation gives it (时限).

    Attributes:
        span: How long.
        counts_start_day: Whether the day of the start is the first day (当日起, R39-C3); by default it is day 0.
        ends: Time of day at which a limit in days or longer ends: ``18:00``, ``23:59:59``, ``closing`` (by season and
            unit, R37), ``opening``, ``same_time`` as the start; None for the calendar's end of day. Minutes, hours
            and parts of a working day end at the very second and take None only.
        rest_day: What happens when the last day is a day of rest. Minutes and hours keep their time of day then.
    """

    span: Span
    counts_start_day: bool = False
    ends: str | None = None
    rest_day: RollRule = "keep"


class CountKind(NamedTuple):
    """
    A checked limit, ready to be counted: what is counted and how many of it.

    `amount` is in seconds for ``time`` and ``working_time``, in days for ``days`` and ``working_days``, in months for
    ``months``; 0 for ``part_of_working_day``, where it depends on the day.
    """

    counted: Literal["time", "working_time", "part_of_working_day", "days", "working_days", "months"]
    amount: int


@lru_cache(maxsize=4096)
def count_kind(limit: Limit) -> CountKind:
    """
    Check a limit and say what it counts.

    Raises:
        ValueError: The parts of the limit do not fit together; the message says which.
    """
    span, counts_start_day, ends, rest_day = limit
    amount = Decimal(span.amount)
    if span.unit not in _UNIT_NAMES:
        raise ValueError(f"no unit of time: {span.unit!r}")
    if rest_day not in _ROLL_RULES:
        raise ValueError(f"no rule for days of rest: {rest_day!r}")
    if counts_start_day and amount < 1:
        raise ValueError("a limit whose first day is the day of the start is at least 1 long")
    whole = amount == amount.to_integral_value()
    if span.unit in _SECONDS or (span.unit == "working_day" and not whole):
        if ends is not None:
            raise ValueError(f"{span.text.en} end at the very second, not at {ends!r}")
        if counts_start_day:
            raise ValueError(f"{span.text.en} run from their start, no first day is counted")
        if span.unit == "working_day":
            return CountKind("part_of_working_day", 0)
        seconds = amount * _SECONDS[span.unit]
        if seconds != seconds.to_integral_value():
            raise ValueError(f"{span.text.en} are not whole seconds")
        return CountKind("working_time" if span.unit.startswith("working") else "time", int(seconds))
    if not whole:
        raise ValueError(f"{span.text.en}: only hours, minutes and working days can be broken")
    if ends not in (None, "closing", "opening", "same_time"):
        time_of_day(ends)
    number = int(amount)
    match span.unit:
        case "working_day":
            return CountKind("working_days", number)
        case "day":
            return CountKind("days", number)
        case "week":
            return CountKind("days", 7 * number)
        case "month":
            return CountKind("months", number)
        case _:
            return CountKind("months", 12 * number)


def due(limit: Limit, start: int, calendar: WorkingCalendar) -> int:
    """
    Return the instant at which a limit ends that starts at an instant. An act at that very second is in time (CR-10).

    The start's own day is day 0 and not counted, whatever its hour, unless the limit says so. N working days end on
    the Nth working day after it. Months and years end on the same day number, clipped to the month's end (CR-14);
    where the first day counts they end on the eve of it. Working minutes and hours run through lunch, nights and
    days of rest, from the next opening where they start outside (CR-16). A span of 0 ends on the day of the start,
    0 working days on the first working day from there.

    Raises:
        ValueError: The parts of the limit do not fit together.
        OutsideCalendar: The count leaves the years of the calendar.

    >>> from huiyin_engine.calendars import DayTable
    >>> from huiyin_engine.instants import format_instant, parse_instant
    >>> calendar = WorkingCalendar(DayTable.open_daily())
    >>> format_instant(due(Limit(Span(4, "month")), parse_instant("2025-07-31 10:00"), calendar))
    '2025-11-30 18:00'
    """
    counted, amount = count_kind(limit)
    match counted:
        case "working_time":
            return calendar.add_working_seconds(start, amount)
        case "working_days":
            day = calendar.add_working_days(start // DAY, amount, limit.counts_start_day)
            return _end_on(day, limit, start, calendar)
        case "days":
            day = start // DAY + amount - limit.counts_start_day
        case "months":
            day = _months_later(start // DAY, amount, limit.counts_start_day)
        case "part_of_working_day":
            return calendar.add_working_seconds(start, _seconds_of_part(limit, start, calendar))
        case "time":
            end = start + amount
            return end if limit.rest_day == "keep" else _same_time_on(calendar.roll(end // DAY, limit.rest_day), end)
        case _:
            assert_never(counted)
    if limit.rest_day != "keep":
        day = calendar.roll(day, limit.rest_day)
    return _end_on(day, limit, start, calendar)


def suspended_due(limit: Limit, due_at: int, suspended_at: int, resumed_at: int, calendar: WorkingCalendar) -> int:
    """
    Return the new end of a limit that stood still for a while (中止).

    Limits in minutes, hours and parts of a working day run what was left of them from the moment they are resumed.
    Limits in working days move by the working days after the day of suspension up to and including the day of
    resumption, limits in days and longer by the calendar days; they keep the time of day of their end, and a day of
    rest moves by the limit's own rule. A suspension never shortens; one that begins at or after the end moves nothing.

    Raises:
        ValueError: Resumed before it was suspended.
    """
    if resumed_at < suspended_at:
        raise ValueError("a limit cannot be resumed before it was suspended")
    if suspended_at >= due_at:
        return due_at
    counted = count_kind(limit).counted
    first, last = suspended_at // DAY, resumed_at // DAY
    match counted:
        case "working_time" | "part_of_working_day":
            left = calendar.working_seconds_between(suspended_at, due_at)
            return max(due_at, calendar.add_working_seconds(resumed_at, left))
        case "time":
            end = due_at + resumed_at - suspended_at
        case "working_days":
            moved = calendar.working_days_between(first, last)
            return _same_time_on(calendar.add_working_days(due_at // DAY, moved), due_at)
        case "days" | "months":
            end = due_at + (last - first) * DAY
        case _:
            assert_never(counted)
    return max(due_at, _same_time_on(calendar.roll(end // DAY, limit.rest_day), end))


def _end_on(day: int, limit: Limit, start: int, calendar: WorkingCalendar) -> int:
    if limit.ends == "same_time":
        return _same_time_on(day, start)
    return calendar.instant_on(day, limit.ends)


def _same_time_on(day: int, instant: int) -> int:
    return day * DAY + instant % DAY


def _months_later(day: int, months: int, counts_start_day: bool) -> int:
    later = add_months(day, months)
    clipped = parts(later).day != parts(day).day
    return later - (counts_start_day and not clipped)


def _seconds_of_part(limit: Limit, start: int, calendar: WorkingCalendar) -> int:
    whole = calendar.working_seconds_of(day_of(calendar.next_opening(start)))
    return int((limit.span.amount * Decimal(whole)).to_integral_value(ROUND_CEILING))


# --- the same, day by day, with reasons ----------------------------------------------------------------------------

_FROM: Final = Text("自{start}起{span}", "{span} from {start}")
_SKIPPED: Final = Text("{days}不计（{reason}）", "{days} not counted ({reason})")
_COUNTED: Final = Text("{days}计入（{reason}）", "{days} counted ({reason})")
_ROLLED: Final = Text("{day}为休息日（{reason}），顺移", "{day} is a day of rest ({reason}), moved")
_UNTIL: Final = Text("至{end}止", "until {end}")
_PROVISIONAL: Final = Text(
    "所涉年度的放假安排尚未公布，暂只按周末推算",
    "provisional, as the holiday notice of a year concerned is not known yet and weekends alone are taken off",
)
_START_DAY: Final = Text("起算日", "day of the start")
_WORKING_DAY: Final = Text("第{number}个工作日", "working day {number}")
_DAY: Final = Text("第{number}日", "day {number}")
_THE_DAY_ITSELF: Final = Text("当日", "the day itself")
_SAME_NUMBER: Final = Text("{span}后的相应日", "same day number, {span} on")
_MONTH_END: Final = Text("该月无相应日，取月末", "no such day in that month, its last day")
_EVE: Final = Text("起算日计入，届满于相应日的前一日", "eve of the same day number, as the first day counts")
_ROUND_THE_CLOCK: Final = Text("连续计时", "runs round the clock")
_TIME_RUN: Final = Text("计时{time}", "{time} run")
_NOTHING_LEFT: Final = Text("当日工作时间已过", "no working time left that day")
_OUTSIDE_HOURS: Final = Text("非工作时间", "outside working hours")


class DayEntry(NamedTuple):
    """
    One day of a derivation: counted or not, and as what.

    Attributes:
        day: The day.
        counted: Whether it counts.
        reason: What it counts as (第3个工作日 / working day 3), or why it does not (国庆节 / National Day).
        special: Why it is worked though one would take it for a day off (调休上班); None for all others.
        seconds: Seconds that ran on it, where the limit is counted in working time; else 0.
    """

    day: int
    counted: bool
    reason: Text
    special: Text | None = None
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """
    How a due instant came about (期限推算), for the screen and for the letter.

    Attributes:
        limit: The limit that was counted.
        start: The instant it started.
        days: Every day looked at, in the order of counting. Minutes and hours round the clock name the last day
            only, months and years the day of the start and the last one.
        rolled_from: The last day before it was moved off a day of rest; None where it was not moved.
        roll_reason: Why it was a day of rest; None where it was not moved.
        result: The due instant, the same that `due` gives.
        provisional: Whether the result rests on a year whose holiday notice is not known yet.
    """

    limit: Limit
    start: int
    days: tuple[DayEntry, ...]
    rolled_from: int | None
    roll_reason: Text | None
    result: int
    provisional: bool

    @property
    def first_counted(self) -> int | None:
        """The first day that counts."""
        return next((entry.day for entry in self.days if entry.counted), None)

    @property
    def explanation(self) -> Text:
        """The derivation in one sentence: start, days left out, make-up days that count, what was moved, the end."""
        clauses = [_FROM.format(start=show_instant(self.start), span=self.limit.span.text)]
        for first, last, entry in _runs_worth_telling(self.days):
            days = show_date_briefly(first)
            if last != first:
                ends = {"first": days, "last": show_date_briefly(last)}
                days = Text("{first}至{last}", "{first} to {last}").format(**ends)
            clause = _COUNTED if entry.counted else _SKIPPED
            clauses.append(clause.format(days=days, reason=entry.special or entry.reason))
        if self.rolled_from is not None and self.roll_reason is not None:
            clauses.append(_ROLLED.format(day=show_date_briefly(self.rolled_from), reason=self.roll_reason))
        clauses.append(_UNTIL.format(end=show_instant(self.result)))
        if self.provisional:
            clauses.append(_PROVISIONAL)
        return Text("；".join(clause.zh for clause in clauses) + "。", "; ".join(clause.en for clause in clauses) + ".")


def derive(limit: Limit, start: int, calendar: WorkingCalendar) -> Derivation:
    """
    Count a limit day by day and keep the reasons. The result is that of `due`, found by walking.

    Raises:
        ValueError: The parts of the limit do not fit together.
        OutsideCalendar: The count leaves the years of the calendar.
    """
    counted, amount = count_kind(limit)
    rolled_from: int | None = None
    match counted:
        case "working_time":
            days, result = _walk_working_time(amount, start, calendar)
        case "part_of_working_day":
            days, result = _walk_working_time(_seconds_of_part(limit, start, calendar), start, calendar)
        case "working_days":
            days = _walk_working_days(amount, limit.counts_start_day, day_of(start), calendar)
            result = _end_on(days[-1].day, limit, start, calendar)
        case "time":
            end = start + amount
            days = [DayEntry(day_of(end), True, _ROUND_THE_CLOCK)]
            day = calendar.roll(day_of(end), limit.rest_day)
            rolled_from = day_of(end) if day != day_of(end) else None
            result = _same_time_on(day, end)
        case "days" | "months":
            walk = _walk_days if counted == "days" else _walk_months
            days = walk(limit, amount, day_of(start))
            last = days[-1].day
            day = calendar.roll(last, limit.rest_day)
            rolled_from = last if day != last else None
            result = _end_on(day, limit, start, calendar)
        case _:
            assert_never(counted)
    return Derivation(
        limit=limit,
        start=start,
        days=tuple(days),
        rolled_from=rolled_from,
        roll_reason=None if rolled_from is None else calendar.why_not_working(rolled_from),
        result=result,
        provisional=is_provisional(limit, start, result, calendar),
    )


def is_provisional(limit: Limit, start: int, due_at: int, calendar: WorkingCalendar) -> bool:
    """
    Return whether a due instant may still change when a holiday notice arrives.

    Limits in plain minutes, hours, days and longer look at days of rest only where their rule for them says so.
    """
    if count_kind(limit).counted in ("working_time", "part_of_working_day", "working_days"):
        return calendar.is_provisional(day_of(start), day_of(due_at))
    if limit.rest_day == "keep":
        return False
    unmoved = due(limit._replace(rest_day="keep"), start, calendar)
    return calendar.is_provisional(day_of(unmoved), day_of(due_at))


def _walk_working_days(count: int, counts_start_day: bool, start: int, calendar: WorkingCalendar) -> list[DayEntry]:
    step = -1 if count < 0 else 1
    day, days, number = start, list[DayEntry](), 0
    if count != 0 and not counts_start_day:
        days.append(DayEntry(start, False, _START_DAY))
        day += step
    while True:
        why_not = calendar.why_not_working(day)
        if why_not is None:
            number += 1
            reason = _THE_DAY_ITSELF if count == 0 and day == start else _WORKING_DAY.format(number=number)
            days.append(DayEntry(day, True, reason, calendar.why_working(day)))
            if number >= abs(count):
                return days
        else:
            days.append(DayEntry(day, False, why_not))
        day += step


def _walk_days(limit: Limit, count: int, start: int) -> list[DayEntry]:
    if count == 0:
        return [DayEntry(start, True, _THE_DAY_ITSELF)]
    if limit.counts_start_day:
        return [DayEntry(start + number, True, _DAY.format(number=number + 1)) for number in range(count)]
    step = -1 if count < 0 else 1
    counted = (DayEntry(start + step * number, True, _DAY.format(number=number)) for number in range(1, abs(count) + 1))
    return [DayEntry(start, False, _START_DAY), *counted]


def _walk_months(limit: Limit, count: int, start: int) -> list[DayEntry]:
    if count == 0:
        return [DayEntry(start, True, _THE_DAY_ITSELF)]
    number = parts(start).day
    end = add_months(start, count)
    clipped = parts(end).day < number
    if limit.counts_start_day:
        last = DayEntry(end, True, _MONTH_END) if clipped else DayEntry(end - 1, True, _EVE)
        return [DayEntry(start, True, _DAY.format(number=1)), last]
    reason = _MONTH_END if clipped else _SAME_NUMBER.format(span=limit.span.text)
    return [DayEntry(start, False, _START_DAY), DayEntry(end, True, reason)]


def _walk_working_time(seconds: int, start: int, calendar: WorkingCalendar) -> tuple[list[DayEntry], int]:
    """Take from each day what its hours give, forward or back, until the seconds are used up."""
    day, days, left = day_of(start), list[DayEntry](), abs(seconds)
    opening = calendar.next_opening(start) if seconds >= 0 else start
    while True:
        begins, ends = day * DAY, (day + 1) * DAY
        if seconds < 0:
            ends = min(ends, start)
        else:
            begins = max(begins, start)
        run = min(left, calendar.working_seconds_between(begins, ends))
        left -= run
        found = left == 0 and (run > 0 or day_of(opening) == day)
        if run or found:
            reason = _TIME_RUN.format(time=show_duration(run))
            days.append(DayEntry(day, True, reason, calendar.why_working(day), run))
        else:
            over = _NOTHING_LEFT if day == day_of(start) and seconds >= 0 else _OUTSIDE_HOURS
            days.append(DayEntry(day, False, calendar.why_not_working(day) or over))
        if found:
            if seconds < 0:
                return days, calendar.add_working_seconds(ends, -run)
            return days, calendar.add_working_seconds(begins, run)
        day += -1 if seconds < 0 else 1


def _runs_worth_telling(days: tuple[DayEntry, ...]) -> Iterator[tuple[int, int, DayEntry]]:
    """Yield first day, last day and one entry of each run of days left out for one reason or worked as make-up days."""
    run: list[DayEntry] = []
    for entry in sorted(days, key=lambda entry: entry.day):
        if entry.counted and entry.special is None and entry.reason not in (_MONTH_END, _EVE):
            continue
        if run and _tells(entry) == _tells(run[-1]) and entry.day == run[-1].day + 1:
            run.append(entry)
            continue
        if run:
            yield run[0].day, run[-1].day, run[0]
        run = [entry]
    if run:
        yield run[0].day, run[-1].day, run[0]


def _tells(entry: DayEntry) -> tuple[bool, Text]:
    return entry.counted, entry.special or entry.reason
