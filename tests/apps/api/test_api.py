"""What a program can do, and what it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from huiyin.api import tokens
from huiyin.api.models import ApiToken
from huiyin.cases.models import Case, CaseEvent
from tests.apps.api.conftest import REGISTERING, Program
from tests.factories.accounts import UserFactory
from tests.factories.developer import account_of, first_pack

Programs = Callable[..., Program]
PACK = first_pack()[0]


def registered(li: Program, **more: Any) -> str:
    """A case that Li's program opened; its id."""
    response = li.post(f"packs/{PACK}/acts/register", {"inputs": {**REGISTERING, **more}})
    assert response.status_code == 200, response.content.decode()
    case: str = response.json()["case"]
    return case


def close_files_of(response: Any) -> None:
    """Close the file of a download; closing the response would end the test's connection to the database."""
    for close in response._resource_closers:
        close()


# --- who may ask ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic abc", "Bearer huiyin_" + "a" * 43])
def test_without_a_valid_token_nothing_opens(db: None, header: str) -> None:
    response = Client(headers={"authorization": header} if header else {}).get("/api/cases")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("how", ["revoked", "expired", "account closed"])
def test_ended_token_opens_nothing(program: Programs, how: str) -> None:
    li = program("li")
    assert li.get("me").status_code == 200
    if how == "revoked":
        tokens.revoke(ApiToken.objects.get())
    elif how == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        type(li.user).objects.update(is_active=False)
    assert li.get("me").status_code == 401


def test_token_is_kept_as_digest_only_and_its_use_is_noted(program: Programs) -> None:
    li = program("li")
    li.get("me")
    kept = ApiToken.objects.get()
    assert li.token not in str(vars(kept))
    assert kept.last_used_at is not None


def test_scopes_limit_what_a_token_does(program: Programs) -> None:
    reader, actor = program("li", "read"), program("chen", "act")
    assert reader.post(f"packs/{PACK}/acts/register", {"inputs": REGISTERING}).json()["code"] == "scope_missing"
    assert actor.get("cases").status_code == 403
    assert actor.post(f"packs/{PACK}/acts/register", {"inputs": REGISTERING}).status_code == 200
    assert program("ma", "read", "admin").get("health").json()["code"] == "scope_missing"
    assert program("he", "admin", is_administrator=True).get("health").status_code == 200


def test_account_without_a_person_sees_no_case_and_does_nothing(program: Programs) -> None:
    registered(program("li"))
    nobody = Program(UserFactory(username="it"))
    assert nobody.get("cases").json() == {"items": [], "next": None}
    response = nobody.post(f"packs/{PACK}/acts/register", {"inputs": REGISTERING})
    assert (response.status_code, response.json()["code"]) == (403, "no_person")


# --- acts -------------------------------------------------------------------------------------------------------------


