"""The committed working days of mainland China, read once for the tests."""

from pathlib import Path

from huiyin_engine.calendars import WorkingCalendar, WorkingHours, day_table

FILES = sorted((Path(__file__).parents[3] / "calendars" / "mainland").glob("*.yaml"))
MAINLAND = day_table(path.read_text(encoding="utf-8") for path in FILES)
OFFICE_HOURS = WorkingCalendar(MAINLAND)
SEASONS_WITH_LUNCH = WorkingCalendar(
    MAINLAND,
    WorkingHours.from_data(
        [
            {"season": "05-01..09-30", "hours": "08:00-12:00, 14:30-18:30"},
            {"season": "10-01..04-30", "hours": "08:00-12:00, 14:00-18:00"},
        ]
    ),
)
