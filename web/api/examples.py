"""`examples.json` -> an example for each call and each error of the OpenAPI document."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from web.problems import Problem

_SAID = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

# Method and path of a call -> its `parameters` or its `body`, and `answer`, the beginning of what the example
# collection answers.
EXAMPLES: dict[str, dict[str, Any]] = {call: each for call, each in _SAID.items() if call != "errors"}

ERRORS: dict[str, dict[str, Any]] = _SAID["errors"]  # status -> a problem


def describe(app: FastAPI) -> None:
    """Have the application's document say what errors look like, with examples of everything."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generated()
            document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
            document["components"]["examples"] = {status: {"value": each} for status, each in ERRORS.items()}
            for path, methods in document["paths"].items():
                for method, call in methods.items():
                    _add(call, EXAMPLES[f"{method} {path}"])
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend its document


def _add(call: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in call.get("parameters", ()):
        if parameter["name"] in example.get("parameters", {}):
            parameter["example"] = example["parameters"][parameter["name"]]
    if "body" in example:
        call["requestBody"]["content"]["application/json"]["example"] = example["body"]
    next(iter(call["responses"]["200"]["content"].values()))["example"] = example["answer"]
    for kind in ("4XX", "5XX"):
        errors = {status: {"$ref": f"#/components/examples/{status}"} for status in ERRORS if status[0] == kind[0]}
        for content in call["responses"][kind]["content"].values():
            content["examples"] = errors
