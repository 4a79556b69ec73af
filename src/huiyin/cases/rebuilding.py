"""Making every projection anew from the events, which are the truth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from huiyin.cases import chain, loads, numbers, projection, writing
from huiyin.cases.decoding import number_in
from huiyin.cases.models import Case, CaseEvent, CaseLink, CasePerson, Disposal, Obligation
from huiyin.cases.sealing import sealed_heads
from huiyin.cases.unit_of_work import entries_of, kept_states
from huiyin.procedures import installed
from huiyin_engine.evolve import replay
from huiyin_engine.model.state import CaseState

CASES_AT_ONCE = 100


@transaction.atomic
def rebuild() -> int:
    """
    Empty every projection and fill it from the events; returns the number of cases.

    The row of a case whose texts were disposed of stays as it is: it is all that is left of it. Raises KeyError if the
    pack version of a case was never loaded here.
    """
    buried = set(Disposal.objects.values_list("case_id", flat=True))
    for model in (Obligation, CasePerson, CaseLink):
        model.objects.all().delete()
    Case.objects.exclude(disposed=True).delete()
    for number in Case.objects.values_list("number", flat=True):
        numbers.at_least(*numbers.parts(number))
    kept_states.clear()
    sealed = sealed_heads()
    count = 0
    ids = iter(CaseEvent.objects.filter(seq=1).order_by("case_id").values_list("case_id", flat=True))
    living = (case_id for case_id in ids if case_id not in buried)
    while chunk := list(islice(living, CASES_AT_ONCE)):
        count += len(chunk)
        writing.run(list(_statements(chunk, sealed)))
    loads.recount()
    return count


def _statements(case_ids: list[str], sealed: dict[str, int]) -> Iterator[writing.Statement]:
    entries = entries_of(case_ids)
    events = CaseEvent.objects.filter(case_id__in=case_ids)
    given = {case_id: number_in(data or "") for case_id, data in events.filter(seq=1).values_list("case_id", "data")}
    heads = dict(events.order_by("case_id", "seq").values_list("case_id", "hash"))
    cases, obligations, people, links = [], [], [], []
    for case_id in case_ids:
        state = replay(entries[case_id], CaseState(case_id))
        number = given[case_id]
        numbers.at_least(*numbers.parts(number))
        columns = {
            **projection.case_row(state, installed.pack(state.pack, state.version)),
            "number": number,
            "head": heads.get(case_id, chain.genesis(case_id)),
            "sealed_seq": sealed.get(case_id, 0),
            "disposed": False,
        }
        cases.append([columns[name] for name in writing.CASE.columns])
        obligations += [(case_id, *key, *row) for key, row in projection.obligation_rows(state).items()]
        people += [(case_id, *key, *row) for key, row in projection.people_rows(state).items()]
        links += [(case_id, *key, *row) for key, row in projection.link_rows(state).items()]
    yield from writing.CASE.insert(cases)
    yield from writing.OBLIGATION.insert(obligations)
    yield from writing.PERSON.insert(people)
    yield from writing.LINK.insert(links)
