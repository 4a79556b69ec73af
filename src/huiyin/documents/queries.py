"""Reads about files."""

from __future__ import annotations

from django.db.models import QuerySet

from huiyin.documents.models import CaseFile


def files_of(case_id: str) -> QuerySet[CaseFile]:
    """The files of a case in the order they came."""
    return CaseFile.objects.filter(case_id=case_id)
