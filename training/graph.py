"""`python -m training.graph`: write the operations of BERT's layers as an ONNX graph.

Its weights are left out: `vectorstore/encoders/bert.py` hands them over.
"""

from typing import Any

from onnx import ModelProto, TensorProto, helper

from vectorstore.encoders.bert import EPSILON, GRAPH, HEADS, INNER, LAYERS, SPLIT, WIDTH

_OPSETS = {"": 20, "com.microsoft": 1}
_IR = 9  # the version of the file's form that the operations need


def graph() -> ModelProto:
    """Return the graph: `x` (tokens, width) in, `hidden` of the same shape out."""
    parts = _Parts()
    x = "x"
    for number in range(LAYERS):
        x = parts.layer(x, f"encoder.layer.{number}")
    parts.operation("Identity", [x], ["hidden"])
    given, found = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["tokens", WIDTH])]
        for name in ("x", "hidden")
    )
    return helper.make_model(
        helper.make_graph(parts.nodes, "bert", given, found, parts.weights),
        opset_imports=[helper.make_opsetid(*one) for one in _OPSETS.items()],
        ir_version=_IR,
    )


class _Parts:
    """The nodes of a graph, and the weights that they expect."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights = [helper.make_tensor("first", TensorProto.INT64, [1], [0])]

    def layer(self, x: str, layer: str) -> str:
        """Add a layer on the result named `x`; return the name of its own."""
        split, parts = SPLIT
        joined = self._linear(x, f"{layer}.{split}", len(parts) * WIDTH, WIDTH)
        batch = self._one("Unsqueeze", [joined, "first"], f"{layer}.batch")
        divided = self.operation(
            "Split", [batch], [f"{layer}.{part}" for part in parts], axis=-1, num_outputs=len(parts)
        )
        mixed = self._one(
            "MultiHeadAttention", divided, f"{layer}.mixed", domain="com.microsoft", num_heads=HEADS
        )
        mixed = self._one("Squeeze", [mixed, "first"], f"{layer}.attended")
        attended = self._linear(mixed, f"{layer}.attention.output.dense", WIDTH, WIDTH)
        x = self._norm(x, attended, f"{layer}.attention.output.LayerNorm")
        inner = self._linear(x, f"{layer}.intermediate.dense", INNER, WIDTH)
        inner = self._one("Gelu", [inner], f"{layer}.gelu", domain="com.microsoft")
        outer = self._linear(inner, f"{layer}.output.dense", WIDTH, INNER)
        return self._norm(x, outer, f"{layer}.output.LayerNorm")

    def operation(self, kind: str, inputs: list[str], outputs: list[str], **of: Any) -> list[str]:
        """Add a node and return the names of its results."""
        self.nodes.append(helper.make_node(kind, inputs, outputs, **of))
        return outputs

    def _one(self, kind: str, inputs: list[str], output: str, **of: Any) -> str:
        return self.operation(kind, inputs, [output], **of)[0]

    def _linear(self, x: str, name: str, outputs: int, inputs: int) -> str:
        weights = [
            self._weight(f"{name}.weight", outputs, inputs), self._weight(f"{name}.bias", outputs)
        ]  # fmt: skip
        return self._one("Gemm", [x, *weights], f"{name}.sum", transB=1)

    def _norm(self, x: str, added: str, name: str) -> str:
        total = self._one("Add", [x, added], f"{name}.sum")
        weights = [self._weight(f"{name}.{kind}", WIDTH) for kind in ("weight", "bias")]
        return self._one("LayerNormalization", [total, *weights], f"{name}.norm", epsilon=EPSILON)

    def _weight(self, name: str, *shape: int) -> str:
        tensor = TensorProto(
            name=name,
            data_type=TensorProto.FLOAT,
            dims=shape,
            data_location=TensorProto.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="given by the program")
        self.weights.append(tensor)
        return name


if __name__ == "__main__":
    GRAPH.write_bytes(graph().SerializeToString(deterministic=True))
