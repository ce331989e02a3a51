"""OpenAPI links: where to go on from what has been made. They follow from the paths, for every endpoint alike."""

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
    below = [other for other in paths if other.startswith(f"{path}{{")]
    if not below:
        return {}
    name = next(iter(uritemplate.variables(below[0])))
    return {
        operation["operationId"]: _link(operation, {name: "$response.body#/id"})
        for operations in paths.values()
        for operation in operations.values()
        if name in {parameter["name"] for parameter in operation.get("parameters", ())}
    }


def _of_list(path: str, paths: Paths) -> dict[str, Any]:
    listing = paths[path].get("get")
    if listing is None:
        return {}
    same = {name: f"$request.path.{name}" for name in uritemplate.variables(path)}
    return {listing["operationId"]: _link(listing, same)}


def _link(operation: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    return {"operationId": operation["operationId"], **({"parameters": parameters} if parameters else {})}
