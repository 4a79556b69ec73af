"""Files at the desk and over the interface: disguised, swollen, badly named, or too much for the disk."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.accounts.models import User
from huiyin.api import tokens
from huiyin.cases.models import CaseEvent
from huiyin.documents.models import CaseFile
from tests.factories.desk import take
from tests.faults.conftest import SignIn

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 300


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to a quarter of a gigabyte."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
        with archive.open("xl/sheet.xml", "w", force_zip64=True) as entry:
            for _ in range(256):
                entry.write(b"\0" * 1024 * 1024)
    return raw.getvalue()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", b"MZ\x90\x00" + b"\x00" * 300),
        ("照片.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("说明.pdf", b"<html><script>alert(1)</script></html>"),
        ("录音.mp3", b"#!/bin/sh\nrm -rf /\n"),
        ("空.jpg", b""),
        ("表.xlsx", bomb()),
    ],
)
def test_disguised_or_swollen_file_is_refused_by_name(
    sign_in: SignIn, settings: Any, name: str, content: bytes
) -> None:
    case = take()
    events = CaseEvent.objects.count()
    answer = sign_in("li").post(f"/cases/{case.number}/files/", {"files": [SimpleUploadedFile(name, content)]})
    assert answer.status_code == 422
    assert name in answer.content.decode()
    assert not CaseFile.objects.exists()
    assert not files_below(settings.MEDIA_ROOT)
    assert CaseEvent.objects.count() == events


def test_name_of_a_file_leads_nowhere(sign_in: SignIn, settings: Any) -> None:
    case = take()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="..\\..\\a\x00/../../etc/cron.d/x\r.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + JPEG + b"\r\n--b--\r\n"
    )
    browser = sign_in("li")
    answer = browser.post(f"/cases/{case.number}/files/", body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (302, 400, 422)
    for kept in CaseFile.objects.all():
        assert not set(kept.name) & set("/\\\x00\r\n")
    assert all(path.is_relative_to(settings.MEDIA_ROOT / "cases") for path in files_below(settings.MEDIA_ROOT))


def test_too_many_files_are_refused_and_none_is_kept(sign_in: SignIn, settings: Any) -> None:
    settings.FILES_AT_ONCE = 2
    case = take()
    files = [SimpleUploadedFile(f"{i}.jpg", JPEG) for i in range(3)]
    answer = sign_in("li").post(f"/cases/{case.number}/files/", {"files": files})
    assert answer.status_code == 422
    assert "2" in answer.content.decode()
    assert not CaseFile.objects.exists()
    assert not files_below(settings.MEDIA_ROOT)


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the second file is written through to it."""
    written: list[int] = []

    def fsync(handle: int) -> None:
        written.append(handle)
        if len(written) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.usefixtures("full_disk")
def test_full_disk_at_the_desk_leaves_no_row_and_no_file(sign_in: SignIn, settings: Any) -> None:
    case = take()
    files = [SimpleUploadedFile(f"{i}.jpg", JPEG) for i in range(2)]
    answer = sign_in("li").post(f"/cases/{case.number}/files/", {"files": files})
    assert answer.status_code == 507
    assert "磁盘" in answer.content.decode()
    assert not CaseFile.objects.exists()
    assert not files_below(settings.MEDIA_ROOT)


@pytest.mark.usefixtures("full_disk")
def test_full_disk_over_the_interface_is_a_problem(sign_in: SignIn, settings: Any) -> None:
    case = take()
    sign_in("li")
    user = User.objects.get(username="li")
    _kept, token = tokens.make(name="t", user=user, scopes=("read", "act"), created_by=user)
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {token}"})
    files = [SimpleUploadedFile(f"{i}.jpg", JPEG) for i in range(2)]
    answer = client.post(f"/api/cases/{case.number}/files", {"files": files})
    assert (answer.status_code, answer["Content-Type"]) == (507, "application/problem+json")
    assert answer.json()["way_out"]
    assert not CaseFile.objects.exists()
    assert not files_below(settings.MEDIA_ROOT)


def test_full_disk_while_a_large_file_arrives_is_explained(
    sign_in: SignIn, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.files import uploadhandler

    def no_room(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    monkeypatch.setattr(uploadhandler, "TemporaryUploadedFile", no_room)
    case = take()
    answer = sign_in("li").post(f"/cases/{case.number}/files/", {"files": [SimpleUploadedFile("a.jpg", JPEG)]})
    assert answer.status_code == 503
    assert "系统磁盘已满" in answer.content.decode()
    assert not CaseFile.objects.exists()
