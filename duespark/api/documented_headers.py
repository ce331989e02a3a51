"""The headers of requests and of good answers as OpenAPI; those of problems are in documented_problems.py."""

from drf_spectacular.utils import OpenApiParameter

# `*`, or tags with commas between them; more of what duespark/api/conditions.py takes is nobody's to send.
TAG = '(W/)?"[!#-~]*"'
TAGS = {"type": "string", "pattern": rf"^(\*|{TAG}( *, *{TAG})*)$", "examples": ['"5f0c2a9e417b63d8e1a94c07"']}

LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, required=True, description="The path of what was made.", response=[201]
)
ETAG = OpenApiParameter(
    "ETag",
    {**TAGS, "pattern": '^"[0-9a-f]{24}"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="A strong tag of the representation; every change of what is shown is another.",
    response=[200, 201, 304],
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    TAGS,
    OpenApiParameter.HEADER,
    description="304 without a body if the representation has one of these tags.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    TAGS,
    OpenApiParameter.HEADER,
    description="412, and nothing changes, unless the row has one of these tags, or `*`.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 512, "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"]},
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters, in double quotes or not. For 24 hours the account's same request "
    "is done once and answered as the first time, a conflict or a missing row too; another request under the key is a "
    "422. What is refused for its form (400, 401, 413, 415, 429) or fails (5xx) may be sent again under it.",
)
IDEMPOTENT_REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "const": "true"},
    OpenApiParameter.HEADER,
    description="This is the first answer to the Idempotency-Key, again.",
    response=[200, 201],
)

# The errors that follow from a header.
ERRORS_OF = {
    "If-None-Match": ("VALIDATION_ERROR",),
    "If-Match": ("VALIDATION_ERROR", "PRECONDITION_FAILED"),
    "Idempotency-Key": ("VALIDATION_ERROR", "REQUEST_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED"),
}
