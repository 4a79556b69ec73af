"""What a file is, found by looking into it: the name and the type a browser sends are believed by nobody."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

import filetype

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/gif", "image/tiff")
RECORDINGS = ("audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/ogg", "audio/x-wav")
FILMS = ("video/mp4", "video/quicktime", "video/3gpp")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPERS = ("application/pdf", _WORD, _SHEET)
ALLOWED = frozenset((*PICTURES, *RECORDINGS, *FILMS, *PAPERS))
ACCEPT = ",".join(("image/*", "audio/*", "video/mp4", "video/quicktime", *PAPERS))
"""For the `accept` of an upload field: what the file chooser of a phone offers. It decides nothing."""

_HEAD = 8192
_MOST_ENTRIES = 2_000
_LARGEST_UNPACKED = 200 * 1024 * 1024


def kind_of(file: BinaryIO) -> str | None:
    """The media type if it is one of `ALLOWED`, else None. The file is left at its beginning."""
    file.seek(0)
    found = filetype.guess(file.read(_HEAD))
    file.seek(0)
    kind = found.mime if found else None
    if kind == "application/zip" or kind in (_WORD, _SHEET):
        kind = _office_kind(file)
    return kind if kind in ALLOWED else None


def _office_kind(file: BinaryIO) -> str | None:
    """Word or Excel without macros and of a bearable size when unpacked; None for every other archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    finally:
        file.seek(0)
    names = {entry.filename for entry in entries}
    too_much = len(entries) > _MOST_ENTRIES or sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED
    if too_much or "[Content_Types].xml" not in names or any(n.endswith("vbaProject.bin") for n in names):
        return None
    if "word/document.xml" in names:
        return _WORD
    return _SHEET if "xl/workbook.xml" in names else None
