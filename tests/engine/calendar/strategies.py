"""Random calendars, built twice: as the engine's value and as the naive twin's plain data."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from huiyin_engine.calendars import DayException, DayTable, Season, WorkingCalendar, WorkingHours
from huiyin_engine.calendars.working_hours import Period
from huiyin_engine.instants import format_day, parse_day
from huiyin_engine.texts import Text
from tests.engine.calendar.mainland import MAINLAND
from tests.engine.calendar.naive import DAY, Periods, Plain

twin = settings(deadline=None)  # the twin is slow on purpose
FIRST, LAST = parse_day("2024-12-01"), parse_day("2026-03-31")
# Days around which calendars go wrong: Chinese New Year, its make-up days, National Day, month and year ends, 29 Feb.
TELLING_DAYS = [
    parse_day(text)
    for line in (
        "2024-02-29 2024-12-31 2025-01-01 2025-01-24 2025-01-26 2025-01-31 2025-02-04 2025-02-08 2025-02-28 2025-04-27",
        "2025-04-30 2025-05-01 2025-05-31 2025-06-30 2025-09-26 2025-09-28 2025-09-30 2025-10-01 2025-10-08 2025-10-11",
        "2025-12-31 2026-02-13 2026-02-14 2026-02-15 2026-02-23 2026-02-28",
    )
    for text in line.split()
]


class Pair(NamedTuple):
    """The same calendar twice."""

    calendar: WorkingCalendar
    plain: Plain

    def __repr__(self) -> str:
        """Show what tells one drawn calendar from another, in a length that can be read."""
        days = {format_day(day): worked for day, worked in self.plain.exceptions.items()}
        exceptions = days if len(days) <= 60 else "mainland"
        return f"Pair(rest={self.plain.weekly_rest}, exceptions={exceptions}, seasons={self.plain.seasons})"


OFFICE: Periods = [(540, 1080)]
LUNCH: Periods = [(480, 720), (840, 1080)]
SUMMER: Periods = [(480, 720), (870, 1110)]
NIGHT: Periods = [(1320, 1800)]
THREE_SHIFTS: Periods = [(420, 910), (900, 1390), (1380, 1870)]
WHOLE_DAY: Periods = [(0, 1440)]
SHORT: Periods = [(540, 541), (542, 550), (1439, 1440)]


@st.composite
def random_periods(draw: st.DrawFn) -> Periods:
    """Draw one to three periods within a day, in quarters of an hour, meeting or apart."""
    edges = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted))
    return [(edges[i] * 15, edges[i + 1] * 15) for i in range(0, len(edges) - 1, 2)]


WEEKS = st.one_of(
    st.sampled_from([OFFICE, LUNCH, NIGHT, THREE_SHIFTS, WHOLE_DAY, SHORT]).map(lambda periods: {0: periods}),
    random_periods().map(lambda periods: {0: periods}),
    st.just({0: OFFICE, 1: LUNCH, 5: [(540, 720)]}),
)
SEASONS = st.one_of(
    WEEKS.map(lambda week: [("01-01", "12-31", {number: week.get(number, week[0]) for number in range(7)})]),
    st.just([("05-01", "09-30", {0: SUMMER}), ("10-01", "04-30", {0: LUNCH})]),
    st.just([("02-29", "02-29", {0: OFFICE}), ("03-01", "02-28", {0: LUNCH, 4: OFFICE})]),
)


def build(
    weekly_rest: set[int], exceptions: dict[int, bool], seasons: list[tuple[str, str, dict[int, Periods]]]
) -> Pair:
    """Build both calendars from the same plain data."""
    table = DayTable(
        authority=Text("试", "test"),
        exceptions={day: DayException(worked, Text("例外", "exception")) for day, worked in exceptions.items()},
        covered_years=frozenset(range(2024, 2027)),
        weekly_rest=frozenset(weekly_rest),
    )
    built = []
    for first, last, week in seasons:
        ends = [(int(text[:2]), int(text[3:])) for text in (first, last)]
        days = tuple(tuple(Period(o * 60, c * 60) for o, c in week.get(number, [])) for number in range(7))
        built.append(Season(ends[0], ends[1], days))
    calendar = WorkingCalendar(table, WorkingHours(tuple(built)), first_year=2022, last_year=2029)
    return Pair(calendar, Plain(weekly_rest, exceptions, seasons))


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Draw a calendar: random days off and worked, or the real mainland days, under random hours."""
    weekly_rest = draw(st.sampled_from([{5, 6}, {6}, set(), {1}]))
    if draw(st.booleans()):
        exceptions = {day: exception.working for day, exception in MAINLAND.exceptions.items()}
    else:
        exceptions = draw(st.dictionaries(st.integers(FIRST - 30, LAST + 30), st.booleans(), max_size=60))
    return build(weekly_rest, exceptions, draw(SEASONS))


DAYS = st.one_of(st.integers(FIRST, LAST), st.sampled_from(TELLING_DAYS))
# Whole minutes, often the very edge of a period.
MINUTES_OF_DAY = st.one_of(
    st.sampled_from([0, 1, 479, 480, 539, 540, 541, 719, 720, 721, 840, 870, 910, 1079, 1080, 1081, 1110, 1320, 1439]),
    st.integers(0, 1439),
)
STARTS = st.builds(lambda day, minute: day * DAY + minute * 60, DAYS, MINUTES_OF_DAY)
