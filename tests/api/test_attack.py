"""The API attacked by its own description, in this process: nothing breaks, everything fits."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import factories
from tests.cast import Cast
from uptake.foundation.keys import SCOPES, create_key
from uptake.foundation.lake import open_lake
from uptake.site.api import api as uptake_api

EXAMPLES = 3
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DESCRIBED = uptake_api.get_openapi_schema()
OPERATIONS = [(path, method) for path, told in DESCRIBED["paths"].items() for method in told]


@pytest.fixture(scope="module")
def described() -> schemathesis.schemas.BaseSchema:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(DESCRIBED)))
    schema.app = WSGIHandler()
    return schema


@pytest.fixture
def headers(cast: Cast) -> dict[str, str]:
    """A key for everything, in a workspace in which there is something."""
    north = factories.account(cast.workspace, "a001")
    crm = factories.product(cast.workspace)
    factories.action(crm)
    factories.person(cast.workspace, "p.0815", account=north)
    with open_lake() as lake:
        lake.create_workspace("acme")
    made = create_key(cast.olga, "attack", scopes=frozenset(SCOPES))
    return {"Authorization": f"Bearer {made.key}", "Host": "localhost"}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_breaks_it(
    described: Any, headers: dict[str, str], path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method]
    known = {"workspace": "acme"} if "{workspace}" in path else None

    @seed(20260331)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def attack(case: schemathesis.Case) -> None:
        case.path_parameters |= known or {}
        case.call_and_validate(headers=headers, checks=CHECKS)

    attack()
