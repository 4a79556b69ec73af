"""Declared access: who may open an address is said beside the view, and nothing opens that does not say it.

A view says `@access("signed_in")`. The middleware reads the declaration before the view runs; a view without one stays
shut. Apps add levels of their own with `register`, and speak for addresses whose views they did not write (a library's)
with `declare_prefix`. Access says who may knock; what the procedure then allows is the engine's word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import ResolverMatch
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from huiyin.common.errors import shut_door

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "huiyin_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    One level of access.

    `allows` is asked with the request and answers yes or no. `stranger` says what happens to somebody who is not signed
    in and not allowed: a page is answered with the way to the sign-in page, an interface for programs with 401.
    """

    name: str
    meaning: str | Promise
    allows: Callable[[HttpRequest], bool]
    stranger: Literal["sign_in", "unauthorised"] = "sign_in"


ANYONE = Access(name="anyone", meaning=_("Anyone, signed in or not"), allows=lambda request: True)
SIGNED_IN = Access(
    name="signed_in", meaning=_("Whoever is signed in"), allows=lambda request: request.user.is_authenticated
)
ADMINISTRATOR = Access(
    name="administrator",
    meaning=_("Administrators"),
    allows=lambda request: request.user.is_authenticated and bool(getattr(request.user, "is_administrator", False)),
)

_levels: dict[str, Access] = {}
_prefixes: dict[str, str] = {}


def register(level: Access) -> None:
    """Make a level known under its name. A second, different level of the same name is a mistake."""
    if _levels.setdefault(level.name, level) is not level:
        raise ImproperlyConfigured(f"The access level {level.name!r} is declared twice.")


def levels() -> dict[str, Access]:
    """Every known level by its name."""
    return dict(_levels)


def declare_prefix(route: str, name: str) -> None:
    """Declare the access of every address whose route begins with `route`, for views that carry no declaration."""
    _prefixes[route] = name


def access(name: str) -> Callable[[View], View]:
    """Declare who may open the decorated view."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, name)
        return view

    return declare


def declared_name(view: Callable[..., Any], route: str) -> str | None:
    """The name of the level declared for a view at a route, or None if nothing was declared."""
    name: str | None = getattr(view, _ATTRIBUTE, None)
    if name is not None:
        return name
    matching = [prefix for prefix in _prefixes if route.startswith(prefix)]
    return _prefixes[max(matching, key=len)] if matching else None


def level_of(name: str) -> Access:
    """The level of that name; `ImproperlyConfigured` if no app registered it."""
    try:
        return _levels[name]
    except KeyError:
        raise ImproperlyConfigured(f"No app registered the access level {name!r}.") from None


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the address is one of an interface for programs, which gets no pages; no while it is not known yet."""
    match = request.resolver_match
    name = declared_name(match.func, match.route) if isinstance(match, ResolverMatch) else None
    return name in _levels and _levels[name].stranger == "unauthorised" if name else False


def may_open(request: HttpRequest, name: str) -> bool:
    """Whether the one who asks is allowed on that level: for menus and links."""
    return level_of(name).allows(request)


class AccessMiddleware:
    """Asks the declared level before any view runs; an address without a declaration is shut to everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the view run (None), or answer in its place."""
        match = request.resolver_match
        name = declared_name(view, match.route if isinstance(match, ResolverMatch) else "")
        if name is None:
            raise PermissionDenied("No access is declared for this address.")
        level = level_of(name)
        if level.allows(request):
            return None
        if request.user.is_authenticated:
            return shut_door(request, level.meaning)
        if level.stranger == "unauthorised":
            return JsonResponse(
                {
                    "type": "urn:huiyin:problem:token_missing",
                    "title": str(_("Send a valid token")),
                    "status": 401,
                    "code": "token_missing",
                },
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
                content_type="application/problem+json",
                json_dumps_params={"ensure_ascii": False},
            )
        return _to_sign_in(request)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, and from there back to the page on which he was."""
    back = request.get_full_path()
    if request.method != "GET" or getattr(request, "htmx", False):
        # The address of a form's target or of a fragment is no page; the page it was sent from is.
        referer = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
        safe = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
        back = referer if safe else "/"
    target = f"{resolve_url('accounts:sign_in')}?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(target)
    response = HttpResponse(status=302)
    response["Location"] = target
    return response
