"""The OpenAPI document against the application: what it promises is what is answered, whatever is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import positive_data_acceptance

from web.app import create_app

if TYPE_CHECKING:
    from schemathesis import Case
    from schemathesis.schemas import BaseSchema

    from rag.assistant import Assistant


@pytest.fixture(scope="module")
def described(assistant: Assistant) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(assistant))


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_sent_is_answered_as_described(case: Case[Any]) -> None:
    # A date in EDTF, an id of this collection and a vector of the model's length are more than a JSON Schema can say.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
