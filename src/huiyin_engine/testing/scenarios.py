"""Reading scenario files: from text to a checked tree of given, when and then, every node with its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from huiyin_engine import instants
from huiyin_engine.directory import FOREVER, Absence, Appointment, Person, Unit
from huiyin_engine.language.findings import Finding, PackRefused
from huiyin_engine.language.kinds import Key
from huiyin_engine.language.loading import Reader
from huiyin_engine.language.yaml_nodes import Map, Scalar, Seq, Tree, read_yaml
from huiyin_engine.testing import form
from huiyin_engine.texts import Text


class ScenarioRefused(PackRefused):
    """A scenario file that does not hold together; `findings` says why, one by one, each with file and line."""


class ActStep(NamedTuple):
    """Somebody acts. `at` None is the instant of the step before; `refused` what a refusal must look like."""

    line: int
    act: str
    by: str
    at: int | None
    recorded: int | None
    inputs: Map | None
    on: Tree | None
    case: str | None
    object: str | None
    also: tuple[str, ...]
    reason: str | None
    refused: Tree | None
    diverted: str | None
    then: Map | None


class ClockStep(NamedTuple):
    """The clock runs up to an instant, for all cases."""

    line: int
    at: int
    then: Map | None


class ThenStep(NamedTuple):
    """Something must hold now."""

    line: int
    then: Map


Step: TypeAlias = ActStep | ClockStep | ThenStep


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario 场景, self-contained.

    `calendar`, `parameters` and `registers` are trees that need the pack or the committed calendars to be understood;
    persons and units have their printed name as id.
    """

    id: str
    title: Text
    file: str
    pack: str
    version: str
    rules: tuple[str, ...]
    calendar: Map | None
    persons: tuple[Person, ...]
    appointments: tuple[Appointment, ...]
    absences: tuple[Absence, ...]
    units: tuple[Unit, ...]
    parameters: Map | None
    registers: Map | None
    standing: tuple[ActStep, ...]
    steps: tuple[Step, ...]


def read_scenario(text: str, file: str) -> Scenario:
    """The scenario in a file's text. Raises ScenarioRefused with every finding if anything is wrong."""
    tree, findings = read_yaml(text, file)
    reader = _Reader(file)
    reader.findings += findings
    if tree is not None and not isinstance(tree, Map):
        reader.shape(file, tree.line, "scenario: NAME, pack: PACK, steps: [...]")
    if reader.findings or not isinstance(tree, Map):
        raise ScenarioRefused(reader.findings)
    scenario = reader.scenario(tree)
    if reader.findings:
        raise ScenarioRefused(sorted(reader.findings, key=lambda f: f.line))
    return scenario


