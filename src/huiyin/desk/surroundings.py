"""What the desk's pages look at: the packs in force, the world of a case, the people one may choose from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.http import Http404, HttpRequest

from huiyin.accounts.models import User
from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.cases.queries import person_key, visible_cases
from huiyin.cases.unit_of_work import NoSuchCase
from huiyin.common.dates import current_instant
from huiyin.organisation.models import search_key
from huiyin.organisation.queries import adopted
from huiyin.procedures import installed
from huiyin_engine.directory import Directory
from huiyin_engine.language.pack import ActRule, Pack
from huiyin_engine.language.runtime import Env
from huiyin_engine.model.events import Entry
from huiyin_engine.model.outcome import World
from huiyin_engine.model.state import CaseState
from huiyin_engine.people import ANYONE, entitled


def user_of(request: HttpRequest) -> User:
    """The account that asks; the access level lets no stranger in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def actor_of(request: HttpRequest) -> str:
    """The key of the person who asks; the access level lets nobody in without one."""
    key = person_key(request.user)
    if key is None:
        raise Http404
    return key


class OpenCase(NamedTuple):
    """A case a page is about: its row, its world at `at`, and the person who looks."""

    row: Case
    world: World
    state: CaseState
    pack: Pack
    actor: str
    at: int

    @property
    def directory(self) -> Directory:
        """The people as they are now."""
        return self.world.directory

    def history(self) -> list[Entry]:
        """The history as it is stored: one query."""
        return operations.history_of(self.row.id)


def open_case(request: HttpRequest, number: str) -> OpenCase:
    """The case of a number; Http404 if there is none or if it concerns the one who asks (CR-2)."""
    row = visible_cases(request.user).filter(number=number.strip().upper()).first()
    if row is None:
        raise Http404
    at = current_instant()
    try:
        world = operations.world_for((row.id,), at)
        state = world.cases[row.id]
    except (NoSuchCase, KeyError):
        raise Http404 from None
    return OpenCase(row, world, state, world.pack_of(state), actor_of(request), at)


def world_now(at: int | None = None) -> World:
    """The world without any case: people, calendar, packs."""
    return operations.world_for((), current_instant() if at is None else at)


def packs_in_force(world: World) -> list[Pack]:
    """The adopted regulations; while none is adopted, every one that can be run."""
    ids = [adoption.pack for adoption in adopted()] or sorted({known.pack for known in installed.known_packs()})
    found = []
    for pack_id in ids:
        try:
            found.append(world.packs[pack_id])
        except KeyError:
            continue
    return found


def pack_of_version(pack: str, version: str) -> Pack | None:
    """A pack version, or None if it was never loaded here."""
    try:
        return installed.pack(pack, version)
    except KeyError:
        return None


class Opening(NamedTuple):
    """An act that opens a case, which somebody may do now. `general`: it is not tied to any post of his."""

    pack: Pack
    rule: ActRule
    general: bool

    @property
    def key(self) -> str:
        """As it stands in addresses."""
        return f"{self.pack.id}.{self.rule.id}"


def openings(world: World, packs: Iterable[Pack], actor: str, at: int, *, standing: bool = False) -> list[Opening]:
    """
    The opening acts a person may do now, those of his posts first, and of these the one for the pack's main type.

    With `standing` those that open what stands for an object (a customer, an estate), else those that open a matter.
    """
    found: list[Opening] = []
    for pack in packs:
        env = Env(world, pack, at, actor)
        blank = CaseState("")
        for rule in pack.acts.values():
            if rule.opens is None or (pack.cases[rule.opens].stands_for is not None) is not standing:
                continue
            blank.type, blank.pack, blank.version = rule.opens, pack.id, pack.version
            by = [sentence.run(blank, env, None) for sentence in rule.by]
            if entitled(env, blank, rule.by, actor).allowed:
                found.append(Opening(pack, rule, ANYONE in by))
    order = {pack.id: i for i, pack in enumerate(packs)}

    def place(opening: Opening) -> tuple[bool, int, int, int]:
        pack, rule = opening.pack, opening.rule
        return opening.general, order[pack.id], list(pack.cases).index(rule.opens or ""), -len(rule.takes)

    return sorted(found, key=place)


@lru_cache(maxsize=4096)
def pinyin_of(name: str, name_en: str) -> str:
    """What a picker searches a name by."""
    return search_key(name, name_en)
