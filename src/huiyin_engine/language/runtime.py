"""What compiled sentences call while they run: three-valued logic, people, instants. None is *unknown*, never *no*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from huiyin_engine import instants
from huiyin_engine.calendars import DaySpan, period_of
from huiyin_engine.time_limits import Limit, Span, due

if TYPE_CHECKING:
    from huiyin_engine.calendars import WorkingCalendar
    from huiyin_engine.directory import Directory
    from huiyin_engine.language.pack import Pack
    from huiyin_engine.model.outcome import World
    from huiyin_engine.model.state import CaseState

Selector: TypeAlias = tuple[Any, ...]
"""("person", id) or ("post", post, unit or None): whom a rule asks for, before anybody is left out."""


class Env:
    """What a sentence may look at beside the case: directory, calendar, parameters, and the instant of the step."""

    __slots__ = (
        "actor",
        "at",
        "before",
        "calendar",
        "directory",
        "each",
        "pack",
        "parameters",
        "period_end",
        "period_start",
        "start",
        "world",
    )

    def __init__(self, world: World, pack: Pack, at: int, actor: str | None = None) -> None:
        self.world = world
        self.pack = pack
        self.at = at
        self.actor = actor
        self.directory: Directory = world.directory
        self.calendar: WorkingCalendar = world.calendar
        given = world.parameters.get(pack.id)
        self.parameters: Mapping[str, Any] = {**pack.defaults, **given} if given else pack.defaults
        self.before: CaseState | None = None
        self.start: int | None = None
        self.period_start: int | None = None
        self.period_end: int | None = None
        self.each: Any = None


def both(a: Any, b: Any) -> bool | None:
    """Kleene and."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def either(a: Any, b: Any) -> bool | None:
    """Kleene or."""
    if a is True or b is True:
        return True
    return None if a is None or b is None else False


def negate(a: Any) -> bool | None:
    return None if a is None else not a


def same(a: Any, b: Any) -> bool | None:
    return None if a is None or b is None else a == b


def differ(a: Any, b: Any) -> bool | None:
    return None if a is None or b is None else a != b


def less(a: Any, b: Any) -> bool | None:
    return None if a is None or b is None else a < b


def less_or_same(a: Any, b: Any) -> bool | None:
    return None if a is None or b is None else a <= b


def within(a: Any, values: Any) -> bool | None:
    """Is `a` among the values; for a list of its own: is one of it among them."""
    if a is None or values is None:
        return None
    if isinstance(a, tuple | frozenset):
        return any(x in values for x in a)
    return a in values


def holds_post(x: Env, who: Any, posts: Iterable[str]) -> bool | None:
    """Does the person (or one of the persons) hold one of the posts."""
    if who is None:
        return None
    people = who if isinstance(who, tuple | frozenset) else (who,)
    return any(x.directory.holds(person, post, x.at) for person in people for post in posts)


def able_holders(case: CaseState, x: Env, post: str) -> int:
    """How many hold the post now and are neither concerned by the case nor away."""
    holders = x.directory.holders(post, None, x.at)
    return sum(1 for h in holders if h not in case.concerned and x.directory.away(h, x.at) is None)


def arithmetic(op: str, a: Any, b: Any) -> Any:
    """Exact: numbers are int or Decimal, money Decimal. Unknown stays unknown; division by nothing is unknown."""
    if a is None or b is None:
        return None
    if op == "+":
        return a + b
    if op == "-":
        return a - b
    if op == "*":
        return a * b
    return None if b == 0 else Decimal(a) / Decimal(b)


def known_only(pick: Callable[[Iterable[Any]], Any], *values: Any) -> Any:
    """`pick` (min, max, or the first) of the known values; unknown if none is."""
    known = [v for v in values if v is not None]
    return pick(known) if known else None


def all_known(pick: Callable[[Iterable[Any]], Any], *values: Any) -> Any:
    """`pick` of the values; unknown while one of them is."""
    return None if any(v is None for v in values) else pick(values)


def first(values: Iterable[Any]) -> Any:
    return next(iter(values))


