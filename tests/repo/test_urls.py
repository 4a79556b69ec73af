"""Every address declares who may open it, and keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from huiyin.common import access

EXAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-4000-8000-000000000000"}
# What an example of that name must look like instead.
NAMED_EXAMPLES: dict[str, str] = {}


def every_address(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Route, an example path, and the view, of every address."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, "/" + example(prefix, pattern), pattern.callback


def example(prefix: str, pattern: URLPattern) -> str:
    """A path that the route takes."""
    assert isinstance(pattern.pattern, RoutePattern), f"{pattern} has a route that the test cannot fill in"
    path = prefix + str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        kind = next(k for k in (*EXAMPLES, type(converter).__name__) if type(converter).__name__.lower().startswith(k))
        value = NAMED_EXAMPLES.get(name, EXAMPLES.get(kind, "x"))
        path = path.replace(f"<{kind}:{name}>", value).replace(f"<{name}>", value)
    return path


ADDRESSES = list(every_address())


def test_there_are_addresses() -> None:
    assert len(ADDRESSES) >= 30


@pytest.mark.parametrize(
    ("route", "view"), [(r, v) for r, _p, v in ADDRESSES], ids=[r or "/" for r, _p, _v in ADDRESSES]
)
def test_every_address_declares_a_known_access(route: str, view: Any) -> None:
    assert access.declared_name(view, route) in access.levels()


def doors(client: Client, path: str) -> str:
    """How an address answers: `open`, `sign_in` (the way to the sign-in page), or `shut`."""
    answers: set[str] = set()
    for method in (client.get, client.post):
        response = method(path)
        # The health page says 503 when something is not running, as the worker is not while tests run.
        fine = response.status_code < 500 or (path == "/health.json" and response.status_code == 503)
        assert fine, f"{method.__name__} {path}: {response.status_code}"
        to_sign_in = response.status_code in (302, 303) and response["Location"].startswith("/sign-in/?")
        if to_sign_in or response.status_code == 401:
            answers.add("sign_in")
        elif response.status_code == 403:
            answers.add("shut")
        else:
            answers.add("open")
    assert len(answers) == 1, f"{path} answers GET and POST differently: {answers}"
    return answers.pop()


def expected(level: access.Access, user: Any) -> str:
    """How the declaration says the address answers that user."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    if level.allows(request):
        return "open"
    return "shut" if user else "sign_in"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["stranger", "plain_user", "administrator"])
def test_every_address_answers_as_it_declares(who: str, request: pytest.FixtureRequest) -> None:
    user = None if who == "stranger" else request.getfixturevalue(who)
    seen: dict[str, str] = {}
    wanted: dict[str, str] = {}
    for route, path, view in ADDRESSES:
        client = Client()
        if user is not None:
            user.refresh_from_db()  # one of the addresses ends every session of the account
            client.force_login(user, "huiyin.accounts.backends.PasswordBackend")
        level = access.level_of(access.declared_name(view, route) or "")
        seen[route] = doors(client, path)
        wanted[route] = expected(level, user)
    assert seen == wanted


@pytest.mark.django_db
def test_address_without_declaration_stays_shut(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.repo.undeclared_urls"
    assert Client().get("/undeclared/").status_code == 403
