"""What a file is and how it is named is decided by its content and by us."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from huiyin.documents.contents import kind_of
from huiyin.documents.operations import LONGEST_NAME, safe_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("leak.jpg", "leak.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\wu\\漏水.jpg", "C_Users_wu_漏水.jpg"),
        ("a\x00b\r\nc.jpg", "a_b_c.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("长" * 300 + ".jpeg", "长" * (LONGEST_NAME - 5) + ".jpeg"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_name_leads_nowhere_and_keeps_its_ending(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def archive(*names: str) -> BytesIO:
    """A zip file with these entries."""
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    raw.seek(0)
    return raw


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (BytesIO(b"\xff\xd8\xff\xe0" + b"\x00" * 300), "image/jpeg"),
        (BytesIO(b"%PDF-1.7\n" + b"x" * 300), "application/pdf"),
        (BytesIO(b"#!AMR\n" + b"\x00" * 300), "audio/amr"),
        (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), None),
        (BytesIO(b"GI"), None),
        (BytesIO(b"\x7fELF" + b"\x00" * 300), None),
        (BytesIO(b"plain words"), None),
        (archive("[Content_Types].xml", "word/document.xml"), "docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (archive("photo.jpg"), None),
        (archive("[Content_Types].xml", "word/document.xml", *(f"x{i}" for i in range(2001))), None),
    ],
)
def test_only_what_is_on_the_list_is_taken(file: BytesIO, kind: str | None) -> None:
    full = {
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    assert kind_of(file) == full.get(kind or "", kind)
    assert file.tell() == 0
