"""Request bodies: JSON, forms, and files that may be large, each within its limit of bytes."""

import tempfile
from collections.abc import Mapping
from typing import IO, Any

from django.utils.datastructures import MultiValueDict
from rest_framework import parsers

from duespark.api.exceptions import PayloadTooLarge
from duespark.api.json import decode
from duespark.sizes import MEGABYTE, SPOOL

MAX_BODY = MEGABYTE  # a view with `max_body` has its own


def refuse_if_too_large(parser_context: Mapping[str, Any]) -> None:
    """Looks at Content-Length alone: nothing has been read yet."""
    limit = getattr(parser_context.get("view"), "max_body", MAX_BODY)
    length = parser_context["request"].META.get("CONTENT_LENGTH") or 0
    if int(length) > limit:
        raise PayloadTooLarge(f"The body is larger than {limit // MEGABYTE} MB.")


class JSONParser(parsers.BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        refuse_if_too_large(parser_context)
        return decode(stream.read())


class FormParser(parsers.FormParser):
    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        refuse_if_too_large(parser_context)
        return super().parse(stream, media_type, parser_context)


class MultiPartParser(parsers.MultiPartParser):
    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        refuse_if_too_large(parser_context)
        return super().parse(stream, media_type, parser_context)


class FileParser(parsers.BaseParser):
    """A body that is one file. It is received whole before anyone works on it."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        refuse_if_too_large(parser_context)
        file = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115
        parser_context["request"]._request._files = MultiValueDict({"file": [file]})  # which the request closes
        while chunk := stream.read(65536):
            file.write(chunk)
        file.seek(0)
        return file


class CSVParser(FileParser):
    media_type = "text/csv"


class WorkbookParser(FileParser):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
