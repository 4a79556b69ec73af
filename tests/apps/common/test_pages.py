"""The frame: error pages, languages, colours, health, gallery, safety of the headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory

from huiyin.common import health, navigation, processes
from huiyin.common.client import client_address
from huiyin.common.errors import Conflict, Explanation
from huiyin.common.middleware import ErrorPageMiddleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(administrator: Any) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(administrator, "huiyin.accounts.backends.PasswordBackend")
    return client


def test_page_not_found_in_both_languages(client: Client) -> None:
    chinese = client.get("/nowhere/", headers={"accept-language": "zh-CN"})
    english = client.get("/nowhere/", headers={"accept-language": "en"})
    assert (chinese.status_code, english.status_code) == (404, 404)
    assert "此网址没有内容" in chinese.content.decode()
    assert "There is nothing at this address" in english.content.decode()


def test_language_is_chosen_and_kept(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert answer["Location"] == "/sign-in/"
    assert 'lang="en"' in client.get("/nowhere/", headers={"accept-language": "zh-CN"}).content.decode()


def test_colours_are_chosen_and_kept(client: Client) -> None:
    client.post("/theme/", {"theme": "dark", "next": "/nowhere/"})
    assert 'data-bs-theme="dark"' in client.get("/nowhere/").content.decode()
    client.post("/theme/", {"theme": "<script>"})
    assert 'data-bs-theme="dark"' in client.get("/nowhere/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_preferences_do_not_lead_to_another_site(client: Client, address: str, target: str) -> None:
    assert client.post(address, {"theme": "dark", "language": "en", "next": target})["Location"] == "/"


def test_gallery_shows_every_component_in_every_state(admin_client: Client) -> None:
    page = admin_client.get("/gallery/").content.decode()
    for expected in (
        "due-late", "due-today", "due-soon", "due-later", "due-provisional", "notice-error", "notice-warning",
        "notice-success", "notice-info", "field-wrong", "empty-state", "status-label-failure",
        "2026年3月12日 周四 18:00",
    ):  # fmt: skip
        assert expected in page
    assert "<c-" not in page, "a component was left unrendered"


def test_policy_of_the_page_allows_nothing_inline(client: Client) -> None:
    answer = client.get("/nowhere/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_old_form_is_explained(settings: Any) -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "此表单已失效" in answer.content.decode()


def test_fragment_asked_by_a_stranger_sends_the_whole_page_to_sign_in(client: Client) -> None:
    answer = client.get(
        "/account/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/organisation/people/?q=a"}
    )
    assert answer["HX-Redirect"] == "/sign-in/?next=http%3A%2F%2Ftestserver%2Forganisation%2Fpeople%2F%3Fq%3Da"


def test_lost_session_leads_back_to_the_page_of_the_form(client: Client) -> None:
    answer = client.post("/account/end-sessions/", headers={"Referer": "http://testserver/account/"})
    assert answer["Location"] == "/sign-in/?next=http%3A%2F%2Ftestserver%2Faccount%2F"
    elsewhere = client.post("/account/end-sessions/", headers={"Referer": "http://evil.example/account/"})
    assert elsewhere["Location"] == "/sign-in/?next=%2F"


def test_conflict_is_a_page_and_for_htmx_a_notice() -> None:
    explanation = Explanation(title="Too late", reason="The limit has passed.", source="7.4.2")
    middleware = ErrorPageMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]
    request = RequestFactory().get("/")
    request.htmx = False  # type: ignore[attr-defined]
    page = middleware.process_exception(request, Conflict(explanation))
    assert page is not None
    assert page.status_code == 409
    assert "§ 7.4.2" in page.content.decode()
    request.htmx = True  # type: ignore[attr-defined]
    notice = middleware.process_exception(request, Conflict(explanation))
    assert notice is not None
    assert notice.status_code == 409
    assert notice["HX-Retarget"] == "#notices"
    assert "<html" not in notice.content.decode()
    assert middleware.process_exception(request, ValueError()) is None


@pytest.fixture
def broken_check() -> Iterator[None]:
    def broken() -> Iterator[health.Finding]:
        raise RuntimeError("no luck")

    health._checks["broken"] = broken
    yield
    del health._checks["broken"]


def test_health_is_fine(client: Client, admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", {"database": health.database})
    answer = client.get("/health.json")
    assert answer.status_code == 200
    assert answer.json() == {"level": "fine", "checks": [{"check": "database", "level": "fine"}]}
    assert admin_client.get("/health/").status_code == 200


@pytest.mark.usefixtures("broken_check")
def test_check_that_breaks_is_a_failure(client: Client, admin_client: Client) -> None:
    answer = client.get("/health.json")
    assert answer.status_code == 503
    assert "no luck" not in answer.content.decode(), "details are for administrators"
    assert "no luck" in admin_client.get("/health/").content.decode()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [(0, "6.6.6.6", "127.0.0.1"), (1, "6.6.6.6, 10.0.0.9", "10.0.0.9"), (2, "6.6.6.6", "127.0.0.1")],
)
def test_address_of_the_client_is_not_what_he_says(settings: Any, trusted: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == address


def test_two_entries_with_one_shortcut_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    first = navigation.Entry(label="a", url_name="a", icon="outline/x", access="anyone", shortcut="n")
    navigation.register(first)
    navigation.register(first)
    with pytest.raises(ImproperlyConfigured, match="taken"):
        navigation.register(navigation.Entry(label="b", url_name="b", icon="outline/x", access="anyone", shortcut="n"))


def test_processes_stop_together_when_one_ends() -> None:
    ended = processes.run_together({"sleeper": ["sleep", "60"], "quitter": ["true"]})
    assert ended == "quitter"
