"""What one simulated case is about: values drawn once and used in all its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from huiyin_engine import instants
from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.language.pack import Fact
from huiyin_engine.simulate.story import Raw, Story, StoryError

_SLOT = re.compile(r"\{([a-z_]+)\}")
_WORKING_DAYS = re.compile(r"in (\d+)(?:\.\.(\d+))? working days(?: at (\d\d:\d\d))?")
_DAYS = re.compile(r"in (-?\d+)(?:\.\.(-?\d+))? days(?: at (\d\d:\d\d))?")

_LAST_DAY = re.compile(r"last day ([+-]\d+)(?: at (\d\d:\d\d))?")


def weighted(chance: Random, weights: Mapping[str, Any]) -> str:
    """One of the keys, by weight."""
    return chance.choices(list(weights), [float(w) for w in weights.values()])[0]


class Scene:
    """The slots of one case. A slot is drawn when first asked for and keeps its value."""

    def __init__(
        self, story: Story, chance: Random, last_day: int, pools: Sequence[Mapping[str, tuple[str, ...]]] = ()
    ) -> None:
        self._last_day = last_day
        self._pools = (*pools, story.pools)
        self._chance = chance
        self.slots: dict[str, str] = {}

    def slot(self, name: str) -> str:
        """The value of a slot. Raises StoryError if no pool has it."""
        if name not in self.slots:
            for pool in self._pools:
                if name in pool:
                    self.slots[name] = self.text(self._chance.choice(pool[name]))
                    break
            else:
                raise StoryError(f"no pool is called {name}")
        return self.slots[name]

    def text(self, template: str) -> str:
        """A template with its slots filled. `{digits}` is four digits, drawn anew each time."""
        return _SLOT.sub(
            lambda m: f"{self._chance.randrange(10_000):04d}" if m[1] == "digits" else self.slot(m[1]), template
        )

    def value(self, raw: Raw, fact: Fact | None, at: int, calendar: WorkingCalendar) -> Any:
        """What an act brings for a fact, typed as the fact is. Raises StoryError for what is no value of its type."""
        if isinstance(raw, Mapping):
            raw = weighted(self._chance, raw)
        if isinstance(raw, list):
            return tuple(self.value(item, fact, at, calendar) for item in raw)
        text = self.text(raw)
        kind = fact.type.type if fact is not None else "text"
        match kind:
            case "yes/no":
                return text == "yes"
            case "number":
                return Decimal(text) if "." in text else int(text)
            case "money" | "share":
                return Decimal(text)
            case "instant" | "date":
                ends = (fact.ends if fact is not None else None) or "18:00"
                return self._instant(text, at, calendar, ends)
        return tuple(text.split("、")) if fact is not None and fact.type.several else text

    def _instant(self, text: str, at: int, calendar: WorkingCalendar, ends: str) -> int:
        day = instants.day_of(at)
        if match := _WORKING_DAYS.fullmatch(text):
            low = int(match[1])
            day = calendar.add_working_days(day, self._chance.randint(low, int(match[2] or low)))
            return instants.at(day, match[3] or ends)
        if match := _DAYS.fullmatch(text):
            low = int(match[1])
            day += self._chance.randint(low, int(match[2] or low))
            return instants.at(day, match[3] or ends)
        if match := _LAST_DAY.fullmatch(text):
            return instants.at(self._last_day + int(match[1]), match[2] or ends)
        if text == "now":
            return at
        raise StoryError(f"not an instant of a story: {text!r} (in 2..4 working days, in 1..3 days, last day +1, now)")