def test_case_is_opened_and_read_back(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    detail = li.get(f"cases/{case}").json()
    facts = {one["fact"]: (one["value"], one["shown"]) for one in detail["facts"]}
    assert facts["promised_at"] == ("2030-03-12T18:00:00+08:00", "2030年3月12日 周二 18:00")
    assert facts["category"] == ("lease", "租赁")
    assert {one["capacity"]: one["name"] for one in detail["holders"]} == {"owner": "李敏", "tracker": "李敏"}
    due = {one["owe"]: one["due"] for one in detail["obligations"] if one["state"] == "open"}
    assert due["reply"] == "2030-03-12T18:00:00+08:00"
    may = {one["act"] for one in detail["options"] if one["refusal"] is None}
    assert "record_measures" in may
    refused = next(one for one in detail["options"] if one["act"] == "record_view")
    assert refused["refusal"]["code"] == "too_early"
    assert refused["refusal"]["clause"]


def test_case_is_found_by_its_number_too(program: Programs) -> None:
    li = program("li")
    registered(li)
    number = Case.objects.get().number
    assert li.get(f"cases/{number}").json()["number"] == number


def test_preview_says_what_would_happen_and_keeps_nothing(program: Programs) -> None:
    li = program("li")
    response = li.post(f"packs/{PACK}/acts/register?preview=true", {"inputs": REGISTERING})
    said = response.json()
    assert response.status_code == 200
    assert said["preview"] is True
    assert any("2030年3月12日" in line["text"] for line in said["consequences"])
    assert Case.objects.count() == CaseEvent.objects.count() == 0
    case = registered(li)
    before = CaseEvent.objects.count()
    assert li.post(f"cases/{case}/acts/record_measures?preview=true", {"inputs": {"measures": "x"}}).status_code == 200
    assert CaseEvent.objects.count() == before


def test_same_idempotency_key_does_it_once(program: Programs) -> None:
    li = program("li")
    key = {"Idempotency-Key": "a-1"}
    first, second = (li.post(f"packs/{PACK}/acts/register", {"inputs": REGISTERING}, **key) for _ in range(2))
    assert first.json()["case"] == second.json()["case"]
    assert Case.objects.count() == 1
    case = first.json()["case"]
    for _ in range(2):
        done = li.post(f"cases/{case}/acts/tell_progress", {"inputs": {"progress": "在修"}}, **{"Idempotency-Key": "b"})
        assert done.status_code == 200
    history = li.get(f"cases/{case}/history", limit=200).json()["items"]
    assert sum(one["code"] == "act_done" and one["data"]["act"] == "tell_progress" for one in history) == 1


def test_key_of_one_account_is_not_that_of_another(program: Programs) -> None:
    for key in ("li", "chen"):
        sent = {"inputs": REGISTERING}
        assert program(key).post(f"packs/{PACK}/acts/register", sent, **{"Idempotency-Key": "a"}).status_code == 200
    assert Case.objects.count() == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_refusal_is_a_problem_with_clause_and_way_out(program: Programs, language: str) -> None:
    case = registered(program("li"))
    response = program("wu", language=language).post(f"cases/{case}/acts/tell_result", {"inputs": {"result": "x"}})
    problem = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, problem["status"], problem["code"]) == (403, 403, "no_right")
    assert problem["people"] == ["li"]
    assert problem["clause"]
    side = "zh" if language == "zh-hans" else "en"
    assert problem["detail"] == problem["texts"]["detail"][side]
    assert problem["way_out"] == problem["texts"]["way_out"][side]
    assert problem["texts"]["detail"]["zh"] != problem["texts"]["detail"]["en"]


@pytest.mark.parametrize(
    ("act", "inputs", "status", "code", "field"),
    [
        ("record_measures", {}, 422, "input_missing", "measures"),
        ("record_measures", {"measures": 5}, 422, "input_wrong", "measures"),
        ("record_measures", {"measures": "x", "more": 1}, 422, "input_unknown", "more"),
        ("record_measures", {"measures": {"a": 1}}, 422, "input_wrong", "measures"),
        ("record_measures", {"measures": "a\x00b"}, 422, "input_wrong", "measures"),
        ("record_measures", {"measures": "\ud800"}, 422, "input_wrong", "measures"),
        ("agree_time", {"promised_at": "tomorrow", "understanding": "x"}, 422, "input_wrong", "promised_at"),
        ("agree_time", {"promised_at": "2001-01-01", "understanding": "x"}, 422, "input_wrong", "promised_at"),
        ("name_respondent", {"respondents": ["nobody"], "reason": "x"}, 422, "input_wrong", "respondents"),
        ("name_respondent", {"respondents": [["li"]], "reason": "x"}, 422, "input_wrong", "respondents"),
        ("record_view", {"view": "accepted"}, 409, "too_early", ""),
        ("register", {**REGISTERING}, 409, "done_already", ""),
        ("nothing", {}, 404, "act_unknown", ""),
    ],
)
def test_wrong_act_is_named(
    program: Programs, act: str, inputs: dict[str, Any], status: int, code: str, field: str
) -> None:
    li = program("li")
    case = registered(li)
    response = li.post(f"cases/{case}/acts/{act}", {"inputs": inputs})
    problem = response.json()
    assert (response.status_code, problem["code"], problem.get("field", "")) == (status, code, field)