def rounded(value: Any, digits: Any) -> Decimal | None:
    """Half up, as money is rounded in offices."""
    if value is None or digits is None:
        return None
    return Decimal(value).quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def add_span(
    x: Env, base: int | None, amount: Any, unit: Any, sign: int, counts_start: bool, ends: str | None, rest_day: Any
) -> int | None:
    """`base` moved by a span of time, by the calendar of the step."""
    if base is None or amount is None:
        return None
    return due(Limit(Span(amount * sign, unit), counts_start, ends, rest_day), base, x.calendar)


def at_time(base: int | None, time: str) -> int | None:
    return None if base is None else instants.at(instants.day_of(base), time)


def next_opening(x: Env, instant: int | None) -> int | None:
    return None if instant is None else x.calendar.next_opening(instant)


def closing_of(x: Env, instant: int | None) -> int | None:
    return None if instant is None else x.calendar.closing_of(instants.day_of(instant))


def period_days(period: str, instant: int) -> DaySpan:
    """The days of the period round the instant; a period of one working day is that day."""
    return period_of("day" if period == "working_day" else period, instants.day_of(instant))  # type: ignore[arg-type]


def start_of(period: str, instant: int | None) -> int | None:
    """00:00 of the first day of the period."""
    return None if instant is None else instants.at(period_days(period, instant).first, "00:00")


def end_of(period: str, instant: int | None) -> int | None:
    """The last second of the period."""
    return None if instant is None else instants.at(period_days(period, instant).last + 1, "00:00") - 1


def working_day_of(x: Env, which: str, period: str, instant: int | None) -> int | None:
    """00:00 of the first or last working day of the period round the instant; unknown if it has none."""
    if instant is None:
        return None
    span = period_days(period, instant)
    if which == "first":
        day = x.calendar.first_working_day_on_or_after(span.first)
        inside = day <= span.last
    else:
        day = x.calendar.last_working_day_on_or_before(span.last)
        inside = day >= span.first
    return instants.at(day, "00:00") if inside else None


def nth_working_day(x: Env, period: str, n: Any, instant: int | None) -> int | None:
    """00:00 of the n-th working day of the period; unknown if it has fewer."""
    if instant is None or n is None:
        return None
    kind: Any = "day" if period == "working_day" else period
    day = x.calendar.nth_working_day_of(kind, instants.day_of(instant), int(n))
    return None if day is None else instants.at(day, "00:00")


def day_of_month(instant: int | None, day: Any) -> int | None:
    """00:00 of that day of the instant's month, clipped to its last (CR-14)."""
    if instant is None or day is None:
        return None
    year, month, _ = instants.parts(instants.day_of(instant))
    return instants.at(instants.day_in_month(year, month, int(day)), "00:00")


def traces(case: CaseState, act: str, since: str | None) -> Any:
    """The traces of an act, only those after `since` (an act or a fact) if one is named."""
    found = case.acts.get(act, ())
    if since is None or not found:
        return found
    other = case.acts.get(since)
    bound = other[-1].seq if other else case.changed.get(since, 0)
    return tuple(t for t in found if t.seq >= bound)


def last_trace(case: CaseState, act: str, field: int) -> Any:
    found = case.acts.get(act)
    return found[-1][field] if found else None


def first_trace(case: CaseState, act: str, field: int) -> Any:
    found = case.acts.get(act)
    return found[0][field] if found else None


def obligations(case: CaseState, owe: str, number: int | None, row: Mapping[str, Any] | None) -> list[Any]:
    key = row.get("key") if row else None
    return [
        o
        for o in case.obligations.values()
        if o.owe == owe and (number is None or o.n == number) and (key is None or o.row is None or o.row == key)
    ]


def is_missed(case: CaseState, owe: str, number: int | None, row: Mapping[str, Any] | None) -> bool:
    return any(o.missed_at is not None for o in obligations(case, owe, number, row))


def is_open(case: CaseState, owe: str, number: int | None, row: Mapping[str, Any] | None) -> bool:
    """Running: owed and not yet missed."""
    return any(o.owed and o.missed_at is None for o in obligations(case, owe, number, row))


