"""Administrators make posters; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huiyin.portal.models import QrPlace
from tests.apps.portal.portal_client import text_of
from tests.factories.developer import first_pack


@pytest.fixture
def alice(administrator: Any, people: Any) -> Client:
    """The administrator at her desk."""
    client = Client()
    client.force_login(administrator, "huiyin.accounts.backends.PasswordBackend")
    return client


def test_poster_shows_the_code_of_its_own_address(alice: Client, settings: Any) -> None:
    settings.BASE_URL = "https://huiyin.example.com"
    sent = {"label": "江南华府售楼处", "label_en": "Jiangnan sales office", "pack": first_pack()[0]}
    response = alice.post("/posters/new/", sent)
    place = QrPlace.objects.get()
    assert response["Location"] == f"/posters/{place.pk}/"
    page = alice.get(response["Location"])
    html = page.content.decode()
    assert f"https://huiyin.example.com/p/{place.code}/" in html
    assert "<svg" in html
    assert "江南华府售楼处" in text_of(page)
    assert "style=" not in html


def test_place_without_a_name_is_not_entered(alice: Client) -> None:
    assert alice.post("/posters/new/", {"label": "", "pack": first_pack()[0]}).status_code == 422
    assert alice.post("/posters/new/", {"label": "x", "pack": "R00"}).status_code == 422
    assert not QrPlace.objects.exists()


def test_closed_place_stays_in_the_list(alice: Client) -> None:
    place = QrPlace.objects.create(label="旧售楼处", pack=first_pack()[0])
    alice.post(f"/posters/{place.pk}/close/")
    place.refresh_from_db()
    assert place.closed_at is not None
    assert "旧售楼处" in text_of(alice.get("/posters/"))
    assert "停用" in text_of(alice.get(f"/posters/{place.pk}/"))
