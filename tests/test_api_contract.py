"""The OpenAPI document against the application: what it promises is what is answered, whatever is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx2
import pytest
import schemathesis
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from rag.assistant.assistant import Assistant
from tests.fakes import index_of
from web.api.examples import ERRORS, EXAMPLES
from web.app import create_app
from web.problems import Problem

if TYPE_CHECKING:
    from schemathesis import APIOperation

pytest_plugins = ["serving"]

# What the application says of itself needs no collection.
DOCUMENT = create_app(Assistant(index_of(Path()), pytest.fail)).openapi()
# What breaks the schema may be refused by any rule, that of a body's size (413) among them.
REFUSED = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=REFUSED)
OPERATIONS = [each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok)]

LONGEST = 60_000
"""Characters of a query, at most."""


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        pytest.param(operation, mode, id=f"{operation.label}-{mode.value}")
        for operation in OPERATIONS
        for mode in GenerationMode
        # A call that takes nothing cannot be sent anything wrong.
        if mode is GenerationMode.POSITIVE or {"parameters", "requestBody"} & operation.definition.raw.keys()
    ],
)
@given(data=st.data())
@settings(max_examples=8, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # to shrink a request takes minutes
def test_whatever_is_sent_is_answered_as_described(
    server: str, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, data: st.DataObject
) -> None:
    case = data.draw(operation.as_strategy(mode))
    assume(len(quote(str(case.query))) < LONGEST)  # the server itself refuses a longer address, before the application

    # A date in EDTF, an id of this collection, a vector of its length: more than a JSON Schema can say.
    case.call_and_validate(base_url=server, excluded_checks=[positive_data_acceptance])


def test_every_call_of_the_document_is_tried() -> None:
    calls = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}

    assert {operation.label for operation in OPERATIONS} == calls


def test_each_call_has_an_example_that_is_answered_like_its_own_answer(server: str) -> None:
    for label, example in EXAMPLES.items():
        if label == "post /api/v1/write":  # to write takes a language model
            continue
        method, path = label.split()
        parameters = dict(example.get("parameters", {}))
        path = path.replace("{id}", str(parameters.pop("id", "")))
        answered = httpx2.request(method, f"{server}{path}", params=parameters, json=example.get("body"), timeout=60)

        assert answered.status_code == 200, label
        if isinstance(example["answer"], dict):
            assert answered.json().keys() == example["answer"].keys(), label
        else:
            assert answered.text.strip()
    assert {f"{method} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods} == EXAMPLES.keys()


@pytest.mark.parametrize(("status", "example"), ERRORS.items())
def test_each_error_has_an_example(status: str, example: dict[str, Any]) -> None:
    problem = Problem.model_validate(example)

    assert (str(problem.status), problem.type) == (status, "about:blank")


def test_a_change_of_the_contract_is_seen() -> None:
    kept = Path("tests/openapi.json")

    # On purpose? Then: python -m tests.test_api_contract
    assert json.loads(kept.read_text(encoding="utf-8")) == DOCUMENT


if __name__ == "__main__":
    Path("tests/openapi.json").write_text(json.dumps(DOCUMENT, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
