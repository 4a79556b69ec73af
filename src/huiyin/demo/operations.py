"""Making the demonstration: the organisation, then its year, lived in memory and written at once."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from django.db import transaction

from huiyin.accounts.models import User
from huiyin.cases.bulk import History, append_histories
from huiyin.cases.models import Case
from huiyin.common.dates import current_instant, moment_of
from huiyin.demo import organisation
from huiyin.demo.models import Demonstration
from huiyin.organisation.queries import directory_as_of, directory_revision
from huiyin.procedures import calendars, installed
from huiyin_engine.instants import at, day_of
from huiyin_engine.model.outcome import World
from huiyin_engine.simulate.running import Simulation
from huiyin_engine.simulate.story import read_story

DAYS = 410
"""More than a year, so that the first records have come to be handed over."""
SEED = 20260301


class NotEmpty(Exception):  # noqa: N818 - a state of affairs
    """The demonstration is made in an empty installation only."""


class Made(NamedTuple):
    """What was made."""

    cases: int
    acts: int
    events: int
    declined: int


def make(*, seed: int = SEED, days: int = DAYS, say: Callable[[str], None] = lambda text: None) -> Made:
    """
    Fill an empty installation: organisation, accounts, and the days up to this moment. All of it or nothing.

    Raises NotEmpty if there are accounts or cases.
    """
    if User.objects.exists() or Case.objects.exists():
        raise NotEmpty
    installed.refresh()
    end = current_instant()
    begin = at(day_of(end) - days, "00:00")
    with transaction.atomic():
        organisation.make_organisation(moment_of(begin))
        simulations = [
            _live(path.read_text(encoding="utf-8"), path.name, begin, end, seed, say) for path in organisation.stories()
        ]
        events = append_histories(
            History(run.numbers[case], run.store.entries(case), state)
            for run in simulations
            for case, state in run.store.cases().items()
        )
        made = Made(
            cases=sum(len(run.store.cases()) for run in simulations),
            acts=sum(run.acts for run in simulations),
            events=events,
            declined=sum(len(run.declined) for run in simulations),
        )
        Demonstration.objects.create(seed=seed, cases=made.cases, events=made.events)
    return made


def _live(text: str, name: str, begin: int, end: int, seed: int, say: Callable[[str], None]) -> Simulation:
    story = read_story(text, name)
    revision = directory_revision()
    world = World(
        packs=installed.packs_at(begin, revision),
        directory=directory_as_of(end, story.pack, revision),
        calendar=calendars.working_calendar(),
        parameters=installed.parameters_at(begin, revision),
    )
    simulation = Simulation(story, world, begin, end, Random(seed))  # noqa: S311 - a story, no secret
    simulation.run()
    say(f"{story.pack}: {len(simulation.store.cases())} cases lived through {simulation.acts} acts; writing them …")
    return simulation
