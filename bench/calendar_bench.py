"""
Speed of the working calendar, beside the two libraries people use for SLA hours, in one run.

    python bench/calendar_bench.py

Every line is operations per second on one core, the best of several rounds; all contestants take turns within a
round, so that a busy machine slows all of them. Starts are spread over two years (working hours, evenings, weekends,
holidays), lengths over the limits that regulations use. The libraries know holidays but no make-up working days
(调休), so where results are compared, only counts that meet none of them are.

Adding is compared with businesstimedelta, the one of the two that adds. business-duration only measures between two
instants, so its lines stand beside ours without a goal.
"""

from __future__ import annotations

import datetime
import operator
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import businesstimedelta
from business_duration import businessDuration

from huiyin_engine.calendars import WorkingCalendar, WorkingHours, day_table
from huiyin_engine.instants import DAY, MINUTE, parse_day
from huiyin_engine.time_limits import Limit, Span, due

FILES = sorted((Path(__file__).parents[1] / "calendars" / "mainland").glob("*.yaml"))
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)  # civil time, which the libraries take for UTC
ROUNDS = 5
SECONDS_A_TURN = 0.4
GOAL_DAYS, GOAL_MINUTES, GOAL_RATIO = 2_000_000, 800_000, 150


class Contest(NamedTuple):
    """One operation and the samples it is called with."""

    name: str
    call: Callable[..., object]
    first: Sequence[object]
    second: Sequence[object]


def main() -> int:
    """Measure, print, and return 0 where all goals are met, else 1."""
    table = day_table(path.read_text(encoding="utf-8") for path in FILES)
    office = WorkingCalendar(table)
    lunch = WorkingCalendar(table, WorkingHours.from_data("08:00-12:00, 14:00-18:00"))
    holidays = {date_of(day): off.reason.en for day, off in table.exceptions.items() if not off.working}
    rule = businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(datetime.time(9), datetime.time(18), working_days=[0, 1, 2, 3, 4]),
            businesstimedelta.HolidayRule(holidays),
        ]
    )

    chance = random.Random(20250312)  # noqa: S311 - a fixed sequence of samples
    first, last = parse_day("2024-06-01"), parse_day("2026-05-31")
    starts = [chance.randrange(first * DAY // MINUTE, last * DAY // MINUTE) * MINUTE for _ in range(1000)]
    days = [start // DAY for start in starts]
    counts = [chance.choice((1, 2, 3, 5, 7, 10, 15, 30)) for _ in starts]
    lengths = [chance.choice((10, 20, 30, 60, 120, 270, 540, 1080)) * MINUTE for _ in starts]
    ends = [office.add_working_seconds(start, length) for start, length in zip(starts, lengths, strict=True)]
    three_days, half_hour = Limit(Span(3, "working_day")), Limit(Span(30, "working_minute"))
    dates = [EPOCH + datetime.timedelta(seconds=start) for start in starts]
    end_dates = [EPOCH + datetime.timedelta(seconds=end) for end in ends]
    deltas = [businesstimedelta.BusinessTimeDelta(rule, seconds=length) for length in lengths]
    day_deltas = [businesstimedelta.BusinessTimeDelta(rule, hours=9 * count) for count in counts]
    opening, closing = datetime.time(9), datetime.time(18)

    def due_in_office(limit: Limit, start: int) -> int:
        return due(limit, start, office)

    def business_duration(date: datetime.datetime, end_date: datetime.datetime) -> float:
        minutes: float = businessDuration(date, end_date, opening, closing, holidaylist=holidays, unit="min")
        return minutes

    contests = [
        Contest("add working days", office.add_working_days, days, counts),
        Contest("  businesstimedelta, as working hours", operator.add, dates, day_deltas),
        Contest("add working minutes", office.add_working_seconds, starts, lengths),
        Contest("add working minutes, lunch", lunch.add_working_seconds, starts, lengths),
        Contest("  businesstimedelta", operator.add, dates, deltas),
        Contest("working minutes between", office.working_seconds_between, starts, ends),
        Contest("  business-duration", business_duration, dates, end_dates),
        Contest("due: 3 working days", due_in_office, [three_days] * len(starts), starts),
        Contest("due: 30 working minutes", due_in_office, [half_hour] * len(starts), starts),
    ]
    compared = 0
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if any(office.why_working(day) for day in range(start // DAY, end // DAY + 1)):
            continue
        compared += 1
        minutes = business_duration(dates[index], end_dates[index])
        if dates[index] + deltas[index] != end_dates[index] or minutes * MINUTE != office.working_seconds_between(
            start, end
        ):
            raise SystemExit(f"results differ for the start {dates[index]}")
    report(f"{compared} of {len(starts)} samples meet no make-up day; both libraries and we agree on all of them")

    speeds = measure(contests)
    for name, speed in speeds.items():
        report(f"{name:40}{speed:>14,.0f} ops/s")
    ours_days, ours_minutes = speeds["add working days"], speeds["add working minutes"]
    goals = [
        ("add working days", ours_days, GOAL_DAYS),
        ("add working minutes", ours_minutes, GOAL_MINUTES),
        ("add working minutes, lunch", speeds["add working minutes, lunch"], GOAL_MINUTES),
        (
            "add working days, times businesstimedelta",
            ours_days / speeds["  businesstimedelta, as working hours"],
            GOAL_RATIO,
        ),
        ("add working minutes, times businesstimedelta", ours_minutes / speeds["  businesstimedelta"], GOAL_RATIO),
    ]
    for name, found, goal in goals:
        report(f"{'met   ' if found >= goal else 'MISSED'} {name}: {found:,.0f} (goal {goal:,})")
    for name in ("add working minutes", "working minutes between"):
        report(f"       {name}, times business-duration: {speeds[name] / speeds['  business-duration']:,.0f} (no goal)")
    return 0 if all(found >= goal for _, found, goal in goals) else 1


def measure(contests: Sequence[Contest]) -> dict[str, float]:
    """Return the best operations per second of each, called over all its samples, turn by turn."""
    best = dict.fromkeys((contest.name for contest in contests), 0.0)
    for _ in range(ROUNDS):
        for name, call, first, second in contests:
            done, passed, begun = 0, 0.0, time.perf_counter()
            while passed < SECONDS_A_TURN:
                for one, other in zip(first, second):  # noqa: B905 - strict= costs time, the lengths are equal
                    call(one, other)
                done += len(first)
                passed = time.perf_counter() - begun
            best[name] = max(best[name], done / passed)
    return best


def date_of(day: int) -> datetime.date:
    """Return a day as the libraries want it."""
    return (EPOCH + datetime.timedelta(days=day)).date()


def report(line: str) -> None:
    """Write one line of the report."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
