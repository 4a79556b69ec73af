"""Shifts of one person or post on dated rosters (排班), for limits that end with the own shift (本班时间内)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from huiyin_engine.instants import format_instant


class Shift(NamedTuple):
    """One shift (班次): instants, `opens` before `closes`. A shift over midnight is one shift (R28-Q1)."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Roster:
    """
    The shifts entered for somebody, as a value. Hand-over times may overlap; one shift may not lie within another.

    The closing second still belongs to a shift (CR-16); where two shifts meet there, it is the one that ends.

    Raises:
        ValueError: A shift ends before it begins, or lies within another.
    """

    shifts: tuple[Shift, ...]
    _closes: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __init__(self, shifts: Iterable[Shift]) -> None:
        ordered = tuple(sorted(shifts))
        for shift in ordered:
            if shift.opens >= shift.closes:
                raise ValueError(f"a shift ends before it begins: {format_instant(shift.opens)}")
        for before, after in pairwise(ordered):
            if before.opens == after.opens or before.closes >= after.closes:
                raise ValueError(f"a shift lies within another: {format_instant(after.opens)}")
        object.__setattr__(self, "shifts", ordered)
        object.__setattr__(self, "_closes", tuple(shift.closes for shift in ordered))

    def shift_of(self, instant: int) -> Shift | None:
        """Return the shift on duty at an instant, None between shifts."""
        shift = self.next_shift(instant)
        return shift if shift is not None and shift.opens <= instant else None

    def next_shift(self, instant: int) -> Shift | None:
        """Return the running shift, else the next; None where none is entered (CR-31: the step asks for it)."""
        index = bisect_left(self._closes, instant)
        return self.shifts[index] if index < len(self.shifts) else None

    def next_shift_end(self, instant: int) -> int | None:
        """Return when the running shift ends, outside any shift the end of the next one (R28-Q14)."""
        shift = self.next_shift(instant)
        return None if shift is None else shift.closes
