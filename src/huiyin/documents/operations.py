"""Taking files in: first the bytes are written and counted, then, in the transaction of the act, the row is."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.common.errors import ExplainedError, Explanation, Unprocessable
from huiyin.documents.contents import kind_of
from huiyin.documents.models import CaseFile

LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


class StorageFull(ExplainedError):  # noqa: N818 - the word of HTTP
    """There is no room for the file (507)."""

    status = 507


class Taken(NamedTuple):
    """A file whose bytes are written, but which belongs to no case yet."""

    id: uuid.UUID
    name: str
    kind: str
    size: int
    sha256: str
    path: str

    @property
    def mark(self) -> str:
        """As `CaseFile.mark`."""
        return f"sha256:{self.sha256} {self.name}"


def safe_name(name: str) -> str:
    """The name somebody gave the file, without what could lead elsewhere; shortened with its ending kept."""
    # Formatting characters could make a name read as another one.
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cf", "Cs"))
    cleaned = _UNSAFE.sub("_", visible).strip(" .") or "file"
    if len(cleaned) <= LONGEST_NAME:
        return cleaned
    stem, dot, ending = cleaned.rpartition(".")
    ending = dot + ending if dot and len(ending) <= 10 else ""
    return (stem if ending else cleaned)[: LONGEST_NAME - len(ending)] + ending


def check_files(files: Sequence[UploadedFile], *, already: int = 0) -> None:
    """
    Refuse what may not be kept, before anything is written.

    `already` is the number of files the case has. Raises Unprocessable naming the file, the rule and the way out.
    """
    if already + len(files) > settings.FILES_PER_CASE or len(files) > settings.FILES_AT_ONCE:
        raise _refused(
            _("Too many files: at most %(once)s at once and %(all)s on one case.")
            % {"once": settings.FILES_AT_ONCE, "all": settings.FILES_PER_CASE},
            _("Choose the ones that show most."),
        )
    for file in files:
        name = safe_name(file.name or "")
        if not file.size:
            raise _refused(_("“%(name)s” is empty.") % {"name": name}, _("Choose the file again."))
        if file.size > settings.LARGEST_FILE:
            raise _refused(
                _("“%(name)s” is too large: %(size)s, at most %(most)s.")
                % {
                    "name": name,
                    "size": filesizeformat(file.size),
                    "most": filesizeformat(settings.LARGEST_FILE),
                },
                _("Send a smaller picture, or a part of the recording."),
            )
        if kind_of(file) is None:  # type: ignore[arg-type]
            raise _refused(
                _("“%(name)s” is no picture, recording, film, PDF, Word or Excel file.") % {"name": name},
                _("Send a photo or a PDF of it."),
            )


def _refused(reason: str, way_out: str) -> Unprocessable:
    return Unprocessable(
        Explanation(title=_("This file cannot be taken"), reason=reason, ways_out=(way_out,)),
    )


@contextmanager
def written(files: Iterable[UploadedFile]) -> Iterator[list[Taken]]:
    """
    Check the files and write their bytes; remove them again if the block ends with an exception.

    Raises Unprocessable for a file that may not be kept, StorageFull if there is no room.
    """
    files = list(files)
    check_files(files)
    taken: list[Taken] = []
    try:
        for file in files:
            taken.append(_write(file))
        yield taken
    except BaseException:
        discard(taken)
        raise


def discard(taken: Iterable[Taken]) -> None:
    """Remove written files that come to belong to nothing."""
    for one in taken:
        with contextlib.suppress(FileNotFoundError):
            (Path(settings.MEDIA_ROOT) / one.path).unlink()


def _write(file: UploadedFile) -> Taken:
    key = uuid.uuid4()
    path = Path("cases") / key.hex[:2] / key.hex
    target = Path(settings.MEDIA_ROOT) / path
    digest, size = hashlib.sha256(), 0
    kind = kind_of(file)  # type: ignore[arg-type]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            for chunk in file.chunks():
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            target.unlink()
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                Explanation(
                    title=_("There is no room for the file"),
                    reason=_("The disk of the system is full. Nothing was saved."),
                    ways_out=(
                        _("Send it without files; they can be added later."),
                        _("Tell the office by telephone, so that room is made."),
                    ),
                )
            ) from error
        raise
    return Taken(key, safe_name(file.name or ""), kind or "", size, digest.hexdigest(), str(path))


def attach(case_id: str, taken: Iterable[Taken], added_by: str) -> list[CaseFile]:
    """Name written files on a case; call it in the transaction of the act that brings them."""
    now = timezone.now()
    return CaseFile.objects.bulk_create(
        CaseFile(
            id=one.id,
            case_id=case_id,
            name=one.name,
            kind=one.kind,
            size=one.size,
            sha256=one.sha256,
            path=one.path,
            added_by=added_by,
            added_at=now,
        )
        for one in taken
    )
