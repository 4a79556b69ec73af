"""Why this date 时限由来: from the event that started a limit, over the days counted and skipped, to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from huiyin_engine import instants
from huiyin_engine.calendars import WorkingCalendar
from huiyin_engine.derivations import derivation_of
from huiyin_engine.directory import Directory
from huiyin_engine.explain import Line, sentence
from huiyin_engine.language.pack import OweRule, Pack
from huiyin_engine.model import events as e
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState, Obligation
from huiyin_engine.prose import in_words
from huiyin_engine.showing import clause_of, owe_name
from huiyin_engine.texts import Text
from huiyin_engine.time_limits import Derivation

LONGEST_STRIP = 62
"""Days a strip shows one by one; a longer limit is told by its ends."""

_NO_DATE = Text("制度没有规定日期，办完为止", "the regulation sets no date; owed until it is done")
_AT_ONCE = Text("立即", "at once")


class StripDay(NamedTuple):
    """
    One day of the strip. `counted` is None where the limit does not count days and the day is merely passed;
    `reason` says what it counts as, or why it is a day of rest; `special` why it is worked though one would take it
    for one.
    """

    day: int
    counted: bool | None
    working: bool
    reason: Text
    special: Text | None = None
    is_start: bool = False
    is_due: bool = False


class Version(NamedTuple):
    """An earlier or later state of the same date: when, what happened, and the due instant from then on."""

    at: int
    line: Line
    due: int | None


class Explanation(NamedTuple):
    """
    Why an obligation is due when it is due.

    `rule` is the limit in words, `started_by` what set it going, `days` the strip from start to due (empty where it
    would be longer than `LONGEST_STRIP` days), `counting` the derivation in one sentence where the limit counts,
    `versions` how the date came to be what it is, oldest first.
    """

    owe: OweRule | None
    name: Text
    clause: str
    origin: str
    rule: Text
    started_by: Line | None
    start: int
    days: tuple[StripDay, ...]
    counting: Text | None
    versions: tuple[Version, ...]
    due: int | None
    provisional: bool


def why_due(world: World, case: CaseState, key: str, entries: Sequence[Entry] = ()) -> Explanation:
    """
    Explain the date of an obligation of a case. `entries` is the case's history; without it nothing is said about
    what started the limit and how it moved. Raises KeyError for a key the case never had.
    """
    o = case.obligations[key]
    pack, directory, calendar = world.pack_of(case), world.directory, world.calendar
    rule = pack.owes.get(o.owe)
    derivation = derivation_of(world, case, key, entries).counted
    return Explanation(
        owe=rule,
        name=owe_name(pack, key),
        clause=clause_of(rule.source) if rule else "",
        origin=rule.source.origin if rule else "",
        rule=_in_words(pack, rule, o),
        started_by=_started_by(pack, directory, entries, key),
        start=o.start,
        days=_counted_days(derivation, calendar) if derivation else _passed_days(o, calendar),
        counting=derivation.explanation if derivation else None,
        versions=_versions(pack, directory, entries, o),
        due=o.due,
        provisional=o.provisional,
    )


def _in_words(pack: Pack, rule: OweRule | None, o: Obligation) -> Text:
    if rule is None or rule.due is None:
        return _AT_ONCE if o.strength == "at_once" else _NO_DATE
    return in_words(pack, rule.due.node, rule.row)


def _counted_days(derivation: Derivation, calendar: WorkingCalendar) -> tuple[StripDay, ...]:
    first, last = instants.day_of(derivation.start), instants.day_of(derivation.result)
    if not 0 <= last - first <= LONGEST_STRIP:
        return ()
    told = {entry.day: entry for entry in derivation.days}
    days = []
    for day in range(first, last + 1):
        entry = told.get(day)
        why_not = calendar.why_not_working(day)
        reason = entry.reason if entry else why_not or Text("", "")
        counted = entry.counted if entry else None
        special = calendar.why_working(day)
        days.append(StripDay(day, counted, why_not is None, reason, special, day == first, day == last))
    return tuple(days)


def _passed_days(o: Obligation, calendar: WorkingCalendar) -> tuple[StripDay, ...]:
    if o.due is None:
        return ()
    first, last = instants.day_of(o.start), instants.day_of(o.due)
    if not 0 <= last - first <= LONGEST_STRIP:
        return ()
    days = []
    for day in range(first, last + 1):
        rest, special = calendar.why_not_working(day), calendar.why_working(day)
        days.append(StripDay(day, None, rest is None, rest or Text("", ""), special, day == first, day == last))
    return tuple(days)


def _started_by(pack: Pack, directory: Directory, entries: Sequence[Entry], key: str) -> Line | None:
    """What happened last before the obligation opened, in the same decision: an act, an alarm, a missed limit."""
    opened = next(
        (i for i, x in enumerate(entries) if isinstance(x.event, e.ObligationOpened) and x.event.key == key), None
    )
    if opened is None:
        return None
    for entry in reversed(entries[:opened]):
        if entry.at != entries[opened].at:
            return None
        if isinstance(entry.event, e.ActDone):
            # Who did what is wanted here; the values he gave stand in the story.
            return sentence(pack, directory, entry._replace(event=entry.event._replace(inputs={})))
        if isinstance(entry.event, e.AlarmRang | e.ObligationMissed | e.CaseClosed | e.CaseOpened):
            return sentence(pack, directory, entry)
    return None


_DATED = (
    e.ObligationOpened, e.ObligationMoved, e.ObligationSuspended, e.ObligationResumed, e.ObligationMet,
    e.ObligationMissed, e.ObligationEnded, e.ObligationRebound,
)  # fmt: skip


def _versions(pack: Pack, directory: Directory, entries: Sequence[Entry], o: Obligation) -> tuple[Version, ...]:
    """The history of this date and of those it replaced: same obligation, same row, opened no later than this one."""
    mine = {
        other: n
        for entry in entries
        if isinstance(entry.event, e.ObligationOpened)
        and entry.event.owe == o.owe
        and entry.event.row == o.row
        and entry.event.period == o.period
        and (n := entry.event.n) <= o.n
        and (other := entry.event.key)
    }
    found = []
    for entry in entries:
        event = entry.event
        if isinstance(event, _DATED) and event.key in mine:
            found.append(Version(entry.at, sentence(pack, directory, entry), getattr(event, "due", None)))
    return tuple(found)
