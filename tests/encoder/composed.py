"""The names of a model's weights -> its graph: what the transformer computes, in the operations that are fastest.

Tokens come before texts in every array. So what one head of one text sees lies a fixed stride apart, and attention is a
multiplication of (texts * heads) matrices where they lie, without copies of them in another order.
"""

from itertools import count
from typing import Any

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto, helper, numpy_helper

LAYERS, HEADS, WIDTH = 6, 12, 384

_STEADY = 1e-12  # added to a variance
_OPSET, _CONTRIBUTED, _FORMAT = 20, 1, 9  # versions: ONNX's operations, onnxruntime's own, the file's


class Composer:
    """Takes operations one after another; each is named by its number."""

    def __init__(self) -> None:
        """Begin."""
        self.graph = GraphProto(name="sentence")
        self.weights: set[str] = set()
        self._numbers = count()

    def node(self, operation: str, *inputs: str, output: str = "", domain: str = "", **attributes: Any) -> str:  # noqa: ANN401 - as ONNX has it
        """One operation; the name of what it gives."""
        output = output or f"{operation}-{next(self._numbers)}"
        self.graph.node.append(helper.make_node(operation, inputs, [output], domain=domain, **attributes))
        return output

    def weight(self, name: str) -> str:
        """One of the model's own weights."""
        self.weights.add(name)
        return name

    def numbers(self, *values: int) -> str:
        """A constant (len(values),)."""
        name = f"numbers-{next(self._numbers)}"
        self.graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def linear(self, rows: str, name: str) -> str:
        """(n, in) -> (n, out)."""
        return self.node("Gemm", rows, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), transB=1)

    def norm(self, rows: str, name: str) -> str:
        """Rows of mean and variance as learned."""
        learned = (self.weight(f"{name}.LayerNorm.weight"), self.weight(f"{name}.LayerNorm.bias"))
        return self.node("LayerNormalization", rows, *learned, epsilon=_STEADY)


def composed(weights: str) -> tuple[ModelProto, set[str]]:
    """The graph, and the names of the weights that it needs; it carries the SHA-256 of their file."""
    compose = Composer()
    tokens = compose.node("Shape", "words", start=0, end=1)
    rows = _embedded(compose)
    heads = compose.node("Concat", tokens, compose.numbers(-1, WIDTH // HEADS), axis=0)
    for number in range(LAYERS):
        rows = _layer(compose, number, rows, heads)
    compose.node("Reshape", rows, compose.node("Shape", "words"), output="states")
    inputs: dict[str, tuple[TensorProto.DataType, list[str | int]]] = {
        "words": (TensorProto.FLOAT, ["tokens", "texts", WIDTH]),
        "places": (TensorProto.INT64, ["tokens"]),  # of each token in its text
        "hidden": (TensorProto.FLOAT, ["tokens", "tokens"]),  # from a token those of another text: -inf, else 0
    }
    compose.graph.input.extend(helper.make_tensor_value_info(name, *each) for name, each in inputs.items())
    # What is not asked of a run is computed all the same, and given nobody.
    outputs: dict[str, list[str | int]] = {"states": ["tokens", "texts", WIDTH]}
    outputs |= {f"attention-{number}": ["heads", "tokens", "tokens"] for number in range(LAYERS)}
    compose.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()
    )
    versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", _CONTRIBUTED)]
    model = helper.make_model(compose.graph, opset_imports=versions, ir_version=_FORMAT)
    model.metadata_props.add(key="weights", value=weights)
    return model, compose.weights


def _embedded(compose: Composer) -> str:
    """(tokens, texts, WIDTH) -> (tokens * texts, WIDTH): what each token is, and where."""
    zero = compose.numbers(0)
    places, kinds = (compose.weight(f"embeddings.{each}_embeddings.weight") for each in ("position", "token_type"))
    where = compose.node("Gather", places, "places")
    only = compose.node("Gather", kinds, zero)  # there is one kind of token: no text comes in two parts
    where = compose.node("Unsqueeze", compose.node("Add", where, only), compose.numbers(1))
    states = compose.node("Add", "words", where)
    return compose.node("Reshape", compose.norm(states, "embeddings"), compose.numbers(-1, WIDTH))


def _layer(compose: Composer, number: int, rows: str, heads: str) -> str:
    """(tokens * texts, WIDTH) -> the same; `heads` is the shape (tokens, texts * HEADS, WIDTH / HEADS)."""
    name = f"encoder.layer.{number}"
    asked, known, told = (
        compose.node("Reshape", compose.linear(rows, f"{name}.attention.self.{each}"), heads)
        for each in ("query", "key", "value")
    )
    ours = {"domain": "com.microsoft"}
    scale = (WIDTH // HEADS) ** -0.5
    scores = compose.node("FusedMatMul", asked, known, transBatchA=1, transBatchB=1, transB=1, alpha=scale, **ours)
    attention = compose.node("Softmax", compose.node("Add", scores, "hidden"), output=f"attention-{number}", axis=-1)
    seen = compose.node("FusedMatMul", attention, told, transBatchB=1, **ours)
    seen = compose.node("Reshape", compose.node("Transpose", seen, perm=[1, 0, 2]), compose.numbers(-1, WIDTH))
    rows = _added(compose, f"{name}.attention.output", seen, rows)
    wide = compose.node("Gelu", compose.linear(rows, f"{name}.intermediate.dense"))
    return _added(compose, f"{name}.output", wide, rows)


def _added(compose: Composer, name: str, change: str, rows: str) -> str:
    return compose.norm(compose.node("Add", compose.linear(change, f"{name}.dense"), rows), name)
