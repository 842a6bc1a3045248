"""The reference interpreter over numpy: what a graph and a kernel mean, and every test's oracle.

`evaluate_graph` computes a tensor graph, `evaluate_kernel` carries out a KERNEL on flat arrays,
`MEANING` has the row of each elementwise instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from smelt.dtype import dtypes
from smelt.ir.interpreter import KernelPlan, evaluate_index, evaluate_kernel, variable_value
from smelt.ir.meaning import MEANING, Array, gather, meaning_of, reduction, scatter
from smelt.ir.node import (
    BufferRef,
    Dim,
    Node,
    Shape,
    static,
    toposort,
)
from smelt.ir.op import ELEMENTWISE, Op
from smelt.ir.steps import Steps, of_the_steps
from smelt.util.errors import ArgumentError, DTypeError, ShapeError, VerifyError

__all__ = [
    "MEANING",
    "KernelPlan",
    "evaluate_graph",
    "evaluate_index",
    "evaluate_kernel",
    "meaning_of",
]


class _Graph:
    """One evaluation: what the leaves are worth."""

    def __init__(self, buffers: Mapping[BufferRef, Array], variables: Mapping[str, int]):
        self.buffers = buffers
        self.variables = variables

    def dim(self, dim: Dim) -> int:
        return evaluate_index(dim, self.variables)

    def shape(self, shape: Shape) -> tuple[int, ...]:
        return tuple(self.dim(d) for d in shape)

    def contents(self, ref: BufferRef) -> Array:
        if ref not in self.buffers:
            raise ArgumentError("evaluate", f"no contents for {ref}", "an array for each BUFFER")
        array = np.asarray(self.buffers[ref])
        if array.dtype != ref.dtype.np:
            raise DTypeError("evaluate", f"{array.dtype} for {ref}", ref.dtype.name)
        if array.size != ref.size:
            raise ShapeError("evaluate", f"{array.size} elements for {ref}", str(ref.size))
        return array.reshape(-1)

    def is_stored(self, node: Node) -> bool:
        """Whether the value of `node` can be read from a buffer."""
        return node.buffer is not None and node.buffer.arg in self.buffers

    def stored(self, node: Node) -> Array:
        """The value of `node` from its buffer, which is laid out for its largest shape."""
        assert node.buffer is not None
        whole = self.contents(node.buffer.arg)
        largest = static(node.shape)
        count = int(np.prod(largest, dtype=np.int64))
        part = tuple(slice(0, n) for n in self.shape(node.shape))
        return whole[:count].reshape(largest)[part]


def evaluate_graph(
    roots: Sequence[Node],
    buffers: Mapping[BufferRef, Array],
    variables: Mapping[str, int] | None = None,
) -> list[Array]:
    """The values of `roots`, each a fresh array.

    `buffers` has the contents of each BUFFER, `variables` the value of each VARIABLE. Raises
    OutOfRangeError if an index of a LOAD or STORE is outside.

    >>> from smelt.ir.node import alu, iota
    >>> evaluate_graph([alu(Op.ADD, iota(3), iota(3))], {})[0].tolist()
    [0, 2, 4]
    """
    return _evaluate(_Graph(buffers, variables or {}), roots, {})


def _evaluate(graph: _Graph, roots: Sequence[Node], known: Mapping[Node, Array]) -> list[Array]:
    """The values of `roots`, given those of some nodes."""

    def is_leaf(node: Node) -> bool:
        return node in known or graph.is_stored(node)

    order = toposort(roots, stop=is_leaf)
    if not known:  # each step computes its own
        inside = set(of_the_steps(order))
        order = [n for n in order if n not in inside]
    uses = dict.fromkeys(roots, 1)  # a root is needed until the end
    for node in order:
        if not is_leaf(node):
            for s in _needed(node):
                uses[s] = uses.get(s, 0) + 1
    values: dict[Node, Array] = {}
    for node in order:
        if node in known:
            values[node] = known[node]
            continue
        if graph.is_stored(node):
            values[node] = graph.stored(node)
            continue
        if node.op is Op.REPEAT:
            values[node] = _repeat(graph, node, values)
        else:
            values[node] = _value(graph, node, [values[s] for s in node.src])
        for s in _needed(node):
            uses[s] -= 1
            if uses[s] == 0:
                del values[s]
    return [np.array(values[root], order="C") for root in roots]


def _needed(node: Node) -> Sequence[Node]:
    """What has to be known to compute a node: of a REPEAT also what its steps take from outside."""
    if node.op is not Op.REPEAT:
        return node.src
    steps = Steps.of(node)
    return list(dict.fromkeys((*steps.first, *steps.taken)))


def _repeat(graph: _Graph, node: Node, values: Mapping[Node, Array]) -> Array:
    steps = Steps.of(node)
    known = {n: values[n] for n in steps.taken}
    arrays: list[Array] = [values[s] for s in steps.first]
    for _ in range(steps.count):
        now = dict(zip(steps.states, arrays, strict=True))
        arrays = _evaluate(graph, steps.following, {**known, **now})
    result: Array = arrays[node.arg[1]]
    return result


def _value(graph: _Graph, node: Node, src: list[Array]) -> Array:
    if node.op in ELEMENTWISE:
        return MEANING[node.op](node.dtype, *src)
    rule = _RULES.get(node.op)
    if rule is None:
        raise VerifyError("evaluate", repr(node), "an operation of the tensor graph")
    return rule(graph, node, src)


# ---- rules of the tensor graph ------------------------------------------------------------------


def _const(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return np.broadcast_to(np.asarray(node.arg).astype(node.dtype.np), graph.shape(node.shape))


def _buffer(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return graph.contents(node.arg)


def _iota(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return np.arange(graph.dim(node.shape[0]), dtype=np.int64).astype(node.dtype.np)


def _variable(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return np.asarray(variable_value(node, graph.variables), dtypes.index.np)


def _reshape(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return src[0].reshape(graph.shape(node.shape))


def _permute(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return src[0].transpose(node.arg)


def _expand(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return np.broadcast_to(src[0], graph.shape(node.shape))


def _pad(graph: _Graph, node: Node, src: list[Array]) -> Array:
    before = [graph.dim(b) for b, _ in node.arg]
    result = np.zeros(graph.shape(node.shape), src[0].dtype)
    inner = tuple(slice(b, b + n) for b, n in zip(before, src[0].shape, strict=True))
    result[inner] = src[0]
    return result


def _shrink(graph: _Graph, node: Node, src: list[Array]) -> Array:
    bounds = [(graph.dim(b), graph.dim(e)) for b, e in node.arg]
    for (begin, end), size in zip(bounds, src[0].shape, strict=True):
        if not 0 <= begin <= end <= size:
            raise ShapeError(
                "shrink", f"[{begin}, {end}) of an axis of {size}", "0 <= begin <= end <= size"
            )
    return src[0][tuple(slice(b, e) for b, e in bounds)]


def _flip(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return np.flip(src[0], node.arg)


def _shear(graph: _Graph, node: Node, src: list[Array]) -> Array:
    axis, by, step, size = node.arg
    x = np.moveaxis(src[0], (axis, by), (0, 1))  # (N, K, ...)
    k = np.arange(x.shape[1])[None, :]  # (1, K)
    n = np.arange(graph.dim(size))[:, None] + step * k  # (size, K)
    inside = (n >= 0) & (n < x.shape[0])
    result = np.zeros((*n.shape, *x.shape[2:]), x.dtype)
    result[inside] = x[n[inside], np.broadcast_to(k, n.shape)[inside]]
    return np.moveaxis(result, (0, 1), (axis, by))


def _reduce(graph: _Graph, node: Node, src: list[Array]) -> Array:
    op, axes = node.arg
    return reduction(op, node.dtype, src[0], axes)


def _load(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return gather(*src)


def _store(graph: _Graph, node: Node, src: list[Array]) -> Array:
    base, index, value, *valid = src
    result = np.array(base, order="C")
    scatter(result, index, value, valid[0] if valid else None, node.arg)
    return result


def _same(graph: _Graph, node: Node, src: list[Array]) -> Array:
    return src[0]


_RULES: dict[Op, Callable[[_Graph, Node, list[Array]], Array]] = {
    Op.CONST: _const,
    Op.BUFFER: _buffer,
    Op.IOTA: _iota,
    Op.VARIABLE: _variable,
    Op.RESHAPE: _reshape,
    Op.PERMUTE: _permute,
    Op.EXPAND: _expand,
    Op.PAD: _pad,
    Op.SHRINK: _shrink,
    Op.FLIP: _flip,
    Op.SHEAR: _shear,
    Op.REDUCE: _reduce,
    Op.LOAD: _load,
    Op.STORE: _store,
    Op.DETACH: _same,
    Op.CONTIGUOUS: _same,
    Op.COPY: _same,
}
