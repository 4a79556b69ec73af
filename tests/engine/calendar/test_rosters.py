"""Shifts entered for a person: the running one, the next one, none known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin_engine.calendars import Roster, Shift
from huiyin_engine.instants import parse_instant


def shift(opens: str, closes: str) -> Shift:
    return Shift(parse_instant(opens), parse_instant(closes))


LATE = shift("2025-05-01 15:00", "2025-05-01 23:00")
NIGHT = shift("2025-05-03 23:00", "2025-05-04 07:00")
ROSTER = Roster([NIGHT, LATE])


@pytest.mark.parametrize(
    ("instant", "running", "ends"),
    [
        ("2025-05-01 21:50", LATE, LATE.closes),  # R28-X1: report within the own shift
        ("2025-05-01 14:59", None, LATE.closes),
        ("2025-05-01 23:00", LATE, LATE.closes),
        ("2025-05-01 23:00:01", None, NIGHT.closes),  # R28-Q14: outside any shift, end of the next
        ("2025-05-04 03:00", NIGHT, NIGHT.closes),
        ("2025-05-04 08:00", None, None),  # CR-31: nobody knows
    ],
)
def test_shift_of_and_end(instant: str, running: Shift | None, ends: int | None) -> None:
    assert ROSTER.shift_of(parse_instant(instant)) == running
    assert ROSTER.next_shift_end(parse_instant(instant)) == ends


@given(st.lists(st.integers(1, 20), min_size=2, max_size=20), st.integers(-5, 250))
def test_roster_agrees_with_a_look_at_every_shift(gaps: list[int], instant: int) -> None:
    edges = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    shifts = [Shift(opens, closes) for opens, closes in zip(edges[::2], edges[1::2], strict=False)]
    roster = Roster(reversed(shifts))
    still = sorted(shift.closes for shift in shifts if shift.closes >= instant)
    assert roster.next_shift_end(instant) == (still[0] if still else None)
    running = [shift for shift in shifts if shift.opens <= instant <= shift.closes]
    assert roster.shift_of(instant) == (running[0] if running else None)


@pytest.mark.parametrize(
    ("shifts", "message"),
    [
        ([Shift(10, 10)], "ends before it begins"),
        ([Shift(10, 50), Shift(20, 40)], "lies within"),
        ([Shift(10, 50), Shift(10, 60)], "lies within"),
    ],
)
def test_rosters_that_cannot_be_are_refused(shifts: list[Shift], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Roster(shifts)
