"""OpenAPI links: where to go on from what has been made. They follow from the paths, for every endpoint alike."""

from collections.abc import Iterator
from typing import Any

import uritemplate

Paths = dict[str, dict[str, Any]]


def link(paths: Paths) -> None:
    """Links each answer of 201 with the endpoints of what was made, and with the list in which it now stands."""
    for path, operations in paths.items():
        made = operations.get("post", {}).get("responses", {}).get("201")
        if made is not None and (links := {**_of_it(path, paths), **_of_list(path, paths)}):
            made["links"] = links


def _of_it(path: str, paths: Paths) -> dict[str, Any]:
    """The endpoints that take its id, in the path or as a filter."""
    items = [other.removeprefix(f"{path}{{").partition("}")[0] for other in paths if other.startswith(f"{path}{{")]
    return {
        operation["operationId"]: _link(operation, {name: "$response.body#/id"})
        for name in items[:1]
        for operation in _operations(paths)
        if name in {parameter["name"] for parameter in operation.get("parameters", ())}
    }


def _of_list(path: str, paths: Paths) -> dict[str, Any]:
    listing = paths[path].get("get")
    if listing is None:
        return {}
    return {
        listing["operationId"]: _link(listing, {name: f"$request.path.{name}" for name in uritemplate.variables(path)})
    }


def _link(operation: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    return {"operationId": operation["operationId"], **({"parameters": parameters} if parameters else {})}


def _operations(paths: Paths) -> Iterator[dict[str, Any]]:
    for operations in paths.values():
        yield from operations.values()