def test_case_that_moved_on_is_not_acted_on_blindly(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    seen = li.get(f"cases/{case}").json()["seq"]
    assert li.post(f"cases/{case}/acts/tell_progress", {"inputs": {"progress": "a"}, "seq": seen}).status_code == 200
    late = li.post(f"cases/{case}/acts/tell_progress", {"inputs": {"progress": "b"}, "seq": seen})
    assert (late.status_code, late.json()["code"]) == (409, "moved_on")


def test_act_can_be_dated_back_but_not_forward(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    body = {"inputs": {"progress": "a"}, "at": (timezone.now() + timedelta(hours=1)).isoformat()}
    assert li.post(f"cases/{case}/acts/tell_progress", body).json()["code"] == "in_the_future"
    body = {"inputs": {"progress": "a"}, "at": "2001-01-01T10:00:00", "reason": "补记"}
    assert li.post(f"cases/{case}/acts/tell_progress", body).json()["code"] == "dated_before_history"


# --- whom it concerns -------------------------------------------------------------------------------------------------


def test_concerned_person_finds_nothing_under_any_address(program: Programs) -> None:
    li, chen = program("li"), program("chen")
    case = registered(li)
    said = {"respondents": ["chen"], "reason": "x"}
    assert li.post(f"cases/{case}/acts/name_respondent", {"inputs": said}).status_code == 200
    number = Case.objects.get(pk=case).number
    for path in (
        case,
        number,
        f"{case}/history",
        f"{case}/forms",
        f"{case}/files",
        f"{case}/obligations/reply%231/why",
    ):
        response = chen.get(f"cases/{path}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), path
    assert chen.post(f"cases/{case}/acts/tell_progress", {"inputs": {"progress": "a"}}).status_code == 404
    assert chen.get("cases").json()["items"] == []
    assert chen.get("work").json()["items"] == []
    unknown = chen.get("cases/nothing")
    assert unknown.content == chen.get(f"cases/{case}").content


# --- lists ------------------------------------------------------------------------------------------------------------


def test_pages_of_cases_follow_one_another_without_gap_or_double(program: Programs) -> None:
    li = program("li")
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False) as clock:
        opened = []
        for i in range(7):
            clock.shift(i % 2)
            opened.append(registered(li, content=f"第{i}件"))
        seen, cursor = [], ""
        while True:
            page = li.get("cases", limit=2, **({"cursor": cursor} if cursor else {})).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert len(seen) == 7
    assert set(seen) == set(opened)


def test_filters_narrow_the_list(program: Programs) -> None:
    li, chen = program("li"), program("chen")
    first, second = registered(li, content="空调坏了"), registered(chen, content="电梯停了")

    def ids(**query: Any) -> set[str]:
        return {one["id"] for one in li.get("cases", **query).json()["items"]}

    assert ids(q="空调") == {first}
    assert ids(holder="chen") == {second}
    assert ids(bearer="li", open="true") >= {first}
    assert ids(open="false") == set()
    assert ids(pack=PACK, type="complaint") == {first, second}
    assert ids(due_before="2031-01-01") == {first, second}
    assert ids(opened_from="2100-01-01") == set()
    assert ids(number=Case.objects.get(pk=first).number.lower()) == {first}
    assert ids(limit=0) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"limit": -1},
        {"limit": 201},
        {"limit": "x"},
        {"cursor": "x"},
        {"cursor": "WzEsMl0"},
        {"cursor": "bnVsbA"},
        {"q": "x" * 201},
        {"opened_from": "0001-01-01T00:00:00+14:00"},
        {"due_before": "9999-12-31T23:59:59-14:00"},
        {"open": "perhaps"},
    ],
)
def test_wrong_query_is_named(program: Programs, query: dict[str, Any]) -> None:
    response = program("li").get("cases", **query)
    assert response.status_code == 422
    assert response.json()["field"] == next(iter(query))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"NaN", b'{"inputs": {"a": NaN}}', b"[" * 100_000])
def test_unreadable_body_is_refused(program: Programs, body: bytes) -> None:
    response = program("li").post(f"packs/{PACK}/acts/register", body)
    assert response.status_code in (400, 422)
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/cases?q=%00", "/api/cases/%00", "/api/", "/api/nothing"])
def test_every_error_is_a_problem_whoever_answers_it(program: Programs, path: str) -> None:
    response = program("li").client.get(path)
    assert response.status_code in (400, 404)
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code


def test_signed_in_person_without_a_token_gets_a_problem_too(plain_user: Any) -> None:
    client = Client()
    client.force_login(plain_user, "huiyin.accounts.backends.PasswordBackend")
    response = client.get("/api/cases")
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")


