"""Giving files out: as attachments only, so that no browser ever runs what somebody sent."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404

from huiyin.documents.models import CaseFile


def download(file: CaseFile) -> FileResponse:
    """The bytes, to be saved and not shown. Http404 if they are gone; who may have them is for the caller to say."""
    path = Path(settings.MEDIA_ROOT) / file.path
    try:
        handle = path.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(handle, as_attachment=True, filename=file.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
