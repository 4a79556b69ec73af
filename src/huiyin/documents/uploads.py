"""A request that carries too much is ended before it fills the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

ROOM_FOR_FIELDS = 1024 * 1024


class QuotaUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep files and looks at the announced length of the whole request only."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django passes it by this name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Raises RequestDataTooBig if all files together are more than may come at once."""
        if content_length > settings.LARGEST_FILE * settings.FILES_AT_ONCE + ROOM_FOR_FIELDS:
            raise RequestDataTooBig("The request carries more than the files that may come at once.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Handed on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