def test_chinese_is_not_escaped(program: Programs) -> None:
    li = program("li")
    assert "空调不制冷" in li.get(f"cases/{registered(li)}").content.decode()


def test_list_and_detail_ask_the_database_as_often_for_one_case_as_for_many(program: Programs) -> None:
    li = program("li")
    counts: dict[str, list[int]] = {"list": [], "detail": [], "work": []}
    case = registered(li)
    li.get("cases")
    for more in (0, 6):
        for _ in range(more):
            registered(li)
            li.post(f"cases/{case}/acts/tell_progress", {"inputs": {"progress": "a"}})
        for name, path in (("list", "cases"), ("detail", f"cases/{case}"), ("work", "work")):
            with CaptureQueriesContext(connection) as seen:
                assert li.get(path).status_code == 200
            counts[name].append(len(seen))
    assert {name: len(set(found)) for name, found in counts.items()} == {"list": 1, "detail": 1, "work": 1}
    assert counts["list"][0] <= 3
    assert counts["detail"][0] <= 8


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_history_comes_in_pages_and_in_sentences(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    whole = li.get(f"cases/{case}/history", limit=200).json()
    assert whole["next"] is None
    assert [one["seq"] for one in whole["items"]] == list(range(1, len(whole["items"]) + 1))
    assert whole["items"][0]["code"] == "case_opened"
    assert all(one["text"] for one in whole["items"])
    first = li.get(f"cases/{case}/history", limit=3).json()
    rest = li.get(f"cases/{case}/history", limit=200, cursor=first["next"]).json()
    assert first["items"] + rest["items"] == whole["items"]


def test_date_says_why(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    why = li.get(f"cases/{case}/obligations/reply%231/why").json()
    assert why["due"] == "2030-03-12T18:00:00+08:00"
    assert why["clause"] == "7.2.1"
    assert why["rule"]
    assert li.get(f"cases/{case}/obligations/nothing/why").status_code == 404


def test_forms_come_filled_in(program: Programs) -> None:
    li = program("li")
    sheets = li.get(f"cases/{registered(li)}/forms").json()
    lines = {line["label"]: line["shown"] for sheet in sheets if sheet["form"] == "F1" for line in sheet["lines"]}
    assert lines["类别"] == "租赁"


def test_regulation_tells_what_it_asks_for(program: Programs) -> None:
    li = program("li")
    assert [one["adopted"] for one in li.get("packs").json()["items"] if one["pack"] == PACK] == [True]
    detail = li.get(f"packs/{PACK}").json()
    act = next(one for one in detail["acts"] if one["act"] == "agree_time")
    assert {one["fact"]: one["required"] for one in act["inputs"]} == {"promised_at": True, "understanding": True}
    schema = li.get(f"packs/{PACK}/acts/register/schema").json()
    assert schema["properties"]["category"]["enum"] == ["sales", "lease", "other"]
    assert schema["properties"]["promised_at"]["format"] == "date-time"
    assert li.get("packs/none").status_code == li.get(f"packs/{PACK}/acts/none/schema").status_code == 404


def test_act_that_opens_no_case_is_sent_to_the_right_address(program: Programs) -> None:
    response = program("li").post(f"packs/{PACK}/acts/tell_result", {"inputs": {"result": "x"}})
    assert (response.status_code, response.json()["code"]) == (409, "opens_no_case")


def test_people_and_units_come_in_pages(program: Programs) -> None:
    li = program("li")
    people, cursor = [], None
    while True:
        page = li.get("people", limit=3, **({"cursor": cursor} if cursor else {})).json()
        people += [one["key"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert people == ["li", "chen", "ma", "he", "wang", "sun", "wu", "lin", "zhou", "zheng"]
    assert [one["key"] for one in li.get("people", q="lm").json()["items"]] == ["li"]
    units = {one["code"]: one["parent"] for one in li.get("units").json()["items"]}
    assert units["works"] == "company"
    assert units["company"] is None


def test_work_is_what_one_owes_nearest_first(program: Programs) -> None:
    li = program("li")
    registered(li, promised_at="2030-05-01")
    near = registered(li, promised_at="2030-04-01")
    whole = li.get("work", limit=200).json()["items"]
    assert whole[0]["case"] == near
    dues = [one["due"] for one in whole]
    assert dues == sorted(dues, key=lambda due: (due is None, due))
    paged, cursor = [], None
    while True:
        page = li.get("work", limit=1, **({"cursor": cursor} if cursor else {})).json()
        paged += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == whole


def test_files_are_added_and_given_out_as_attachments(program: Programs) -> None:
    li = program("li")
    case = registered(li)
    raw = BytesIO()
    Image.new("RGB", (4, 4)).save(raw, "PNG")
    sent = SimpleUploadedFile("图.png", raw.getvalue(), "text/html")
    response = li.client.post(f"/api/cases/{case}/files", {"files": [sent]})
    assert response.status_code == 201, response.content.decode()
    (kept,) = li.get(f"cases/{case}/files").json()["items"]
    assert (kept["name"], kept["kind"], kept["added_by"]) == ("图.png", "image/png", "li")
    given = li.get(f"cases/{case}/files/{kept['id']}")
    assert given["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content) == raw.getvalue()
    close_files_of(given)
    wrong = li.client.post(f"/api/cases/{case}/files", {"files": [SimpleUploadedFile("a.html", b"<html>")]})
    assert wrong.status_code == 422
    assert "a.html" in wrong.json()["detail"]


def test_description_is_open_and_its_page_takes_nothing_from_outside(db: None) -> None:
    description = Client().get("/api/openapi.json").json()
    assert description["openapi"] == "3.1.0"
    page = Client().get("/api/docs").content.decode()
    assert "http://" not in page
    assert "https://" not in page


# --- the page of tokens -----------------------------------------------------------------------------------------------


def test_token_made_on_the_page_works_and_is_shown_once(program: Programs, people: Any) -> None:
    chen = account_of(people["chen"])
    client = Client()
    client.force_login(chen, "huiyin.accounts.backends.PasswordBackend")
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    page = client.post("/tokens/", {"name": "import", "scopes": ["read"], "until": until}).content.decode()
    token = page.partition("<code>")[2].partition("</code>")[0]
    assert Client(headers={"authorization": f"Bearer {token}"}).get("/api/me").json()["person"] == "chen"
    assert token not in client.get("/tokens/").content.decode()
    kept = ApiToken.objects.get(name="import")
    client.post(f"/tokens/{kept.pk}/withdraw/")
    assert Client(headers={"authorization": f"Bearer {token}"}).get("/api/me").status_code == 401


def test_nobody_makes_or_withdraws_a_token_of_another_or_an_administrators(program: Programs, people: Any) -> None:
    other = program("li")
    chen = account_of(people["chen"])
    client = Client()
    client.force_login(chen, "huiyin.accounts.backends.PasswordBackend")
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert client.post("/tokens/", {"name": "x", "scopes": ["admin"], "until": until}).status_code == 422
    client.post("/tokens/", {"name": "x", "scopes": ["read"], "until": until, "user": other.user.pk})
    assert ApiToken.objects.get(name="x").user == chen
    theirs = ApiToken.objects.get(user=other.user)
    assert client.post(f"/tokens/{theirs.pk}/withdraw/").status_code == 404
    assert theirs.start not in client.get("/tokens/").content.decode()


@pytest.mark.parametrize("days", [-1, 367])
def test_token_is_valid_for_a_year_at_most(people: Any, days: int) -> None:
    client = Client()
    client.force_login(account_of(people["chen"]), "huiyin.accounts.backends.PasswordBackend")
    until = (timezone.localdate() + timedelta(days=days)).isoformat()
    assert client.post("/tokens/", {"name": "x", "scopes": ["read"], "until": until}).status_code == 422


def test_moments_without_offset_are_civil_time(program: Programs) -> None:
    li = program("li")
    case = registered(li, promised_at="2030-03-12T09:30:00+00:00")
    detail = li.get(f"cases/{case}").json()
    promised = next(one["value"] for one in detail["facts"] if one["fact"] == "promised_at")
    assert datetime.fromisoformat(promised) == datetime(2030, 3, 12, 9, 30, tzinfo=UTC)
    second = registered(li, promised_at="2030-03-12T09:30:00")
    detail = li.get(f"cases/{second}").json()
    promised = next(one["value"] for one in detail["facts"] if one["fact"] == "promised_at")
    assert promised == "2030-03-12T09:30:00+08:00"
