"""Endpoints of cases: lists, one case whole, its history and dates, acts, files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Header, Query, Router, Schema, Status
from ninja.files import UploadedFile

from huiyin.api import shapes, views_of_cases
from huiyin.api.kinds import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Moment,
    Word,
    Words,
    decode_cursor,
    encode_cursor,
    moment_part,
    number_part,
    page_of,
    text_part,
)
from huiyin.api.problems import Problem, ProblemOut, no_person, not_found, of_refusal
from huiyin.api.tokens import ACT, READ
from huiyin.api.values import civil, inputs_of
from huiyin.cases import operations
from huiyin.cases.models import Case, CasePerson
from huiyin.cases.queries import owed_by, person_key, visible_cases
from huiyin.cases.unit_of_work import NoSuchCase
from huiyin.common.dates import current_instant, instant_of
from huiyin.documents import operations as documents
from huiyin.documents.downloads import download
from huiyin.documents.models import CaseFile
from huiyin.documents.queries import files_of
from huiyin.organisation.queries import directory_revision
from huiyin.procedures import installed
from huiyin_engine.model.outcome import Act, Outcome, Refusal

router = Router(tags=["cases"])
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 422), ProblemOut)
IDEMPOTENCY_KEY = Header("", alias="Idempotency-Key")


class Filters(Schema):
    """What a list of cases is narrowed by; all that are given must hold."""

    pack: Words | None = None
    type: Words | None = None
    open: bool | None = None
    number: Words | None = None
    q: Words | None = None
    holder: Words | None = None
    bearer: Words | None = None
    object: Words | None = None
    vacant: bool | None = None
    opened_from: Moment | None = None
    opened_to: Moment | None = None
    due_before: Moment | None = None


def visible(request: HttpRequest, case: str) -> Case:
    """The case of an id or number, if the token's person may see it. Raises Problem (404)."""
    found = visible_cases(request.user).filter(Q(pk=case) | Q(number=case)).order_by("opened_at").first()
    if found is None:
        raise not_found()
    return found


@router.get("/cases", response={200: shapes.CasePage, **PROBLEMS}, auth=READ)
def list_cases(
    request: HttpRequest, filters: Query[Filters], cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT
) -> Any:
    """The cases the token's person may see, the newest first."""
    found = visible_cases(request.user)
    for name, lookup in {
        "pack": "pack",
        "type": "type",
        "object": "object",
        "vacant": "held_by_vacancy",
        "q": "title__icontains",
        "opened_from": "opened_at__gte",
        "opened_to": "opened_at__lt",
        "due_before": "due__lt",
    }.items():
        value = getattr(filters, name)
        if value is not None:
            found = found.filter(**{lookup: value})
    if filters.number is not None:
        found = found.filter(number=filters.number.strip().upper())
    if filters.open is not None:
        found = found.filter(closed_at__isnull=filters.open)
    for relation, person in (("holds", filters.holder), ("owes", filters.bearer)):
        if person is not None:
            theirs = CasePerson.objects.filter(case_id=OuterRef("id"), relation=relation, person=person, open=True)
            found = found.filter(Exists(theirs))
    if cursor:
        at, pk = decode_cursor(cursor, moment_part, text_part)
        found = found.filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=pk))
    rows, following = page_of(
        found.order_by("-opened_at", "-id")[: limit + 1], limit, lambda row: encode_cursor(row.opened_at, row.pk)
    )
    return {"items": [views_of_cases.row(one) for one in rows], "next": following}


@router.get("/cases/{case}", response={200: shapes.CaseDetail, **PROBLEMS}, auth=READ)
def get_case(request: HttpRequest, case: Word) -> Any:
    """A case whole, by id or number, with what the token's person may do now, and what not and why."""
    found = visible(request, case)
    return views_of_cases.detail(found, person_key(request.user) or "", visible_cases(request.user))


@router.get("/cases/{case}/history", response={200: shapes.EventPage, **PROBLEMS}, auth=READ)
def get_history(request: HttpRequest, case: Word, cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT) -> Any:
    """The events of a case, the oldest first."""
    found = visible(request, case)
    after = decode_cursor(cursor, number_part)[0] if cursor else 0
    events = views_of_cases.events(found, after, limit + 1)
    shown, following = page_of(events, limit, lambda event: encode_cursor(event["seq"]))
    return {"items": shown, "next": following}


@router.get("/cases/{case}/obligations/{key}/why", response={200: shapes.WhyOut, **PROBLEMS}, auth=READ)
def get_why(request: HttpRequest, case: Word, key: Word) -> Any:
    """Why an obligation is due when it is. `key` as the case gives it (`#` is written %23)."""
    try:
        return views_of_cases.why(visible(request, case), key)
    except KeyError:
        raise not_found() from None


@router.get("/cases/{case}/forms", response={200: list[shapes.SheetOut], **PROBLEMS}, auth=READ)
def get_forms(request: HttpRequest, case: Word) -> Any:
    """The official forms of a case, filled in."""
    return views_of_cases.forms(visible(request, case))