def is_owed(case: CaseState, owe: str, number: int | None, row: Mapping[str, Any] | None) -> bool:
    """Owed, in time or late."""
    return any(o.owed for o in obligations(case, owe, number, row))


def is_met(case: CaseState, owe: str, number: int | None, row: Mapping[str, Any] | None) -> bool:
    return any(o.done_at is not None and o.state in ("met", "met_late") for o in obligations(case, owe, number, row))


def due_of(case: CaseState, owe: str, row: Mapping[str, Any] | None) -> int | None:
    found = obligations(case, owe, None, row)
    return found[-1].due if found else None


def bearer_of(case: CaseState, owe: str, row: Mapping[str, Any] | None) -> str | None:
    found = obligations(case, owe, None, row)
    return found[-1].bearers[0] if found and found[-1].bearers else None


def rows_of(case: CaseState, kind: str) -> Iterable[Mapping[str, Any]]:
    return case.rows.get(kind, {}).values()


def holder_of_linked(case: CaseState, x: Env, link: str, capacity: str) -> str | None:
    """Who holds the capacity in the case last linked under that name, if that case was handed in."""
    linked = case.links.get(link)
    other = x.world.cases.get(linked[-1]) if linked else None
    return other.holder(capacity) if other else None


def measure_value(case: CaseState, x: Env, measure: str) -> Any:
    """The value of a measure under the key the case counts for, this decision included, if it counts."""
    from huiyin_engine.measures import current

    found = current(x.pack.measures[measure], x.before or case, case, x)
    return None if found is None else found[2]


def one_of(x: Env, who: Any) -> Any:
    """The person meant; of several the one of highest post, the first of those."""
    if not isinstance(who, tuple):
        return who
    if len(who) < 2:
        return who[0] if who else None
    ranks = {person: x.pack.posts[post].rank if (post := post_of(x, person)) else -1 for person in who}
    return max(who, key=ranks.__getitem__)


def post_of(x: Env, who: Any) -> str | None:
    """The highest post of the regulation that the person holds."""
    person = one_of(x, who)
    if not person:
        return None
    posts = [a.post for a in x.directory.appointments_of(person, x.at) if a.post in x.pack.posts]
    return max(posts, key=lambda p: x.pack.posts[p].rank, default=None)


def unit_of(x: Env, who: Any) -> str | None:
    """The unit for which the person holds his highest post that is tied to one."""
    person = one_of(x, who)
    if not person:
        return None
    tied = [a for a in x.directory.appointments_of(person, x.at) if a.unit is not None]
    known = [a for a in tied if a.post in x.pack.posts] or tied
    best = max(known, key=lambda a: x.pack.posts[a.post].rank if a.post in x.pack.posts else -1, default=None)
    return best.unit if best else None


def selector_for(x: Env, post: str, what: Any, is_person: bool) -> Selector | None:
    """The post for a unit, or for the unit of a person."""
    unit = unit_of(x, what) if is_person else what
    return None if unit is None else ("post", post, unit)


def leader_selector(x: Env, who: Any) -> Selector | None:
    """The post that the person's own post answers to 直接领导."""
    person = one_of(x, who)
    if not person:
        return None
    post = post_of(x, person)
    above = x.pack.posts[post].answers_to if post else None
    return ("post", above, unit_of(x, person)) if above else None


def unit_of_post(x: Env, post: str) -> str | None:
    """The unit a post that exists once is tied to (市场部 of the 市场部经理)."""
    units = {a.unit for a in x.directory.appointments if a.post == post and a.unit is not None and a.holds_at(x.at)}
    return units.pop() if len(units) == 1 else None


def leader_of_post(x: Env, selector: Selector | None) -> Selector | None:
    """The post that a post answers to, for the unit that post is tied to."""
    if selector is None or selector[0] != "post":
        return None
    _, post, unit = selector
    above = x.pack.posts[post].answers_to
    return ("post", above, unit or unit_of_post(x, post)) if above else None


def person_selector(person: Any) -> Selector | None:
    one = person[0] if isinstance(person, tuple) and person else person
    return ("person", one) if one else None
