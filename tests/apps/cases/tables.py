"""Every projection as plain values, to compare."""

from __future__ import annotations

from typing import Any

from huiyin.cases.models import Case, CaseEvent, CaseLink, CasePerson, NumberSeries, Obligation, PersonLoad

PROJECTIONS = (Case, Obligation, CasePerson, CaseLink, NumberSeries, PersonLoad)


def projections() -> dict[str, list[dict[str, Any]]]:
    """All rows of all projections. A load of nothing is no load, whether or not there is a row for it."""
    return {
        model.__name__: sorted(
            (dict(zip((f.attname for f in model._meta.concrete_fields), row, strict=True)) for row in rows_of(model)),
            key=repr,
        )
        for model in PROJECTIONS
    }


def rows_of(model: Any) -> list[tuple[Any, ...]]:
    rows = PersonLoad.objects.exclude(open_cases=0) if model is PersonLoad else model.objects.all()
    return list(rows.values_list(*(f.attname for f in model._meta.concrete_fields)))


def happenings(with_recorded: bool = False) -> list[tuple[Any, ...]]:
    """All events by case: what happened and when it counts, without what differs from run to run."""
    fields = ["case_id", "seq", "at", *(["recorded_at"] if with_recorded else []), "code", "data"]
    return list(CaseEvent.objects.order_by("case_id", "seq").values_list(*fields))
