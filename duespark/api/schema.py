"""The API as OpenAPI 3.1: what drf-spectacular reads off the views, made exact.

A view says what is its own by `endpoint`: a name, a summary, the errors that are not everybody's.
Paths, ids, headers and the errors that follow from what an endpoint takes are added here.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import inflection
import uritemplate
from drf_spectacular.contrib.django_filters import DjangoFilterExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_parameter_type, get_doc
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from duespark.api import documented_problems as problems
from duespark.api.documented_headers import ERRORS_OF
from duespark.api.fields import OPTIONAL, id_schema
from duespark.api.filters import RuleFilter
from duespark.api.links import link

F = TypeVar("F", bound=Callable[..., Any])
ERRORS = "x-errors"  # from `endpoint` to `Schema`; never in the document

EVERYWHERE = ("BAD_REQUEST", "NOT_ACCEPTABLE", "RATE_LIMITED", "INTERNAL_ERROR", "UNAVAILABLE")
WITH_TOKEN = ("NOT_AUTHENTICATED", "TOKEN_INVALID", "TOKEN_EXPIRED")
WITH_BODY = ("VALIDATION_ERROR", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE")
ORDER = ("page", "limit", "cursor", "fields", "search", "is_active")  # as in the guide; then all others, sorting last

INTRODUCTION = """\
Log in at `/auth/login` and send the `access_token` as `Authorization: Bearer …`.

Every path answers with and without its trailing slash. Money is a JSON number with two decimals, a time is ISO 8601 in
UTC. In a body an optional field may be `null`, read-only and unknown fields are passed over. Every error is an
`application/problem+json` whose `error_code` is for programs and whose `detail` is for people. An id that is malformed,
unknown or another account's is a 404."""
TAGS = {
    "Auth": "Accounts, users and their sessions.",
    "Clients": "Whom you invoice, and what has come of it.",
    "Invoices": "What your clients owe, and what they have paid.",
}


def endpoint(
    operation_id: str,
    summary: str,
    answers: Any,
    *,
    errors: Mapping[str, problems.Error | None] | None = None,
    **kwargs: Any,
) -> Callable[[F], F]:
    """Documents one endpoint: `errors` are what it has beside the usual ones, None for one in the usual words."""
    extensions = {ERRORS: errors or {}}
    return extend_schema(operation_id, summary=summary, responses=answers, extensions=extensions, **kwargs)


def sent(value: Any, media_type: str = "application/json") -> OpenApiExample:
    return OpenApiExample("Request", value=value, media_type=media_type, request_only=True)


def answered(value: Any, media_type: str = "application/json") -> OpenApiExample:
    return OpenApiExample("Answer", value=value, media_type=media_type, response_only=True)


class Generator(SchemaGenerator):
    """Paths as the guide writes them: collections end in a slash, nothing else does."""

    def coerce_path(self, path: str, method: str, view: Any) -> str:
        path = super().coerce_path(path, method, view)
        if "{id}" in path:
            path = path.replace("{id}", f"{{{view.queryset.model._meta.model_name}_id}}")
        is_collection = path.count("/") == 2
        return path if is_collection else path.rstrip("/")


