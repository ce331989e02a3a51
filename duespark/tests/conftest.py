"""The document at /schema, and what a real answer must be to be true to it."""

import copy
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from jsonschema import Draft202012Validator

SCHEMAS = "#/components/schemas/"


class Document:
    """An OpenAPI document that is asked whether bodies are as it says."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.strict = copy.deepcopy(content)
        for name, schema in self.strict["components"]["schemas"].items():
            if "properties" in schema and name != "Problem" and not name.endswith("Request"):
                schema["additionalProperties"] = False

    @property
    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        paths = self.content["paths"].items()
        return [(path, method, operation) for path, methods in paths for method, operation in methods.items()]

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found = self.strict
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found

    def errors(self, schema: dict[str, Any], value: Any) -> list[str]:
        """What is wrong with a value; a member that is not documented is."""
        known = {**schema, "components": self.strict["components"]}
        if "allOf" in schema:
            known["unevaluatedProperties"] = False
        validator = Draft202012Validator(known, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def errors_of_request(self, path: str, method: str, body: Any) -> list[str]:
        content = self.strict["paths"][path][method]["requestBody"]["content"]
        return self.errors(content["application/json"]["schema"], body)

    def errors_of_answer(self, path: str, method: str, response: HttpResponse) -> list[str]:
        answers = self.strict["paths"].get(path, {}).get(method, {}).get("responses", {})
        any_other = {"$ref": "#/components/responses/AnyOther"}
        answer = self.resolved(answers.get(str(response.status_code), any_other))
        media = answer["content"].get(response["Content-Type"])
        if media is None:
            return [f"{response['Content-Type']} is not documented"]
        headers = {name: self.resolved(header) for name, header in answer["headers"].items()}
        missing = [name for name, header in headers.items() if header.get("required") and name not in response]
        return [f"no {name}" for name in missing] + self.errors(media["schema"], json.loads(response.content))


@pytest.fixture(scope="session")
def document() -> Document:
    return Document(Browser().get("/schema", HTTP_ACCEPT="application/json").json())
