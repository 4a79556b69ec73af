"""The interface itself: one description, one way to answer, one shape for what is not done."""

from __future__ import annotations

import json
import math
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import DocsBase
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from huiyin.api import cases, organisation, packs
from huiyin.api.problems import MEDIA_TYPE, Problem, answer, not_found
from huiyin.cases.unit_of_work import NoSuchCase
from huiyin.common.errors import ExplainedError


class Renderer(JSONRenderer):
    """JSON with Chinese as it is, not escaped."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - the library's own way


class StrictParser(Parser):
    """JSON as the standard has it: no NaN, no Infinity, and an object at the top."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises ValueError for anything else; the library makes 400 of it."""
        body = json.loads(request.body, parse_constant=_no_number, parse_float=_finite)
        if not isinstance(body, dict):
            raise ValueError("an object is wanted")
        return body


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


class Docs(DocsBase):
    """The description as a page, with the files the library brings: nothing from outside, nothing inline."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The page."""
        settings = {"layout": "BaseLayout", "deepLinking": True, "url": self.get_openapi_url(api, kwargs)}
        return render(request, "api/docs.html", {"settings": json.dumps(settings)})


class Interface(NinjaAPI):
    """Tells in its description that problems are problems."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The description, with the media type of problems at every answer that is one."""
        schema = super().get_openapi_schema(**kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation.get("responses", {}).items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[MEDIA_TYPE] = content.pop("application/json")
        return schema


api = Interface(
    title="Huiyin 回音",
    version="1",
    description=(
        "Everything the desk can do. Send a token as `Authorization: Bearer …`; tokens are made on the page of tokens. "
        "Texts come in Chinese or English by `Accept-Language`. Moments carry their offset; without one they are civil "
        "time (+08:00). What is not done is answered with problem details: `code`, `detail`, `clause`, `way_out`, "
        "`field`. A case that is not for your eyes answers as one that does not exist."
    ),
    urls_namespace="api",
    docs=Docs(),
    renderer=Renderer(),
    parser=StrictParser(),
)
for _router in (cases.router, packs.router, organisation.router):
    api.add_router("", _router)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(Http404)
@api.exception_handler(NoSuchCase)
def _nothing(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(request, not_found())


@api.exception_handler(AuthenticationError)
def _unauthorised(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(request, Problem(401, "token_missing", gettext_lazy("Send a valid token")))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"place": ".".join(str(part) for part in one.get("loc", ())), "text": str(one.get("msg", ""))}
        for one in error.errors
    ]
    first = errors[0] if errors else {"place": "", "text": ""}
    return answer(
        request,
        Problem(
            422,
            "request_wrong",
            _("The request does not fit the description"),
            detail=f"{first['place']}: {first['text']}",
            field=first["place"].rpartition(".")[2],
            errors=errors,
        ),
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(
        request, Problem(error.status_code, "request_unreadable", _("The request cannot be read"), detail=str(error))
    )


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(TooManyFieldsSent)
@api.exception_handler(TooManyFilesSent)
def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(request, Problem(413, "request_too_large", _("The request is too large"), detail=str(error)))


@api.exception_handler(ExplainedError)
def _explained(request: HttpRequest, error: ExplainedError) -> HttpResponse:
    said = error.explanation
    return answer(
        request,
        Problem(
            error.status,
            "refused",
            str(said.title),
            detail=str(said.reason),
            way_out=" ".join(str(way) for way in said.ways_out),
            clause=str(said.source),
        ),
    )
