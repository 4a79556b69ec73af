"""One POST, the rows of one case: on PostgreSQL one statement (a CTE), on SQLite one for each table; one commit."""

from __future__ import annotations

import json
import os
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from huiyin.cases import writing

TABLES = (writing.EVENT, writing.CASE, writing.OBLIGATION, writing.PERSON)


@cache
def rows() -> list[list[list[Any]]]:
    """The rows that one real intake wrote, table by table (see bench/http_bench.py)."""
    loaded: list[list[list[Any]]] = json.loads(Path(os.environ["HUIYIN_BENCH_ROWS"]).read_text(encoding="utf-8"))
    return loaded


def insert(request: HttpRequest) -> HttpResponse:
    """Insert the same rows under a new id."""
    new = uuid.uuid4().hex
    statements = [
        statement
        for table, some in zip(TABLES, rows(), strict=True)
        for statement in table.insert([[new, *row[1:]] for row in some])
    ]
    with transaction.atomic():
        writing.run(statements)
    return HttpResponse(new, status=201)


urlpatterns = [path("insert/", insert)]