class _Reader(Reader):
    """Takes the tree of one file apart and collects what is wrong with it."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    # -- values ------------------------------------------------------------------------------------------------------

    def known(self, tree: Tree | None, keys: dict[str, Key], what: str) -> Map:
        """A map with these keys only; anything else is a finding."""
        if not isinstance(tree, Map):
            self.shape(self.file, tree.line if tree else 1, ", ".join(f"{k}: …" for k in keys))
            return Map({}, {}, 1)
        self.keys(tree, keys, self.file, what)
        return tree

    def word(self, tree: Tree | None) -> str:
        if tree is None:
            return ""
        if not isinstance(tree, Scalar):
            self.shape(self.file, tree.line, "one word")
            return ""
        return tree.value.strip()

    def names(self, tree: Tree | None) -> tuple[str, ...]:
        return self.words(tree, self.file)

    def instant(self, tree: Tree | None, bare: str | None = None) -> int | None:
        """An instant; a bare day only where `bare` says at which hour it counts."""
        if tree is None:
            return None
        text = self.word(tree)
        try:
            return instants.parse_instant(text, time_of_bare_day=bare)
        except ValueError:
            self.find(
                "instant_wrong",
                self.file,
                tree.line,
                Text(f"“{text}”不是时刻", f"'{text}' is no instant"),
                Text("写成 2025-03-10 10:20", "write 2025-03-10 10:20"),
            )
            return None

    def items(self, tree: Tree | None) -> tuple[Tree, ...]:
        """A list, one value standing for a list of one."""
        if tree is None:
            return ()
        return tree.items if isinstance(tree, Seq) else (tree,)

    # -- given -------------------------------------------------------------------------------------------------------

    def scenario(self, tree: Map) -> Scenario:
        self.keys(tree, form.SCENARIO_KEYS, self.file, "scenario")
        title = tree.get("title")
        calendar = tree.get("calendar")
        units = self._units(tree.get("units"))
        persons, appointments = self._people(tree.get("people"), {u.id for u in units})
        return Scenario(
            self.word(tree.get("scenario")),
            self.text(title, self.file) if title is not None else Text("", ""),
            self.file,
            self.word(tree.get("pack")),
            self.word(tree.get("version")),
            self.names(tree.get("rules")),
            self.known(calendar, form.CALENDAR_KEYS, "calendar") if calendar is not None else None,
            persons,
            appointments,
            self._absences(tree.get("absences"), {p.id for p in persons}),
            units,
            self._map(tree.get("parameters"), "parameter: value"),
            self._map(tree.get("registers"), "register: {object: {field: value}}"),
            tuple(s for s in (self._standing(t) for t in self.items(tree.get("standing"))) if s is not None),
            tuple(s for s in (self._step(t) for t in self.items(tree.get("steps"))) if s is not None),
        )

    def _map(self, tree: Tree | None, wanted: str) -> Map | None:
        if tree is not None and not isinstance(tree, Map):
            self.shape(self.file, tree.line, wanted)
            return None
        return tree

    def _units(self, tree: Tree | None) -> tuple[Unit, ...]:
        if isinstance(tree, Scalar | Seq):
            return tuple(Unit(name, name) for name in self.names(tree))
        found = []
        for name, body in tree.items.items() if tree is not None else ():
            if isinstance(body, Scalar):
                found.append(Unit(name, name, None, body.value))
                continue
            fields = self.known(body, form.UNIT_KEYS, f"units.{name}")
            kind = self.word(fields.get("kind")) or "department"
            found.append(Unit(name, name, self.word(fields.get("parent")) or None, kind))
        return tuple(found)

    def _people(self, tree: Tree | None, units: set[str]) -> tuple[tuple[Person, ...], tuple[Appointment, ...]]:
        people = self._map(tree, "person: post")
        persons: list[Person] = []
        appointments: list[Appointment] = []
        for name, body in people.items.items() if people is not None else ():
            english, posts = "", body
            if isinstance(body, Map):
                fields = self.known(body, form.PERSON_KEYS, f"people.{name}")
                english, given = self.word(fields.get("en")), fields.get("posts")
                posts = given if given is not None else Seq((), body.line)
            persons.append(Person(name, name, english))
            for item in self.items(posts):
                appointments += self._appointments(name, item, units)
        return tuple(persons), tuple(appointments)

    def _appointments(self, person: str, tree: Tree, units: set[str]) -> list[Appointment]:
        """'deputy_gm for 工程部 销售部', 'none', or {post, for, from, until}."""
        since, until = -FOREVER, FOREVER
        if isinstance(tree, Map):
            body = self.known(tree, form.APPOINTMENT_KEYS, f"people.{person}")
            post, held_for = self.word(body.get("post")), self.names(body.get("for"))
            since = self._or(self.instant(body.get("from"), "00:00"), -FOREVER)
            until = self._or(self.instant(body.get("until"), "00:00"), FOREVER)
        else:
            post, _, rest = self.word(tree).partition(" for ")
            held_for = tuple(rest.replace(",", " ").replace("、", " ").split())
            if post == "none":
                return []
        for unit in held_for:
            if unit not in units:
                self.unknown(tree.line, unit, units)
        return [Appointment(person, post.strip(), unit, since, until) for unit in held_for or (None,)]

    def _or(self, given: int | None, default: int) -> int:
        return default if given is None else given

    def unknown(self, line: int, name: str, among: set[str]) -> None:
        self.find(
            "name_unknown",
            self.file,
            line,
            Text(f"没有名为“{name}”的内容", f"nothing is called '{name}'"),
            Text(f"可用：{'、'.join(sorted(among))}", f"there are: {', '.join(sorted(among))}"),
        )

    def _absences(self, tree: Tree | None, people: set[str]) -> tuple[Absence, ...]:
        found = []
        for item in self.items(tree):
            body = self.known(item, form.ABSENCE_KEYS, "absences")
            since, until = self.instant(body.get("from"), "00:00"), self.instant(body.get("until"), "00:00")
            who, stand_in = self.word(body.get("who")), self.word(body.get("stand in")) or None
            for name in (who, stand_in):
                if name is not None and name not in people:
                    self.unknown(item.line, name, people)
            if since is not None and until is not None:
                found.append(Absence(who, since, until, stand_in))
        return tuple(found)

    # -- when --------------------------------------------------------------------------------------------------------

    def _standing(self, tree: Tree) -> ActStep | None:
        keys = {k: form.ACT_KEYS[k] for k in ("act", "by", "at", "with", "case", "object")}
        return self._act(self.known(tree, keys, "standing"))

    def _step(self, tree: Tree) -> Step | None:
        if not isinstance(tree, Map):
            self.shape(self.file, tree.line, "act: …, clock: … | then: …")
            return None
        if "act" in tree.items:
            return self._act(self.known(tree, form.ACT_KEYS, "act"))
        if "clock" in tree.items:
            self.keys(tree, form.CLOCK_KEYS, self.file, "clock")
            at = self.instant(tree.get("clock"))
            then = self._then(tree.get("then"))
            return None if at is None else ClockStep(tree.line, at, then)
        self.keys(tree, form.THEN_KEYS, self.file, "step")
        found = self._then(tree.get("then"))
        return None if found is None else ThenStep(tree.line, found)

    def _act(self, tree: Map) -> ActStep:
        refused = tree.get("refused")
        if isinstance(refused, Map):
            self.keys(refused, form.REFUSED_KEYS, self.file, "refused")
        return ActStep(
            tree.line,
            self.word(tree.get("act")),
            self.word(tree.get("by")),
            self.instant(tree.get("at")),
            self.instant(tree.get("recorded")),
            self._map(tree.get("with"), "fact: value"),
            tree.get("on"),
            self.word(tree.get("case")) or None,
            self.word(tree.get("object")) or None,
            self.names(tree.get("also")),
            self.word(tree.get("reason")) or None,
            refused,
            self.word(tree.get("diverted")) or None,
            self._then(tree.get("then")),
        )

    def attempt(self, tree: Map) -> ActStep:
        """An act that would be refused: the keys of an act and of a refusal side by side."""
        refusal = {k: v for k, v in tree.items.items() if k in form.REFUSED_KEYS}
        own = {k: v for k, v in tree.items.items() if k not in form.REFUSED_KEYS}
        step = self._act(Map(own, tree.lines, tree.line))
        return step._replace(refused=Map(refusal, {k: tree.lines[k] for k in refusal}, tree.line))

    # -- then --------------------------------------------------------------------------------------------------------

    def _then(self, tree: Tree | None) -> Map | None:
        if tree is None:
            return None
        body = self.known(tree, form.ASSERTION_KEYS, "then")
        self._inner(body)
        return body

    def _inner(self, body: Map) -> None:
        """The keys inside the assertions, so that a slip of the pen is found before anything runs."""
        nested = {
            "holders": form.HOLDER_KEYS,
            "due": form.DUE_KEYS,
            "missed": form.EVENT_KEYS,
            "met": form.EVENT_KEYS,
            "met late": form.EVENT_KEYS,
            "ended": form.EVENT_KEYS,
            "duties": form.DUTY_KEYS,
            "report": form.REPORT_KEYS,
            "records": form.RECORD_KEYS,
            "told": form.TOLD_KEYS,
            "linked": form.LINKED_KEYS,
        }
        for name, keys in nested.items():
            tree = body.get(name)
            if isinstance(tree, Map):
                for inner, value in tree.items.items():
                    if isinstance(value, Map):
                        self.keys(value, keys, self.file, f"{name}.{inner}")
                        if name == "linked":
                            self._inner(value)
        due, closed = body.get("due"), body.get("closed")
        for item in due.items if isinstance(due, Seq) else ():
            self.keys(self._as_map(item), form.DUE_KEYS, self.file, "due")
        if isinstance(closed, Map):
            self.keys(closed, form.CLOSED_KEYS, self.file, "closed")
        for item in self.items(body.get("refused")):
            attempt = self._as_map(item)
            self.keys(attempt, form.ATTEMPT_KEYS, self.file, "refused")
            self.instant(attempt.get("at"))
            self.instant(attempt.get("recorded"))
        records = body.get("records")
        for record in records.items.values() if isinstance(records, Map) else ():
            legs = record.get("legs") if isinstance(record, Map) else None
            for leg in self.items(legs):
                self.known(leg, form.LEG_KEYS, "legs")

    def _as_map(self, tree: Tree) -> Map:
        if not isinstance(tree, Map):
            self.shape(self.file, tree.line, "key: value")
            return Map({}, {}, tree.line)
        return tree


def read_attempt(tree: Map, file: str) -> ActStep:
    """One item of a `refused` assertion as an act; its keys were checked with the file."""
    return _Reader(file).attempt(tree)


__all__ = [
    "ActStep",
    "ClockStep",
    "Finding",
    "Scenario",
    "ScenarioRefused",
    "Step",
    "ThenStep",
    "read_attempt",
    "read_scenario",
]
