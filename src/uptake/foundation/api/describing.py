"""The OpenAPI description made whole: addresses, permissions, problems, and an example of each."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from uptake.foundation.api.endpoints import JSON, PERMISSION
from uptake.foundation.api.examples import example_of
from uptake.foundation.api.once import HEADER, LONGEST_KEY
from uptake.foundation.api.shapes import Problem
from uptake.foundation.keys import SCOPES

Described = dict[str, Any]  # Any: JSON
PREFIX = "/api/v1/"

WORKSPACE: Described = {
    "in": "path",
    "name": "workspace",
    "required": True,
    "schema": {"type": "string", "maxLength": 63},
    "description": "The workspace, as in the address of its pages.",
    "example": "acme",
}
REPEATABLE: Described = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    "description": "A text of your own, such as a UUID. Sent again within 24 hours with the same "
    "request, the answer is the same and nothing is done twice.",
    "example": "5f0c2f4e-0d0e-4c61-9f4b-2a4a3b1c7d10",
}
PROBLEMS = {
    "401": ("NotSignedIn", "There is no key that works, and no session."),
    "403": ("NotAllowed", "The caller's role or key does not include this."),
    "404": ("NotFound", "There is no such thing, or it is none of the caller's business."),
    "422": ("Invalid", "A value cannot be used; `fields` says which."),
    "429": ("TooMany", "Too many requests; wait as many seconds as `Retry-After` says."),
    "default": ("Other", "Anything else that went wrong."),
}
SECURITY: Described = {
    "Key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the workspace: `Authorization: Bearer uptk_...`.",
    },
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of somebody signed in; writes need the header X-CSRFToken.",
    },
}


class Api(NinjaAPI):
    """The API; its description says everything that all operations have in common."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: Described | None = None
    ) -> OpenAPISchema:
        """Return the description."""
        described = super().get_openapi_schema(
            path_prefix=path_prefix or PREFIX, path_params=path_params
        )
        described["components"]["securitySchemes"] = SECURITY
        described["security"] = [{name: []} for name in SECURITY]
        shapes = described["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes.update(problem.pop("$defs"))
        shapes["Problem"] = problem
        described["components"]["responses"] = {
            name: _problem(says, shapes) for name, says in PROBLEMS.values()
        }
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                _complete(operation, method, is_inside="{workspace}" in path, shapes=shapes)
        return described


def _complete(operation: Described, method: str, *, is_inside: bool, shapes: Described) -> None:
    common = [dict(WORKSPACE)] if is_inside else []
    common += [dict(REPEATABLE)] if method == "post" else []
    operation["parameters"] = [*common, *operation.get("parameters", ())]
    for parameter in operation["parameters"]:
        parameter.pop("examples", None)
        parameter.setdefault("example", example_of(parameter["schema"], shapes))
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    contents.append(operation.get("requestBody", {}).get("content", {}))
    for content in contents:
        for body in content.values():
            body.setdefault("example", example_of(body["schema"], shapes))
    for status, (name, _) in PROBLEMS.items():
        operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    operation["description"] += _permission(operation.get(PERMISSION))


def _problem(says: str, shapes: Described) -> Described:
    schema = {"$ref": "#/components/schemas/Problem"}
    example = example_of(schema, shapes)
    return {"description": says, "content": {JSON: {"schema": schema, "example": example}}}


def _permission(needed: str | None) -> str:
    if needed is None:
        return ""
    scopes = [name for name, included in SCOPES.items() if needed in included]
    listed = " or ".join(f"`{name}`" for name in scopes)
    of_keys = f"a key needs the scope {listed}" if scopes else "no key holds it, sign in instead"
    return f"\n\nNeeds the permission `{needed}`; {of_keys}."