@router.post("/cases/{case}/acts/{act}", response={200: shapes.ActOut, **PROBLEMS}, auth=ACT)
def do_act(
    request: HttpRequest,
    case: Word,
    act: Word,
    body: shapes.ActIn,
    preview: bool = False,
    idempotency_key: Words = IDEMPOTENCY_KEY,
) -> Any:
    """Do an act on a case, or with `preview=true` see what it would do. The same Idempotency-Key does it once."""
    found = visible(request, case)
    if body.seq is not None and body.seq != found.seq:
        raise Problem(
            409,
            "moved_on",
            _("The case has moved on meanwhile"),
            detail=_("You saw it at event %(seen)d; it is at %(now)d.") % {"seen": body.seq, "now": found.seq},
            way_out=_("Read the case again, then decide anew."),
        )
    also = tuple(visible(request, other).pk for other in body.also)
    pack = installed.pack(found.pack, found.version)
    rule = pack.acts.get(act)
    wanted = Act(
        act,
        found.pk,
        _person(request),
        *_moments(body.at),
        inputs_of(pack, rule, body.inputs),
        row=body.row,
        also=also,
        reason=body.reason,
    )
    return _decided(request, wanted, preview, idempotency_key)


@router.post("/packs/{pack}/acts/{act}", response={200: shapes.ActOut, **PROBLEMS}, auth=ACT, tags=["packs"])
def open_case(
    request: HttpRequest,
    pack: Word,
    act: Word,
    body: shapes.OpenIn,
    preview: bool = False,
    idempotency_key: Words = IDEMPOTENCY_KEY,
) -> Any:
    """Open a case by an act that opens one, or with `preview=true` see what it would become."""
    now = current_instant()
    installed.refresh()
    try:
        regulation = installed.packs_at(now, directory_revision())[pack]
    except KeyError:
        raise not_found() from None
    rule = regulation.acts.get(act)
    if rule is not None and rule.opens is None:
        raise Problem(
            409,
            "opens_no_case",
            _("This act opens no case"),
            clause=rule.source.clause,
            way_out=_("Do it on a case: /api/cases/{case}/acts/{act}."),
        )
    wanted = Act(
        act,
        "",
        _person(request),
        *_moments(body.at),
        inputs_of(regulation, rule, body.inputs),
        pack=regulation.id,
        type=rule.opens if rule else None,
        object=body.object,
        reason=body.reason,
    )
    return _decided(request, wanted, preview, idempotency_key)


def _person(request: HttpRequest) -> str:
    person = person_key(request.user)
    if person is None:
        raise no_person()
    return person


def _moments(at: Any) -> tuple[int, int]:
    """When it happened and when it is written down."""
    now = current_instant()
    return (now if at is None else instant_of(at)), now


def _decided(request: HttpRequest, act: Act, preview: bool, key: str) -> Any:
    before = {}
    if act.case:
        before = {act.case: operations.state_of(act.case)}
    try:
        if preview:
            answer: Outcome | Refusal = operations.preview(act)
        else:
            answer = operations.perform(act, user=request.user, idempotency_key=f"api:{key}" if key else None)
    except NoSuchCase:
        raise not_found() from None
    if isinstance(answer, Refusal):
        raise of_refusal(answer)
    return views_of_cases.done(answer, act.case or answer.changes[0].case, before, preview, visible_cases(request.user))


@router.get("/cases/{case}/files", response={200: shapes.FilePage, **PROBLEMS}, auth=READ)
def list_files(request: HttpRequest, case: Word) -> Any:
    """The files of a case."""
    return {"items": [_file(one) for one in files_of(visible(request, case).pk)]}


@router.post("/cases/{case}/files", response={201: shapes.FilePage, **PROBLEMS, 507: ProblemOut}, auth=ACT)
def add_files(request: HttpRequest, case: Word, files: File[list[UploadedFile]]) -> Any:
    """Add files to a case: pictures, recordings, PDF, Word, Excel, known by their content."""
    found, person = visible(request, case), _person(request)
    documents.check_files(files, already=files_of(found.pk).count())
    with documents.written(files) as taken, transaction.atomic():
        kept = documents.attach(found.pk, taken, person)
    return Status(201, {"items": [_file(one) for one in kept]})


@router.get(
    "/cases/{case}/files/{file}",
    response={200: bytes, **PROBLEMS},
    auth=READ,
    openapi_extra={
        "responses": {
            200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        }
    },
)
def get_file(request: HttpRequest, case: Word, file: UUID) -> HttpResponse:
    """The bytes of a file."""
    kept = CaseFile.objects.filter(pk=file, case_id=visible(request, case).pk).first()
    if kept is None:
        raise not_found()
    return download(kept)  # type: ignore[return-value]


def _file(file: CaseFile) -> dict[str, Any]:
    return {
        "id": file.pk,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
        "added_by": file.added_by,
        "added_at": civil(file.added_at),
    }


@router.get("/work", response={200: shapes.WorkPage, **PROBLEMS}, auth=READ, tags=["work"])
def list_work(request: HttpRequest, cursor: Cursor | None = None, limit: Limit = DEFAULT_LIMIT) -> Any:
    """What the token's person owes now, the nearest first; what has no fixed time stands last."""
    found = owed_by(_person(request)).filter(case__in=visible_cases(request.user))
    if cursor:
        due, case, name = decode_cursor(cursor, _due_part, text_part, text_part)
        behind = Q(case_id__gt=case) | Q(case_id=case, name__gt=name)
        if due is None:
            found = found.filter(behind, due=None)
        else:
            found = found.filter(Q(due__gt=due) | Q(due=None) | (Q(due=due) & behind))
    rows, following = page_of(found[: limit + 1], limit, lambda one: encode_cursor(one.due, one.case_id, one.name))
    items = [
        {
            "case": one.case_id,
            "number": one.case.number,
            "title": one.case.title,
            "obligation": one.name,
            "due": civil(one.due),
        }
        for one in rows
    ]
    return {"items": items, "next": following}


def _due_part(part: Any) -> Any:
    return None if part is None else moment_part(part)
