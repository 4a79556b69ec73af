"""Which numbered rules of a regulation a pack carries, names as outside the software, or states a silence for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from huiyin_engine.language.pack import Pack, Source

SCENARIO_KIND = "X"
_ELEMENT_TABLES = (
    *("facts", "holders", "acts", "owes", "tells", "opens", "adds", "records", "forms", "reports", "letters"),
    *("measures", "closes", "parameters", "sayings"),
)


class Coverage(NamedTuple):
    """Rule ids in order. `missing` are expected and nowhere in the pack, `unknown` in the pack and not expected."""

    carried: tuple[str, ...]
    outside: tuple[str, ...]
    silent: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def expected(self) -> int:
        """How many rules are counted."""
        return len(self.carried) + len(self.outside) + len(self.silent) + len(self.missing)


def coverage(pack: Pack, expected: Iterable[str] | None = None) -> Coverage:
    """
    Sort the rules of a pack, or those expected of it: a rule both carried and named as outside counts as carried.

    A rule is carried if an element stands under its clause, or names it, or the clause names the element that does.
    With none expected the pack is counted against the rules it names itself.
    """
    carried, outside, silent, named = _carried(pack), set[str](), set[str](), set[str]()
    for clause in pack.clauses:
        outside.update(clause.outside)
        silent.update(clause.silent)
        named.update(clause.rules)
    named |= carried | outside | silent
    own = {rule for rule in named if rule.startswith(f"{pack.id}-")}
    wanted = own if expected is None else set(expected)
    silent -= carried
    outside -= carried | silent
    return Coverage(
        in_order(wanted & carried),
        in_order(wanted & outside),
        in_order(wanted & silent),
        in_order(wanted - carried - outside - silent),
        in_order(own - wanted),
    )


def _carried(pack: Pack) -> set[str]:
    found: set[str] = set()
    for clause in pack.clauses:
        if clause.elements or clause.carried_by:
            found.update(clause.rules)
    for table in _ELEMENT_TABLES:
        for element in getattr(pack, table).values():
            source: Source = element.source
            found.update(source.rules)
    return found


def rules_in_digest(pack_id: str, text: str) -> tuple[str, ...]:
    """The ids of rules of a pack that a digest of its regulation names; its acceptance scenarios are no rules."""
    found = re.findall(rf"\b{re.escape(pack_id)}-[A-Z]+[0-9]+[a-z]?\b", text)
    return in_order({rule for rule in found if not rule.startswith(f"{pack_id}-{SCENARIO_KIND}")})


def in_order(rules: Iterable[str]) -> tuple[str, ...]:
    """By kind, then by number: C2 before C10."""

    def key(rule: str) -> tuple[str, int, str]:
        match = re.fullmatch(r"(.*?)([0-9]+)([a-z]?)", rule)
        return (match[1], int(match[2]), match[3]) if match else (rule, 0, "")

    return tuple(sorted(rules, key=key))
