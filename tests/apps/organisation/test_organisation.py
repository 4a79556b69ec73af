"""Units, people, posts, absences, adoption; and what the engine gets of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from huiyin.accounts.models import User
from huiyin.common import dates
from huiyin.organisation import operations, posts, queries
from huiyin.organisation.models import Absence, Adoption, Appointment, Parameter, Person, Unit
from tests.factories.organisation import AppointmentFactory, PersonFactory, unit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
AT = dates.instant_of(NOON)


@pytest.fixture
def admin(administrator: User) -> Client:
    client = Client()
    client.force_login(administrator, "huiyin.accounts.backends.PasswordBackend")
    return client


# --- Units ------------------------------------------------------------------------------------------------------------


def test_units_are_a_tree_that_can_be_rearranged() -> None:
    company = unit("co", "公司", kind="company")
    sales, service = unit("sales", "销售部", company), unit("service", "客服部", company)
    desk = unit("desk", "接待组", sales, kind="team")
    operations.change_unit(desk, name="接待组", name_en="", kind="team", closed_on=None, parent=service)
    assert [(u.code, u.depth) for u in queries.units()] == [("co", 1), ("sales", 2), ("service", 2), ("desk", 3)]
    parents = {u.id: u.parent for u in queries.directory_as_of(AT).units.values()}
    assert parents == {"co": None, "sales": "co", "service": "co", "desk": "service"}


def test_unit_cannot_stand_below_itself() -> None:
    company = unit("co", "公司")
    part = unit("part", "部门", company)
    for parent in (company, part):
        with pytest.raises(ValidationError):
            operations.change_unit(company, name="公司", name_en="", kind="company", closed_on=None, parent=parent)


def test_unit_moves_to_the_top() -> None:
    company = unit("co", "公司")
    part = unit("part", "部门", company)
    operations.change_unit(part, name="部门", name_en="", kind="department", closed_on=None, parent=None)
    assert [(u.code, u.depth) for u in queries.units()] == [("co", 1), ("part", 1)]


def test_code_of_a_unit_is_its_own(admin: Client) -> None:
    unit("co", "公司")
    assert (
        admin.post("/organisation/units/new/", {"code": "co", "name": "又一个", "kind": "company"}).status_code == 422
    )
    assert Unit.objects.count() == 1


# --- People -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["李敏", "limin", "lm", "敏", "LiMin", "e017", "1380013", "李 0138"])
def test_people_are_found_by_name_pinyin_initials_key_and_telephone(words: str) -> None:
    PersonFactory(name="李敏", key="e017", phone="01380013800")
    PersonFactory(name="王强", key="e018", phone="01390000000")
    assert [p.name for p in queries.people(words)] == ["李敏"]


def test_people_who_left_are_found_only_when_asked_for() -> None:
    PersonFactory(name="旧人", active_to=date(2021, 1, 1))
    assert list(queries.people("旧人")) == []
    assert queries.people("旧人", with_former=True).count() == 1


def test_leaving_ends_posts_with_the_day() -> None:
    person = PersonFactory()
    held = AppointmentFactory(person=person)
    coming = AppointmentFactory(person=person, post="later", since=datetime(2030, 1, 1, tzinfo=UTC))
    operations.leave(person, last_day=date(2026, 3, 12))
    held.refresh_from_db()
    assert held.until == datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
    assert not Appointment.objects.filter(pk=coming.pk).exists()
    assert queries.directory_as_of(AT).exists(person.key)
    assert not queries.directory_as_of(AT + 86_400).exists(person.key)
    with pytest.raises(ValidationError):
        operations.leave(person, last_day=date(2019, 1, 1))


# --- Posts and absences -----------------------------------------------------------------------------------------------


def test_same_post_is_not_held_twice_at_a_time() -> None:
    person, place = PersonFactory(), unit("co", "公司")
    operations.appoint(person, post="head", unit=place, since=NOON, until=NOON + timedelta(days=10))
    with pytest.raises(ValidationError):
        operations.appoint(person, post="head", unit=place, since=NOON + timedelta(days=9))
    operations.appoint(person, post="head", unit=place, since=NOON + timedelta(days=10))
    operations.appoint(person, post="head", since=NOON)
    assert person.appointments.count() == 3


def test_nobody_is_appointed_before_he_is_there() -> None:
    with pytest.raises(ValidationError):
        operations.appoint(PersonFactory(active_from=date(2026, 4, 1)), post="head", since=NOON)


def test_ending_what_has_not_begun_takes_it_back() -> None:
    person = PersonFactory()
    coming = operations.appoint(person, post="head", since=timezone.now() + timedelta(days=1))
    running = operations.appoint(person, post="clerk", since=timezone.now() - timedelta(days=1))
    operations.end_appointment(coming)
    operations.end_appointment(running)
    kept = Appointment.objects.get()
    assert kept.pk == running.pk
    assert kept.has_ended


def test_absences_do_not_overlap_and_stand_ins_are_there() -> None:
    one, two = PersonFactory(), PersonFactory()
    day = timedelta(days=1)
    operations.enter_absence(one, since=NOON, until=NOON + day, stand_in=two)
    with pytest.raises(ValidationError):
        operations.enter_absence(one, since=NOON + day / 2, until=None)
    with pytest.raises(ValidationError):
        operations.enter_absence(two, since=NOON + day / 2, until=NOON + day, stand_in=one)
    operations.enter_absence(one, since=NOON + day, until=None)
    away = queries.directory_as_of(AT).away(one.key, AT)
    assert away is not None
    assert away.stand_in == two.key


# --- What the engine gets ---------------------------------------------------------------------------------------------


def test_directory_holds_posts_for_units_in_directory_order() -> None:
    east, west = unit("east", "东区"), unit("west", "西区")
    second, first = PersonFactory(place=20), PersonFactory(place=10)
    for person in (second, first):
        AppointmentFactory(person=person, post="deputy", unit=east)
    AppointmentFactory(person=second, post="deputy", unit=west)
    AppointmentFactory(person=first, post="deputy", unit=west, until=NOON)
    directory = queries.directory_as_of(AT)
    assert directory.holders("deputy", "east", AT) == (first.key, second.key)
    assert directory.holders("deputy", "west", AT) == (second.key,)
    assert directory.holders("deputy", "west", AT - 1) == (first.key, second.key)


def test_directory_leaves_out_posts_of_other_regulations() -> None:
    everywhere, here, there = PersonFactory(), PersonFactory(), PersonFactory()
    AppointmentFactory(person=everywhere, post="head")
    AppointmentFactory(person=here, post="head", pack="one")
    AppointmentFactory(person=there, post="head", pack="two")
    assert queries.directory_as_of(AT, "one").holders("head", None, AT) == (everywhere.key, here.key)


def test_directory_is_read_once_and_again_after_every_change(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = PersonFactory()
    queries.directory_as_of(AT)
    with django_assert_num_queries(1):
        queries.directory_as_of(AT)
    appointment = operations.appoint(person, post="head", since=NOON)
    assert queries.directory_as_of(AT).holders("head", None, AT) == (person.key,)
    operations.end_appointment(appointment, at=NOON)
    assert queries.directory_as_of(AT).holders("head", None, AT) == ()
    person.name = "新名"
    person.save()
    assert queries.directory_as_of(AT).name(person.key) == "新名"


def test_directory_forgets_what_was_rolled_back() -> None:
    person = PersonFactory()
    point = transaction.savepoint()
    operations.appoint(person, post="head", since=NOON)
    assert queries.directory_as_of(AT).holders("head", None, AT) == (person.key,)
    transaction.savepoint_rollback(point)
    operations.appoint(person, post="clerk", since=NOON)
    assert queries.directory_as_of(AT).holders("head", None, AT) == ()


# --- Adoption ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def needs(monkeypatch: pytest.MonkeyPatch) -> posts.PackNeeds:
    """A small regulation: one post for the whole, one per estate, two parameters."""
    pack = posts.PackNeeds(
        pack="small",
        version="2",
        zh="小制度",
        en="Small regulation",
        posts=(
            posts.PostNeed(key="manager", zh="总经理", en="General manager", source="3.1"),
            posts.PostNeed(key="visitor", zh="回访员", en="Visitor", unit_kind="estate"),
            posts.PostNeed(key="adviser", zh="顾问", en="Adviser", required=False),
        ),
        parameters=(
            posts.ParameterNeed(name="limit", zh="限额", en="Limit", default=500),
            posts.ParameterNeed(name="mail", zh="邮箱", en="Mailbox"),
        ),
    )
    monkeypatch.setattr(posts, "_sources", [lambda: [pack]])
    return pack


def test_unfilled_comes_first(needs: posts.PackNeeds, administrator: User) -> None:
    north, _south = unit("north", "北苑", kind="estate"), unit("south", "南苑", kind="estate")
    AppointmentFactory(post="manager")
    AppointmentFactory(post="visitor", unit=north)
    operations.confirm_parameter("small", "limit", 800, by=administrator)
    (state,) = queries.adoption_states()
    assert [(p.need.key, p.unit.code if p.unit else "", p.unfilled) for p in state.posts] == [
        ("visitor", "south", True),
        ("manager", "", False),
        ("visitor", "north", False),
        ("adviser", "", False),
    ]
    assert [(p.need.name, p.shown) for p in state.parameters] == [("mail", ""), ("limit", "800")]
    assert state.lacking == 2
    assert queries.parameter_values("small") == {"limit": 800}


def test_new_version_ends_the_old_and_twice_is_once(needs: posts.PackNeeds) -> None:
    operations.adopt("small", "1", since=NOON)
    operations.adopt("small", "2", since=NOON + timedelta(days=1))
    operations.adopt("small", "2")
    assert [(a.version, a.until) for a in Adoption.objects.order_by("since")] == [
        ("1", NOON + timedelta(days=1)),
        ("2", None),
    ]
    assert [a.version for a in queries.adopted(NOON)] == ["1"]
    assert [a.version for a in queries.adopted()] == ["2"]


def test_adoption_on_the_page(needs: posts.PackNeeds, admin: Client) -> None:
    person = PersonFactory(name="何总")
    page = "/organisation/regulations/small/"
    assert "小制度" in admin.get("/organisation/regulations/").content.decode()
    admin.post(page)
    admin.post(f"{page}fill/", {"post": "manager", "unit": "", "person": person.pk})
    admin.post(f"{page}confirm/", {"name": "limit", "value": "650"})
    assert admin.post(f"{page}fill/", {"post": "unknown", "person": person.pk}).status_code == 404
    assert admin.post(f"{page}confirm/", {"name": "unknown", "value": "1"}).status_code == 404
    assert admin.get("/organisation/regulations/other/").status_code == 404
    shown = admin.get(page).content.decode()
    assert Adoption.objects.get().version == "2"
    assert Parameter.objects.get().value == 650
    assert Appointment.objects.get().person == person
    assert "何总" in shown
    assert "alice" in shown


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_pages_of_an_empty_organisation(admin: Client) -> None:
    for address, words in (("units", "还没有登记单位"), ("people", "还没有登记人员"), ("absences", "没有人不在岗")):
        page = admin.get(f"/organisation/{address}/")
        assert page.status_code == 200
        assert words in page.content.decode()


def test_person_is_entered_appointed_and_away_on_the_pages(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts, "_sources", [])  # without packs, a post is typed
    unit("co", "公司")
    place = Unit.objects.get()
    answer = admin.post(
        "/organisation/people/new/",
        {"name": "李敏", "name_en": "Li Min", "key": "e017", "active_from": "2024-01-01", "place": "10"},
    )
    person = Person.objects.get()
    assert answer["Location"] == f"/organisation/people/{person.pk}/"
    admin.post(f"/organisation/people/{person.pk}/appoint/", {"post": "head", "unit": place.pk, "since": "2024-02-01"})
    assert person.appointments.get().since == datetime(2024, 1, 31, 16, 0, tzinfo=UTC)
    bad = {"post": "head", "since": "2024-02-01", "until": "2024-01-31"}
    assert admin.post(f"/organisation/people/{person.pk}/appoint/", bad).status_code == 422
    admin.post(
        "/organisation/absences/new/", {"person": person.pk, "since": "2026-03-12T09:00", "until": "2026-03-13T18:00"}
    )
    assert Absence.objects.get().since == datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
    same = {"person": person.pk, "since": "2026-03-14T09:00", "stand_in": person.pk}
    assert admin.post("/organisation/absences/new/", same).status_code == 422
    page = admin.get(f"/organisation/people/{person.pk}/").content.decode()
    assert "公司" in page
    english = admin.get(f"/organisation/people/{person.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "Li Min" in english


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "大写"},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "a\x00b"},
        {"active_from": "yesterday"},
        {"place": "-1"},
        {"place": "9" * 30},
        {"email": "no address"},
    ],
    ids=str,
)
def test_person_with_wrong_data_is_refused_with_the_text_kept(admin: Client, wrong: dict[str, Any]) -> None:
    data = {"name": "李敏", "key": "e1", "active_from": "2024-01-01", "place": "1", "remark": ""} | wrong
    answer = admin.post("/organisation/people/new/", data)
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_people_asks_the_same_number_of_queries(
    admin: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(count):
        AppointmentFactory(unit=None)
    with django_assert_num_queries(5):
        admin.get("/organisation/people/")
