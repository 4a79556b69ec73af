"""Whom a rule means: from a selector to persons, leaving out whoever is concerned, away or gone (CR-1 … CR-9)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from huiyin_engine.language.compiling import Sentence
from huiyin_engine.language.runtime import Env, Selector, post_of, unit_of, unit_of_post
from huiyin_engine.model.state import CaseState

ANYONE: Selector = ("anyone",)


class Pick(NamedTuple):
    """Who was found: person None is the vacancy; `post` where he was found; why: derived, conflict, absence, left."""

    person: str | None
    post: str | None
    why: str = "derived"


class Right(NamedTuple):
    """Whether somebody may act, and whom he acts for (CR-9)."""

    allowed: bool
    on_behalf: str | None = None


def hindrance(x: Env, case: CaseState, person: str) -> str | None:
    """Why somebody cannot act on a case: conflict, left, absence; None if nothing hinders."""
    if person in case.concerned:
        return "conflict"
    if not x.directory.exists(person) or x.directory.last_held(person, x.at) is not None:
        return "left"
    if x.directory.absences and x.directory.away(person, x.at):
        return "absence"
    return None


def resolve(x: Env, case: CaseState, selector: Selector | None, hint: str | None, current: str | None = None) -> Pick:
    """The one person a selector means. `hint` is the post among whose holders a successor of a person is sought;
    `current` stays if he is among the possible."""
    if selector is None:
        return Pick(None, hint)
    if selector[0] == "person":
        person = selector[1]
        hindered = hindrance(x, case, person)
        post = post_as(x, person, hint)
        unit = unit_of(x, person)
        ceased = hindered is None and hint is not None and case.opened_at is not None
        if ceased and x.directory.ceased(person, hint, case.opened_at, x.at):  # type: ignore[arg-type]
            hindered, post = "left", hint
        if hindered is None:
            return Pick(person, post)
        last = x.directory.last_held(person, x.at)
        if last is not None and last.post in x.pack.posts:
            post, unit = last.post, last.unit
        found = walk(x, case, post, unit if post != hint else None, current)
        return found._replace(why=hindered or "left")
    if selector[0] == "post":
        return walk(x, case, selector[1], selector[2], current)
    return Pick(None, hint)


def post_as(x: Env, person: str, hint: str | None) -> str | None:
    """The post in which a person is meant: the capacity's own if he holds it (or holds none), else his highest."""
    if hint is not None and x.directory.holds(person, hint, x.at):
        return hint
    return post_of(x, person) or hint


def walk(x: Env, case: CaseState, post: str | None, unit: str | None, current: str | None = None) -> Pick:
    """Another holder of the post, else the digest's substitutes, else the post it answers to, up to the top (CR-4)."""
    why = "derived"
    asked = post
    seen: set[str] = set()
    while post is not None and post not in seen:
        seen.add(post)
        holders = x.directory.holders(post, unit, x.at)
        hindered = [hindrance(x, case, h) for h in holders]
        free = [h for h, why_not in zip(holders, hindered, strict=True) if why_not is None]
        if current in free:
            return Pick(current, post, why)
        if free:
            return Pick(free[0] if len(free) == 1 else x.directory.by_load(free)[0], post, why)
        why = next((w for w in hindered if w), "left")
        stand_in = _stand_in(x, case, holders, hindered)
        if stand_in is not None:
            return Pick(stand_in, post, "absence")
        for substitute in x.pack.substitutes.get(post, ()):
            found = [h for h in x.directory.holders(substitute, unit, x.at) if hindrance(x, case, h) is None]
            if found:
                return Pick(x.directory.by_load(found)[0], substitute, why)
        unit = unit or unit_of_post(x, post)
        post = x.pack.posts[post].answers_to if post in x.pack.posts else None
    return Pick(None, asked, why)


def _stand_in(x: Env, case: CaseState, holders: Iterable[str], hindered: Iterable[str | None]) -> str | None:
    for holder, why in zip(holders, hindered, strict=True):
        if why == "absence":
            absence = x.directory.away(holder, x.at)
            if absence and absence.stand_in and hindrance(x, case, absence.stand_in) is None:
                return absence.stand_in
    return None


def raised(x: Env, selector: Selector | None, hint: str | None, steps: int) -> Selector | None:
    """The selector some steps up the ladder (逐级上报); at the top it stays there."""
    if selector is None or steps <= 0 or selector[0] == "anyone":
        return selector
    if selector[0] == "person":
        post, unit = post_as(x, selector[1], hint), unit_of(x, selector[1])
    else:
        post, unit = selector[1], selector[2]
    for _ in range(steps):
        rule = x.pack.posts.get(post) if post else None
        if rule is None or rule.answers_to is None:
            break
        unit = unit or unit_of_post(x, rule.id)
        post = rule.answers_to
    return ("post", post, unit) if post else selector


def rank_of(x: Env, selector: Selector | None, hint: str | None) -> int:
    """The rank a selector asks for; whoever holds no post of the regulation ranks below all."""
    if selector is None:
        return -2
    post = selector[1] if selector[0] == "post" else post_as(x, selector[1], hint)
    rule = x.pack.posts.get(post) if post else None
    return -1 if rule is None else rule.rank


def everybody(x: Env, case: CaseState, sentences: Iterable[Sentence], row: object = None) -> tuple[str, ...]:
    """Every person the selectors mean: all able holders of a post, or whoever takes their place; each once."""
    found: dict[str, None] = {}
    for sentence in sentences:
        selector = sentence.run(case, x, row)
        if selector is not None and selector[0] not in ("anyone", "party"):
            found.update(dict.fromkeys(able(x, case, selector)))
    return tuple(found)


def able(x: Env, case: CaseState, selector: Selector) -> tuple[str, ...]:
    """All able holders of a post or the person meant; where nobody is able, whoever takes their place (CR-4)."""
    meant = (selector[1],) if selector[0] == "person" else x.directory.holders(selector[1], selector[2], x.at)
    unhindered = tuple(person for person in meant if hindrance(x, case, person) is None)
    if unhindered:
        return unhindered
    person = resolve(x, case, selector, None).person
    return () if person is None else (person,)


def entitled(x: Env, case: CaseState, by: Iterable[Sentence], actor: str | None, row: object = None) -> Right:
    """May the actor, by the posts and capacities alone? A substitute acts for whom he replaces (CR-4, CR-9)."""
    for sentence in by:
        selector = sentence.run(case, x, row)
        if selector is None or actor is None:
            continue
        match selector[0]:
            case "anyone":
                if x.directory.exists(actor):
                    return Right(True)
            case "party":
                if actor == f"party:{selector[1]}":
                    return Right(True)
            case "person":
                if actor == selector[1]:
                    return Right(True)
            case "post":
                holders = x.directory.holders(selector[1], selector[2], x.at)
                if actor in holders:
                    return Right(True)
                if not any(hindrance(x, case, h) is None for h in holders):
                    found = walk(x, case, selector[1], selector[2])
                    if found.person == actor:
                        return Right(True, holders[0] if holders else None)
                stand_in_for = _absent_principal(x, case, holders, actor)
                if stand_in_for is not None:
                    return Right(True, stand_in_for)
    return Right(False)


def _absent_principal(x: Env, case: CaseState, holders: Iterable[str], actor: str) -> str | None:
    """Whom the actor stands in for; nobody stands in for a concerned person, his place is taken by CR-4."""
    if not x.directory.absences:
        return None
    for holder in holders:
        absence = x.directory.away(holder, x.at)
        if absence is not None and absence.stand_in == actor and holder not in case.concerned:
            return holder
    return None