class Schema(AutoSchema):
    def get_operation(self, *args: Any) -> Any:
        operation = super().get_operation(*args)
        if operation is None:
            return None
        own = operation.pop(ERRORS, {})
        if "parameters" in operation:
            operation["parameters"].sort(key=_place)
        for status, response in operation["responses"].items():
            response["description"] = HTTPStatus(int(status)).phrase
            response["headers"] = {**response.get("headers", {}), **problems.headers(*problems.RATE_LIMIT)}
        errors = dict.fromkeys(self._usual_errors(operation)) | own
        for status, chosen in problems.by_status(errors).items():
            operation["responses"][str(status)] = self._problem(status, chosen)
        operation["responses"]["default"] = {"$ref": "#/components/responses/AnyOther"}
        return operation

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        return get_doc(getattr(self.view, getattr(self.view, "action", self.method.lower())))

    def get_tags(self) -> list[str]:
        return [tag.capitalize() for tag in super().get_tags()]

    def get_auth(self) -> list[Any]:
        return [way for way in super().get_auth() if way]

    def get_override_parameters(self) -> list[Any]:
        ids = [self._id_parameter(name) for name in uritemplate.variables(self.path)]
        return [*ids, *getattr(self.view, "documented_headers", ())]

    def _id_parameter(self, name: str) -> OpenApiParameter:
        return OpenApiParameter(name, id_schema(self._model._meta.pk.prefix), OpenApiParameter.PATH)

    @property
    def _model(self) -> Any:
        view: Any = self.view
        return view.queryset.model

    def _usual_errors(self, operation: Mapping[str, Any]) -> list[str]:
        """The errors that follow from what the endpoint takes."""
        codes = [*EVERYWHERE]
        if any("bearer" in way for way in operation.get("security", ())):
            codes += WITH_TOKEN
        if body := operation.get("requestBody"):
            codes += WITH_BODY
            codes += ["MALFORMED_JSON"] if "application/json" in body["content"] else []
        taken = {parameter["in"] for parameter in operation.get("parameters", ())}
        for parameter in operation.get("parameters", ()):
            codes += ERRORS_OF.get(parameter["name"], ())
        if "path" in taken:
            codes.append(f"{self._model._meta.model_name.upper()}_NOT_FOUND")
        if "query" in taken:
            codes.append("VALIDATION_ERROR")
        return codes

    def _problem(self, status: int, errors: Mapping[str, problems.Error]) -> dict[str, Any]:
        """An answer in the usual words is written once, for all the endpoints that share it."""
        answer = problems.answer(status, errors)
        if any(error is not problems.ERROR_CODES[status][code] for code, error in errors.items()):
            return answer
        name = "Or".join(inflection.camelize(code.lower()) for code in errors)
        component = ResolvedComponent(name, ResolvedComponent.RESPONSE, answer, object=name)
        self.registry.register_on_missing(component)
        return component.ref

    def _get_serializer_field_meta(self, field: Any, direction: Any) -> dict[str, Any]:
        meta: dict[str, Any] = super()._get_serializer_field_meta(field, direction)
        if direction == "response" and getattr(field, "never_null", False):
            meta.pop("nullable", None)
        return meta

    def _get_request_for_media_type(self, serializer: Any, direction: Any = "request") -> tuple[Any, bool]:
        schema, required = super()._get_request_for_media_type(serializer, direction)
        return schema, required or type(serializer) is dict  # a schema by hand is of a body that must be there


class RuleFilters(DjangoFilterExtension):
    """Query parameters by their rules."""

    priority = 1

    def resolve_filter_field(
        self, auto_schema: Any, model: Any, filterset_class: Any, field_name: str, filter_field: Any
    ) -> list[Any]:
        if not isinstance(filter_field, RuleFilter):
            return super().resolve_filter_field(auto_schema, model, filterset_class, field_name, filter_field)
        return [
            build_parameter_type(
                name=field_name,
                schema=filter_field.rule.schema,
                location=OpenApiParameter.QUERY,
                description=filter_field.extra["help_text"],
                default=filter_field.default,
            )
        ]


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The document's own words, its links, answers that hold all their fields, and the components referred to."""
    result["info"]["description"] = INTRODUCTION
    result["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    link(result["paths"])
    components = result["components"]
    for name, schema in components["schemas"].items():
        if not name.endswith("Request") and "properties" in schema:
            properties = schema["properties"]
            schema["required"] = [one for one in properties if not properties[one].pop(OPTIONAL, False)]
            _modernize(schema["properties"])
    components["schemas"].update(_narrowed(components["schemas"]) | problems.SCHEMAS)
    components["responses"]["AnyOther"] = problems.ANY_OTHER
    components["headers"] = problems.HEADERS
    text = json.dumps(result)
    components["schemas"] = {
        name: schema for name, schema in components["schemas"].items() if f'"#/components/schemas/{name}"' in text
    }
    return result


def _narrowed(schemas: dict[str, Any]) -> dict[str, Any]:
    """Rows of lists, which have no more than the fields that `fields` names; a list now refers to these."""
    found = {}
    for name, schema in schemas.items():
        if name.startswith("Paginated"):
            row = schema["properties"]["items"]["items"]
            whole = row["$ref"].rpartition("/")[2]
            row["$ref"] += "Fields"
            found[f"{whole}Fields"] = {key: value for key, value in schemas[whole].items() if key != "required"}
    return found


def _modernize(properties: dict[str, Any]) -> None:
    """The envelope's `example`s, which drf-spectacular builds examples of lists from, as JSON Schema's `examples`."""
    for schema in properties.values():
        if "example" in schema:
            schema["examples"] = [schema.pop("example")]


def _place(parameter: Mapping[str, Any]) -> tuple[bool, int, str]:
    name = parameter["name"]
    place = ORDER.index(name) if name in ORDER else len(ORDER)
    return parameter["in"] != "path", place, name if name.startswith("sort_") else ""
