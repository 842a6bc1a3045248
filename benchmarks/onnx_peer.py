"""onnxruntime: a session with a model of one node, or of the few that an operation takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ml_dtypes
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.capi import onnxruntime_pybind11_state as native

from smelt.cli.bench.peers import Array, Call, Peer, Unsupported
from smelt.cli.bench.rows import Row
from smelt.util import flags

OPSET, IR_VERSION = 21, 10
TYPES = {
    np.dtype(np.float32): TensorProto.FLOAT,
    np.dtype(np.float16): TensorProto.FLOAT16,
    np.dtype(ml_dtypes.bfloat16): TensorProto.BFLOAT16,
    np.dtype(np.uint8): TensorProto.UINT8,
    np.dtype(np.int8): TensorProto.INT8,
    np.dtype(np.int64): TensorProto.INT64,
}


class Graph:
    """Nodes as they are added. A value is its name; inputs are `x0`, `x1`, ..."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, op: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """A node; the name of its output, or the names of several."""
        names = [f"{op}{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, value: Any, dtype: type[Any] = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name


def _matmul(g: Graph, row: Row) -> Any:
    axes = len(row.inputs[0].shape)
    swapped = [*range(axes - 2), axes - 1, axes - 2]
    operands = [
        g.add("Transpose", x, perm=swapped) if how == "t" else x
        for x, how in zip(("x0", "x1"), row.settings["transpose"], strict=True)
    ]
    return g.add("MatMul", *operands)


def _chain(g: Graph, row: Row) -> Any:
    y = g.add("Relu", g.add("Add", g.add("Mul", "x0", "x1"), "x0"))
    y = g.add("Mul", g.add("Sub", y, "x1"), g.constant(0.5))
    return g.add("Add", y, g.constant(1))


def _sum(g: Graph, row: Row) -> Any:
    axis = row.settings["axis"]
    if axis is None:
        return g.add("ReduceSum", "x0", keepdims=0)
    return g.add("ReduceSum", "x0", g.constant([axis], np.int64), keepdims=0)


def _layernorm_gelu(g: Graph, row: Row) -> Any:
    return g.add("Gelu", g.add("LayerNormalization", "x0", "x1", "x2", axis=-1, epsilon=1e-5))


def _cumsum(g: Graph, row: Row) -> Any:
    return g.add("CumSum", "x0", g.constant(row.settings["axis"], np.int64))


def _sort(g: Graph, row: Row) -> Any:
    count = g.constant([row.inputs[0].shape[0]], np.int64)
    return g.add("TopK", "x0", count, outputs=2, largest=0)


def _topk(g: Graph, row: Row) -> Any:
    return g.add("TopK", "x0", g.constant([row.settings["k"]], np.int64), outputs=2)


def _attention(g: Graph, row: Row) -> Any:
    *_, tokens, width = row.inputs[0].shape
    scores = g.add("MatMul", "x0", g.add("Transpose", "x1", perm=[0, 1, 3, 2]))
    scores = g.add("Mul", scores, g.constant(width**-0.5))
    mask = g.constant(np.triu(np.full((tokens, tokens), -np.inf), 1))
    return g.add("MatMul", g.add("Softmax", g.add("Add", scores, mask), axis=-1), "x2")


def _conv(g: Graph, row: Row) -> Any:
    stride, padding, groups = (row.settings[k] for k in ("stride", "padding", "groups"))
    pads = [padding] * 4
    return g.add(
        "Relu", g.add("Conv", "x0", "x1", "x2", strides=[stride] * 2, pads=pads, group=groups)
    )


def _conv_transpose(g: Graph, row: Row) -> Any:
    stride, padding = row.settings["stride"], row.settings["padding"]
    y = g.add("ConvTranspose", "x0", "x1", "x2", strides=[stride] * 2, pads=[padding] * 4)
    return g.add("Relu", y)


MODELS: dict[str, Callable[[Graph, Row], Any]] = {
    "matmul": _matmul,
    "matmul-int": lambda g, row: g.add("MatMulInteger", "x0", "x1"),
    "chain": _chain,
    "sum": _sum,
    "softmax": lambda g, row: g.add("Softmax", "x0", axis=-1),
    "layernorm-gelu": _layernorm_gelu,
    "cumsum": _cumsum,
    "sort": _sort,
    "topk": _topk,
    "embedding": lambda g, row: g.add("Gather", "x1", "x0"),
    "attention": _attention,
    "conv": _conv,
    "conv-transpose": _conv_transpose,
}


def model(row: Row, arrays: Sequence[Array]) -> bytes:
    """The model of a row, serialised. Raises Unsupported for a gradient."""
    if row.operation.name not in MODELS:
        raise Unsupported("no gradients")
    graph = Graph()
    outputs = MODELS[row.operation.name](graph, row)
    names = [outputs] if isinstance(outputs, str) else outputs
    inputs = [
        helper.make_tensor_value_info(f"x{i}", TYPES[x.dtype], x.shape)
        for i, x in enumerate(arrays)
    ]
    results = [helper.make_empty_tensor_value_info(name) for name in names]
    body = helper.make_graph(graph.nodes, row.name, inputs, results, graph.constants)
    made = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    return made.SerializeToString()  # type: ignore[no-any-return]


class OnnxRuntime(Peer):
    """Its CPU provider, with all of its optimisations."""

    name = "onnxruntime"
    errors = (*Peer.errors, native.Fail, native.InvalidArgument, native.NotImplemented,
              native.InvalidGraph, native.RuntimeException)  # fmt: skip

    def version(self) -> str:
        return onnxruntime.__version__  # type: ignore[no-any-return]

    def prepare(self, row: Row, arrays: Sequence[Array]) -> Call:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = flags.usable_cores()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(
            model(row, arrays), options, providers=["CPUExecutionProvider"]
        )
        names = [x.name for x in session.get_inputs()]  # those that the model makes use of
        inputs = {f"x{i}": _value(array) for i, array in enumerate(arrays)}
        inputs = {name: inputs[name] for name in names}
        return lambda: session.run_with_ort_values(None, inputs)

    def to_numpy(self, result: Any) -> Array:
        return result.numpy()  # type: ignore[no-any-return]


def _value(array: Array) -> Any:
    if array.dtype == ml_dtypes.bfloat16:
        return onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(
            array.view(np.uint16), TensorProto.BFLOAT16
        )
    return onnxruntime.OrtValue.ortvalue_from_numpy(array.copy())
